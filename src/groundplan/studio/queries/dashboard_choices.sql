-- Currencies and channels that something was ever sold in: by the months, which are few. What lies
-- off the calendar cannot be drawn.
select
    currency_code,
    channel_code,
    min(month) filter (where orders > 0 and month between edge.first and edge.last) as first_month,
    max(month) filter (where orders > 0 and month between edge.first and edge.last) as last_month,
    sum(orders)::bigint as orders
from reporting.metrics_monthly
cross join (select min(day) as first, max(day) as last from reporting.calendar) as edge
group by currency_code, channel_code
order by currency_code, channel_code
