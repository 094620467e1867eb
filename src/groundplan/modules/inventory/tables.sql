-- inventory: where things are, and how they got there. Double entry: a movement takes a positive
-- quantity of one SKU from one location to another.

create table inventory.locations (
    tenant_id     integer     not null default core.current_tenant_id(),
    id            uuid        not null default core.new_id() primary key,
    address_id    uuid,
    parent_id     uuid,
    code          text        not null collate "C",
    name          text        not null,
    usage         text        not null collate "C" default 'internal',
    is_default    boolean     not null default false,
    time_zone     text,
    status        text        not null collate "C" default 'active',
    closed_at     timestamptz,
    created_at    timestamptz not null default now(),
    created_by    text        not null default core.actor(),
    updated_at    timestamptz,
    version       integer     not null default 1,
    custom_fields jsonb       not null default '{}',

    unique (tenant_id, id),
    foreign key (tenant_id) references core.tenants (id),
    constraint location_address_belongs_to_the_tenant
        foreign key (address_id, tenant_id) references core.addresses (id, tenant_id),
    constraint location_parent_is_a_location_of_the_tenant
        foreign key (parent_id, tenant_id) references inventory.locations (id, tenant_id),
    constraint location_code_is_not_blank
        check (core.has_text(code)),
    constraint location_name_is_not_blank
        check (core.has_text(name)),
    constraint location_usage_is_known
        check (usage in ('internal', 'supplier', 'customer', 'adjustment', 'transit', 'production')),
    constraint default_location_is_an_internal_one
        check (not is_default or usage = 'internal'),
    constraint default_location_is_open
        check (not is_default or status = 'active'),
    constraint location_time_zone_is_known
        check (core.is_time_zone(time_zone) is not false or core.is_restoring()),
    constraint location_status_is_known
        check (status in ('active', 'closed')),
    constraint location_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
create unique index tenant_has_one_default_location
    on inventory.locations (tenant_id, usage) where is_default;
create unique index location_code_is_unique
    on inventory.locations (tenant_id, core.key_of(code));
create index locations_parent on inventory.locations (parent_id, tenant_id);
create index locations_address on inventory.locations (address_id, tenant_id);
comment on table inventory.locations is
    'A place stock can be at or come from (synonyms: warehouse, store, bin). The world outside is
places too: supplier, customer, adjustment.';
comment on column inventory.locations.address_id is 'Where it is.';
comment on column inventory.locations.parent_id is 'The location it lies in: the warehouse of a shelf.';
comment on column inventory.locations.code is
    'Short code: MAIN. Unique, case and what nobody can see aside.';
comment on column inventory.locations.name is 'Name for people.';
comment on column inventory.locations.usage is
    'internal (our stock), transit (ours, on the way), supplier, customer, adjustment (found and lost),
production. Stock is counted in internal and transit locations only.';
comment on column inventory.locations.is_default is 'Orders are served from here unless told otherwise.';
comment on column inventory.locations.time_zone is 'Zone of its days; the tenant''s where null.';
comment on column inventory.locations.status is
    'active, or closed: kept for its history. What lies there may leave; nothing comes in or is promised.';
comment on column inventory.locations.closed_at is 'Since when it is closed; kept by the database.';

create table inventory.movement_reasons (
    tenant_id  integer     not null default core.current_tenant_id(),
    id         uuid        not null default core.new_id() primary key,
    code       text        not null collate "C",
    name       text        not null,
    created_at timestamptz not null default now(),
    created_by text        not null default core.actor(),

    foreign key (tenant_id) references core.tenants (id),
    constraint movement_reason_code_is_unique
        unique (tenant_id, code),
    constraint movement_reason_code_is_lower_case
        check (code ~ '^[a-z0-9][a-z0-9_]*$'),
    constraint movement_reason_name_is_not_blank
        check (core.has_text(name))
);
comment on table inventory.movement_reasons is 'Why stock was adjusted: counted, damaged, lost, found.';
comment on column inventory.movement_reasons.code is 'Short code, on every adjustment.';
comment on column inventory.movement_reasons.name is 'Name for people.';

create table inventory.stock_levels (
    tenant_id        integer        not null default core.current_tenant_id(),
    id               uuid           not null default core.new_id() primary key,
    location_id      uuid           not null,
    sku_id           uuid           not null,
    on_hand          numeric(24, 6) not null default 0,
    allocated        numeric(24, 6) not null default 0,
    allows_backorder boolean        not null default false,
    changed_at       timestamptz    not null default now(),

    constraint stock_level_is_kept_once_per_place
        unique (location_id, sku_id),
    constraint stock_level_location_belongs_to_the_tenant
        foreign key (location_id, tenant_id) references inventory.locations (id, tenant_id),
    constraint stock_level_sku_belongs_to_the_tenant
        foreign key (sku_id, tenant_id) references catalog.skus (id, tenant_id)
) with (fillfactor = 70);
create index stock_levels_sku on inventory.stock_levels (sku_id, tenant_id);
comment on table inventory.stock_levels is
    'How many of a SKU lie at a location, and how many of them are promised (synonyms: inventory level,
quant, balance). Written by the database only, from movements and reservations.';
comment on column inventory.stock_levels.location_id is 'The location, internal or transit.';
comment on column inventory.stock_levels.sku_id is 'The SKU.';
comment on column inventory.stock_levels.on_hand is 'Units that are there: the sum of all movements.';
comment on column inventory.stock_levels.allocated is
    'Units promised: the sum of open reservations. on_hand - allocated is available.';
comment on column inventory.stock_levels.allows_backorder is
    'Copied from the SKU: more may be promised than is there.';
comment on column inventory.stock_levels.changed_at is 'When it last changed.';

create table inventory.inventory_movements (
    tenant_id               integer        not null default core.current_tenant_id(),
    id                      uuid           not null default core.new_id() primary key,
    destination_location_id uuid           not null,
    reverses_id             uuid           unique,
    sku_id                  uuid           not null,
    source_location_id      uuid           not null,
    kind                    text           not null collate "C",
    quantity                numeric(18, 6) not null,
    unit_cost               numeric(20, 8),
    reason_code             text           collate "C",
    note                    text,
    moved_at                timestamptz    not null default now(),
    business_date           date           not null,
    idempotency_key         text           collate "C",
    request_hash            text           collate "C",
    created_at              timestamptz    not null default now(),
    created_by              text           not null default core.actor(),

    constraint movement_is_pinned_to_its_cause
        unique (tenant_id, id, sku_id, quantity, kind),
    constraint movement_quantity_is_positive
        check (quantity > 0 and quantity < 'NaN'),
    constraint movement_goes_somewhere_else
        check (source_location_id <> destination_location_id),
    constraint movement_kind_is_known
        check (kind in ('receipt', 'issue', 'return', 'transfer', 'adjustment')),
    constraint adjustment_names_its_reason
        check (kind <> 'adjustment' or reason_code is not null),
    constraint movement_request_hash_is_a_digest
        check (request_hash ~ '^[0-9a-f]{64}$'),
    constraint movement_cost_is_not_negative
        check (unit_cost >= 0 and unit_cost < 'NaN'),
    constraint moved_at_is_a_business_time
        check (core.is_business_time(moved_at) is not false or core.is_restoring())
);
create unique index movement_idempotency_key_is_unique
    on inventory.inventory_movements (tenant_id, idempotency_key) where idempotency_key is not null;
create index inventory_movements_sku
    on inventory.inventory_movements (sku_id, business_date);
comment on table inventory.inventory_movements is
    'Every change of stock: so many units of a SKU went from here to there (synonyms: stock moves,
stock transactions, inventory ledger). Append-only; a correction is a movement back.';
comment on column inventory.inventory_movements.destination_location_id is 'Where to.';
comment on column inventory.inventory_movements.reverses_id is
    'The movement it takes back, once and as a whole: the same units of the same SKU, the other way.';
comment on column inventory.inventory_movements.sku_id is 'What.';
comment on column inventory.inventory_movements.source_location_id is 'Where from.';
comment on column inventory.inventory_movements.kind is
    'receipt (from a supplier), issue (to a customer), return (from a customer), transfer (between our
own places), adjustment (found or lost).';
comment on column inventory.inventory_movements.quantity is 'How many, in the unit of the SKU.';
comment on column inventory.inventory_movements.unit_cost is
    'What one unit cost, in the tenant''s currency, fixed when it moved; null: unknown.';
comment on column inventory.inventory_movements.reason_code is
    'Why, for adjustments: inventory.movement_reasons.code.';
comment on column inventory.inventory_movements.note is 'A remark.';
comment on column inventory.inventory_movements.moved_at is 'When; now, unless imported.';
comment on column inventory.inventory_movements.business_date is
    'The business day of moved_at in the zone of the location or tenant.';
comment on column inventory.inventory_movements.idempotency_key is 'The client''s key: moves once.';
comment on column inventory.inventory_movements.request_hash is 'Digest of that request.';

create table inventory.reservations (
    tenant_id         integer        not null default core.current_tenant_id(),
    id                uuid           not null default core.new_id() primary key,
    location_id       uuid           not null,
    sku_id            uuid           not null,
    quantity          numeric(18, 6) not null,
    consumed_quantity numeric(18, 6) not null default 0,
    status            text           not null collate "C" default 'active',
    is_promised       boolean        not null default false,
    expires_at        timestamptz,
    created_at        timestamptz    not null default now(),
    created_by        text           not null default core.actor(),
    updated_at        timestamptz,
    version           integer        not null default 1,

    unique (tenant_id, id)
) with (fillfactor = 80);
create index reservations_that_expire
    on inventory.reservations (location_id, sku_id, expires_at)
    where status = 'active' and expires_at is not null;
comment on table inventory.reservations is
    'Stock held for somebody: an order line, a cart (synonyms: allocation, hold). What has expired is
released by the next claim for the same SKU at the same place.';
comment on column inventory.reservations.location_id is 'Where it is held.';
comment on column inventory.reservations.sku_id is 'What is held.';
comment on column inventory.reservations.quantity is 'How many.';
comment on column inventory.reservations.consumed_quantity is
    'How many of them have left with a shipment; kept by the database.';
comment on column inventory.reservations.status is 'active, consumed, released or expired.';
comment on column inventory.reservations.is_promised is
    'Held for a line of a placed order: only sending, cancelling or completing the order ends it.';
comment on column inventory.reservations.expires_at is 'When the hold ends by itself; null: never.';

create table inventory.reorder_rules (
    tenant_id        integer        not null default core.current_tenant_id(),
    id               uuid           not null default core.new_id() primary key,
    location_id      uuid           not null,
    sku_id           uuid           not null,
    min_quantity     numeric(18, 6) not null,
    max_quantity     numeric(18, 6) not null,
    lead_time_days   integer        not null default 7,
    created_at       timestamptz    not null default now(),
    created_by       text           not null default core.actor(),
    updated_at       timestamptz,
    version          integer        not null default 1,

    constraint reorder_rule_location_belongs_to_the_tenant
        foreign key (location_id, tenant_id) references inventory.locations (id, tenant_id),
    constraint reorder_rule_sku_belongs_to_the_tenant
        foreign key (sku_id, tenant_id) references catalog.skus (id, tenant_id),
    constraint reorder_rule_is_unique_per_place
        unique (location_id, sku_id),
    constraint reorder_minimum_is_not_above_maximum
        check (min_quantity >= 0 and min_quantity <= max_quantity and max_quantity < 'NaN'),
    constraint reorder_lead_time_is_not_negative
        check (lead_time_days >= 0)
);
create index reorder_rules_sku on inventory.reorder_rules (sku_id, tenant_id);
comment on table inventory.reorder_rules is 'When to order more, and up to how many.';
comment on column inventory.reorder_rules.location_id is 'The location.';
comment on column inventory.reorder_rules.sku_id is 'The SKU.';
comment on column inventory.reorder_rules.min_quantity is
    'Reorder point: at or below this many available, order.';
comment on column inventory.reorder_rules.max_quantity is 'Order up to this many; above it is overstock.';
comment on column inventory.reorder_rules.lead_time_days is 'Days from ordering to arrival.';
