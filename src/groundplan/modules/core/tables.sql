-- core: tenants, the codes all modules share, the audit log, the outbox and the manifest.

create table core.installed_modules (
    module       text        not null primary key,
    version      text        not null,
    state_digest text        not null,
    tenancy      text        not null,
    installed_at timestamptz not null default now(),
    applied_at   timestamptz not null default now(),

    constraint tenancy_is_single_or_multi
        check (tenancy in ('single', 'multi'))
);
comment on table core.installed_modules is
    'The manifest: which modules of Groundplan this database holds. What is not listed here, or does
not belong to a listed module''s schema, is yours and is never touched.';
comment on column core.installed_modules.module is 'Name of the module and of its schema.';
comment on column core.installed_modules.version is 'Version of Groundplan that applied it last.';
comment on column core.installed_modules.state_digest is
    'SHA-256 of the module''s tables as installed: what a migration starts from.';
comment on column core.installed_modules.tenancy is
    'single: one built-in tenant, policies off. multi: policies on, an unset tenant is an error.';
comment on column core.installed_modules.installed_at is 'When the module''s tables were made.';
comment on column core.installed_modules.applied_at is 'When its functions and triggers were last replaced.';

create table core.installed_objects (
    kind     text not null,
    identity text not null,
    module   text not null,

    primary key (kind, identity),
    constraint installed_object_kind_is_known
        check (kind in ('function', 'view', 'trigger', 'policy'))
);
comment on table core.installed_objects is
    'Functions, views, triggers and policies that apply made: what it may replace or drop.';
comment on column core.installed_objects.kind is 'function, view, trigger or policy.';
comment on column core.installed_objects.identity is 'Its name as PostgreSQL writes it, schema first.';
comment on column core.installed_objects.module is 'The module it belongs to.';

create table core.installed_catalog (
    kind           text    not null,
    inside         text    not null,
    name           text    not null,
    aspects        jsonb   not null,
    server_version integer not null,

    primary key (kind, inside, name)
);
comment on table core.installed_catalog is
    'What apply made, object by object: what verify compares where it cannot install a second time.';
comment on column core.installed_catalog.kind is 'table, column, constraint, trigger and so on.';
comment on column core.installed_catalog.inside is 'The table it belongs to, or its schema.';
comment on column core.installed_catalog.name is 'Its name; that of a function with argument types.';
comment on column core.installed_catalog.aspects is
    'What makes it what it is: its definition, whether it is in force, who may use it.';
comment on column core.installed_catalog.server_version is
    'The PostgreSQL that wrote the definitions: 180006. Another one writes them otherwise.';

create table core.currencies (
    code         text     not null collate "C" primary key,
    numeric_code text     not null collate "C",
    name         text     not null,
    minor_units  smallint not null,

    constraint currency_code_is_three_capitals
        check (code ~ '^[A-Z]{3}$'),
    constraint currency_numeric_code_is_three_digits
        check (numeric_code ~ '^[0-9]{3}$'),
    constraint currency_name_is_not_blank
        check (core.has_text(name)),
    constraint currency_minor_units_are_zero_to_four
        check (minor_units between 0 and 4)
);
comment on table core.currencies is
    'ISO 4217 currencies, shared by all tenants. Never deleted or renamed: facts refer to the code.';
comment on column core.currencies.code is 'Alphabetic code: EUR.';
comment on column core.currencies.numeric_code is 'Numeric code, three digits: 978.';
comment on column core.currencies.name is 'English name.';
comment on column core.currencies.minor_units is
    'Decimals of the smallest unit: 2 for cents, 0 for yen. core.minor_units() is the same list.';

create table core.countries (
    code         text not null collate "C" primary key,
    alpha3_code  text not null collate "C",
    numeric_code text not null collate "C",
    name         text not null,

    constraint country_code_is_two_capitals
        check (code ~ '^[A-Z]{2}$'),
    constraint country_alpha3_code_is_three_capitals
        check (alpha3_code ~ '^[A-Z]{3}$'),
    constraint country_numeric_code_is_three_digits
        check (numeric_code ~ '^[0-9]{3}$'),
    constraint country_name_is_not_blank
        check (core.has_text(name))
);
comment on table core.countries is 'ISO 3166-1 countries, shared by all tenants.';
comment on column core.countries.code is 'Alpha-2 code: DE.';
comment on column core.countries.alpha3_code is 'Alpha-3 code: DEU.';
comment on column core.countries.numeric_code is 'Numeric code, three digits: 276.';
comment on column core.countries.name is 'English short name.';

create table core.units_of_measure (
    code      text     not null collate "C" primary key,
    name      text     not null,
    dimension text     not null,
    decimals  smallint not null,

    constraint unit_code_is_short
        check (code ~ '^[a-z][a-z0-9_]{0,15}$'),
    constraint unit_name_is_not_blank
        check (core.has_text(name)),
    constraint unit_dimension_is_known
        check (dimension in ('count', 'mass', 'length', 'area', 'volume', 'time')),
    constraint unit_decimals_are_zero_to_six
        check (decimals between 0 and 6)
);
comment on table core.units_of_measure is 'Units in which stock is kept and sold, shared by all tenants.';
comment on column core.units_of_measure.code is 'Short code: each, kg, m.';
comment on column core.units_of_measure.name is 'English name.';
comment on column core.units_of_measure.dimension is 'What it measures; only like converts to like.';
comment on column core.units_of_measure.decimals is 'Decimals a quantity in this unit may have.';

create table core.tenants (
    id               integer     not null generated by default as identity primary key,
    name             text        not null,
    currency_code    text        not null collate "C" default 'EUR' references core.currencies (code),
    time_zone        text        not null default 'UTC',
    day_starts_at    time        not null default '00:00',
    publishes_events boolean     not null default false,
    status           text        not null collate "C" default 'active',
    closed_at        timestamptz,
    created_at       timestamptz not null default now(),
    created_by       text        not null default core.actor(),
    updated_at       timestamptz,
    version          integer     not null default 1,
    custom_fields    jsonb       not null default '{}',

    constraint tenant_name_is_not_blank
        check (core.has_text(name)),
    constraint tenant_time_zone_is_known
        check (core.is_time_zone(time_zone) is not false or core.is_restoring()),
    constraint tenant_day_starts_before_noon
        check (day_starts_at < '12:00'),
    constraint tenant_status_is_known
        check (status in ('active', 'closed')),
    constraint tenant_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
comment on table core.tenants is
    'A company whose data this is (synonyms: organization, account, shop). A single-company
installation has exactly one, number 1, and need not mention it.';
comment on column core.tenants.id is 'Number of the tenant; first column of every business table.';
comment on column core.tenants.name is 'Name of the company.';
comment on column core.tenants.currency_code is
    'The currency its books are kept in: base_amount of every fact is in this currency.';
comment on column core.tenants.time_zone is
    'IANA time zone in which business days are counted: Europe/Berlin.';
comment on column core.tenants.day_starts_at is
    'When the business day begins, for those who close after midnight: 04:00 for a bar.';
comment on column core.tenants.publishes_events is
    'Write an event to core.outbox_events with every status change. Off until somebody reads them.';
comment on column core.tenants.status is 'active, or closed: kept for its history, no new orders.';
comment on column core.tenants.closed_at is 'Since when it is closed; kept by the database.';

create table core.tree_versions (
    tenant_id integer not null default core.current_tenant_id(),
    tree      text    not null collate "C",
    version   bigint  not null default 1,

    primary key (tenant_id, tree)
);
comment on table core.tree_versions is
    'One row a tree and tenant, counted up by every change of its shape: two changes at once wait for
each other, or fail under REPEATABLE READ, so that together they cannot close a circle.';
comment on column core.tree_versions.tree is 'The table that holds the tree: catalog.categories.';

create table core.role_tenants (
    role_name text    not null primary key,
    tenant_id integer not null references core.tenants (id)
);
comment on table core.role_tenants is
    'Binds a database role to one tenant, for reporting tools that cannot set groundplan.tenant_id. A
bound role reads that tenant''s reports, whatever it sets.';
comment on column core.role_tenants.role_name is 'Name of the login role, as in session_user.';

create table core.addresses (
    tenant_id     integer     not null default core.current_tenant_id(),
    id            uuid        not null default core.new_id() primary key,
    recipient     text        not null,
    organization  text,
    line_1        text        not null,
    line_2        text,
    postal_code   text,
    city          text        not null,
    region        text,
    country_code  text        not null collate "C" references core.countries (code),
    phone         text,
    created_at    timestamptz not null default now(),
    created_by    text        not null default core.actor(),
    updated_at    timestamptz,
    version       integer     not null default 1,
    custom_fields jsonb       not null default '{}',

    unique (tenant_id, id),
    foreign key (tenant_id) references core.tenants (id),
    constraint address_recipient_is_not_blank
        check (core.has_text(recipient)),
    constraint address_line_1_is_not_blank
        check (core.has_text(line_1)),
    constraint address_city_is_not_blank
        check (core.has_text(city)),
    constraint address_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
comment on table core.addresses is
    'A postal address. Customers, orders, locations and suppliers refer to it.';
comment on column core.addresses.recipient is 'Name on the parcel.';
comment on column core.addresses.organization is 'Company or department, if any.';
comment on column core.addresses.line_1 is 'Street and number.';
comment on column core.addresses.line_2 is 'Floor, flat, building.';
comment on column core.addresses.postal_code is 'Postal code, ZIP.';
comment on column core.addresses.city is 'City or town.';
comment on column core.addresses.region is 'State, province or county.';
comment on column core.addresses.country_code is 'ISO 3166-1 alpha-2.';
comment on column core.addresses.phone is 'Telephone number for the carrier.';

create table core.audit_log (
    tenant_id      integer,
    id             uuid        not null default core.new_id() primary key,
    changed_at     timestamptz not null default now(),
    schema_name    text        not null collate "C",
    table_name     text        not null collate "C",
    row_id         text        collate "C",
    operation      text        not null collate "C",
    old_row        jsonb,
    actor          text        not null default core.actor(),
    session_role   text        not null default session_user,
    transaction_id xid8        not null default pg_current_xact_id(),
    reason         text,

    constraint audit_operation_is_known
        check (operation in ('update', 'delete', 'truncate', 'insert', 'maintenance'))
);
create index audit_log_changed_at_brin on core.audit_log using brin (changed_at);
create index audit_log_row on core.audit_log (table_name, row_id, changed_at);
comment on table core.audit_log is
    'What was there before: the superseded image of every changed or deleted row, and every use of the
maintenance door. The newest version of a row is the row itself. Written by triggers only.';
comment on column core.audit_log.tenant_id is 'Tenant of the row; null for shared tables.';
comment on column core.audit_log.changed_at is 'Time of the transaction that changed the row.';
comment on column core.audit_log.schema_name is 'Schema of the changed table.';
comment on column core.audit_log.table_name is 'Name of the changed table.';
comment on column core.audit_log.row_id is 'Primary key of the changed row.';
comment on column core.audit_log.operation is
    'update, delete; truncate, insert and maintenance for statements that went through the door.';
comment on column core.audit_log.old_row is 'The row as it was, without its personal columns.';
comment on column core.audit_log.actor is 'Who acted, as the application said it.';
comment on column core.audit_log.session_role is 'The database role that was logged in.';
comment on column core.audit_log.transaction_id is 'The transaction; changes of one share it.';
comment on column core.audit_log.reason is 'Reason given in groundplan.maintenance, if any.';

create table core.audit_personal (
    tenant_id    integer,
    id           uuid  not null default core.new_id() primary key,
    audit_id     uuid  not null unique references core.audit_log (id),
    old_personal jsonb not null
);
comment on table core.audit_personal is
    'The personal columns of superseded images, apart from the audit log so that they can be erased.';
comment on column core.audit_personal.audit_id is 'The entry of the audit log they belong to.';
comment on column core.audit_personal.old_personal is 'Column to value, as it was.';

create table core.outbox_events (
    tenant_id      integer     not null default core.current_tenant_id(),
    id             uuid        not null default core.new_id() primary key,
    topic          text        not null collate "C",
    entity_id      uuid        not null,
    entity_version integer     not null,
    payload        jsonb       not null default '{}',
    created_at     timestamptz not null default now(),

    constraint outbox_topic_says_what_happened
        check (topic ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)+$'),
    constraint outbox_payload_is_an_object
        check (jsonb_typeof(payload) = 'object')
);
create index outbox_events_oldest on core.outbox_events (created_at, id);
comment on table core.outbox_events is
    'Events for other systems, written in the transaction of the change they tell. A consumer takes
rows with "for update skip locked", sends them, deletes them.';
comment on column core.outbox_events.topic is 'What happened: sales.orders.placed.';
comment on column core.outbox_events.entity_id is 'The row it happened to.';
comment on column core.outbox_events.entity_version is
    'Version of that row: the order of events of one entity.';
comment on column core.outbox_events.payload is 'What a consumer needs without asking back.';
