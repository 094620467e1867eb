\set a random(1, 10000)
\set b random(1, 10000)
\set c random(1, 10000)
\set customer random(1, 20000)
begin;
insert into bare.orders (tenant_id, customer_id, currency_code)
select 1, id, 'EUR' from public.bench_customers where n = :customer::integer
returning id as placed \gset
insert into bare.order_items (
    tenant_id, id, order_id, sku_id, position, currency_code, sku_code, sku_kind, name, quantity,
    unit_price, price_includes_tax, discount_amount, tax_rate, subtotal_amount, net_amount,
    tax_amount, gross_amount, expected_unit_cost)
select 1, core.new_id(), :placed::uuid, id, 1, 'EUR', code, kind, name, 1, unit_price, false, 0,
    tax_rate, 1 * unit_price, 1 * unit_price, round(1 * unit_price * tax_rate, 2),
    1 * unit_price + round(1 * unit_price * tax_rate, 2), unit_cost
from public.bench_skus where n = :a::integer;
insert into bare.order_items (
    tenant_id, id, order_id, sku_id, position, currency_code, sku_code, sku_kind, name, quantity,
    unit_price, price_includes_tax, discount_amount, tax_rate, subtotal_amount, net_amount,
    tax_amount, gross_amount, expected_unit_cost)
select 1, core.new_id(), :placed::uuid, id, 2, 'EUR', code, kind, name, 2, unit_price, false, 0,
    tax_rate, 2 * unit_price, 2 * unit_price, round(2 * unit_price * tax_rate, 2),
    2 * unit_price + round(2 * unit_price * tax_rate, 2), unit_cost
from public.bench_skus where n = :b::integer;
insert into bare.order_items (
    tenant_id, id, order_id, sku_id, position, currency_code, sku_code, sku_kind, name, quantity,
    unit_price, price_includes_tax, discount_amount, tax_rate, subtotal_amount, net_amount,
    tax_amount, gross_amount, expected_unit_cost)
select 1, core.new_id(), :placed::uuid, id, 3, 'EUR', code, kind, name, 3, unit_price, false, 0,
    tax_rate, 3 * unit_price, 3 * unit_price, round(3 * unit_price * tax_rate, 2),
    3 * unit_price + round(3 * unit_price * tax_rate, 2), unit_cost
from public.bench_skus where n = :c::integer;
update bare.orders
set status = 'placed', placed_at = now(), business_date = now()::date, item_count = lines.item_count,
    items_net_amount = lines.net, items_tax_amount = lines.tax,
    total_amount = lines.net + lines.tax, exchange_rate = 1, version = 2
from (
    select count(*) as item_count, sum(net_amount) as net, sum(tax_amount) as tax
    from bare.order_items where order_id = :placed::uuid
) as lines
where id = :placed::uuid;
insert into bare.order_status_history (tenant_id, order_id, from_status, to_status, entity_version)
values (1, :placed::uuid, 'draft', 'placed', 2);
insert into bare.ledger_entries (
    tenant_id, customer_id, order_id, order_item_id, sku_id, kind, channel_code, currency_code,
    business_date, order_date, posted_at, order_count, line_count, quantity, gross_sales, tax,
    costed_sales, charged, exchange_rate, base_amount)
select 1, placed.customer_id, placed.id, item.id, item.sku_id, 'sale', 'web', 'EUR',
    placed.business_date, placed.business_date, placed.placed_at,
    case item.position when 1 then 1 else 0 end, 1, item.quantity, item.subtotal_amount,
    item.tax_amount, item.net_amount, item.gross_amount, 1, item.gross_amount
from bare.orders as placed
join bare.order_items as item on item.order_id = placed.id
where placed.id = :placed::uuid;
insert into bare.delta ({{ columns }})
select {{ counted }}
from bare.ledger_entries as entry
cross join lateral groundplan.map_ledger_entries(row(entry.*)::sales.ledger_entries) as counted
where entry.order_id = :placed::uuid;
insert into bare.order_item_fulfillments (tenant_id, id, reservation_id, sku_id, quantity)
select 1, id, core.new_id(), sku_id, quantity
from bare.order_items where order_id = :placed::uuid;
insert into bare.reservations (tenant_id, id, location_id, sku_id, quantity)
select 1, followed.reservation_id, place.id, followed.sku_id, followed.quantity
from bare.order_items as item
join bare.order_item_fulfillments as followed on followed.id = item.id
cross join inventory.locations as place
where item.order_id = :placed::uuid and place.usage = 'internal' and place.is_default;
update bare.stock_levels as level
set allocated = level.allocated + item.quantity
from bare.order_items as item
cross join inventory.locations as place
where item.order_id = :placed::uuid and place.usage = 'internal' and place.is_default
  and level.location_id = place.id and level.sku_id = item.sku_id;
commit;
