-- batch: reservations
insert into inventory.reservations (
    tenant_id, id, location_id, sku_id, quantity, consumed_quantity, status, is_promised,
    created_at, version)
select line.tenant_id, pg_temp.id_of(line.placed_at, 'held', line.key), place.main_id, line.sku_id,
    line.quantity, case when line.sent_at is not null then line.quantity else 0 end,
    case when line.cancelled_at is not null then 'released'
         when line.sent_at is not null then 'consumed'
         else 'active' end,
    true, line.placed_at,
    case when line.cancelled_at is null and line.sent_at is null then 1 else 2 end
from planned_lines as line
join planned_orders as o on o.n = line.n
join planned_places as place on place.tenant_id = line.tenant_id
where line.n between %(first)s and %(last)s and o.n between %(first)s and %(last)s
  and o.reserves_stock
order by line.n, line.position;

-- batch: how far each line has come
insert into fulfillment.order_item_fulfillments (
    tenant_id, id, reservation_id, sku_id, quantity, shipped_quantity, returned_quantity)
select line.tenant_id, line.id,
    case when o.reserves_stock then pg_temp.id_of(line.placed_at, 'held', line.key) end,
    line.sku_id, line.quantity,
    case when line.sent_at is not null then line.quantity else 0 end,
    case when line.returned_at is not null then line.returned else 0 end
from planned_lines as line
join planned_orders as o on o.n = line.n
where line.n between %(first)s and %(last)s and o.n between %(first)s and %(last)s
order by line.n, line.position;

-- batch: shipments
insert into fulfillment.shipments (
    tenant_id, id, currency_code, order_id, source_location_id, number, status, carrier,
    tracking_number, shipped_at, business_date, created_at, version)
select o.tenant_id, pg_temp.id_of(part.sent_at, 'shipment', o.n * 2 + part.place), o.currency_code,
    o.id, place.main_id, (1000 + o.n)::text || '-' || part.place,
    case when part.sent_at < o.ends_at - interval '4 days' then 'delivered' else 'shipped' end,
    carrier.name,
    case when carrier.name is not null
        then upper(left(carrier.name, 2)) || 100000000 + o.n * 2 + part.place end,
    part.sent_at, core.business_date(part.sent_at, o.time_zone, o.day_starts_at), part.sent_at,
    case when part.sent_at < o.ends_at - interval '4 days' then 3 else 2 end
from planned_orders as o
join planned_totals as total on total.n = o.n
join planned_places as place on place.tenant_id = o.tenant_id
cross join lateral (
    values (1, o.sent_at), (2, case when total.has_second then o.second_sent_at end)
) as part (place, sent_at)
cross join lateral (
    select case when o.channel_code <> 'shop' then (array['Postbote', 'Swiftline', 'Kestrel'])[
        1 + floor(pg_temp.share(o.n, 'carrier') * 3)::integer] end as name
) as carrier
where o.n between %(first)s and %(last)s and part.sent_at is not null
order by o.n, part.place;

-- batch: items of shipments
insert into fulfillment.shipment_items (
    tenant_id, id, movement_id, order_item_id, shipment_id, sku_id, quantity, is_shipped,
    created_at)
select line.tenant_id, pg_temp.id_of(line.sent_at, 'sent', line.key),
    pg_temp.id_of(line.sent_at, 'issue', line.key), line.id,
    pg_temp.id_of(line.sent_at, 'shipment', line.n * 2 + line.parcel), line.sku_id,
    line.quantity, true, line.sent_at
from planned_lines as line
where line.n between %(first)s and %(last)s and line.sent_at is not null
order by line.n, line.position;

-- batch: returns
insert into fulfillment.returns (
    tenant_id, id, currency_code, destination_location_id, order_id, number, status, reason_code,
    received_at, business_date, created_at, version)
select o.tenant_id, pg_temp.id_of(o.returned_at, 'back', o.n), o.currency_code, place.main_id,
    o.id, 'R' || 1000 + o.n, 'received', pg_temp.return_reason(o.n), o.returned_at,
    core.business_date(o.returned_at, o.time_zone, o.day_starts_at), o.returned_at, 2
from planned_orders as o
join planned_places as place on place.tenant_id = o.tenant_id
where o.n between %(first)s and %(last)s and o.returned_at is not null
order by o.n;

-- batch: items of returns
insert into fulfillment.return_items (
    tenant_id, id, movement_id, order_item_id, return_id, sku_id, quantity, disposition,
    is_received, created_at)
select line.tenant_id, pg_temp.id_of(line.returned_at, 'item back', line.key),
    pg_temp.id_of(line.returned_at, 'return', line.key), line.id,
    pg_temp.id_of(line.returned_at, 'back', line.n), line.sku_id, line.returned,
    case when line.is_restocked then 'restock' else 'discard' end, true, line.returned_at
from planned_lines as line
where line.n between %(first)s and %(last)s and line.returned_at is not null
order by line.n, line.position;

-- batch: cost of goods in the ledger
insert into sales.ledger_entries (
    tenant_id, id, customer_id, order_id, order_item_id, sku_id, kind, channel_code,
    currency_code, business_date, order_date, posted_at, cogs, exchange_rate)
select o.tenant_id, pg_temp.id_of(moved.moment, moved.what, line.key), o.customer_id, o.id,
    line.id, line.sku_id, 'cogs', o.channel_code, o.currency_code,
    core.business_date(moved.moment, o.time_zone, o.day_starts_at), o.business_date, moved.moment,
    moved.sign * round(moved.quantity * line.sent_unit_cost / o.exchange_rate, o.decimals),
    o.exchange_rate
from planned_lines as line
join planned_orders as o on o.n = line.n
cross join lateral (
    select 'cost' as what, 1 as sign, line.quantity, line.sent_at as moment
    where line.sent_at is not null
    union all
    select 'cost back', -1, line.returned, line.returned_at
    where line.is_restocked
) as moved
where line.n between %(first)s and %(last)s and o.n between %(first)s and %(last)s
order by line.n, line.position, moved.sign desc;
