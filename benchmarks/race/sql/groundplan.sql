-- The shop in Groundplan.
insert into crm.customers (number, display_name)
select 'R-' || n, 'Customer ' || n from generate_series(1, {{ customers }}) as n;
insert into catalog.products (name, slug) values ('Race', 'race');
insert into catalog.skus (product_id, code, name, unit_price, tax_rate)
select product.id, 'sku-' || n, 'SKU ' || n, 5 + n % 90, 0
from catalog.products as product, generate_series(1, {{ skus }} + {{ last_units }}) as n;
insert into inventory.inventory_movements (
    sku_id, source_location_id, destination_location_id, kind, quantity, reason_code)
select sku.id, lost.id, main.id, 'adjustment',
    case when substr(sku.code, 5)::integer <= {{ skus }} then {{ stock }} else 1 end, 'opening'
from catalog.skus as sku, inventory.locations as lost, inventory.locations as main
where lost.code = 'ADJUSTMENT' and main.code = 'MAIN';
create table public.race_customers as
select substr(number, 3)::integer as n, id from crm.customers;
alter table public.race_customers add primary key (n);
create table public.race_skus as
select substr(code, 5)::integer as n, id, unit_price from catalog.skus;
alter table public.race_skus add primary key (n);
