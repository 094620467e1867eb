-- once: moments
create temporary table planned_placements on commit drop as
with drawn as (
    select days.tenant_id, days.day, tenant.time_zone,
        (days.tenant_id * 100000::bigint + (days.day - date '2000-01-01')) * 1000000 + place as key
    from planned_days as days
    join planned_tenants as tenant on tenant.id = days.tenant_id
    cross join lateral generate_series(1, days.orders) as place
), timed as (
    select tenant_id, key,
        (day + make_interval(secs => 3600 * (width_bucket(pg_temp.share(key, 'hour'), array(
                select value::double precision
                from planned_run as run, jsonb_array_elements_text(run.lists -> 'hours')
                    with ordinality as hour (value, place)
                order by hour.place)) - 1)
            + floor(pg_temp.share(key, 'second') * 3600000) / 1000)) at time zone time_zone
            as placed_at
    from drawn
)
select row_number() over (order by placed_at, key) as n,
    row_number() over (partition by tenant_id order by placed_at, key) as place,
    tenant_id, placed_at
from timed;

-- once: buyers
create temporary table planned_buyers on commit drop as
with drawn as (
    select placement.*,
        placement.place > 1 and pg_temp.share(placement.n, 'guest') < 0.05 as is_guest,
        placement.place = 1 or pg_temp.share(placement.n, 'new')
            < 0.24 + 0.7 / (1 + 30.0 * placement.place / tenant.orders) as is_new
    from planned_placements as placement
    join planned_tenants as tenant on tenant.id = placement.tenant_id
), counted as (
    select drawn.*,
        count(*) filter (where is_new and not is_guest)
            over (partition by tenant_id order by place) as known
    from drawn
)
select n, place, tenant_id, placed_at, is_guest,
    case when is_guest then -n
         else tenant_id * 4294967296
              + case when is_new then known
                     else ceil(known * power(pg_temp.share(n, 'who'), 0.6))::bigint end
    end as buyer
from counted;

-- once: customers
create temporary table planned_customers on commit drop as
select first.tenant_id, first.buyer, first.created_at,
    pg_temp.id_of(first.created_at, 'customer', first.buyer) as id,
    pg_temp.id_of(first.created_at, 'address', first.buyer) as address_id,
    width_bucket(pg_temp.share(first.buyer, 'market'), array(
        select market.starts from planned_markets as market order by market.place)) as market
from (
    select tenant_id, buyer, min(placed_at) as created_at
    from planned_buyers
    where not is_guest
    group by tenant_id, buyer
) as first;

-- once: orders
create temporary table planned_orders on commit drop as
with drawn as materialized (
    select buyer.n, buyer.tenant_id, buyer.placed_at, tenant.ends_at, tenant.starts_at,
        tenant.time_zone, tenant.day_starts_at, tenant.currency_code as own_currency,
        tenant.unit_in_euro as own_unit, customer.id as customer_id, customer.address_id,
        buyer.place,
        case when pg_temp.share(buyer.n, 'channel') < 0.74 then 'web'
             when pg_temp.share(buyer.n, 'channel') < 0.9 then 'marketplace'
             else 'shop' end as channel_code,
        coalesce(customer.market, width_bucket(pg_temp.share(buyer.buyer, 'market'), array(
            select market.starts from planned_markets as market order by market.place))) as market
    from planned_buyers as buyer
    join planned_tenants as tenant on tenant.id = buyer.tenant_id
    left join planned_customers as customer
        on customer.tenant_id = buyer.tenant_id and customer.buyer = buyer.buyer
), sent as materialized (
    select drawn.*, market.prices_include_tax, market.tax_rate, market.reduced_tax_rate,
        case when channel_code = 'shop' then own_currency else market.currency_code end
            as currency_code,
        case when channel_code = 'shop' then own_unit else market.unit_in_euro end as unit,
        placed_at + case when channel_code = 'shop'
            then make_interval(secs => floor(60 + 600 * pg_temp.share(n, 'sent')))
            else make_interval(secs => floor(14400 + 200000 * pg_temp.share(n, 'sent'))) end
            as sent_at,
        channel_code <> 'shop' and pg_temp.share(n, 'in two') < 0.06 as is_in_two,
        case when channel_code <> 'shop' and pg_temp.share(n, 'cancelled') < 0.025
            then placed_at + make_interval(secs =>
                floor(300 + 12000 * pg_temp.share(n, 'cancelled at'))) end as cancelled_at,
        1 + width_bucket(pg_temp.share(n, 'lines'), array[
            0.25, 0.45, 0.62, 0.74, 0.83, 0.9, 0.95, 0.975, 0.99]::double precision[])
            as lines
    from drawn
    join planned_markets as market on market.place = drawn.market
), later as materialized (
    select sent.*,
        sent_at + make_interval(secs => floor(200000 + 500000 * pg_temp.share(n, 'second')))
            as second_sent_at,
        sent_at + make_interval(secs => floor(
            case when is_in_two then 700000 else 0 end
            + 400000 + 1500000 * pg_temp.share(n, 'back'))) as after_at,
        pg_temp.share(n, 'after') as fate,
        cancelled_at is not null and cancelled_at < ends_at as is_cancelled
    from sent
), known as materialized (
    select later.*,
        case when not is_cancelled and fate < 0.055 and after_at < ends_at
            then after_at end as returned_at,
        case when not is_cancelled and fate between 0.2 and 0.22 and after_at < ends_at
            then after_at end as goodwill_at,
        after_at + make_interval(secs => floor(300000 + 900000 * pg_temp.share(n, 'done')))
            as done_at
    from later
)
select n, tenant_id, placed_at, ends_at, customer_id, address_id, place, channel_code,
    currency_code, core.minor_units(currency_code) as decimals, prices_include_tax,
    tax_rate, reduced_tax_rate, lines, market,
    pg_temp.id_of(placed_at, 'order', n) as id,
    core.business_date(placed_at, time_zone, day_starts_at) as business_date,
    time_zone, day_starts_at,
    -- What a price in the tenant's currency is multiplied by.
    own_unit / unit as price_factor, unit as unit_in_euro,
    case when currency_code = own_currency then 1
         else round((unit / own_unit)::numeric * (1 + 0.025 * sin(
             (placed_at::date - date '2000-01-01') / 70.0 + unit::double precision))::numeric, 6)
    end as exchange_rate,
    case when is_cancelled then cancelled_at end as cancelled_at,
    case when not is_cancelled and sent_at < ends_at then sent_at end as sent_at,
    is_in_two,
    case when not is_cancelled and second_sent_at < ends_at then second_sent_at end
        as second_sent_at,
    returned_at, goodwill_at,
    case when not is_cancelled and done_at < ends_at and pg_temp.share(n, 'completed') < 0.95
        then done_at end as completed_at,
    placed_at > ends_at - interval '30 days' as reserves_stock
from known;

-- once: index of orders
create index on planned_orders (n);
