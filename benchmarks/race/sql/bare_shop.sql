-- The shop in bare tables.
insert into shop.customers (name)
select 'Customer ' || n from generate_series(1, {{ customers }}) as n;
insert into shop.skus (code, name, unit_price)
select 'sku-' || n, 'SKU ' || n, 5 + n % 90
from generate_series(1, {{ skus }} + {{ last_units }}) as n;
insert into shop.stock (sku_id, on_hand)
select id, case when id <= {{ skus }} then {{ stock }} else 1 end from shop.skus;
