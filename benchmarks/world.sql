-- What both sides of the order benchmark sell: 10,000 SKUs with stock, 20,000 customers.
insert into crm.customers (number, display_name, country_code)
select 'B-' || n, 'Customer ' || n, 'DE' from generate_series(1, 20000) as n;
insert into catalog.products (name, slug) values ('Bench', 'bench');
insert into catalog.skus (product_id, code, name, unit_price, tax_rate)
select product.id, 'sku-' || n, 'SKU ' || n, 5 + n % 90, 0.19
from catalog.products as product, generate_series(1, 10000) as n;
insert into catalog.sku_costs (sku_id, unit_cost, valid_from)
select id, unit_price / 2, '2020-01-01Z' from catalog.skus;
insert into inventory.inventory_movements (
    sku_id, source_location_id, destination_location_id, kind, quantity, reason_code)
select sku.id, lost.id, main.id, 'adjustment', 100000000, 'opening'
from catalog.skus as sku, inventory.locations as lost, inventory.locations as main
where lost.code = 'ADJUSTMENT' and main.code = 'MAIN';
create table public.bench_customers as
select row_number() over (order by number) as n, id from crm.customers;
alter table public.bench_customers add primary key (n);
create table public.bench_skus as
select substr(sku.code, 5)::integer as n, sku.id, sku.code, sku.kind, sku.name, sku.unit_price,
    sku.tax_rate, cost.unit_cost
from catalog.skus as sku
join catalog.sku_costs as cost on cost.sku_id = sku.id;
alter table public.bench_skus add primary key (n);
