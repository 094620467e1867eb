-- Sums of a range of days; what is no sum is made from sums.
select
    coalesce(sum(net_sales), 0) as net_sales,
    coalesce(sum(orders), 0)::bigint as orders,
    coalesce(sum(units), 0) as units,
    round(sum(gross_sales - discounts) / nullif(greatest(sum(orders), 0), 0), 4) as average_order_value,
    round(sum(gross_profit) / nullif(greatest(sum(net_sales), 0), 0), 6) as gross_margin
from reporting.metrics_daily
where business_date between %(first)s and %(last)s
    and currency_code = %(currency)s
    and channel_code = coalesce(%(channel)s::text, channel_code)
