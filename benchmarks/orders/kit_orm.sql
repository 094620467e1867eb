\set a random(1, 10000)
\set b random(1, 10000)
\set c random(1, 10000)
\set customer random(1, 20000)
begin;
insert into sales.orders (customer_id)
select id from public.bench_customers where n = :customer::integer
returning id as placed \gset
insert into sales.order_items (order_id, sku_id, quantity)
select :placed::uuid, id, 1 from public.bench_skus where n = :a::integer;
insert into sales.order_items (order_id, sku_id, quantity)
select :placed::uuid, id, 2 from public.bench_skus where n = :b::integer;
insert into sales.order_items (order_id, sku_id, quantity)
select :placed::uuid, id, 3 from public.bench_skus where n = :c::integer;
update sales.orders set status = 'placed' where id = :placed::uuid;
commit;
