-- The same orders in Groundplan's sales ledger, put back as from a dump: placing so many one by one
-- would take longer than all that is measured.
begin;
set local groundplan.maintenance = 'restore: race';
insert into sales.ledger_entries (
    tenant_id, customer_id, order_id, order_item_id, sku_id, kind, channel_code, currency_code,
    business_date, order_date, posted_at, order_count, line_count, quantity, gross_sales, tax,
    costed_sales, charged, exchange_rate, base_amount)
select 1, customer.id, orders.id, core.new_id(), sku.id, 'sale', 'web', 'EUR',
    (placed_at at time zone 'UTC')::date, (placed_at at time zone 'UTC')::date, placed_at,
    case line when 1 then 1 else 0 end, 1, amount.quantity, amount.quantity * sku.unit_price, 0,
    0, amount.quantity * sku.unit_price, 1, amount.quantity * sku.unit_price
from (
    select n, core.new_id() as id, timestamptz '{{ today }} 12:00Z' - interval '365 days'
        + n::float8 / {{ orders }} * interval '364 days' as placed_at
    from generate_series(1, {{ orders }}) as n
) as orders
cross join generate_series(1, 3) as line
cross join lateral (select 1 + (orders.n + line) % 3 as quantity) as amount
join public.race_customers as customer
    on customer.n = 1 + (orders.n * 7919::bigint) % {{ customers }}
join public.race_skus as sku
    on sku.n = 1 + (orders.n * 104729::bigint + line * 611) % {{ skus }}
order by orders.n, line;
commit;
select groundplan.rebuild_ledger_entries();
