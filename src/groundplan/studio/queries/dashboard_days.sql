-- Days without orders are there, as zeros.
select
    calendar.day,
    coalesce(sum(metrics.net_sales), 0) as net_sales,
    coalesce(sum(metrics.orders), 0)::bigint as orders
from reporting.calendar as calendar
left join reporting.metrics_daily as metrics
    on metrics.business_date = calendar.day
    and metrics.business_date between %(first)s and %(last)s
    and metrics.currency_code = %(currency)s
    and metrics.channel_code = coalesce(%(channel)s::text, metrics.channel_code)
where calendar.day between %(first)s and %(last)s
group by calendar.day
order by calendar.day
