-- once: markets
create temporary table planned_markets on commit drop as
select market.*
from planned_run as run
cross join lateral jsonb_to_recordset(run.lists -> 'markets') as market (
    place integer, starts double precision, country_code text, currency_code text,
    unit_in_euro numeric, tax_rate numeric, reduced_tax_rate numeric, prices_include_tax boolean,
    given text[], given_plain text[], family text[], family_plain text[], streets text[],
    cities text[], postal_codes text[], organizations text[]);

-- once: tenants that are still missing
select core.create_tenant(
    format('%s %s', company.first ->> (place % jsonb_array_length(company.first)),
        company.second ->> (place / jsonb_array_length(company.first)
            % jsonb_array_length(company.second)))
        || case when place >= company.names then ' ' || 1 + place / company.names else '' end,
    home.currency_code, home.time_zone)
from planned_run as run
cross join lateral generate_series((select count(*)::integer from core.tenants), run.tenants - 1)
    as place
cross join lateral (
    select run.lists -> 'companies' -> 'first' as first,
        run.lists -> 'companies' -> 'second' as second,
        jsonb_array_length(run.lists -> 'companies' -> 'first')
        * jsonb_array_length(run.lists -> 'companies' -> 'second') as names
) as company
cross join lateral jsonb_to_record(run.lists -> 'homes'
    -> (place % jsonb_array_length(run.lists -> 'homes'))) as home (
    currency_code text, time_zone text)
order by place;

-- once: what each tenant sells
create temporary table planned_tenants on commit drop as
select tenant.id, tenant.currency_code, tenant.time_zone, tenant.day_starts_at,
    core.minor_units(tenant.currency_code) as decimals,
    coalesce((
        select market.unit_in_euro from planned_markets as market
        where market.currency_code = tenant.currency_code limit 1), 1) as unit_in_euro,
    run.starts_on::timestamp at time zone tenant.time_zone as starts_at,
    (run.ends_on + 1)::timestamp at time zone tenant.time_zone as ends_at,
    size.orders,
    least(20000, greatest(8, (3 * sqrt(size.orders))::integer)) as skus
from planned_run as run
cross join lateral (
    select listed.*, row_number() over (order by listed.id) as place
    from core.tenants as listed
    order by listed.id
    limit run.tenants
) as tenant
cross join lateral (
    select case
        when run.skew = 'even' then
            run.orders * tenant.place / run.tenants - run.orders * (tenant.place - 1) / run.tenants
        when tenant.place = 1 then run.orders - small.orders * (run.tenants - 1)
        else small.orders end as orders
    from (
        -- All small ones together sell a tenth of what the giant sells with them.
        select greatest(1, run.orders / 10 / greatest(1, run.tenants - 1)) as orders
    ) as small
) as size;

-- once: promotions
create temporary table planned_promotions on commit drop as
select day::date as day, promotion.discount, promotion.category, promotion.more
from planned_run as run
cross join lateral generate_series(
    run.starts_on::timestamp, run.ends_on::timestamp, interval '1 day') as day
join lateral jsonb_to_recordset(run.lists -> 'promotions') as promotion (
    first text, last text, discount numeric, category text, more double precision)
    on to_char(day, 'MM-DD') between promotion.first and promotion.last;

-- once: days
create temporary table planned_days on commit drop as
with weighed as (
    select tenant.id as tenant_id, tenant.orders, calendar.day::date as day,
        -- Arrays are read out once; the document would be unpacked for every row.
        (array(select jsonb_array_elements_text(lists -> 'weekdays')::double precision
               from planned_run))[extract(isodow from calendar.day)::integer]
        * (array(select jsonb_array_elements_text(lists -> 'months')::double precision
                 from planned_run))[extract(month from calendar.day)::integer]
        * coalesce(promotion.more, 1)
        * (1 + 0.25 * (calendar.day::date - run.starts_on) / 365.0)
        * (0.88 + 0.24 * pg_temp.share(
            tenant.id * 100000::bigint + (calendar.day::date - date '2000-01-01'), 'day'))
            as weight
    from planned_run as run
    cross join lateral generate_series(
        run.starts_on::timestamp, run.ends_on::timestamp, interval '1 day') as calendar (day)
    left join planned_promotions as promotion on promotion.day = calendar.day::date
    cross join planned_tenants as tenant
), summed as (
    select weighed.*,
        sum(weight) over (partition by tenant_id order by day) as up_to
    from weighed
), counted as (
    select tenant_id, day,
        floor(up_to / max(up_to) over (partition by tenant_id) * orders
            + pg_temp.share(tenant_id, 'phase'))::integer as placed
    from summed
)
select tenant_id, day,
    placed - coalesce(lag(placed) over (partition by tenant_id order by day), 0) as orders
from counted;
