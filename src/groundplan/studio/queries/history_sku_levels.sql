-- Where a SKU ($1) is now.
select location.code, location.name, level.on_hand, level.allocated,
    level.on_hand - level.allocated, level.changed_at
from inventory.stock_levels as level
join inventory.locations as location on location.id = level.location_id
where level.sku_id = $1
order by location.code
limit 500
