-- A draft, a placed order, one refunded in part, one cancelled, one completed, one placed by verb.
insert into sales.orders (
    id, number, customer_id, currency_code, billing_address_id, shipping_address_id, source, note,
    shipping_amount, shipping_tax_amount, idempotency_key)
select ('00000000-0000-7000-8000-000000005a0' || n)::uuid, 'S-' || n,
    '00000000-0000-7000-8000-00000000c401', 'EUR', '00000000-0000-7000-8000-00000000add1',
    '00000000-0000-7000-8000-00000000add1', 'sample', 'Please ring twice', 9.90, 1.88,
    'sample-' || n
from generate_series(1, 7) as n;
insert into sales.order_items (order_id, sku_id, quantity, position)
select o.id, sku.id, 2, line.position
from sales.orders as o
cross join (values (1, 'CHAIR-S'), (2, 'CHAIR-L'), (3, 'DELIVERY')) as line (position, code)
join catalog.skus as sku on sku.code = line.code
where o.number like 'S-%';
update sales.orders set status = 'placed' where number in ('S-2', 'S-3', 'S-4', 'S-5', 'S-6', 'S-7');
select sales.refund_order('00000000-0000-7000-8000-000000005a03', 25, 'a scratch');
select sales.cancel_order('00000000-0000-7000-8000-000000005a04', 'changed mind');
update sales.orders set status = 'completed' where number = 'S-5';
update sales.orders set custom_fields = '{"gift": true}' where number = 'S-2';
select sales.place_order('[{"sku": "chair-s", "quantity": 1, "unit_price": 80}]',
    customer_id => '00000000-0000-7000-8000-00000000c403', idempotency_key => 'sample-verb');
insert into sales.orders (number, currency_code) values ('S-8', 'EUR');
