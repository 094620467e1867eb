-- One day of the file begins: what was found, and what was ordered. The day is in the setting
-- importing.day.

insert into inventory.inventory_movements (
    tenant_id, id, destination_location_id, sku_id, source_location_id, kind, quantity,
    reason_code, note, moved_at)
select core.current_tenant_id(), found.id, inventory.location_id_of(null, 'internal'), found.sku_id,
    inventory.location_id_of(null, 'adjustment'), 'adjustment', found.quantity, 'found',
    found.description, found.invoiced_at
from adjustments as found
where found.day = current_setting('importing.day')::date and found.kind = 'found'
order by found.id;

update sales.orders as o
set status = 'placed', placed_at = new.placed_at
from new_orders as new
where new.day = current_setting('importing.day')::date and o.id = new.id;

