-- once: what is wanted
create temporary table planned_wishes on commit drop as
with wished as (
    select o.n, o.tenant_id, o.placed_at, o.channel_code, wish.place, tenant.skus,
        o.n * 16 + wish.place as key,
        wish.place = 1 and pg_temp.share(o.n, 'hot') < run.hot_share as is_hot
    from planned_orders as o
    cross join planned_run as run
    join planned_tenants as tenant on tenant.id = o.tenant_id
    cross join lateral generate_series(1, o.lines) as wish (place)
), drawn as materialized (
    -- Few SKUs sell often, many seldom: the ranks of a Zipf distribution.
    select wished.*,
        case when is_hot then 1 else least(skus, floor(power(
            (power((skus + 1)::double precision, 0.25::double precision) - 1)
                * pg_temp.share(key, 'sku') + 1, 4::double precision))::integer) end as rank
    from wished
), looked_for as (
    select drawn.*,
        -- Some deliveries are too small: the shelf is empty from a moment on until the next one.
        -- What sells best is never out.
        drawn.rank > 1
        and pg_temp.share(sku.key * 4096 + cycle.number, 'short') < 0.08
        and cycle.passed > 0.5 + 0.4 * pg_temp.share(sku.key * 4096 + cycle.number, 'out from')
            as is_out
    from drawn
    join planned_skus as sku on sku.tenant_id = drawn.tenant_id and sku.rank = drawn.rank
    cross join lateral (
        select floor(cycles)::integer as number, cycles - floor(cycles) as passed
        from (
            select (date_part('epoch', drawn.placed_at) - sku.first_delivery)
                / (86400 * sku.cycle_days) as cycles
            offset 0
        ) as counted
        offset 0
    ) as cycle
)
-- Who finds an empty shelf orders without it; who wanted nothing else takes what sells best.
select n, tenant_id, case when is_out then 1 else rank end as rank, min(place) as place
from looked_for
where not is_out or place = 1
group by 1, 2, 3;

-- once: lines
create temporary table planned_lines on commit drop as
with numbered as (
    select wish.n, wish.rank,
        row_number() over (partition by wish.n order by wish.place)::integer as position,
        count(*) over (partition by wish.n) as lines,
        wish.n * 16 + wish.place as key
    from planned_wishes as wish
), priced as (
    select numbered.n, numbered.position, numbered.key, o.tenant_id, o.placed_at, o.decimals,
        o.prices_include_tax, o.ends_at, sku.id as sku_id, sku.key as sku_key, sku.costs,
        sku.starts_at,
        o.cancelled_at, o.goodwill_at,
        case when o.is_in_two and numbered.lines > 1 and numbered.position = numbered.lines
            then 2 else 1 end as parcel,
        case when o.is_in_two and numbered.lines > 1 and numbered.position = numbered.lines
            then o.second_sent_at else o.sent_at end as sent_at,
        1 + floor(4 * power(pg_temp.share(key_of.key, 'quantity'), 5))::integer as quantity,
        round(sku.unit_price * o.price_factor, o.decimals) as unit_price,
        coalesce(promotion.discount, 0) as discount,
        case when sku.is_reduced then o.reduced_tax_rate else o.tax_rate end as tax_rate,
        case when numbered.position = 1 or pg_temp.share(key_of.key, 'also back') < 0.3
            then o.returned_at end as returned_at
    from numbered
    cross join lateral (select numbered.key) as key_of
    join planned_orders as o on o.n = numbered.n
    join planned_skus as sku on sku.tenant_id = o.tenant_id and sku.rank = numbered.rank
    left join planned_promotions as promotion
        on promotion.day = o.business_date and promotion.category in ('', sku.category)
), rounded as materialized (
    select priced.*,
        round(quantity * unit_price, decimals) as price,
        round(quantity * unit_price * discount, decimals) as discount_amount,
        costs[least(cardinality(costs), 1 + floor(
            date_part('epoch', placed_at - starts_at) / 31536000)::integer)] as expected_unit_cost,
        costs[least(cardinality(costs), 1 + floor(
            date_part('epoch', sent_at - starts_at) / 31536000)::integer)] as sent_unit_cost,
        case when returned_at is not null
            then ceil(quantity * pg_temp.share(key, 'how many back'))::integer end as returned
    from priced
), net as materialized (
    select rounded.*,
        case when prices_include_tax then round(price / (1 + tax_rate), decimals)
             else price end as subtotal_amount,
        case when prices_include_tax
             then round((price - discount_amount) / (1 + tax_rate), decimals)
             else price - discount_amount end as net_amount
    from rounded
)
select n, position, key, tenant_id, sku_id, sku_key, parcel, quantity, unit_price, tax_rate,
    discount_amount, subtotal_amount, net_amount,
    case when prices_include_tax then price - discount_amount - net_amount
         else round(net_amount * tax_rate, decimals) end as tax_amount,
    expected_unit_cost, sent_unit_cost, placed_at, sent_at, cancelled_at, returned_at,
    greatest(1, returned) as returned,
    returned_at is not null and pg_temp.share(key, 'damaged') > 0.14 as is_restocked,
    pg_temp.id_of(placed_at, 'line', key) as id
from net
order by n, position;

-- once: index of lines
create index on planned_lines (n);

-- once: totals
create temporary table planned_totals on commit drop as
select o.n, sum.lines, sum.net_amount, sum.tax_amount, sum.has_second,
    extra.discount_amount,
    shipping.amount as shipping_amount,
    round(shipping.amount * o.tax_rate, o.decimals) as shipping_tax_amount,
    extra.surcharge_amount
from (
    select line.n, count(*)::integer as lines, sum(net_amount) as net_amount,
        sum(tax_amount) as tax_amount, bool_or(parcel = 2) as has_second
    from planned_lines as line
    group by line.n
) as sum
join planned_orders as o on o.n = sum.n
cross join lateral (
    select round(case
        when o.channel_code = 'shop' then 0
        when sum.net_amount * o.unit_in_euro > 60 then 0
        else 4.1 / o.unit_in_euro end, o.decimals) as amount
) as shipping
cross join lateral (
    -- A voucher on an order as a whole; not on those of which something comes back.
    select case when o.returned_at is null and o.goodwill_at is null
            and sum.net_amount * o.unit_in_euro > 50 and pg_temp.share(o.n, 'voucher') < 0.03
        then round(5 / o.unit_in_euro, o.decimals) else 0 end as discount_amount,
        case when pg_temp.share(o.n, 'wrapped') < 0.025
        then round(3.5 / o.unit_in_euro, o.decimals) else 0 end as surcharge_amount
) as extra;

-- once: index of totals
create index on planned_totals (n);
