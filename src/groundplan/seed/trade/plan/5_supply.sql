-- once: what each delivery has to last for
create temporary table planned_cycles on commit drop as
with moved as (
    -- Goods count as gone when they are ordered: so whatever is sent later is there.
    select line.sku_key, line.placed_at as moment, line.quantity as wanted, 0 as back
    from planned_lines as line
    union all
    select line.sku_key, line.cancelled_at, 0, line.quantity
    from planned_lines as line
    where line.cancelled_at is not null
    union all
    select line.sku_key, line.returned_at, 0, line.returned
    from planned_lines as line
    where line.is_restocked
), placed as (
    select sku.key, sku.tenant_id, sku.first_delivery, sku.cycle_days, moved.wanted, moved.back,
        floor((date_part('epoch', moved.moment) - sku.first_delivery)
            / (86400 * sku.cycle_days))::integer + case when moved.back > 0 then 1 else 0 end
            as cycle
    from moved
    join planned_skus as sku on sku.key = moved.sku_key
), summed as (
    select key, cycle, sum(wanted) as wanted, sum(back) as back
    from placed
    group by key, cycle
), aimed as (
    -- A delivery fills the shelf up for all that is wanted until the next one and some more; a
    -- short one not.
    select summed.*,
        wanted + case when wanted = 0 or key_of.is_short then 0 else ceil(wanted * 0.12) + 1 end
            as level,
        coalesce(sum(wanted) over earlier, 0) as gone
    from summed
    cross join lateral (
        select pg_temp.share(summed.key * 4096 + summed.cycle, 'short') < 0.08 as is_short
    ) as key_of
    window earlier as (partition by key order by cycle
                       rows between unbounded preceding and 1 preceding)
), filled as (
    select aimed.*,
        max(case when wanted > 0 then level + gone else 0 end) over (
            partition by key order by cycle) as filled_to
    from aimed
), asked as (
    select filled.*,
        filled_to - coalesce(lag(filled_to) over (partition by key order by cycle), 0) as asked
    from filled
), spared as (
    -- What came back or was never sent is on the shelf already.
    select asked.*,
        sum(back - asked) over (partition by key order by cycle) as balance
    from asked
), kept as (
    select spared.*,
        balance - least(0, min(balance) over (partition by key order by cycle)) as spare
    from spared
)
select key, cycle, asked,
    asked - (coalesce(lag(spare) over (partition by key order by cycle), 0) + back - spare)
        as delivered
from kept;

-- once: deliveries
create temporary table planned_deliveries on commit drop as
select sku.tenant_id, sku.id as sku_id, sku.key as sku_key, cycle.cycle,
    to_timestamp(sku.first_delivery + cycle.cycle * 86400::bigint * sku.cycle_days) as moment,
    cycle.delivered::integer + broken.quantity as quantity, broken.quantity as broken,
    sku.costs[least(cardinality(sku.costs), greatest(1, 1 + floor((sku.first_delivery
        + cycle.cycle * 86400::bigint * sku.cycle_days - date_part('epoch', sku.starts_at))
        / 31536000)::integer))] as unit_cost,
    tenant.ends_at, tenant.time_zone, tenant.day_starts_at
from planned_cycles as cycle
join planned_skus as sku on sku.key = cycle.key
join planned_tenants as tenant on tenant.id = sku.tenant_id
cross join lateral (
    -- Some of what arrives is found broken within two days.
    select case when cycle.delivered >= 8
            and pg_temp.share(cycle.key * 4096 + cycle.cycle, 'broken') < 0.06
        then ceil(cycle.delivered * 0.03)::integer else 0 end as quantity
) as broken
where cycle.delivered > 0
order by moment, sku.key;
