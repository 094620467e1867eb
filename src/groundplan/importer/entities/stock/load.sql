-- A count becomes the movement by which the level is what was counted, at the moment it was.

insert into inventory.locations (tenant_id, id, code, name, usage)
select core.current_tenant_id(),
    core.imported_id('epoch', concat_ws('|', core.current_tenant_id(), 'location', seen.code)),
    seen.code, seen.code, 'internal'
from (
    select distinct on (core.key_of(record.location_code)) record.location_code as code
    from batch
    join records as record on record.record_number = batch.record_number
    join found_counts as own on own.record_number = batch.record_number
    where own.location_id is null
    order by core.key_of(record.location_code), record.record_number
) as seen
on conflict (tenant_id, core.key_of(code)) do nothing;

update found_counts as own
set location_id = location.id
from batch
join records as record on record.record_number = batch.record_number
join inventory.locations as location
    on location.tenant_id = core.current_tenant_id()
    and core.key_of(location.code) = core.key_of(record.location_code)
where batch.record_number = own.record_number and own.location_id is null;

-- Nobody moves anything of it while it is counted.
select from inventory.stock_levels as level
join found_counts as own on own.sku_id = level.sku_id and own.location_id = level.location_id
join batch on batch.record_number = own.record_number
order by level.location_id, level.sku_id
for update of level;

insert into inventory.inventory_movements (
    tenant_id, id, destination_location_id, sku_id, source_location_id, kind, quantity, unit_cost,
    reason_code, moved_at)
select core.current_tenant_id(), own.movement_id,
    case when difference.quantity > 0 then own.location_id else outside.id end, own.sku_id,
    case when difference.quantity > 0 then outside.id else own.location_id end, 'adjustment',
    abs(difference.quantity), case when difference.quantity > 0 then record.unit_cost end,
    case when before.times = 0 then 'opening' else 'counted' end, own.moved_at
from batch
join records as record on record.record_number = batch.record_number
join found_counts as own on own.record_number = batch.record_number
cross join lateral (
    select count(*) as times,
        coalesce(sum(case when movement.destination_location_id = own.location_id
            then movement.quantity else -movement.quantity end), 0) as on_hand
    from inventory.inventory_movements as movement
    where movement.sku_id = own.sku_id and movement.moved_at <= own.moved_at
      and own.location_id in (movement.destination_location_id, movement.source_location_id)
) as before
cross join lateral (select record.quantity - before.on_hand as quantity) as difference
cross join lateral (select inventory.location_id_of(null, 'adjustment') as id) as outside
where difference.quantity <> 0
order by own.sku_id, own.location_id;
