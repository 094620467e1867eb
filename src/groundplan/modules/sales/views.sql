-- sales: what dashboards and analysts read. Every number is exact at the snapshot of its reader.

create or replace view reporting.metrics_daily with (security_barrier) as
select
    tenant_id,
    business_date,
    currency_code,
    channel_code,
    sum(orders)::bigint as orders,
    sum(units) as units,
    sum(lines)::bigint as lines,
    sum(gross_sales) as gross_sales,
    sum(discounts) as discounts,
    sum(returns) as returns,
    sum(returns_by_order_date) as returns_by_order_date,
    sum(gross_sales - discounts - returns) as net_sales,
    sum(tax) as tax,
    sum(shipping) as shipping,
    sum(surcharges) as surcharges,
    sum(gross_sales - discounts - returns + tax + shipping + surcharges) as total_sales,
    sum(cogs) as cogs,
    sum(gross_sales - discounts - returns - cogs) as gross_profit,
    round(sum(gross_sales - discounts - returns - cogs)
        / nullif(greatest(sum(gross_sales - discounts - returns), 0), 0), 6) as gross_margin,
    sum(customers)::bigint as customers,
    sum(new_customers)::bigint as new_customers,
    sum(customers - new_customers)::bigint as returning_customers,
    round(sum(gross_sales - discounts) / nullif(greatest(sum(orders), 0), 0), 4) as average_order_value,
    round(sum(units) / nullif(greatest(sum(orders), 0), 0), 4) as units_per_order
from (
    select
        tenant_id, business_date, currency_code, channel_code, orders, units, lines, gross_sales,
        discounts, returns, 0, tax, shipping, surcharges, cogs, customers, new_customers
    from reporting.sales_daily
    union all
    select
        tenant_id, order_date, currency_code, channel_code, 0, 0, 0, 0,
        0, 0, returns_by_order_date, 0, 0, 0, 0, 0, 0
    from reporting.sales_by_order_date
    where returns_by_order_date <> 0
) as counted (
    tenant_id, business_date, currency_code, channel_code, orders, units, lines, gross_sales,
    discounts, returns, returns_by_order_date, tax, shipping, surcharges, cogs, customers,
    new_customers)
group by tenant_id, business_date, currency_code, channel_code;
comment on view reporting.metrics_daily is
    'The numbers of each business day, by currency and channel.';
comment on column reporting.metrics_daily.tenant_id is 'The tenant.';
comment on column reporting.metrics_daily.business_date is 'The business day.';
comment on column reporting.metrics_daily.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.metrics_daily.channel_code is 'Sales channel of the order.';
comment on column reporting.metrics_daily.orders is 'Orders placed, less orders taken back.';
comment on column reporting.metrics_daily.units is 'Units sold.';
comment on column reporting.metrics_daily.lines is 'Order lines sold.';
comment on column reporting.metrics_daily.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.metrics_daily.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.metrics_daily.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.metrics_daily.returns_by_order_date is
    'Value of merchandise refunded, without tax, counted on the day of the order.';
comment on column reporting.metrics_daily.net_sales is 'Gross sales - discounts - returns.';
comment on column reporting.metrics_daily.tax is 'Tax charged, less tax given back.';
comment on column reporting.metrics_daily.shipping is
    'Shipping charged, without tax, less shipping given back.';
comment on column reporting.metrics_daily.surcharges is
    'Fees charged to the customer: gift wrap, payment surcharge.';
comment on column reporting.metrics_daily.total_sales is 'Net sales + tax + shipping + surcharges.';
comment on column reporting.metrics_daily.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column reporting.metrics_daily.gross_profit is 'Net sales - cost of goods sold.';
comment on column reporting.metrics_daily.gross_margin is
    'Gross profit / net sales, as a share; null unless net sales are above zero.';
comment on column reporting.metrics_daily.customers is
    'Different known customers with more orders placed than taken back; guests are not counted.';
comment on column reporting.metrics_daily.new_customers is
    'Customers who had never ordered before this period, through any channel, in any currency.';
comment on column reporting.metrics_daily.returning_customers is
    'Customers who had ordered before this period: customers - new customers.';
comment on column reporting.metrics_daily.average_order_value is
    '(Gross sales - discounts) / orders.';
comment on column reporting.metrics_daily.units_per_order is 'Units / orders.';

create or replace view reporting.metrics_monthly with (security_barrier) as
select
    tenant_id,
    month,
    currency_code,
    channel_code,
    sum(orders)::bigint as orders,
    sum(units) as units,
    sum(lines)::bigint as lines,
    sum(gross_sales) as gross_sales,
    sum(discounts) as discounts,
    sum(returns) as returns,
    sum(returns_by_order_date) as returns_by_order_date,
    sum(gross_sales - discounts - returns) as net_sales,
    sum(tax) as tax,
    sum(shipping) as shipping,
    sum(surcharges) as surcharges,
    sum(gross_sales - discounts - returns + tax + shipping + surcharges) as total_sales,
    sum(cogs) as cogs,
    sum(gross_sales - discounts - returns - cogs) as gross_profit,
    round(sum(gross_sales - discounts - returns - cogs)
        / nullif(greatest(sum(gross_sales - discounts - returns), 0), 0), 6) as gross_margin,
    sum(customers)::bigint as customers,
    sum(new_customers)::bigint as new_customers,
    sum(customers - new_customers)::bigint as returning_customers,
    round(sum(gross_sales - discounts) / nullif(greatest(sum(orders), 0), 0), 4) as average_order_value,
    round(sum(units) / nullif(greatest(sum(orders), 0), 0), 4) as units_per_order
from (
    select
        tenant_id, month, currency_code, channel_code, orders, units, lines, gross_sales,
        discounts, returns, 0, tax, shipping, surcharges, cogs, customers, new_customers
    from reporting.sales_monthly
    union all
    select
        tenant_id, month, currency_code, channel_code, 0, 0, 0, 0,
        0, 0, returns_by_order_date, 0, 0, 0, 0, 0, 0
    from reporting.sales_by_order_month
    where returns_by_order_date <> 0
) as counted (
    tenant_id, month, currency_code, channel_code, orders, units, lines, gross_sales,
    discounts, returns, returns_by_order_date, tax, shipping, surcharges, cogs, customers,
    new_customers)
group by tenant_id, month, currency_code, channel_code;
comment on view reporting.metrics_monthly is 'The numbers of each month, by currency and channel.';
comment on column reporting.metrics_monthly.tenant_id is 'The tenant.';
comment on column reporting.metrics_monthly.month is 'First day of the month of the business date.';
comment on column reporting.metrics_monthly.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.metrics_monthly.channel_code is 'Sales channel of the order.';
comment on column reporting.metrics_monthly.orders is 'Orders placed, less orders taken back.';
comment on column reporting.metrics_monthly.units is 'Units sold.';
comment on column reporting.metrics_monthly.lines is 'Order lines sold.';
comment on column reporting.metrics_monthly.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.metrics_monthly.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.metrics_monthly.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.metrics_monthly.returns_by_order_date is
    'Value of merchandise refunded, without tax, counted on the day of the order.';
comment on column reporting.metrics_monthly.net_sales is 'Gross sales - discounts - returns.';
comment on column reporting.metrics_monthly.tax is 'Tax charged, less tax given back.';
comment on column reporting.metrics_monthly.shipping is
    'Shipping charged, without tax, less shipping given back.';
comment on column reporting.metrics_monthly.surcharges is
    'Fees charged to the customer: gift wrap, payment surcharge.';
comment on column reporting.metrics_monthly.total_sales is
    'Net sales + tax + shipping + surcharges.';
comment on column reporting.metrics_monthly.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column reporting.metrics_monthly.gross_profit is 'Net sales - cost of goods sold.';
comment on column reporting.metrics_monthly.gross_margin is
    'Gross profit / net sales, as a share; null unless net sales are above zero.';
comment on column reporting.metrics_monthly.customers is
    'Different known customers with more orders placed than taken back; guests are not counted.';
comment on column reporting.metrics_monthly.new_customers is
    'Customers who had never ordered before this period, through any channel, in any currency.';
comment on column reporting.metrics_monthly.returning_customers is
    'Customers who had ordered before this period: customers - new customers.';
comment on column reporting.metrics_monthly.average_order_value is
    '(Gross sales - discounts) / orders.';
comment on column reporting.metrics_monthly.units_per_order is 'Units / orders.';

-- Customers do not add up over days: whoever comes twice is one. Only those of the range are looked
-- up before it, by the index; those of whom something of before the range is still pending, which
-- are few, with that added to each of their days.
create or replace function reporting.customers(
    from_date date, to_date date, currency text, channel text default null
)
    returns table (customers bigint, new_customers bigint, returning_customers bigint)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
with pending as materialized (
    select business_date, currency_code, channel_code, customer_id, sum(orders) as n
    from groundplan.ledger_entries_delta
    where tenant_id = (select core.reporting_tenant_id())
        and orders <> 0 and customer_id is not null and business_date <= to_date
    group by business_date, currency_code, channel_code, customer_id
),
counted as (
    select customer_id
    from (
        select customer_id, business_date, currency_code, channel_code, n
        from groundplan.sales_daily_customers
        where tenant_id = (select core.reporting_tenant_id())
            and business_date between from_date and to_date
        union all
        select customer_id, business_date, currency_code, channel_code, n
        from pending
        where business_date >= from_date
    ) as day
    where currency_code = currency and channel_code = coalesce(channel, channel_code)
    group by customer_id
    having sum(n) > 0
),
stirred as (
    select customer_id from pending where business_date < from_date
),
stirred_and_known as (
    select customer_id
    from (
        select kept.customer_id, kept.business_date, kept.currency_code, kept.channel_code, kept.n
        from groundplan.sales_daily_customers as kept
        where kept.tenant_id = (select core.reporting_tenant_id())
            and kept.customer_id in (select customer_id from stirred)
            and kept.business_date < from_date
        union all
        select customer_id, business_date, currency_code, channel_code, n
        from pending
        where business_date < from_date
    ) as day
    group by customer_id, business_date, currency_code, channel_code
    having sum(n) > 0
),
known as (
    select customer_id from counted
    where customer_id in (select customer_id from stirred_and_known)
    union all
    select customer_id from counted
    where customer_id not in (select customer_id from stirred)
        and exists (
            select from groundplan.sales_daily_customers as kept
            where kept.tenant_id = (select core.reporting_tenant_id())
                and kept.customer_id = counted.customer_id
                and kept.business_date < from_date
                and kept.n > 0)
)
select everyone.n, everyone.n - returning_ones.n, returning_ones.n
from (select count(*) as n from counted) as everyone
cross join (select count(*) as n from known) as returning_ones
$$;
comment on function reporting.customers(date, date, text, text) is
    'Customers, new and returning, of a range of business days, both ends included, in one currency,
through one channel or all: what metrics_daily says of one day.';

create or replace view reporting.sku_metrics_daily with (security_barrier) as
select
    sales.tenant_id,
    sales.business_date,
    sales.currency_code,
    sales.sku_id,
    sku.code as sku_code,
    sku.name as sku_name,
    product.name as product_name,
    sales.units,
    sales.returned_units,
    sales.gross_sales,
    sales.discounts,
    sales.returns,
    sales.gross_sales - sales.discounts - sales.returns as net_sales,
    sales.cogs,
    sales.gross_sales - sales.discounts - sales.returns - sales.cogs as gross_profit,
    round((sales.gross_sales - sales.discounts - sales.returns - sales.cogs)
        / nullif(greatest(sales.gross_sales - sales.discounts - sales.returns, 0), 0), 6) as gross_margin
from reporting.sku_sales_daily as sales
join catalog.skus as sku on sku.id = sales.sku_id
join catalog.products as product on product.id = sku.product_id;
comment on view reporting.sku_metrics_daily is
    'The numbers of each SKU on each business day, by currency.';
comment on column reporting.sku_metrics_daily.tenant_id is 'The tenant.';
comment on column reporting.sku_metrics_daily.business_date is 'The business day.';
comment on column reporting.sku_metrics_daily.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.sku_metrics_daily.sku_id is 'The SKU.';
comment on column reporting.sku_metrics_daily.sku_code is 'Code of the SKU.';
comment on column reporting.sku_metrics_daily.sku_name is 'Name of the SKU.';
comment on column reporting.sku_metrics_daily.product_name is 'Name of the product.';
comment on column reporting.sku_metrics_daily.units is 'Units sold.';
comment on column reporting.sku_metrics_daily.returned_units is 'Units given back.';
comment on column reporting.sku_metrics_daily.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.sku_metrics_daily.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.sku_metrics_daily.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.sku_metrics_daily.net_sales is 'Gross sales - discounts - returns.';
comment on column reporting.sku_metrics_daily.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column reporting.sku_metrics_daily.gross_profit is 'Net sales - cost of goods sold.';
comment on column reporting.sku_metrics_daily.gross_margin is
    'Gross profit / net sales, as a share; null unless net sales are above zero.';

create or replace view reporting.profit_summary with (security_barrier) as
select
    tenant_id,
    month,
    currency_code,
    channel_code,
    gross_sales,
    discounts,
    returns,
    gross_sales - discounts - returns as net_sales,
    surcharges,
    cogs,
    payment_costs,
    shipping_costs,
    gross_sales - discounts - returns + surcharges - cogs - payment_costs - shipping_costs
        as profit,
    round(
        (gross_sales - discounts - returns + surcharges - cogs - payment_costs - shipping_costs)
        / nullif(greatest(gross_sales - discounts - returns, 0), 0), 6) as profit_margin,
    round(costed_sales / nullif(greatest(gross_sales - discounts, 0), 0), 6) as cost_coverage
from reporting.sales_monthly;
comment on view reporting.profit_summary is
    'What is left of each month''s sales, by currency and channel.';
comment on column reporting.profit_summary.tenant_id is 'The tenant.';
comment on column reporting.profit_summary.month is 'First day of the month of the business date.';
comment on column reporting.profit_summary.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.profit_summary.channel_code is 'Sales channel of the order.';
comment on column reporting.profit_summary.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.profit_summary.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.profit_summary.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.profit_summary.net_sales is 'Gross sales - discounts - returns.';
comment on column reporting.profit_summary.surcharges is
    'Fees charged to the customer: gift wrap, payment surcharge.';
comment on column reporting.profit_summary.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column reporting.profit_summary.payment_costs is 'What payment providers charge us.';
comment on column reporting.profit_summary.shipping_costs is 'What carriers charge us.';
comment on column reporting.profit_summary.profit is
    'Gross sales - discounts - returns + surcharges - cost of goods sold - payment costs -
shipping costs.';
comment on column reporting.profit_summary.profit_margin is
    'Profit / net sales, as a share; null unless net sales are above zero.';
comment on column reporting.profit_summary.cost_coverage is
    'The share of gross sales less discounts whose cost of goods is known: below 1, profit is too
high.';

create or replace view reporting.top_skus with (security_barrier) as
select
    ranked.tenant_id,
    ranked.period,
    ranked.period_start,
    ranked.currency_code,
    rank() over within as rank,
    ranked.sku_id,
    sku.code as sku_code,
    sku.name as sku_name,
    ranked.units,
    ranked.net_sales,
    ranked.gross_profit,
    round(ranked.net_sales / nullif(greatest(sum(ranked.net_sales) over (
        partition by ranked.tenant_id, ranked.period, ranked.period_start, ranked.currency_code
    ), 0), 0), 6) as share
from (
    select
        period, tenant_id, period_start, currency_code, sku_id, units,
        gross_sales - discounts - returns as net_sales,
        gross_sales - discounts - returns - cogs as gross_profit
    from (
        select 'day', tenant_id, business_date, currency_code, sku_id, units, gross_sales,
            discounts, returns, cogs
        from reporting.sku_sales_daily
        union all
        select 'month', tenant_id, month, currency_code, sku_id, units, gross_sales,
            discounts, returns, cogs
        from reporting.sku_sales_monthly
        union all
        select 'year', tenant_id, year, currency_code, sku_id, units, gross_sales,
            discounts, returns, cogs
        from reporting.sku_sales_yearly
    ) as sold (
        period, tenant_id, period_start, currency_code, sku_id, units, gross_sales,
        discounts, returns, cogs)
) as ranked
join catalog.skus as sku on sku.id = ranked.sku_id
window within as (
    partition by ranked.tenant_id, ranked.period, ranked.period_start, ranked.currency_code
    order by ranked.net_sales desc, sku.code_key);
comment on view reporting.top_skus is
    'SKUs ranked by net sales within each day, month and year, by currency. Filter by period,
period_start and currency; reporting.top_skus() is faster for the first few.';
comment on column reporting.top_skus.tenant_id is 'The tenant.';
comment on column reporting.top_skus.period is 'day, month or year.';
comment on column reporting.top_skus.period_start is 'First day of the period.';
comment on column reporting.top_skus.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.top_skus.rank is 'Place by net sales, 1 is the best; ties by code.';
comment on column reporting.top_skus.sku_id is 'The SKU.';
comment on column reporting.top_skus.sku_code is 'Code of the SKU.';
comment on column reporting.top_skus.sku_name is 'Name of the SKU.';
comment on column reporting.top_skus.units is 'Units sold.';
comment on column reporting.top_skus.net_sales is 'Gross sales - discounts - returns.';
comment on column reporting.top_skus.gross_profit is 'Net sales - cost of goods sold.';
comment on column reporting.top_skus.share is
    'Net sales of the SKU / net sales of all SKUs of the period.';

-- The first n without reading what ranks below them: a day, month or year from the index of its level,
-- any other range from its whole months and the days at its edges.
create or replace function reporting.top_skus(
    from_date date, to_date date, currency text, ranked_by text default 'net_sales',
    n integer default 20
)
    returns table (
        rank bigint, sku_id uuid, sku_code text, sku_name text, units numeric, net_sales numeric,
        profit numeric, share numeric
    )
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    tenant      integer := core.reporting_tenant_id();
    first_month date;
    after_month date;
    period      text;
begin
    if ranked_by is null or ranked_by not in ('net_sales', 'units', 'profit') then
        perform core.refuse(
            '23R14', 'ranking_is_known', 'reporting.top_skus',
            'A report is ranked by one of its measures.',
            format('ranked_by = %s was given; allowed: net_sales, units, profit.',
                core.value_shown(to_jsonb(ranked_by))),
            'Choose one of the allowed measures.');
    end if;
    perform sales.require_report(from_date, to_date, currency, n);
    first_month := (date_trunc('month', (from_date - 1)::timestamp) + interval '1 month')::date;
    after_month := greatest(date_trunc('month', (to_date + 1)::timestamp)::date, first_month);
    period := case
        when from_date = to_date then 'day'
        when from_date = first_month and to_date + 1 = (from_date + interval '1 month')::date
            then 'month'
        when from_date = date_trunc('year', from_date::timestamp)::date
            and to_date + 1 = (from_date + interval '1 year')::date then 'year'
        else 'range' end;
    return query
    with sold as (
        select sku_id, units, gross_sales, discounts, returns, cogs
        from groundplan.sku_sales_daily_top(tenant, from_date, currency, ranked_by, n)
        where period = 'day'
        union all
        select sku_id, units, gross_sales, discounts, returns, cogs
        from groundplan.sku_sales_monthly_top(tenant, from_date, currency, ranked_by, n)
        where period = 'month'
        union all
        select sku_id, units, gross_sales, discounts, returns, cogs
        from groundplan.sku_sales_yearly_top(tenant, from_date, currency, ranked_by, n)
        where period = 'year'
        union all
        select sku_id, sum(units), sum(gross_sales), sum(discounts), sum(returns), sum(cogs)
        from (
            -- Folded rows and pending ones as they are: grouping them by day first costs more than
            -- all the rest. Two ranges of days, so that each is read by the index.
            select sku_id, row_count, units, gross_sales, discounts, returns, cogs
            from groundplan.sku_sales_monthly_base
            where tenant_id = tenant and currency_code = currency
                and month >= first_month and month < after_month
            union all
            select sku_id, row_count, units, gross_sales, discounts, returns, cogs
            from groundplan.sku_sales_daily_base
            where tenant_id = tenant and currency_code = currency
                and business_date between from_date and least(to_date, first_month - 1)
            union all
            select sku_id, row_count, units, gross_sales, discounts, returns, cogs
            from groundplan.sku_sales_daily_base
            where tenant_id = tenant and currency_code = currency
                and business_date between greatest(from_date, after_month) and to_date
            union all
            select sku_id, row_count, units, gross_sales, discounts, returns, cogs
            from groundplan.ledger_entries_delta
            where tenant_id = tenant and currency_code = currency
                and business_date between from_date and to_date and sku_id is not null
        ) as part
        where period = 'range'
        group by sku_id
        having sum(row_count) <> 0
    ),
    total as (
        select sum(units) as units, sum(gross_sales - discounts - returns) as net_sales,
            sum(gross_sales - discounts - returns - cogs) as profit
        from (
            select units, gross_sales, discounts, returns, cogs
            from groundplan.all_sku_sales_monthly_all_tenants
            where tenant_id = tenant and currency_code = currency
                and month >= first_month and month < after_month
            union all
            select units, gross_sales, discounts, returns, cogs
            from groundplan.all_sku_sales_daily_all_tenants
            where tenant_id = tenant and currency_code = currency
                and business_date between from_date and to_date
                and (business_date < first_month or business_date >= after_month)
        ) as part
    ),
    ranked as (
        select sold.sku_id, sku.code, sku.code_key, sku.name, sold.units, amount.net_sales,
            amount.net_sales - sold.cogs as profit,
            case ranked_by when 'units' then sold.units
                when 'profit' then amount.net_sales - sold.cogs
                else amount.net_sales end as score
        from sold
        cross join lateral (
            select sold.gross_sales - sold.discounts - sold.returns as net_sales
        ) as amount
        join catalog.skus as sku on sku.id = sold.sku_id
    )
    select
        row_number() over (order by ranked.score desc, ranked.code_key),
        ranked.sku_id, ranked.code, ranked.name, ranked.units, ranked.net_sales, ranked.profit,
        round(ranked.score / nullif(greatest(
            case ranked_by when 'units' then total.units when 'profit' then total.profit
                else total.net_sales end, 0), 0), 6)
    from ranked
    cross join total
    order by ranked.score desc, ranked.code_key
    limit n;
end
$$;
comment on function reporting.top_skus(date, date, text, text, integer) is
    'The best n SKUs of a range of business days, both ends included, in one currency, ranked by net_sales,
units or profit; ties by code. share: of all SKUs.';

create or replace view reporting.orders_wide with (security_barrier) as
select
    orders.tenant_id,
    orders.id as order_id,
    orders.number as order_number,
    orders.status,
    orders.business_date,
    orders.placed_at,
    orders.channel_code,
    channel.name as channel_name,
    orders.customer_id,
    customer.number as customer_number,
    customer.display_name as customer_name,
    address.city as shipping_city,
    address.region as shipping_region,
    address.country_code as shipping_country_code,
    items.lines,
    items.units,
    orders.currency_code,
    orders.items_net_amount,
    orders.items_tax_amount,
    orders.discount_amount,
    orders.shipping_amount,
    orders.shipping_tax_amount,
    orders.surcharge_amount,
    orders.total_amount,
    orders.refunded_amount,
    round(orders.total_amount * orders.exchange_rate, 4) as base_total_amount,
    orders.source
from sales.orders as orders
left join catalog.sales_channels as channel
    on channel.tenant_id = orders.tenant_id and channel.code = orders.channel_code
left join crm.customers as customer on customer.id = orders.customer_id
left join core.addresses as address on address.id = orders.shipping_address_id
cross join lateral (
    select count(*) as lines, coalesce(sum(item.quantity), 0) as units
    from sales.order_items as item
    where item.order_id = orders.id
) as items
where orders.tenant_id = (select core.reporting_tenant_id())
    and orders.placed_at is not null
    and not orders.is_test;
comment on view reporting.orders_wide is
    'Every placed order that is no test, with the names and sums one asks for.';
comment on column reporting.orders_wide.tenant_id is 'The tenant.';
comment on column reporting.orders_wide.order_id is 'The order.';
comment on column reporting.orders_wide.order_number is 'Number of the order.';
comment on column reporting.orders_wide.status is
    'placed, partially_fulfilled, fulfilled, completed or cancelled.';
comment on column reporting.orders_wide.business_date is 'The business day.';
comment on column reporting.orders_wide.placed_at is 'When the order was placed.';
comment on column reporting.orders_wide.channel_code is 'Sales channel of the order.';
comment on column reporting.orders_wide.channel_name is 'Name of the sales channel.';
comment on column reporting.orders_wide.customer_id is 'The customer; null for a guest.';
comment on column reporting.orders_wide.customer_number is 'Number of the customer.';
comment on column reporting.orders_wide.customer_name is 'Name of the customer.';
comment on column reporting.orders_wide.shipping_city is 'City it goes to.';
comment on column reporting.orders_wide.shipping_region is 'Region it goes to.';
comment on column reporting.orders_wide.shipping_country_code is 'Country it goes to, ISO 3166-1.';
comment on column reporting.orders_wide.lines is 'Lines of the order.';
comment on column reporting.orders_wide.units is 'Units of the order.';
comment on column reporting.orders_wide.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.orders_wide.items_net_amount is 'Sum of the lines, without tax.';
comment on column reporting.orders_wide.items_tax_amount is 'Tax of the lines.';
comment on column reporting.orders_wide.discount_amount is 'Discount on the order as a whole.';
comment on column reporting.orders_wide.shipping_amount is
    'Shipping the customer pays, without tax.';
comment on column reporting.orders_wide.shipping_tax_amount is 'Tax on shipping.';
comment on column reporting.orders_wide.surcharge_amount is 'Fees the customer pays.';
comment on column reporting.orders_wide.total_amount is 'What the customer owes.';
comment on column reporting.orders_wide.refunded_amount is 'What the customer got back.';
comment on column reporting.orders_wide.base_total_amount is
    'Total amount in the tenant''s currency.';
comment on column reporting.orders_wide.source is 'Which program made it.';

create or replace view reporting.order_lines_wide with (security_barrier) as
select
    item.tenant_id,
    item.order_id,
    orders.number as order_number,
    orders.status as order_status,
    orders.business_date,
    orders.channel_code,
    orders.customer_id,
    customer.display_name as customer_name,
    item.id as order_item_id,
    item.position,
    item.sku_id,
    item.sku_code,
    item.name as sku_name,
    product.id as product_id,
    product.name as product_name,
    brand.name as brand_name,
    category.name as category_name,
    item.quantity as units,
    item.unit_price,
    item.currency_code,
    item.subtotal_amount as gross_sales,
    item.subtotal_amount - item.net_amount as line_discount,
    item.net_amount,
    item.tax_amount,
    item.gross_amount,
    item.expected_unit_cost
from sales.order_items as item
join sales.orders as orders on orders.id = item.order_id
join catalog.skus as sku on sku.id = item.sku_id
join catalog.products as product on product.id = sku.product_id
left join catalog.brands as brand on brand.id = product.brand_id
left join catalog.product_categories as placement
    on placement.product_id = product.id and placement.is_primary
left join catalog.categories as category on category.id = placement.category_id
left join crm.customers as customer on customer.id = orders.customer_id
where item.tenant_id = (select core.reporting_tenant_id())
    and orders.placed_at is not null
    and not orders.is_test;
comment on view reporting.order_lines_wide is
    'Every line of every placed order that is no test, with the names one asks for.';
comment on column reporting.order_lines_wide.tenant_id is 'The tenant.';
comment on column reporting.order_lines_wide.order_id is 'The order.';
comment on column reporting.order_lines_wide.order_number is 'Number of the order.';
comment on column reporting.order_lines_wide.order_status is
    'placed, partially_fulfilled, fulfilled, completed or cancelled.';
comment on column reporting.order_lines_wide.business_date is 'The business day.';
comment on column reporting.order_lines_wide.channel_code is 'Sales channel of the order.';
comment on column reporting.order_lines_wide.customer_id is 'The customer; null for a guest.';
comment on column reporting.order_lines_wide.customer_name is 'Name of the customer.';
comment on column reporting.order_lines_wide.order_item_id is 'The order line.';
comment on column reporting.order_lines_wide.position is 'Its place in the order.';
comment on column reporting.order_lines_wide.sku_id is 'The SKU.';
comment on column reporting.order_lines_wide.sku_code is 'Code of the SKU when it was ordered.';
comment on column reporting.order_lines_wide.sku_name is 'Name of the SKU when it was ordered.';
comment on column reporting.order_lines_wide.product_id is 'The product it is a variant of.';
comment on column reporting.order_lines_wide.product_name is 'Name of the product.';
comment on column reporting.order_lines_wide.brand_name is 'Name of the brand, if there is one.';
comment on column reporting.order_lines_wide.category_name is
    'Name of the product''s primary category.';
comment on column reporting.order_lines_wide.units is 'Units ordered.';
comment on column reporting.order_lines_wide.unit_price is 'Price of one unit before discount.';
comment on column reporting.order_lines_wide.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.order_lines_wide.gross_sales is
    'Quantity x unit price, without tax, before discounts.';
comment on column reporting.order_lines_wide.line_discount is 'Discount on the line, without tax.';
comment on column reporting.order_lines_wide.net_amount is 'Gross sales less line discount.';
comment on column reporting.order_lines_wide.tax_amount is 'Tax on the net amount.';
comment on column reporting.order_lines_wide.gross_amount is 'What the customer pays for the line.';
comment on column reporting.order_lines_wide.expected_unit_cost is
    'What one unit was expected to cost us, in the tenant''s currency; null: unknown.';
