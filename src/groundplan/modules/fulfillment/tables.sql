-- fulfillment: what has been promised, sent and come back, line by line.

create table fulfillment.order_item_fulfillments (
    tenant_id         integer        not null,
    id                uuid           not null primary key,
    reservation_id    uuid           unique,
    sku_id            uuid           not null,
    quantity          numeric(18, 6) not null,
    shipped_quantity  numeric(24, 6) not null default 0,
    returned_quantity numeric(24, 6) not null default 0,

    constraint order_item_fulfillment_is_pinned_to_its_sku
        unique (tenant_id, id, sku_id),
    constraint fulfillment_is_of_an_order_item
        foreign key (id, tenant_id, sku_id, quantity)
        references sales.order_items (id, tenant_id, sku_id, quantity),
    constraint fulfillment_reservation_belongs_to_the_tenant
        foreign key (reservation_id, tenant_id) references inventory.reservations (id, tenant_id)
) with (fillfactor = 80);
comment on table fulfillment.order_item_fulfillments is
    'How far each line of a placed order has come: held, sent, come back. One row for each order item,
with the same id. Written by the database only.';
comment on column fulfillment.order_item_fulfillments.id is 'The order item: the two share their id.';
comment on column fulfillment.order_item_fulfillments.reservation_id is
    'The stock held for it; null if nothing is: services, imported history.';
comment on column fulfillment.order_item_fulfillments.sku_id is 'The SKU of the order item.';
comment on column fulfillment.order_item_fulfillments.quantity is 'Units ordered.';
comment on column fulfillment.order_item_fulfillments.shipped_quantity is 'Units sent so far.';
comment on column fulfillment.order_item_fulfillments.returned_quantity is 'Units come back so far.';

create table fulfillment.shipments (
    tenant_id          integer     not null default core.current_tenant_id(),
    id                 uuid        not null default core.new_id() primary key,
    currency_code      text        not null collate "C",
    order_id           uuid        not null,
    source_location_id uuid        not null,
    number             text        not null default core.new_id()::text,
    status             text        not null collate "C" default 'draft',
    carrier            text,
    tracking_number    text,
    shipped_at         timestamptz,
    business_date      date,
    created_at         timestamptz not null default now(),
    created_by         text        not null default core.actor(),
    updated_at         timestamptz,
    version            integer     not null default 1,
    custom_fields      jsonb       not null default '{}',

    unique (tenant_id, id),
    constraint shipment_order_belongs_to_the_tenant
        foreign key (order_id, tenant_id, currency_code)
        references sales.orders (id, tenant_id, currency_code),
    constraint shipment_location_belongs_to_the_tenant
        foreign key (source_location_id, tenant_id) references inventory.locations (id, tenant_id),
    constraint shipment_number_is_unique
        unique (tenant_id, number),
    constraint shipment_number_is_not_blank
        check (core.has_text(number)),
    -- A shipment has a date exactly when it has left.
    constraint shipment_is_dated_when_shipped
        check (num_nulls(shipped_at, business_date)
               = case when status in ('shipped', 'delivered') then 0 else 2 end),
    constraint shipment_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
create index shipments_order on fulfillment.shipments (order_id, tenant_id, currency_code);
comment on table fulfillment.shipments is
    'A parcel or delivery for an order (synonyms: fulfillment, delivery). Marking it shipped takes the
goods out of stock and posts their cost.';
comment on column fulfillment.shipments.currency_code is 'The currency of the order.';
comment on column fulfillment.shipments.order_id is 'The order.';
comment on column fulfillment.shipments.source_location_id is 'Where the goods leave from.';
comment on column fulfillment.shipments.number is 'Number on the papers.';
comment on column fulfillment.shipments.status is 'draft, shipped, delivered or cancelled.';
comment on column fulfillment.shipments.carrier is 'Who carries it.';
comment on column fulfillment.shipments.tracking_number is 'The carrier''s number.';
comment on column fulfillment.shipments.shipped_at is 'When it left; now, unless imported.';
comment on column fulfillment.shipments.business_date is 'The business day of shipped_at.';

create table fulfillment.shipment_items (
    tenant_id     integer        not null default core.current_tenant_id(),
    id            uuid           not null default core.new_id() primary key,
    movement_id   uuid           unique,
    movement_kind text           not null collate "C" default 'issue',
    order_item_id uuid           not null,
    shipment_id   uuid           not null,
    sku_id        uuid           not null,
    quantity      numeric(18, 6) not null,
    is_shipped    boolean        not null default false,
    created_at    timestamptz    not null default now(),
    created_by    text           not null default core.actor(),

    constraint shipment_item_belongs_to_a_shipment
        foreign key (shipment_id, tenant_id) references fulfillment.shipments (id, tenant_id),
    constraint shipment_item_is_of_an_order_item
        foreign key (order_item_id, tenant_id, sku_id)
        references fulfillment.order_item_fulfillments (id, tenant_id, sku_id),
    constraint shipment_item_moves_its_sku_and_quantity
        foreign key (movement_id, tenant_id, sku_id, quantity, movement_kind)
        references inventory.inventory_movements (id, tenant_id, sku_id, quantity, kind),
    constraint shipment_item_moves_by_an_issue
        check (movement_kind = 'issue'),
    constraint shipment_item_quantity_is_positive
        check (quantity > 0 and quantity < 'NaN'),
    constraint shipment_names_an_order_item_once
        unique (shipment_id, order_item_id)
);
create index shipment_items_order_item
    on fulfillment.shipment_items (order_item_id, tenant_id, sku_id);
comment on table fulfillment.shipment_items is 'What is in a shipment.';
comment on column fulfillment.shipment_items.movement_id is
    'The movement that took it out of stock; null until shipped, and for what is not stocked.';
comment on column fulfillment.shipment_items.movement_kind is 'Always issue: pins the kind of movement.';
comment on column fulfillment.shipment_items.order_item_id is 'The order item it serves.';
comment on column fulfillment.shipment_items.shipment_id is 'The shipment.';
comment on column fulfillment.shipment_items.sku_id is 'The SKU of the order item.';
comment on column fulfillment.shipment_items.quantity is 'How many.';
comment on column fulfillment.shipment_items.is_shipped is 'True once its shipment has left.';

create table fulfillment.return_reasons (
    tenant_id  integer     not null default core.current_tenant_id(),
    id         uuid        not null default core.new_id() primary key,
    code       text        not null collate "C",
    name       text        not null,
    created_at timestamptz not null default now(),
    created_by text        not null default core.actor(),

    foreign key (tenant_id) references core.tenants (id),
    constraint return_reason_code_is_unique
        unique (tenant_id, code),
    constraint return_reason_code_is_lower_case
        check (code ~ '^[a-z0-9][a-z0-9_]*$'),
    constraint return_reason_name_is_not_blank
        check (core.has_text(name))
);
comment on table fulfillment.return_reasons is 'Why customers send things back: too_small, damaged.';
comment on column fulfillment.return_reasons.code is 'Short code, on every return.';
comment on column fulfillment.return_reasons.name is 'Name for people.';

create table fulfillment.returns (
    tenant_id               integer     not null default core.current_tenant_id(),
    id                      uuid        not null default core.new_id() primary key,
    currency_code           text        not null collate "C",
    destination_location_id uuid        not null,
    order_id                uuid        not null,
    number                  text        not null default core.new_id()::text,
    status                  text        not null collate "C" default 'draft',
    reason_code             text        not null collate "C" default 'unspecified',
    received_at             timestamptz,
    business_date           date,
    created_at              timestamptz not null default now(),
    created_by              text        not null default core.actor(),
    updated_at              timestamptz,
    version                 integer     not null default 1,
    custom_fields           jsonb       not null default '{}',

    unique (tenant_id, id),
    constraint return_order_belongs_to_the_tenant
        foreign key (order_id, tenant_id, currency_code)
        references sales.orders (id, tenant_id, currency_code),
    constraint return_location_belongs_to_the_tenant
        foreign key (destination_location_id, tenant_id)
        references inventory.locations (id, tenant_id),
    constraint return_number_is_unique
        unique (tenant_id, number),
    constraint return_number_is_not_blank
        check (core.has_text(number)),
    -- A return has a date exactly when the goods have arrived.
    constraint return_is_dated_when_received
        check (num_nulls(received_at, business_date)
               = case when status = 'received' then 0 else 2 end),
    constraint return_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
create index returns_order on fulfillment.returns (order_id, tenant_id, currency_code);
comment on table fulfillment.returns is
    'Goods a customer sends back (synonyms: RMA, return order). Marking it received puts them back into
stock, or writes them off, and takes their cost back. Money is given back by a refund.';
comment on column fulfillment.returns.currency_code is 'The currency of the order.';
comment on column fulfillment.returns.destination_location_id is 'Where the goods arrive.';
comment on column fulfillment.returns.order_id is 'The order they were sold by.';
comment on column fulfillment.returns.number is 'Number on the papers.';
comment on column fulfillment.returns.status is 'draft, received or cancelled.';
comment on column fulfillment.returns.reason_code is 'Why: fulfillment.return_reasons.code.';
comment on column fulfillment.returns.received_at is 'When the goods arrived; now, unless imported.';
comment on column fulfillment.returns.business_date is 'The business day of received_at.';

create table fulfillment.return_items (
    tenant_id     integer        not null default core.current_tenant_id(),
    id            uuid           not null default core.new_id() primary key,
    movement_id   uuid           unique,
    movement_kind text           not null collate "C" default 'return',
    order_item_id uuid           not null,
    return_id     uuid           not null,
    sku_id        uuid           not null,
    quantity      numeric(18, 6) not null,
    disposition   text           not null collate "C" default 'restock',
    is_received   boolean        not null default false,
    created_at    timestamptz    not null default now(),
    created_by    text           not null default core.actor(),

    constraint return_item_belongs_to_a_return
        foreign key (return_id, tenant_id) references fulfillment.returns (id, tenant_id),
    constraint return_item_is_of_an_order_item
        foreign key (order_item_id, tenant_id, sku_id)
        references fulfillment.order_item_fulfillments (id, tenant_id, sku_id),
    constraint return_item_moves_its_sku_and_quantity
        foreign key (movement_id, tenant_id, sku_id, quantity, movement_kind)
        references inventory.inventory_movements (id, tenant_id, sku_id, quantity, kind),
    constraint return_item_moves_by_a_return
        check (movement_kind = 'return'),
    constraint return_item_quantity_is_positive
        check (quantity > 0 and quantity < 'NaN'),
    constraint return_item_disposition_is_known
        check (disposition in ('restock', 'discard')),
    constraint return_names_an_order_item_once
        unique (return_id, order_item_id)
);
create index return_items_order_item
    on fulfillment.return_items (order_item_id, tenant_id, sku_id);
comment on table fulfillment.return_items is 'What came back.';
comment on column fulfillment.return_items.movement_id is
    'The movement that took it in; null until received, and for what is not stocked.';
comment on column fulfillment.return_items.movement_kind is 'Always return: pins the kind of movement.';
comment on column fulfillment.return_items.order_item_id is 'The order item it was sold by.';
comment on column fulfillment.return_items.return_id is 'The return.';
comment on column fulfillment.return_items.sku_id is 'The SKU of the order item.';
comment on column fulfillment.return_items.quantity is 'How many.';
comment on column fulfillment.return_items.is_received is 'True once its return has arrived.';
comment on column fulfillment.return_items.disposition is
    'restock: back on the shelf, its cost is taken back. discard: received and written off.';
