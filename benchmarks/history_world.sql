-- What the reports are measured on: 2,000 SKUs, 10,000 customers, three channels.
insert into crm.customers (number, display_name, country_code)
select 'B-' || n, 'Customer ' || n, 'DE' from generate_series(1, 10000) as n;
insert into catalog.sales_channels (code, name)
values ('web', 'Web'), ('shop', 'Shop'), ('market', 'Marketplace')
on conflict do nothing;
insert into catalog.products (name, slug) values ('Bench', 'bench');
insert into catalog.skus (product_id, code, name, unit_price, tax_rate)
select product.id, 'sku-' || n, 'SKU ' || n, 5 + n % 90, 0.19
from catalog.products as product, generate_series(1, 2000) as n;
insert into catalog.sku_costs (sku_id, unit_cost, valid_from)
select id, unit_price / 2, '2020-01-01Z' from catalog.skus;
create table public.bench_customers as
select row_number() over (order by number) as n, id from crm.customers;
alter table public.bench_customers add primary key (n);
create table public.bench_skus as
select substr(code, 5)::integer as n, id, unit_price, unit_price / 2 as unit_cost
from catalog.skus;
alter table public.bench_skus add primary key (n);
