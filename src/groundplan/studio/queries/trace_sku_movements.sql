-- The newest movements of a SKU ($1) before a place in time ($2 day, $3 moment, $4 id), from the
-- index on SKU and day: those of other days are not read.
select movement.id, movement.business_date, movement.moved_at, movement.kind, movement.quantity,
    source.id, source.code, destination.id, destination.code, movement.created_by,
    concat_ws(': ', movement.reason_code, movement.note)
from inventory.inventory_movements as movement
join inventory.locations as source on source.id = movement.source_location_id
join inventory.locations as destination on destination.id = movement.destination_location_id
where movement.sku_id = $1
    and movement.business_date <= coalesce($2::date, 'infinity')
    and (movement.business_date, movement.moved_at, movement.id) < (
        coalesce($2::date, 'infinity'), coalesce($3::timestamptz, 'infinity'),
        coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
order by movement.business_date desc, movement.moved_at desc, movement.id desc
limit 201
