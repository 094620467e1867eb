-- Currencies and channels that something was ever sold in: by the months, which are few.
select
    currency_code,
    channel_code,
    min(month) filter (where orders > 0) as first_month,
    max(month) filter (where orders > 0) as last_month,
    sum(orders)::bigint as orders
from reporting.metrics_monthly
group by currency_code, channel_code
order by currency_code, channel_code
