-- Fifty-one years of days; again and again without harm.

insert into reporting.calendar (
    day, year, quarter, month, month_start, iso_year, iso_week, weekday, weekday_name)
select
    day,
    extract(year from day), extract(quarter from day), extract(month from day),
    date_trunc('month', day::timestamp)::date,
    extract(isoyear from day), extract(week from day), extract(isodow from day),
    to_char(day, 'FMDay')
from (
    select '2000-01-01'::date + n as day
    from generate_series(0, '2050-12-31'::date - '2000-01-01'::date) as n
) as days
on conflict (day) do nothing;
