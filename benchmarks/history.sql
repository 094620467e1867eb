-- The ledger of {{ total }} orders of the year 2025, as placing them and refunding three of a hundred
-- would have written it, three lines each, a third of them with a popular SKU. It is put back as from
-- a dump, because placing them one by one would take longer than measuring.
set local groundplan.maintenance = 'restore: benchmark';
create temporary table bench_lines on commit drop as
select orders.n, line.number, core.new_id() as item_id, orders.order_id, customer.id as customer_id,
    sku.id as sku_id, sku.unit_price, sku.unit_cost, orders.placed_at,
    (array['web', 'web', 'shop', 'market'])[1 + orders.n % 4] as channel_code,
    1 + orders.n % 3 as quantity
from (
    select n, core.new_id() as order_id,
        '2025-01-01 12:00Z'::timestamptz + n::float8 / {{ total }} * interval '364 days' as placed_at
    from generate_series(1, {{ total }}) as n
) as orders
cross join generate_series(1, 3) as line (number)
join public.bench_customers as customer on customer.n = 1 + (orders.n * 7919::bigint) % 10000
join public.bench_skus as sku on sku.n = 1 + case
    when line.number = 1 and orders.n % 3 = 0 then orders.n % 40
    else (orders.n * 104729::bigint + line.number * 611) % 2000 end;
insert into sales.ledger_entries (
    tenant_id, customer_id, order_id, order_item_id, sku_id, kind, channel_code, currency_code,
    business_date, order_date, posted_at, order_count, line_count, quantity, gross_sales, tax,
    costed_sales, cogs, charged, exchange_rate, base_amount)
select 1, customer_id, order_id, item_id, sku_id, 'sale', channel_code, 'EUR', placed_at::date,
    placed_at::date, placed_at, case number when 1 then 1 else 0 end, 1, quantity,
    quantity * unit_price, round(quantity * unit_price * 0.19, 2), quantity * unit_price,
    quantity * unit_cost, round(quantity * unit_price * 1.19, 2), 1,
    round(quantity * unit_price * 1.19, 2)
from bench_lines
order by n, number;
insert into sales.ledger_entries (
    tenant_id, customer_id, order_id, order_item_id, sku_id, kind, channel_code, currency_code,
    business_date, order_date, posted_at, returned_quantity, returns, charged, exchange_rate,
    base_amount)
select 1, customer_id, order_id, item_id, sku_id, 'return', channel_code, 'EUR',
    placed_at::date + 9, placed_at::date, placed_at + interval '9 days', 1, unit_price, -unit_price,
    1, -unit_price
from bench_lines
where number = 1 and n % 33 = 0 and placed_at < '2025-12-15Z'
order by n;
