-- What was ordered on the day leaves: a shipment for each order.

insert into fulfillment.shipments (
    tenant_id, id, currency_code, order_id, source_location_id, number)
select core.current_tenant_id(), new.shipment_id, 'GBP', new.id,
    inventory.location_id_of(null, 'internal'), new.invoice
from new_orders as new
where new.day = current_setting('importing.day')::date
order by new.invoice;

insert into fulfillment.shipment_items (tenant_id, shipment_id, order_item_id, sku_id, quantity)
select core.current_tenant_id(), new.shipment_id, item.id, item.sku_id, item.quantity
from new_orders as new
join sales.order_items as item on item.order_id = new.id
where new.day = current_setting('importing.day')::date
order by new.invoice, item.position;

update fulfillment.shipments as shipment
set status = 'shipped', shipped_at = new.placed_at
from new_orders as new
where new.day = current_setting('importing.day')::date and shipment.id = new.shipment_id;

