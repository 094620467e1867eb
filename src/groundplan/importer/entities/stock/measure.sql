-- What lies there by the movements, at the moment of each count.
select null::text, sum(level.quantity)
from records as record
join found_counts as own on own.record_number = record.record_number
cross join lateral (
    select coalesce(sum(case when movement.destination_location_id = own.location_id
        then movement.quantity else -movement.quantity end), 0) as quantity
    from inventory.inventory_movements as movement
    where movement.sku_id = own.sku_id and movement.moved_at <= own.moved_at
      and own.location_id in (movement.destination_location_id, movement.source_location_id)
) as level
where record.state in ('loaded', 'updated')
having count(*) > 0
