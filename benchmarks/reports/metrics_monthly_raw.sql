with first_order as (
    select customer_id, min(business_date) as business_date
    from sales.ledger_entries
    where order_count > 0
    group by customer_id
), counted as (
    select date_trunc('month', entry.business_date::timestamp)::date as month, entry.currency_code, entry.channel_code,
        sum(entry.order_count) as orders, sum(entry.quantity) as units,
        sum(entry.line_count) as lines, sum(entry.gross_sales) as gross_sales,
        sum(entry.discounts) as discounts, sum(entry.returns) as returns,
        sum(entry.tax) as tax, sum(entry.shipping) as shipping,
        sum(entry.surcharges) as surcharges, sum(entry.cogs) as cogs,
        count(distinct entry.customer_id) filter (where entry.order_count > 0) as customers,
        count(distinct entry.customer_id) filter (
            where entry.order_count > 0 and date_trunc('month', first_order.business_date::timestamp)::date = date_trunc('month', entry.business_date::timestamp)::date) as new_customers
    from sales.ledger_entries as entry
    left join first_order on first_order.customer_id = entry.customer_id
    where entry.business_date between '2025-01-01' and '2025-12-31'
    group by 1, 2, 3
), returned as (
    select date_trunc('month', order_date::timestamp)::date as month, currency_code, channel_code, sum(returns) as returns
    from sales.ledger_entries
    where order_date between '2025-01-01' and '2025-12-31' and returns <> 0
    group by 1, 2, 3
)
select month, currency_code, channel_code, coalesce(counted.orders, 0), coalesce(counted.units, 0),
    coalesce(counted.lines, 0), coalesce(counted.gross_sales, 0), coalesce(counted.discounts, 0),
    coalesce(counted.returns, 0), coalesce(returned.returns, 0),
    counted.gross_sales - counted.discounts - counted.returns,
    counted.tax, counted.shipping, counted.surcharges,
    counted.gross_sales - counted.discounts - counted.returns
        + counted.tax + counted.shipping + counted.surcharges,
    counted.cogs, counted.gross_sales - counted.discounts - counted.returns - counted.cogs,
    round((counted.gross_sales - counted.discounts - counted.returns - counted.cogs)
        / nullif(counted.gross_sales - counted.discounts - counted.returns, 0), 6),
    counted.customers, counted.new_customers, counted.customers - counted.new_customers,
    round((counted.gross_sales - counted.discounts) / nullif(counted.orders, 0), 4),
    round(counted.units / nullif(counted.orders, 0), 4)
from counted
full join returned using (month, currency_code, channel_code)
order by month, currency_code, channel_code
