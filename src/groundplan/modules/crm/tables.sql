-- crm: who buys.

create table crm.customers (
    tenant_id     integer     not null default core.current_tenant_id(),
    id            uuid        not null default core.new_id() primary key,
    number        text        not null default core.new_id()::text,
    kind          text        not null collate "C" default 'person',
    display_name  text        not null,
    given_name    text,
    family_name   text,
    organization  text,
    email         text,
    email_key     text        collate "C" generated always as (core.key_of(email)) stored,
    phone         text,
    has_account   boolean     not null default false,
    country_code  text        collate "C" references core.countries (code),
    status        text        not null collate "C" default 'active',
    erased_at     timestamptz,
    created_at    timestamptz not null default now(),
    created_by    text        not null default core.actor(),
    updated_at    timestamptz,
    version       integer     not null default 1,
    custom_fields jsonb       not null default '{}',

    unique (tenant_id, id),
    foreign key (tenant_id) references core.tenants (id),
    constraint customer_number_is_unique
        unique (tenant_id, number),
    constraint customer_number_is_not_blank
        check (core.has_text(number)),
    constraint customer_kind_is_known
        check (kind in ('person', 'organization')),
    constraint customer_display_name_is_not_blank
        check (core.has_text(display_name)),
    -- A customer has an organization name exactly when it is an organization.
    constraint customer_organization_matches_its_kind
        check ((kind = 'organization') = (organization is not null)),
    -- An organization has contacts; it has no given or family name of its own.
    constraint organization_has_no_personal_name
        check (kind = 'person' or (given_name is null and family_name is null)),
    constraint account_has_an_email
        check (not has_account or email is not null),
    constraint customer_email_has_an_at_sign
        check (email like '%_@_%'),
    constraint customer_status_is_known
        check (status in ('active', 'archived', 'erased')),
    constraint erased_customer_has_no_personal_data
        check (status <> 'erased'
               or num_nonnulls(given_name, family_name, email, phone) = 0 and not has_account
                  and display_name = 'erased' and coalesce(organization, 'erased') = 'erased'),
    constraint customer_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
create unique index account_email_is_unique
    on crm.customers (tenant_id, email_key) where has_account;
create index customers_email on crm.customers (tenant_id, email_key);
comment on table crm.customers is
    'A person or organization that buys, with an account or as a guest (synonyms: client, party,
account). Guests and shared mailboxes may repeat an e-mail address; accounts may not.';
comment on column crm.customers.number is 'Customer number as printed on papers.';
comment on column crm.customers.kind is 'person or organization.';
comment on column crm.customers.display_name is 'Name to show.';
comment on column crm.customers.given_name is 'First name of a person.';
comment on column crm.customers.family_name is 'Last name of a person.';
comment on column crm.customers.organization is 'Legal name of an organization.';
comment on column crm.customers.email is 'E-mail address as the customer wrote it.';
comment on column crm.customers.email_key is 'Its normalised spelling.';
comment on column crm.customers.phone is 'Telephone number.';
comment on column crm.customers.has_account is 'True: can log in. False: a guest.';
comment on column crm.customers.country_code is 'Where the customer is at home, ISO 3166-1 alpha-2.';
comment on column crm.customers.status is
    'active; archived: out of sight, and free to come back; erased: personal data is gone (its
names say erased), facts stay, no new orders, and never anything else again.';
comment on column crm.customers.erased_at is 'Since when it is erased; kept by the database.';

create table crm.contacts (
    tenant_id     integer     not null default core.current_tenant_id(),
    id            uuid        not null default core.new_id() primary key,
    customer_id   uuid        not null,
    full_name     text        not null,
    job_title     text,
    email         text,
    email_key     text        collate "C" generated always as (core.key_of(email)) stored,
    phone         text,
    is_primary    boolean     not null default false,
    created_at    timestamptz not null default now(),
    created_by    text        not null default core.actor(),
    updated_at    timestamptz,
    version       integer     not null default 1,
    custom_fields jsonb       not null default '{}',

    constraint contact_customer_belongs_to_the_tenant
        foreign key (customer_id, tenant_id) references crm.customers (id, tenant_id),
    constraint contact_name_is_not_blank
        check (core.has_text(full_name)),
    constraint contact_email_has_an_at_sign
        check (email like '%_@_%'),
    constraint contact_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
create index contacts_customer on crm.contacts (customer_id, tenant_id);
create unique index customer_has_one_primary_contact
    on crm.contacts (customer_id) where is_primary;
comment on table crm.contacts is 'A person to talk to at a customer.';
comment on column crm.contacts.customer_id is 'The customer.';
comment on column crm.contacts.full_name is 'Name of the person.';
comment on column crm.contacts.job_title is 'What the person does there.';
comment on column crm.contacts.email is 'E-mail address.';
comment on column crm.contacts.email_key is 'Its normalised spelling.';
comment on column crm.contacts.phone is 'Telephone number.';
comment on column crm.contacts.is_primary is 'The one to ask first.';

create table crm.customer_addresses (
    tenant_id   integer     not null default core.current_tenant_id(),
    id          uuid        not null default core.new_id() primary key,
    customer_id uuid        not null,
    address_id  uuid        not null,
    purpose     text        not null collate "C",
    is_default  boolean     not null default false,
    valid_from  timestamptz not null default now(),
    valid_to    timestamptz,
    created_at  timestamptz not null default now(),
    created_by  text        not null default core.actor(),
    updated_at  timestamptz,
    version     integer     not null default 1,

    constraint customer_address_customer_belongs_to_the_tenant
        foreign key (customer_id, tenant_id) references crm.customers (id, tenant_id),
    constraint customer_address_belongs_to_the_tenant
        foreign key (address_id, tenant_id) references core.addresses (id, tenant_id),
    constraint customer_address_purpose_is_known
        check (purpose in ('shipping', 'billing')),
    constraint customer_address_ends_after_it_begins
        check (valid_to > valid_from),
    constraint customer_address_period_is_on_the_calendar
        check (core.is_calendar_time(valid_from) is not false
               and core.is_calendar_time(valid_to) is not false
               or core.is_restoring()),
    -- What has ended cannot be the default.
    constraint default_address_is_open_ended
        check (not is_default or valid_to is null)
);
create unique index customer_has_one_default_address_per_purpose
    on crm.customer_addresses (customer_id, purpose) where is_default;
create index customer_addresses_customer on crm.customer_addresses (customer_id, tenant_id);
create index customer_addresses_address on crm.customer_addresses (address_id, tenant_id);
comment on table crm.customer_addresses is 'Which address a customer uses for what, and when.';
comment on column crm.customer_addresses.customer_id is 'The customer.';
comment on column crm.customer_addresses.address_id is 'The address.';
comment on column crm.customer_addresses.purpose is 'shipping or billing.';
comment on column crm.customer_addresses.is_default is 'The one to offer first for its purpose.';
comment on column crm.customer_addresses.valid_from is 'First moment at which it is used.';
comment on column crm.customer_addresses.valid_to is 'First moment at which it is no longer; null: open.';
