-- Cost coverage is no sum: it is made from the sums that it is a share of.
select
    calendar.day as month,
    coalesce(sum(profit.net_sales), 0) as net_sales,
    coalesce(sum(profit.net_sales - profit.cogs), 0) as gross_profit,
    coalesce(sum(profit.cogs), 0) as cogs,
    coalesce(sum(profit.surcharges), 0) as surcharges,
    coalesce(sum(profit.payment_costs), 0) as payment_costs,
    coalesce(sum(profit.shipping_costs), 0) as shipping_costs,
    coalesce(sum(profit.profit), 0) as profit,
    round(sum(profit.profit) / nullif(greatest(sum(profit.net_sales), 0), 0), 6) as profit_margin,
    round(sum(sales.costed_sales) / nullif(greatest(sum(sales.gross_sales - sales.discounts), 0), 0), 6)
        as cost_coverage
from reporting.calendar as calendar
left join reporting.profit_summary as profit
    on profit.month = calendar.day
    and profit.month between %(first)s and %(last)s
    and profit.currency_code = %(currency)s
    and profit.channel_code = coalesce(%(channel)s::text, profit.channel_code)
left join reporting.sales_monthly as sales
    on sales.month = profit.month
    and sales.month between %(first)s and %(last)s
    and sales.currency_code = profit.currency_code
    and sales.channel_code = profit.channel_code
where calendar.day between %(first)s and %(last)s and calendar.day = calendar.month_start
group by calendar.day
order by calendar.day
