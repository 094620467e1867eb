-- A shop in which everything has happened that the database derives something from, by its verbs, on
-- days of 2024. What the reports count is folded half-way, so that something is left to fold.

update core.tenants
set name = 'Tea house', time_zone = 'Europe/Berlin', day_starts_at = '04:00',
    publishes_events = true
where id = 1;
select core.create_tenant('The neighbour');

insert into core.addresses (id, recipient, line_1, city, country_code)
values ('00000000-0000-7000-8000-00000000add1', 'Ada Lovelace', 'Lindenstr. 4', 'Berlin', 'DE'),
    ('00000000-0000-7000-8000-00000000add2', 'Charles Babbage', 'Park Row 9', 'Nottingham', 'GB');
update core.addresses set city = 'Potsdam' where recipient = 'Ada Lovelace';
insert into crm.customers (id, number, display_name, email)
values ('00000000-0000-7000-8000-00000000c401', 'C-1', 'Ada Lovelace', 'ada@example.com'),
    ('00000000-0000-7000-8000-00000000c402', 'C-2', 'A guest', 'guest@example.com');
update crm.customers set phone = '+49 30 000' where number = 'C-1';
insert into crm.contacts (customer_id, full_name)
select id, 'Charles Babbage' from crm.customers where number = 'C-1';
update crm.contacts set phone = '+44 115 000';
insert into crm.customer_addresses (customer_id, address_id, purpose)
values ('00000000-0000-7000-8000-00000000c401', '00000000-0000-7000-8000-00000000add1', 'shipping');
update crm.customer_addresses set purpose = 'billing';

insert into catalog.sales_channels (code, name, time_zone)
values ('tokyo', 'Tokyo', 'Asia/Tokyo');
update catalog.sales_channels set name = 'Tokyo shop' where code = 'tokyo';
insert into catalog.brands (name) values ('Oak & Iron'), ('Leaf');
update catalog.brands set name = 'Oak and Iron' where name = 'Oak & Iron';
insert into catalog.categories (id, parent_id, name, slug)
values ('00000000-0000-7000-8000-000000000c01', null, 'Drinks', 'drinks'),
    ('00000000-0000-7000-8000-000000000c02', '00000000-0000-7000-8000-000000000c01', 'Tea', 'tea');
update catalog.categories set name = 'Teas' where slug = 'tea';
insert into catalog.products (id, name, slug)
values ('00000000-0000-7000-8000-000000000d01', 'Tea', 'tea'),
    ('00000000-0000-7000-8000-000000000d02', 'Course', 'course');
update catalog.products set description = 'From the hill' where slug = 'tea';
insert into catalog.product_categories (product_id, category_id)
values ('00000000-0000-7000-8000-000000000d01', '00000000-0000-7000-8000-000000000c02');
insert into catalog.product_options (id, product_id, name)
values ('00000000-0000-7000-8000-000000000e01', '00000000-0000-7000-8000-000000000d01', 'Size'),
    ('00000000-0000-7000-8000-000000000e02', '00000000-0000-7000-8000-000000000d02', 'Level');
update catalog.product_options set position = 2 where name = 'Size';
insert into catalog.product_option_values (id, option_id, product_id, name)
values ('00000000-0000-7000-8000-000000000e11', '00000000-0000-7000-8000-000000000e01',
        '00000000-0000-7000-8000-000000000d01', 'Large'),
    ('00000000-0000-7000-8000-000000000e12', '00000000-0000-7000-8000-000000000e02',
        '00000000-0000-7000-8000-000000000d02', 'First');
update catalog.product_option_values set position = 2 where name = 'Large';
insert into catalog.skus (product_id, code, name, kind, unit_price, tax_rate, is_stocked, allows_backorder)
values ('00000000-0000-7000-8000-000000000d01', 'TEA', 'Tea', 'goods', 12.5, 0.07, true, false),
    ('00000000-0000-7000-8000-000000000d01', 'CUP', 'Cup', 'goods', 9.99, 0.19, true, false),
    ('00000000-0000-7000-8000-000000000d01', 'POT', 'Pot', 'goods', 49, 0.19, true, true),
    ('00000000-0000-7000-8000-000000000d02', 'COURSE', 'Course', 'service', 80, 0.19, false, false),
    ('00000000-0000-7000-8000-000000000d02', 'GIFT', 'Gift card', 'gift_card', 25, 0, false, false);
update catalog.skus set unit_price = 13 where code = 'TEA';
insert into catalog.sku_option_values (sku_id, product_id, option_id, option_value_id)
select id, product_id, '00000000-0000-7000-8000-000000000e01', '00000000-0000-7000-8000-000000000e11'
from catalog.skus where code = 'TEA';
-- What a cup costs, nobody knows.
insert into catalog.sku_costs (sku_id, unit_cost, valid_from, valid_to)
select sku.id, cost.unit_cost, cost.valid_from::timestamptz, cost.valid_to::timestamptz
from (values
    ('TEA', 5, '2020-01-01Z', '2024-03-10Z'), ('TEA', 5.5, '2024-03-10Z', null),
    ('POT', 20, '2020-01-01Z', null), ('COURSE', 30, '2020-01-01Z', null)
) as cost (code, unit_cost, valid_from, valid_to)
join catalog.skus as sku on sku.code = cost.code;
update catalog.sku_costs set unit_cost = 21 where unit_cost = 20;

insert into inventory.locations (code, name, time_zone) values ('EAST', 'East', 'Asia/Tokyo');
update inventory.locations set name = 'Far East' where code = 'EAST';
select inventory.receive_stock('TEA', 100, 5.1, received_at => '2024-02-01 10:00Z');
select inventory.receive_stock('TEA', 50, 5.2, 'EAST', received_at => '2024-02-01 20:00Z');
select inventory.receive_stock('CUP', 40, received_at => '2024-02-02 23:30Z');
select inventory.receive_stock('POT', 10, 20, received_at => '2024-02-03 10:00Z');
select inventory.adjust_stock('CUP', -2, 'damaged', adjusted_at => '2024-02-04 10:00Z');
select inventory.adjust_stock('TEA', 3, 'found', adjusted_at => '2024-02-04 10:00Z');
insert into inventory.inventory_movements (sku_id, source_location_id, destination_location_id,
    kind, quantity, reason_code, moved_at, reverses_id)
select sku_id, destination_location_id, source_location_id, kind, quantity, 'found',
    '2024-02-04 11:00Z', id
from inventory.inventory_movements where reason_code = 'found';
select inventory.transfer_stock('POT', 2, 'MAIN', 'EAST', '2024-02-05 10:00Z');
insert into inventory.reorder_rules (location_id, sku_id, min_quantity, max_quantity)
select place.id, sku.id, 20, 150
from inventory.locations as place, catalog.skus as sku
where place.code = 'MAIN' and place.tenant_id = 1 and sku.code in ('TEA', 'CUP');
update inventory.reorder_rules set max_quantity = 160;
select inventory.reserve('TEA', 3, now() + interval '1 hour');
select inventory.release((inventory.reserve('CUP', 1)).id);

-- Sent in two parts, partly returned, refunded beside.
do $$
declare
    o sales.orders;
begin
    o := sales.place_order(
        '[{"sku": "TEA", "quantity": 3, "discount_amount": 1.5}, {"sku": "CUP", "quantity": 4}]',
        customer_id => '00000000-0000-7000-8000-00000000c401', discount_amount => 5,
        shipping_amount => 4.9, shipping_tax_amount => 0.93, surcharge_amount => 2,
        placed_at => '2024-03-01 22:30Z', note => 'Please ring twice');
    perform fulfillment.ship_order(o.id, '[{"position": 1, "quantity": 2}]',
        shipped_at => '2024-03-02 02:30Z');
    perform fulfillment.ship_order(o.id, shipped_at => '2024-03-12 12:00Z', carrier => 'Parcel');
    perform fulfillment.return_items(o.id,
        '[{"position": 1, "quantity": 1}, {"position": 2, "quantity": 1, "disposition": "discard"}]',
        received_at => '2024-03-20 12:00Z', reason_code => 'damaged');
    perform sales.refund_order(o.id, 3, 'a scratch', refunded_at => '2024-03-21 23:30Z');
end
$$;

-- In another currency and with tax in its prices, sent from another zone; a service came back.
do $$
declare
    o sales.orders;
begin
    o := sales.place_order('[{"sku": "TEA", "quantity": 2, "unit_price": 15.99},
            {"sku": "COURSE", "quantity": 2, "unit_price": 95}]',
        customer_id => '00000000-0000-7000-8000-00000000c402', channel_code => 'tokyo',
        currency_code => 'USD', exchange_rate => 0.9123, prices_include_tax => true,
        discount_amount => 7.77, placed_at => '2024-03-03 18:30Z');
    perform fulfillment.ship_order(o.id, location => 'EAST', shipped_at => '2024-03-04 18:30Z');
    perform fulfillment.return_items(o.id, '[{"position": 2, "quantity": 1}]', location => 'EAST',
        received_at => '2024-03-09 18:30Z');
    update sales.orders set status = 'completed' where id = o.id;
end
$$;
update fulfillment.shipments set status = 'delivered' where shipped_at = '2024-03-04 18:30Z';

select groundplan.fold();

-- Taken back as a whole; tea in it has a cost, the cup has none.
do $$
declare
    o sales.orders;
begin
    o := sales.place_order('[{"sku": "CUP", "quantity": 1}, {"sku": "TEA", "quantity": 2}]',
        customer_id => '00000000-0000-7000-8000-00000000c401', channel_code => 'tokyo',
        discount_amount => 2, shipping_amount => 3, placed_at => '2024-03-05 10:00Z');
    perform sales.cancel_order(o.id, 'changed mind', cancelled_at => '2024-03-06 19:30Z');
end
$$;

-- A gift card in it; a pot that is not there; nothing of it is sent. And one from elsewhere.
select sales.place_order('[{"sku": "GIFT", "quantity": 2}, {"sku": "POT", "quantity": 9},
        {"sku": "TEA", "quantity": 1}]',
    discount_amount => 10, placed_at => '2024-04-01 12:00Z', idempotency_key => 'gift');
do $$
declare
    o sales.orders;
begin
    insert into sales.orders (number, currency_code, reserves_stock, source)
    values ('OLD-1', 'EUR', false, 'elsewhere')
    returning * into o;
    insert into sales.order_items (order_id, sku_id, quantity)
    select o.id, id, 2 from catalog.skus where code = 'TEA';
    update sales.orders set status = 'placed', placed_at = '2024-02-10 12:00Z' where id = o.id;
    update sales.orders set status = 'completed' where id = o.id;
    update sales.orders set note = 'By telephone' where id = o.id;
end
$$;

-- A test order, paid back in part.
do $$
declare
    o sales.orders;
begin
    o := sales.place_order('[{"sku": "TEA", "quantity": 1}]', is_test => true,
        placed_at => '2024-04-02 12:00Z');
    perform sales.refund_order(o.id, 1, 'only a test', refunded_at => '2024-04-03 12:00Z');
end
$$;

-- Drafts of everything, and one that was given up.
insert into sales.orders (id, number, currency_code)
values ('00000000-0000-7000-8000-000000005a01', 'D-1', 'EUR'),
    ('00000000-0000-7000-8000-000000005a02', 'D-2', 'EUR');
insert into sales.order_items (order_id, sku_id, quantity)
select '00000000-0000-7000-8000-000000005a01', id, 2 from catalog.skus where code = 'TEA';
update sales.orders set status = 'cancelled' where number = 'D-2';
do $$
declare
    o sales.orders;
begin
    o := sales.place_order('[{"sku": "CUP", "quantity": 2}]', placed_at => '2024-04-04 12:00Z');
    insert into fulfillment.shipments (id, order_id, source_location_id)
    select '00000000-0000-7000-8000-000000005b01', o.id, id
    from inventory.locations where is_default and tenant_id = 1;
    insert into fulfillment.shipment_items (shipment_id, order_item_id, quantity)
    select '00000000-0000-7000-8000-000000005b01', id, 1
    from sales.order_items where order_id = o.id;
    perform fulfillment.ship_order(o.id, '[{"position": 1, "quantity": 1}]',
        shipped_at => '2024-04-05 12:00Z');
    insert into fulfillment.returns (id, order_id, destination_location_id)
    select '00000000-0000-7000-8000-000000005c01', o.id, id
    from inventory.locations where is_default and tenant_id = 1;
    insert into fulfillment.return_items (return_id, order_item_id, quantity)
    select '00000000-0000-7000-8000-000000005c01', id, 1
    from sales.order_items where order_id = o.id;
    update fulfillment.returns set status = 'cancelled'
    where id = '00000000-0000-7000-8000-000000005c01';
end
$$;
insert into reporting.verifications (rules, violations, reports, differences) values (0, 0, 0, 0);
-- What is over by now.
insert into crm.customers (number, display_name) values ('C-3', 'Kurt Gone');
update crm.customers set status = 'erased', display_name = 'erased' where number = 'C-3';
select core.create_tenant('The former neighbour');
update core.tenants set status = 'closed' where name = 'The former neighbour';
insert into catalog.products (name, slug) values ('Coffee', 'coffee');
update catalog.products set status = 'archived' where slug = 'coffee';
insert into catalog.skus (product_id, code, name, kind, unit_price)
select id, 'COFFEE', 'Coffee', 'goods', 5 from catalog.products where slug = 'coffee';
update catalog.skus set status = 'archived' where code = 'COFFEE';
insert into catalog.sales_channels (code, name) values ('fair', 'Fair');
update catalog.sales_channels set is_active = false where code = 'fair';
insert into inventory.locations (code, name) values ('BARN', 'Barn');
update inventory.locations set status = 'closed' where code = 'BARN';
