-- The first and the last day with orders, looked for in the months that have them.
select min(business_date), max(business_date)
from reporting.sales_daily
where orders > 0
    and business_date between (select min(day) from reporting.calendar)
        and (select max(day) from reporting.calendar)
    and currency_code = %(currency)s
    and channel_code = coalesce(%(channel)s::text, channel_code)
    and (business_date >= %(last_month)s::date
        or business_date < (%(first_month)s::date + interval '1 month')::date)
