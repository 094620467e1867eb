-- Where a SKU lies now; $1 is its id.
select location.id, location.code, location.name, level.on_hand, level.allocated
from inventory.stock_levels as level
join inventory.locations as location on location.id = level.location_id
where level.sku_id = $1 and location.usage in ('internal', 'transit')
order by location.code
