-- sales: orders, their lines, refunds, and the ledger from which every sales report is counted.

create sequence sales.order_numbers start with 1001;
comment on sequence sales.order_numbers is
    'Default order numbers. Gaps are normal: a number taken by an order that failed is not reused.';

create table sales.orders (
    tenant_id           integer         not null default core.current_tenant_id(),
    id                  uuid            not null default core.new_id() primary key,
    billing_address_id  uuid,
    customer_id         uuid,
    shipping_address_id uuid,
    number              text            not null default nextval('sales.order_numbers')::text,
    channel_code        text            not null collate "C" default 'web',
    currency_code       text            not null collate "C",
    status              text            not null collate "C" default 'draft',
    prices_include_tax  boolean         not null default false,
    placed_at           timestamptz,
    cancelled_at        timestamptz,
    business_date       date,
    item_count          integer,
    items_net_amount    numeric(38, 4),
    items_tax_amount    numeric(38, 4),
    discount_amount     numeric(19, 4)  not null default 0,
    shipping_amount     numeric(19, 4)  not null default 0,
    shipping_tax_amount numeric(19, 4)  not null default 0,
    surcharge_amount    numeric(19, 4)  not null default 0,
    total_amount        numeric(38, 4),
    expected_total      numeric(19, 4),
    refunded_amount     numeric(38, 4)  not null default 0,
    exchange_rate       numeric(20, 10),
    reserves_stock      boolean         not null default true,
    is_test             boolean         not null default false,
    source              text            not null collate "C" default 'application',
    idempotency_key     text            collate "C",
    request_hash        text            collate "C",
    note                text,
    created_at          timestamptz     not null default now(),
    created_by          text            not null default core.actor(),
    updated_at          timestamptz,
    version             integer         not null default 1,
    custom_fields       jsonb           not null default '{}',

    constraint order_currency_is_pinned_to_its_lines
        unique (tenant_id, id, currency_code),
    constraint order_customer_belongs_to_the_tenant
        foreign key (customer_id, tenant_id) references crm.customers (id, tenant_id),
    constraint order_billing_address_belongs_to_the_tenant
        foreign key (billing_address_id, tenant_id) references core.addresses (id, tenant_id),
    constraint order_shipping_address_belongs_to_the_tenant
        foreign key (shipping_address_id, tenant_id) references core.addresses (id, tenant_id),
    constraint order_number_is_unique
        unique (tenant_id, number)
);
create unique index order_idempotency_key_is_unique
    on sales.orders (tenant_id, idempotency_key) where idempotency_key is not null;
create index orders_customer on sales.orders (customer_id, tenant_id);
create index orders_billing_address on sales.orders (billing_address_id, tenant_id)
    where billing_address_id is not null;
create index orders_shipping_address on sales.orders (shipping_address_id, tenant_id)
    where shipping_address_id is not null;
comment on table sales.orders is
    'What a customer has asked us to deliver, from draft to completion (synonym: sales order). A draft
is freely edited; placing it settles its totals and freezes it.';
comment on column sales.orders.billing_address_id is 'Where the bill goes.';
comment on column sales.orders.customer_id is 'Who buys; null for an unknown guest.';
comment on column sales.orders.shipping_address_id is 'Where the goods go.';
comment on column sales.orders.number is 'Order number as the customer sees it.';
comment on column sales.orders.channel_code is 'Sales channel it came through: catalog.sales_channels.code.';
comment on column sales.orders.currency_code is 'Currency of every amount of the order, ISO 4217.';
comment on column sales.orders.status is
    'draft, placed, partially_fulfilled, fulfilled, completed or cancelled.';
comment on column sales.orders.prices_include_tax is
    'Whether the unit prices of its lines contain tax, as in shops for consumers in Europe.';
comment on column sales.orders.placed_at is 'When the customer committed to it; now, unless imported.';
comment on column sales.orders.cancelled_at is
    'When it was cancelled; now, unless imported. The ledger takes the sale back on that day.';
comment on column sales.orders.business_date is
    'The business day of placed_at in the zone of the channel or tenant, fixed when placed.';
comment on column sales.orders.item_count is 'How many lines it has; kept by the database.';
comment on column sales.orders.items_net_amount is 'Sum of the lines, without tax; kept by the database.';
comment on column sales.orders.items_tax_amount is 'Tax of the lines; kept by the database.';
comment on column sales.orders.discount_amount is
    'Discount on the order as a whole, beside those of its lines; no tax.';
comment on column sales.orders.shipping_amount is 'Shipping the customer pays, without tax.';
comment on column sales.orders.shipping_tax_amount is 'Tax on shipping.';
comment on column sales.orders.surcharge_amount is 'Fees the customer pays: gift wrap, payment surcharge.';
comment on column sales.orders.total_amount is
    'What the customer owes: lines with tax - discount + shipping with tax + surcharge. Kept by the
database; null in a draft.';
comment on column sales.orders.expected_total is
    'The total the client has shown to the customer, if it wants it checked when the order is placed.';
comment on column sales.orders.refunded_amount is 'Sum of its refunds; kept by the database.';
comment on column sales.orders.exchange_rate is
    'Units of the tenant''s currency for one unit of the order''s, fixed when placed; 1 if they are one.';
comment on column sales.orders.reserves_stock is
    'False for orders that were delivered elsewhere or long ago: placing them reserves nothing.';
comment on column sales.orders.is_test is 'A test order: kept, never counted in a report.';
comment on column sales.orders.source is 'Which program made it: application, import:online-retail.';
comment on column sales.orders.idempotency_key is
    'The client''s key for this request: the same key again finds the same order.';
comment on column sales.orders.request_hash is
    'Digest of that request: the same key with another request is refused.';
comment on column sales.orders.note is 'A remark from the customer.';

create table sales.order_items (
    tenant_id          integer         not null default core.current_tenant_id(),
    id                 uuid            not null default core.new_id() primary key,
    order_id           uuid            not null,
    sku_id             uuid            not null,
    position           integer         not null,
    currency_code      text            not null collate "C",
    sku_code           text            not null,
    sku_kind           text            not null collate "C",
    name               text            not null,
    quantity           numeric(18, 6)  not null,
    unit_price         numeric(20, 8)  not null,
    price_includes_tax boolean         not null,
    discount_amount    numeric(19, 4)  not null default 0,
    tax_rate           numeric(20, 10) not null,
    subtotal_amount    numeric(38, 4)  not null,
    net_amount         numeric(38, 4)  not null,
    tax_amount         numeric(38, 4)  not null,
    gross_amount       numeric(38, 4)  not null,
    refunded_quantity  numeric(24, 6)  not null default 0,
    expected_unit_cost numeric(20, 8),
    created_at         timestamptz     not null default now(),
    created_by         text            not null default core.actor(),
    custom_fields      jsonb           not null default '{}',

    constraint order_item_is_pinned_to_sku_and_quantity
        unique (tenant_id, id, sku_id, quantity),
    constraint order_item_belongs_to_an_order_in_its_currency
        foreign key (order_id, tenant_id, currency_code)
        references sales.orders (id, tenant_id, currency_code),
    constraint order_item_sku_belongs_to_the_tenant
        foreign key (sku_id, tenant_id) references catalog.skus (id, tenant_id),
    constraint order_item_position_is_unique
        unique (order_id, position)
);
create index order_items_sku on sales.order_items (sku_id, tenant_id);
comment on table sales.order_items is
    'The lines of an order (synonyms: order lines, line items). A line copies name, price, tax and
expected cost of its SKU, so that later changes of the catalog never change an order.';
comment on column sales.order_items.order_id is 'The order.';
comment on column sales.order_items.sku_id is 'What is ordered.';
comment on column sales.order_items.position is 'Its place in the order, from 1.';
comment on column sales.order_items.currency_code is 'The currency of the order.';
comment on column sales.order_items.sku_code is 'Code of the SKU when it was ordered.';
comment on column sales.order_items.sku_kind is 'Kind of the SKU: gift cards do not count as sales.';
comment on column sales.order_items.name is 'Name of the SKU when it was ordered.';
comment on column sales.order_items.quantity is 'How many, in the unit of the SKU.';
comment on column sales.order_items.unit_price is
    'Price of one unit before discount, in the order''s currency; up to eight decimals.';
comment on column sales.order_items.price_includes_tax is 'Whether unit price and discount contain tax.';
comment on column sales.order_items.discount_amount is 'Discount on the whole line, taxed like the price.';
comment on column sales.order_items.tax_rate is 'Tax as a share of net: 0.19.';
comment on column sales.order_items.subtotal_amount is
    'quantity x unit_price without tax and before discount, rounded half away from zero.';
comment on column sales.order_items.net_amount is 'Subtotal less discount, without tax.';
comment on column sales.order_items.tax_amount is 'Tax on the net amount.';
comment on column sales.order_items.gross_amount is 'net_amount + tax_amount: what the customer pays.';
comment on column sales.order_items.refunded_quantity is
    'Units that its refunds name; kept by the database.';
comment on column sales.order_items.expected_unit_cost is
    'What one unit was expected to cost us when it was ordered, in the tenant''s currency; null: unknown.';

create table sales.order_status_history (
    tenant_id   integer     not null,
    id          uuid        not null default core.new_id() primary key,
    order_id    uuid        not null,
    from_status text        not null collate "C",
    to_status   text        not null collate "C",
    entity_version integer  not null,
    changed_at  timestamptz not null default now(),
    changed_by  text        not null default core.actor(),
    reason      text,

    constraint order_status_changes_once_per_version
        unique (order_id, entity_version)
);
comment on table sales.order_status_history is
    'Every change of an order''s status, one unbroken path from draft. Written by the database.';
comment on column sales.order_status_history.order_id is 'The order.';
comment on column sales.order_status_history.from_status is 'Status before.';
comment on column sales.order_status_history.to_status is 'Status after.';
comment on column sales.order_status_history.entity_version is 'Version of the order that this change made.';
comment on column sales.order_status_history.changed_at is 'When.';
comment on column sales.order_status_history.changed_by is 'Who, as the application said it.';
comment on column sales.order_status_history.reason is 'Why, as given in the setting groundplan.reason.';

create table sales.refunds (
    tenant_id          integer        not null default core.current_tenant_id(),
    id                 uuid           not null default core.new_id() primary key,
    order_id           uuid           not null,
    order_item_id      uuid,
    currency_code      text           not null collate "C",
    quantity           numeric(18, 6) not null default 0,
    merchandise_amount numeric(19, 4) not null,
    tax_amount         numeric(19, 4) not null default 0,
    shipping_amount    numeric(19, 4) not null default 0,
    amount             numeric(38, 4) generated always as (
        merchandise_amount + tax_amount + shipping_amount) stored,
    reason             text           not null,
    refunded_at        timestamptz    not null default now(),
    business_date      date           not null,
    idempotency_key    text           collate "C",
    request_hash       text           collate "C",
    created_at         timestamptz    not null default now(),
    created_by         text           not null default core.actor(),

    constraint refund_belongs_to_an_order_in_its_currency
        foreign key (order_id, tenant_id, currency_code)
        references sales.orders (id, tenant_id, currency_code),
    constraint refund_is_positive
        check (amount > 0 and amount < 1e15),
    constraint refund_parts_are_never_negative
        check (least(merchandise_amount, tax_amount, shipping_amount, quantity) >= 0
               and greatest(merchandise_amount, tax_amount, shipping_amount, quantity) < 'NaN'),
    constraint refund_amounts_fit_their_currency
        check (greatest(scale(trim_scale(merchandise_amount)), scale(trim_scale(tax_amount)),
                        scale(trim_scale(shipping_amount))) <= core.minor_units(currency_code)),
    constraint refund_reason_is_not_blank
        check (core.has_text(reason)),
    constraint refund_request_hash_is_a_digest
        check (request_hash ~ '^[0-9a-f]{64}$'),
    constraint refund_quantity_names_its_line
        check (quantity = 0 or order_item_id is not null),
    constraint refunded_at_is_a_business_time
        check (core.is_business_time(refunded_at) is not false or core.is_restoring())
);
create unique index refund_idempotency_key_is_unique
    on sales.refunds (tenant_id, idempotency_key) where idempotency_key is not null;
create index refunds_order on sales.refunds (order_id, tenant_id, currency_code);
comment on table sales.refunds is
    'Money given back for an order, one row for each line it concerns. Append-only.';
comment on column sales.refunds.order_id is 'The order.';
comment on column sales.refunds.order_item_id is 'The line it concerns, if it concerns one.';
comment on column sales.refunds.currency_code is 'The currency of the order.';
comment on column sales.refunds.quantity is
    'How many units of the line came back with it; 0: none. All refunds of a line together never name
more than it has.';
comment on column sales.refunds.merchandise_amount is 'Value of goods given back, without tax.';
comment on column sales.refunds.tax_amount is 'Tax given back.';
comment on column sales.refunds.shipping_amount is 'Shipping given back, with its tax.';
comment on column sales.refunds.amount is 'All of it: merchandise + tax + shipping.';
comment on column sales.refunds.reason is 'Why.';
comment on column sales.refunds.refunded_at is 'When; now, unless imported.';
comment on column sales.refunds.business_date is 'The business day of refunded_at: reports count it there.';
comment on column sales.refunds.idempotency_key is 'The client''s key: the same key refunds once.';
comment on column sales.refunds.request_hash is 'Digest of that request.';

create table sales.ledger_entries (
    tenant_id            integer         not null,
    id                   uuid            not null default core.new_id() primary key,
    customer_id          uuid,
    order_id             uuid            not null,
    order_item_id        uuid,
    reverses_id          uuid,
    sku_id               uuid,
    kind                 text            not null collate "C",
    channel_code         text            not null collate "C",
    currency_code        text            not null collate "C",
    business_date        date            not null,
    order_date           date            not null,
    posted_at            timestamptz     not null,
    order_count          integer         not null default 0,
    line_count           integer         not null default 0,
    quantity             numeric(18, 6)  not null default 0,
    gross_sales          numeric(38, 4)  not null default 0,
    discounts            numeric(38, 4)  not null default 0,
    returned_quantity    numeric(24, 6)  not null default 0,
    returns              numeric(38, 4)  not null default 0,
    tax                  numeric(38, 4)  not null default 0,
    shipping             numeric(38, 4)  not null default 0,
    surcharges           numeric(38, 4)  not null default 0,
    costed_sales         numeric(38, 4)  not null default 0,
    cogs                 numeric(38, 4)  not null default 0,
    payment_costs        numeric(38, 4)  not null default 0,
    shipping_costs       numeric(38, 4)  not null default 0,
    charged              numeric(38, 4)  not null default 0,
    exchange_rate        numeric(20, 10) not null,
    base_amount          numeric(38, 4)  not null default 0,
    created_by           text            not null default core.actor(),
    constraint ledger_figures_are_numbers
        check (greatest(quantity, gross_sales, discounts, returned_quantity, returns, tax, shipping,
                        surcharges, costed_sales, cogs, payment_costs, shipping_costs, charged,
                        exchange_rate, base_amount) < 'NaN')
);
create index ledger_entries_order on sales.ledger_entries (order_id, tenant_id);
create index ledger_entries_business_date on sales.ledger_entries using brin (business_date);
comment on table sales.ledger_entries is
    'The sales ledger: what was sold, discounted, given back, charged and spent, one row for each event
and order line. Append-only; a correction is a reversal. Every sales report is counted from here.';
comment on column sales.ledger_entries.customer_id is 'The customer of the order, for counting customers.';
comment on column sales.ledger_entries.order_id is 'The order it belongs to.';
comment on column sales.ledger_entries.order_item_id is 'The order line, if it belongs to one.';
comment on column sales.ledger_entries.reverses_id is 'The entry it takes back, if it is a reversal.';
comment on column sales.ledger_entries.sku_id is 'The SKU, if it belongs to one.';
comment on column sales.ledger_entries.kind is
    'sale, order (shipping, surcharge and discount of an order as a whole), return (money given back),
cogs (goods left or came back), payment_cost, shipping_cost (paid by us), adjustment.';
comment on column sales.ledger_entries.channel_code is 'Sales channel of the order.';
comment on column sales.ledger_entries.currency_code is 'Currency of all amounts of the entry but base_amount.';
comment on column sales.ledger_entries.business_date is 'The business day on which it counts.';
comment on column sales.ledger_entries.order_date is 'The business day of the order it belongs to.';
comment on column sales.ledger_entries.posted_at is 'The moment it counts for: placed, refunded, shipped.';
comment on column sales.ledger_entries.order_count is
    'Orders: 1 on one entry of each order, -1 where it is taken back.';
comment on column sales.ledger_entries.line_count is 'Order lines: 1 for each line sold.';
comment on column sales.ledger_entries.quantity is 'Units sold.';
comment on column sales.ledger_entries.gross_sales is
    'Gross sales: quantity x unit price, without tax and shipping, before discounts. Test orders and
gift cards are left out.';
comment on column sales.ledger_entries.discounts is 'Discounts on lines and orders, without tax.';
comment on column sales.ledger_entries.returned_quantity is 'Units given back.';
comment on column sales.ledger_entries.returns is
    'Returns: value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column sales.ledger_entries.tax is 'Tax charged, less tax given back.';
comment on column sales.ledger_entries.shipping is 'Shipping charged, less shipping given back.';
comment on column sales.ledger_entries.surcharges is 'Fees charged to the customer.';
comment on column sales.ledger_entries.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known: measures cost coverage. A
discount on the whole order is taken off all its lines alike.';
comment on column sales.ledger_entries.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, in the order''s currency; negative when
goods come back to stock.';
comment on column sales.ledger_entries.payment_costs is 'What payment providers charge us.';
comment on column sales.ledger_entries.shipping_costs is 'What carriers charge us.';
comment on column sales.ledger_entries.charged is
    'What the customer was charged by this entry, tax included; negative: given back.';
comment on column sales.ledger_entries.exchange_rate is 'Units of the tenant''s currency for one of this one.';
comment on column sales.ledger_entries.base_amount is
    'charged in the tenant''s currency, rounded to its decimals.';
