-- 334 more orders of three lines, whose ledger rows wait to be folded.
set local groundplan.fold_batch = '0';
create temporary table bench_orders on commit drop as
select n, core.new_id() as id, '2025-12-01 12:00Z'::timestamptz + n * interval '1 hour' as placed_at
from generate_series(1, 334) as n;
insert into sales.orders (id, customer_id, channel_code, reserves_stock)
select new.id, customer.id, 'web', false
from bench_orders as new
join public.bench_customers as customer on customer.n = new.n * 29;
insert into sales.order_items (order_id, sku_id, quantity)
select new.id, sku.id, line
from bench_orders as new
cross join generate_series(1, 3) as line
join public.bench_skus as sku on sku.n = 1 + (new.n * 17 + line * 611) % 2000
order by new.n;
update sales.orders as o
set status = 'placed', placed_at = new.placed_at
from bench_orders as new
where o.id = new.id;
