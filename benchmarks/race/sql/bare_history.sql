-- {{ orders }} orders of three lines over the year before {{ today }}, in bare tables.
create temporary table race_lines as
select n, line, 1 + (n * 7919::bigint) % {{ customers }} as customer,
    1 + (n * 104729::bigint + line * 611) % {{ skus }} as sku, 1 + (n + line) % 3 as quantity,
    timestamptz '{{ today }} 12:00Z' - interval '365 days'
        + n::float8 / {{ orders }} * interval '364 days' as placed_at
from generate_series(1, {{ orders }}) as n
cross join generate_series(1, 3) as line;
insert into shop.orders (id, customer_id, status, placed_at, total_amount)
select n, customer, 'placed', placed_at, sum(quantity * sku.unit_price)
from race_lines
join shop.skus as sku on sku.id = race_lines.sku
group by n, customer, placed_at
order by n;
insert into shop.order_items (order_id, sku_id, quantity, unit_price)
select n, sku.id, quantity, sku.unit_price
from race_lines
join shop.skus as sku on sku.id = race_lines.sku
order by n, line;
drop table race_lines;
create materialized view shop.daily_sales as
select (placed_at at time zone 'UTC')::date as day, count(*) as orders,
    sum(total_amount) as net_sales
from shop.orders
group by 1;
create unique index on shop.daily_sales (day);
create materialized view shop.sku_daily_sales as
select (o.placed_at at time zone 'UTC')::date as day, item.sku_id,
    sum(item.quantity) as units, sum(item.quantity * item.unit_price) as net_sales
from shop.orders as o
join shop.order_items as item on item.order_id = o.id
group by 1, 2;
create unique index on shop.sku_daily_sales (day, sku_id);
