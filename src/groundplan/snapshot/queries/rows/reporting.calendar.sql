-- By years, with the days that a year lacks. What a day says of itself is a check.
select
    'year' as kind,
    'reporting.calendar' as place,
    to_char(years.first, 'YYYY') as name,
    jsonb_build_object('lacks', case
        when years.days = make_date(years.year + 1, 1, 1) - years.first then '{}'
        else array(
            select (years.first + n)::text
            from generate_series(0, make_date(years.year + 1, 1, 1) - years.first - 1) as n
            where not exists (select from reporting.calendar where day = years.first + n)
            order by n)
        end) as aspects
from (
    select make_date(extract(year from day)::integer, 1, 1) as first,
        extract(year from day)::integer as year, count(*) as days
    from reporting.calendar
    where day between '1900-01-01' and '2199-12-31'
    group by 1, 2
) as years;
