-- Generated from reports.py. Do not edit: change the declarations and generate again.

-- Nothing in the delta can wait: no key, no foreign key, no index. It is emptied all the time, so
-- vacuum must follow closely. The replica identity lets the fold delete from a published delta.
create table groundplan.ledger_entries_delta (
    tenant_id              integer,
    business_date          date,
    currency_code          text collate "C",
    channel_code           text collate "C",
    order_date             date,
    sku_id                 uuid,
    customer_id            uuid,
    in_all_sku_sales_daily boolean,
    row_count              bigint,
    orders                 bigint,
    lines                  bigint,
    units                  numeric,
    gross_sales            numeric,
    discounts              numeric,
    returned_units         numeric,
    returns                numeric,
    tax                    numeric,
    shipping               numeric,
    surcharges             numeric,
    costed_sales           numeric,
    cogs                   numeric,
    payment_costs          numeric,
    shipping_costs         numeric,
    returns_by_order_date  numeric
) with (
    fillfactor = 100,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_vacuum_cost_delay = 0
);
alter table groundplan.ledger_entries_delta replica identity full;
comment on table groundplan.ledger_entries_delta is
    'What has changed in sales.ledger_entries and is not folded into the reports yet: every report
adds it to its base. Appended by triggers, emptied by groundplan.fold().';
comment on column groundplan.ledger_entries_delta.tenant_id is 'The tenant.';
comment on column groundplan.ledger_entries_delta.business_date is 'The business day.';
comment on column groundplan.ledger_entries_delta.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.ledger_entries_delta.channel_code is 'Sales channel of the order.';
comment on column groundplan.ledger_entries_delta.order_date is 'The business day of the order.';
comment on column groundplan.ledger_entries_delta.sku_id is 'The SKU.';
comment on column groundplan.ledger_entries_delta.customer_id is
    'Counted by customers; may be null.';
comment on column groundplan.ledger_entries_delta.in_all_sku_sales_daily is
    'Whether it counts in all_sku_sales_daily.';
comment on column groundplan.ledger_entries_delta.row_count is
    '1 for a row that was added, -1 for one that was taken away.';
comment on column groundplan.ledger_entries_delta.orders is
    'Orders placed, less orders taken back.';
comment on column groundplan.ledger_entries_delta.lines is 'Order lines sold.';
comment on column groundplan.ledger_entries_delta.units is 'Units sold.';
comment on column groundplan.ledger_entries_delta.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.ledger_entries_delta.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.ledger_entries_delta.returned_units is 'Units given back.';
comment on column groundplan.ledger_entries_delta.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.ledger_entries_delta.tax is 'Tax charged, less tax given back.';
comment on column groundplan.ledger_entries_delta.shipping is
    'Shipping charged, without tax, less shipping given back.';
comment on column groundplan.ledger_entries_delta.surcharges is
    'Fees charged to the customer: gift wrap, payment surcharge.';
comment on column groundplan.ledger_entries_delta.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.ledger_entries_delta.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column groundplan.ledger_entries_delta.payment_costs is
    'What payment providers charge us.';
comment on column groundplan.ledger_entries_delta.shipping_costs is 'What carriers charge us.';
comment on column groundplan.ledger_entries_delta.returns_by_order_date is
    'Value of merchandise refunded, without tax, counted on the day of the order.';

create table groundplan.sales_daily_base (
    tenant_id      integer not null,
    business_date  date not null,
    currency_code  text collate "C" not null,
    channel_code   text collate "C" not null,
    row_count      bigint not null default 0,
    orders         bigint not null default 0,
    lines          bigint not null default 0,
    units          numeric not null default 0,
    gross_sales    numeric not null default 0,
    discounts      numeric not null default 0,
    returned_units numeric not null default 0,
    returns        numeric not null default 0,
    tax            numeric not null default 0,
    shipping       numeric not null default 0,
    surcharges     numeric not null default 0,
    costed_sales   numeric not null default 0,
    cogs           numeric not null default 0,
    payment_costs  numeric not null default 0,
    shipping_costs numeric not null default 0,
    customers      bigint not null default 0,
    new_customers  bigint not null default 0,

    primary key (tenant_id, business_date, currency_code, channel_code)
) with (fillfactor = 80);
comment on table groundplan.sales_daily_base is
    'What has been folded of reporting.sales_daily; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.sales_daily_base.tenant_id is 'The tenant.';
comment on column groundplan.sales_daily_base.business_date is 'The business day.';
comment on column groundplan.sales_daily_base.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column groundplan.sales_daily_base.channel_code is 'Sales channel of the order.';
comment on column groundplan.sales_daily_base.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sales_daily_base.orders is 'Orders placed, less orders taken back.';
comment on column groundplan.sales_daily_base.lines is 'Order lines sold.';
comment on column groundplan.sales_daily_base.units is 'Units sold.';
comment on column groundplan.sales_daily_base.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.sales_daily_base.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.sales_daily_base.returned_units is 'Units given back.';
comment on column groundplan.sales_daily_base.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.sales_daily_base.tax is 'Tax charged, less tax given back.';
comment on column groundplan.sales_daily_base.shipping is
    'Shipping charged, without tax, less shipping given back.';
comment on column groundplan.sales_daily_base.surcharges is
    'Fees charged to the customer: gift wrap, payment surcharge.';
comment on column groundplan.sales_daily_base.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.sales_daily_base.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column groundplan.sales_daily_base.payment_costs is 'What payment providers charge us.';
comment on column groundplan.sales_daily_base.shipping_costs is 'What carriers charge us.';
comment on column groundplan.sales_daily_base.customers is
    'Different known customers with more orders placed than taken back; guests are not counted.';
comment on column groundplan.sales_daily_base.new_customers is
    'Customers who had never ordered before this period, through any channel, in any currency.';

-- No check that n is not negative: a reversal may be folded before what it reverses.
create table groundplan.sales_daily_customers (
    tenant_id     integer not null,
    business_date date not null,
    currency_code text collate "C" not null,
    channel_code  text collate "C" not null,
    customer_id   uuid not null,
    n             numeric not null,

    primary key (tenant_id, customer_id, business_date, currency_code, channel_code)
) with (fillfactor = 80);
comment on table groundplan.sales_daily_customers is
    'Reference counts behind customers of reporting.sales_daily, for what has been folded.';
comment on column groundplan.sales_daily_customers.tenant_id is 'The tenant.';
comment on column groundplan.sales_daily_customers.business_date is 'The business day.';
comment on column groundplan.sales_daily_customers.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sales_daily_customers.channel_code is 'Sales channel of the order.';
comment on column groundplan.sales_daily_customers.customer_id is
    'Counts in customers of reporting.sales_daily while n is above zero.';
comment on column groundplan.sales_daily_customers.n is 'The sum of orders of it there.';

create table groundplan.sales_monthly_base (
    tenant_id      integer not null,
    month          date not null,
    currency_code  text collate "C" not null,
    channel_code   text collate "C" not null,
    row_count      bigint not null default 0,
    orders         bigint not null default 0,
    lines          bigint not null default 0,
    units          numeric not null default 0,
    gross_sales    numeric not null default 0,
    discounts      numeric not null default 0,
    returned_units numeric not null default 0,
    returns        numeric not null default 0,
    tax            numeric not null default 0,
    shipping       numeric not null default 0,
    surcharges     numeric not null default 0,
    costed_sales   numeric not null default 0,
    cogs           numeric not null default 0,
    payment_costs  numeric not null default 0,
    shipping_costs numeric not null default 0,
    customers      bigint not null default 0,
    new_customers  bigint not null default 0,

    primary key (tenant_id, month, currency_code, channel_code)
) with (fillfactor = 80);
comment on table groundplan.sales_monthly_base is
    'What has been folded of reporting.sales_monthly; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.sales_monthly_base.tenant_id is 'The tenant.';
comment on column groundplan.sales_monthly_base.month is
    'First day of the month of the business date.';
comment on column groundplan.sales_monthly_base.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sales_monthly_base.channel_code is 'Sales channel of the order.';
comment on column groundplan.sales_monthly_base.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sales_monthly_base.orders is 'Orders placed, less orders taken back.';
comment on column groundplan.sales_monthly_base.lines is 'Order lines sold.';
comment on column groundplan.sales_monthly_base.units is 'Units sold.';
comment on column groundplan.sales_monthly_base.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.sales_monthly_base.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.sales_monthly_base.returned_units is 'Units given back.';
comment on column groundplan.sales_monthly_base.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.sales_monthly_base.tax is 'Tax charged, less tax given back.';
comment on column groundplan.sales_monthly_base.shipping is
    'Shipping charged, without tax, less shipping given back.';
comment on column groundplan.sales_monthly_base.surcharges is
    'Fees charged to the customer: gift wrap, payment surcharge.';
comment on column groundplan.sales_monthly_base.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.sales_monthly_base.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column groundplan.sales_monthly_base.payment_costs is
    'What payment providers charge us.';
comment on column groundplan.sales_monthly_base.shipping_costs is 'What carriers charge us.';
comment on column groundplan.sales_monthly_base.customers is
    'Different known customers with more orders placed than taken back; guests are not counted.';
comment on column groundplan.sales_monthly_base.new_customers is
    'Customers who had never ordered before this period, through any channel, in any currency.';

-- No check that n is not negative: a reversal may be folded before what it reverses.
create table groundplan.sales_monthly_customers (
    tenant_id     integer not null,
    month         date not null,
    currency_code text collate "C" not null,
    channel_code  text collate "C" not null,
    customer_id   uuid not null,
    n             numeric not null,

    primary key (tenant_id, customer_id, month, currency_code, channel_code)
) with (fillfactor = 80);
comment on table groundplan.sales_monthly_customers is
    'Reference counts behind customers of reporting.sales_monthly, for what has been folded.';
comment on column groundplan.sales_monthly_customers.tenant_id is 'The tenant.';
comment on column groundplan.sales_monthly_customers.month is
    'First day of the month of the business date.';
comment on column groundplan.sales_monthly_customers.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sales_monthly_customers.channel_code is 'Sales channel of the order.';
comment on column groundplan.sales_monthly_customers.customer_id is
    'Counts in customers of reporting.sales_monthly while n is above zero.';
comment on column groundplan.sales_monthly_customers.n is 'The sum of orders of it there.';

create table groundplan.sales_by_order_date_base (
    tenant_id             integer not null,
    order_date            date not null,
    currency_code         text collate "C" not null,
    channel_code          text collate "C" not null,
    row_count             bigint not null default 0,
    returns_by_order_date numeric not null default 0,

    primary key (tenant_id, order_date, currency_code, channel_code)
) with (fillfactor = 80);
comment on table groundplan.sales_by_order_date_base is
    'What has been folded of reporting.sales_by_order_date; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.sales_by_order_date_base.tenant_id is 'The tenant.';
comment on column groundplan.sales_by_order_date_base.order_date is
    'The business day of the order.';
comment on column groundplan.sales_by_order_date_base.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sales_by_order_date_base.channel_code is 'Sales channel of the order.';
comment on column groundplan.sales_by_order_date_base.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sales_by_order_date_base.returns_by_order_date is
    'Value of merchandise refunded, without tax, counted on the day of the order.';

create table groundplan.sales_by_order_month_base (
    tenant_id             integer not null,
    month                 date not null,
    currency_code         text collate "C" not null,
    channel_code          text collate "C" not null,
    row_count             bigint not null default 0,
    returns_by_order_date numeric not null default 0,

    primary key (tenant_id, month, currency_code, channel_code)
) with (fillfactor = 80);
comment on table groundplan.sales_by_order_month_base is
    'What has been folded of reporting.sales_by_order_month; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.sales_by_order_month_base.tenant_id is 'The tenant.';
comment on column groundplan.sales_by_order_month_base.month is
    'First day of the month of the order date.';
comment on column groundplan.sales_by_order_month_base.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sales_by_order_month_base.channel_code is
    'Sales channel of the order.';
comment on column groundplan.sales_by_order_month_base.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sales_by_order_month_base.returns_by_order_date is
    'Value of merchandise refunded, without tax, counted on the day of the order.';

create table groundplan.sku_sales_daily_base (
    tenant_id      integer not null,
    business_date  date not null,
    currency_code  text collate "C" not null,
    sku_id         uuid not null,
    row_count      bigint not null default 0,
    units          numeric not null default 0,
    returned_units numeric not null default 0,
    gross_sales    numeric not null default 0,
    discounts      numeric not null default 0,
    returns        numeric not null default 0,
    costed_sales   numeric not null default 0,
    cogs           numeric not null default 0,

    primary key (tenant_id, business_date, currency_code, sku_id)
) with (fillfactor = 80);
comment on table groundplan.sku_sales_daily_base is
    'What has been folded of reporting.sku_sales_daily; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.sku_sales_daily_base.tenant_id is 'The tenant.';
comment on column groundplan.sku_sales_daily_base.business_date is 'The business day.';
comment on column groundplan.sku_sales_daily_base.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sku_sales_daily_base.sku_id is 'The SKU.';
comment on column groundplan.sku_sales_daily_base.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sku_sales_daily_base.units is 'Units sold.';
comment on column groundplan.sku_sales_daily_base.returned_units is 'Units given back.';
comment on column groundplan.sku_sales_daily_base.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.sku_sales_daily_base.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.sku_sales_daily_base.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.sku_sales_daily_base.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.sku_sales_daily_base.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';

create table groundplan.sku_sales_monthly_base (
    tenant_id      integer not null,
    month          date not null,
    currency_code  text collate "C" not null,
    sku_id         uuid not null,
    row_count      bigint not null default 0,
    units          numeric not null default 0,
    returned_units numeric not null default 0,
    gross_sales    numeric not null default 0,
    discounts      numeric not null default 0,
    returns        numeric not null default 0,
    costed_sales   numeric not null default 0,
    cogs           numeric not null default 0,

    primary key (tenant_id, month, currency_code, sku_id)
) with (fillfactor = 80);
create index sku_sales_monthly_top_net_sales on groundplan.sku_sales_monthly_base (
    tenant_id, month, currency_code,
    (gross_sales - discounts - returns) desc);
comment on table groundplan.sku_sales_monthly_base is
    'What has been folded of reporting.sku_sales_monthly; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.sku_sales_monthly_base.tenant_id is 'The tenant.';
comment on column groundplan.sku_sales_monthly_base.month is
    'First day of the month of the business date.';
comment on column groundplan.sku_sales_monthly_base.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sku_sales_monthly_base.sku_id is 'The SKU.';
comment on column groundplan.sku_sales_monthly_base.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sku_sales_monthly_base.units is 'Units sold.';
comment on column groundplan.sku_sales_monthly_base.returned_units is 'Units given back.';
comment on column groundplan.sku_sales_monthly_base.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.sku_sales_monthly_base.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.sku_sales_monthly_base.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.sku_sales_monthly_base.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.sku_sales_monthly_base.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';

create table groundplan.sku_sales_yearly_base (
    tenant_id      integer not null,
    year           date not null,
    currency_code  text collate "C" not null,
    sku_id         uuid not null,
    row_count      bigint not null default 0,
    units          numeric not null default 0,
    returned_units numeric not null default 0,
    gross_sales    numeric not null default 0,
    discounts      numeric not null default 0,
    returns        numeric not null default 0,
    costed_sales   numeric not null default 0,
    cogs           numeric not null default 0,

    primary key (tenant_id, year, currency_code, sku_id)
) with (fillfactor = 80);
create index sku_sales_yearly_top_net_sales on groundplan.sku_sales_yearly_base (
    tenant_id, year, currency_code,
    (gross_sales - discounts - returns) desc);
comment on table groundplan.sku_sales_yearly_base is
    'What has been folded of reporting.sku_sales_yearly; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.sku_sales_yearly_base.tenant_id is 'The tenant.';
comment on column groundplan.sku_sales_yearly_base.year is
    'First day of the year of the business date.';
comment on column groundplan.sku_sales_yearly_base.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sku_sales_yearly_base.sku_id is 'The SKU.';
comment on column groundplan.sku_sales_yearly_base.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sku_sales_yearly_base.units is 'Units sold.';
comment on column groundplan.sku_sales_yearly_base.returned_units is 'Units given back.';
comment on column groundplan.sku_sales_yearly_base.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.sku_sales_yearly_base.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.sku_sales_yearly_base.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.sku_sales_yearly_base.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.sku_sales_yearly_base.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';

create table groundplan.all_sku_sales_daily_base (
    tenant_id     integer not null,
    business_date date not null,
    currency_code text collate "C" not null,
    row_count     bigint not null default 0,
    units         numeric not null default 0,
    gross_sales   numeric not null default 0,
    discounts     numeric not null default 0,
    returns       numeric not null default 0,
    cogs          numeric not null default 0,

    primary key (tenant_id, business_date, currency_code)
) with (fillfactor = 80);
comment on table groundplan.all_sku_sales_daily_base is
    'What has been folded of reporting.all_sku_sales_daily; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.all_sku_sales_daily_base.tenant_id is 'The tenant.';
comment on column groundplan.all_sku_sales_daily_base.business_date is 'The business day.';
comment on column groundplan.all_sku_sales_daily_base.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.all_sku_sales_daily_base.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.all_sku_sales_daily_base.units is 'Units sold.';
comment on column groundplan.all_sku_sales_daily_base.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.all_sku_sales_daily_base.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.all_sku_sales_daily_base.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.all_sku_sales_daily_base.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';

create table groundplan.all_sku_sales_monthly_base (
    tenant_id     integer not null,
    month         date not null,
    currency_code text collate "C" not null,
    row_count     bigint not null default 0,
    units         numeric not null default 0,
    gross_sales   numeric not null default 0,
    discounts     numeric not null default 0,
    returns       numeric not null default 0,
    cogs          numeric not null default 0,

    primary key (tenant_id, month, currency_code)
) with (fillfactor = 80);
comment on table groundplan.all_sku_sales_monthly_base is
    'What has been folded of reporting.all_sku_sales_monthly; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.all_sku_sales_monthly_base.tenant_id is 'The tenant.';
comment on column groundplan.all_sku_sales_monthly_base.month is
    'First day of the month of the business date.';
comment on column groundplan.all_sku_sales_monthly_base.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.all_sku_sales_monthly_base.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.all_sku_sales_monthly_base.units is 'Units sold.';
comment on column groundplan.all_sku_sales_monthly_base.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.all_sku_sales_monthly_base.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.all_sku_sales_monthly_base.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.all_sku_sales_monthly_base.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
