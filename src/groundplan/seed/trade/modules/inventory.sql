-- once: places
create temporary table planned_places on commit drop as
select tenant.id as tenant_id,
    (select id from inventory.locations
     where tenant_id = tenant.id and usage = 'internal' and is_default) as main_id,
    (select id from inventory.locations
     where tenant_id = tenant.id and usage = 'supplier' order by code limit 1) as supplier_id,
    (select id from inventory.locations
     where tenant_id = tenant.id and code = 'CUSTOMER') as customer_id,
    (select id from inventory.locations
     where tenant_id = tenant.id and code = 'ADJUSTMENT') as lost_id
from planned_tenants as tenant;

-- once: reorder rules
insert into inventory.reorder_rules (
    tenant_id, id, location_id, sku_id, min_quantity, max_quantity, lead_time_days, created_at)
select sku.tenant_id, pg_temp.id_of(sku.starts_at - interval '60 days', 'rule', sku.key),
    place.main_id, sku.id, ceil(usual.quantity * 0.2), ceil(usual.quantity * 1.2) + 1,
    least(sku.cycle_days, 14), sku.starts_at - interval '60 days'
from planned_skus as sku
join planned_places as place on place.tenant_id = sku.tenant_id
join (
    select cycle.key, avg(cycle.asked) as quantity
    from planned_cycles as cycle
    group by cycle.key
    having avg(cycle.asked) > 0
) as usual on usual.key = sku.key
order by sku.key;

-- once: receipts
insert into inventory.inventory_movements (
    tenant_id, id, destination_location_id, sku_id, source_location_id, kind, quantity, unit_cost,
    note, moved_at, business_date, request_hash, created_at)
select delivery.tenant_id, made.id, place.main_id, delivery.sku_id, place.supplier_id, 'receipt',
    delivery.quantity, delivery.unit_cost,
    case when delivery.cycle = 0 then 'First delivery' else 'Replenishment' end,
    delivery.moment,
    core.business_date(delivery.moment, delivery.time_zone, delivery.day_starts_at),
    encode(sha256(convert_to(made.id::text, 'UTF8')), 'hex'), delivery.moment
from planned_deliveries as delivery
join planned_places as place on place.tenant_id = delivery.tenant_id
cross join lateral (
    select pg_temp.id_of(delivery.moment, 'receipt', delivery.sku_key * 4096 + delivery.cycle)
        as id
) as made
order by delivery.moment, delivery.sku_key;

-- once: breakage
insert into inventory.inventory_movements (
    tenant_id, id, destination_location_id, sku_id, source_location_id, kind, quantity, unit_cost,
    reason_code, moved_at, business_date, created_at)
select delivery.tenant_id,
    pg_temp.id_of(found.moment, 'broken', delivery.sku_key * 4096 + delivery.cycle),
    place.lost_id, delivery.sku_id, place.main_id, 'adjustment', delivery.broken,
    delivery.unit_cost, 'damaged', found.moment,
    core.business_date(found.moment, delivery.time_zone, delivery.day_starts_at), found.moment
from planned_deliveries as delivery
join planned_places as place on place.tenant_id = delivery.tenant_id
cross join lateral (
    select delivery.moment + make_interval(secs => floor(3600 + 160000 * pg_temp.share(
        delivery.sku_key * 4096 + delivery.cycle, 'found'))) as moment
) as found
where delivery.broken > 0 and found.moment < delivery.ends_at
order by found.moment, delivery.sku_key;

-- batch: what left the house
insert into inventory.inventory_movements (
    tenant_id, id, destination_location_id, sku_id, source_location_id, kind, quantity, unit_cost,
    moved_at, business_date, created_at)
select line.tenant_id, pg_temp.id_of(line.sent_at, 'issue', line.key), place.customer_id,
    line.sku_id, place.main_id, 'issue', line.quantity, line.sent_unit_cost, line.sent_at,
    core.business_date(line.sent_at, tenant.time_zone, tenant.day_starts_at), line.sent_at
from planned_lines as line
join planned_places as place on place.tenant_id = line.tenant_id
join planned_tenants as tenant on tenant.id = line.tenant_id
where line.n between %(first)s and %(last)s and line.sent_at is not null
order by line.n, line.position;

-- batch: what came back
insert into inventory.inventory_movements (
    tenant_id, id, destination_location_id, sku_id, source_location_id, kind, quantity, unit_cost,
    moved_at, business_date, created_at)
select line.tenant_id, pg_temp.id_of(line.returned_at, 'return', line.key),
    case when line.is_restocked then place.main_id else place.lost_id end, line.sku_id,
    place.customer_id, 'return', line.returned, line.sent_unit_cost, line.returned_at,
    core.business_date(line.returned_at, tenant.time_zone, tenant.day_starts_at),
    line.returned_at
from planned_lines as line
join planned_places as place on place.tenant_id = line.tenant_id
join planned_tenants as tenant on tenant.id = line.tenant_id
where line.n between %(first)s and %(last)s and line.returned_at is not null
order by line.n, line.position;

-- last: stock levels
insert into inventory.stock_levels (
    tenant_id, id, location_id, sku_id, on_hand, allocated, changed_at)
select moved.tenant_id, pg_temp.id_of(min(moved.moment), 'level', sku.key), moved.location_id,
    moved.sku_id, sum(moved.quantity), sum(moved.held), max(moved.moment)
from (
    select movement.tenant_id, movement.destination_location_id as location_id, movement.sku_id,
        movement.quantity, 0 as held, movement.moved_at as moment
    from inventory.inventory_movements as movement
    union all
    select movement.tenant_id, movement.source_location_id, movement.sku_id, -movement.quantity,
        0, movement.moved_at
    from inventory.inventory_movements as movement
    union all
    select held.tenant_id, held.location_id, held.sku_id, 0, held.quantity, held.created_at
    from inventory.reservations as held
    where held.status = 'active'
) as moved
join inventory.locations as place
    on place.id = moved.location_id and place.usage in ('internal', 'transit')
join planned_skus as sku on sku.id = moved.sku_id
group by moved.tenant_id, moved.location_id, moved.sku_id, sku.key
order by sku.key;
