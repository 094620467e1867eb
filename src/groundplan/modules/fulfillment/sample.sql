-- One order sent in full and partly returned, one sent in part, a shipment being packed.
select fulfillment.ship_order('00000000-0000-7000-8000-000000005a06', carrier => 'Parcel');
select fulfillment.return_items('00000000-0000-7000-8000-000000005a06',
    '[{"position": 1, "quantity": 1}, {"position": 2, "quantity": 1, "disposition": "discard"}]',
    reason_code => 'damaged');
select fulfillment.ship_order('00000000-0000-7000-8000-000000005a07',
    '[{"position": 1, "quantity": 1}]', carrier => 'Parcel');
insert into fulfillment.shipments (id, order_id, source_location_id, carrier)
select '00000000-0000-7000-8000-000000005b01', '00000000-0000-7000-8000-000000005a07', id, 'Van'
from inventory.locations where is_default and tenant_id = 1;
insert into fulfillment.shipment_items (shipment_id, order_item_id, quantity)
select '00000000-0000-7000-8000-000000005b01', id, 1 from sales.order_items
where order_id = '00000000-0000-7000-8000-000000005a07' and position = 2;
insert into fulfillment.returns (id, order_id, destination_location_id)
select '00000000-0000-7000-8000-000000005c01', '00000000-0000-7000-8000-000000005a06', id
from inventory.locations where is_default and tenant_id = 1;
insert into fulfillment.return_items (return_id, order_item_id, quantity)
select '00000000-0000-7000-8000-000000005c01', id, 1 from sales.order_items
where order_id = '00000000-0000-7000-8000-000000005a06' and position = 1;
