-- A shelf in the main warehouse, stock on it, a hold, and a rule for ordering more.
insert into inventory.locations (parent_id, code, name)
select id, 'MAIN-A1', 'Shelf A1' from inventory.locations
where code = 'MAIN' and tenant_id = 1;
select inventory.receive_stock('CHAIR-S', 100, 41.5, idempotency_key => 'sample-receipt');
select inventory.receive_stock('CHAIR-L', 60, 55.25);
select inventory.adjust_stock('CHAIR-S', -2, 'damaged', note => 'fell off the shelf');
select inventory.transfer_stock('CHAIR-L', 10, 'MAIN', 'MAIN-A1');
select inventory.reserve('CHAIR-S', 3, now() + interval '1 hour');
select inventory.release((inventory.reserve('CHAIR-L', 1)).id);
insert into inventory.reorder_rules (location_id, sku_id, min_quantity, max_quantity)
select place.id, sku.id, 20, 150
from inventory.locations as place, catalog.skus as sku
where place.code = 'MAIN' and place.tenant_id = 1 and sku.is_stocked;
