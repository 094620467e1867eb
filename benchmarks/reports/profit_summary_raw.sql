select month, currency_code, channel_code, gross_sales, discounts, returns,
    gross_sales - discounts - returns as net_sales, surcharges, cogs, payment_costs, shipping_costs,
    gross_sales - discounts - returns + surcharges - cogs - payment_costs - shipping_costs,
    round(
        (gross_sales - discounts - returns + surcharges - cogs - payment_costs - shipping_costs)
        / nullif(gross_sales - discounts - returns, 0), 6),
    round(costed_sales / nullif(gross_sales - discounts, 0), 6)
from (
    select date_trunc('month', business_date::timestamp)::date as month, currency_code,
        channel_code, sum(gross_sales) as gross_sales, sum(discounts) as discounts,
        sum(returns) as returns, sum(surcharges) as surcharges, sum(cogs) as cogs,
        sum(payment_costs) as payment_costs, sum(shipping_costs) as shipping_costs,
        sum(costed_sales) as costed_sales
    from sales.ledger_entries
    where business_date between '2025-01-01' and '2025-12-31'
    group by 1, 2, 3
) as counted
order by month, currency_code, channel_code
