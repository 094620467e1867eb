-- What modules fulfillment and inventory know of an order ($1): promises, parcels, movements.
-- A number that nobody gave is the id; it says nothing.
with lines as (
    select line.reservation_id, item.sku_code
    from fulfillment.order_item_fulfillments as line
    join sales.order_items as item on item.id = line.id
    where item.order_id = $1
),
moved as (
    select shipped.movement_id
    from fulfillment.shipment_items as shipped
    join fulfillment.shipments as shipment on shipment.id = shipped.shipment_id
    where shipment.order_id = $1
    union all
    select returned.movement_id
    from fulfillment.return_items as returned
    join fulfillment.returns on returns.id = returned.return_id
    where returns.order_id = $1
)
select happened_at, kind, title, detail, amount, currency_code, quantity, actor, sku_code
from (
    select reservation.created_at, 2.5, 'stock', 'Promised',
        'at ' || location.code || ', now ' || reservation.status, null::numeric, null::text,
        reservation.quantity, reservation.created_by, line.sku_code
    from lines as line
    join inventory.reservations as reservation on reservation.id = line.reservation_id
    join inventory.locations as location on location.id = reservation.location_id
    union all
    select shipment.created_at, 5, 'status', concat_ws(' ', 'Shipment', nullif(shipment.number, shipment.id::text), 'prepared'),
        'at ' || location.code, null, null, null, shipment.created_by, null
    from fulfillment.shipments as shipment
    join inventory.locations as location on location.id = shipment.source_location_id
    where shipment.order_id = $1
    union all
    select shipment.shipped_at, 6, 'status', concat_ws(' ', 'Shipment', nullif(shipment.number, shipment.id::text), 'left'),
        concat_ws(' ', 'with ' || shipment.carrier, shipment.tracking_number), null, null, null,
        shipment.created_by, null
    from fulfillment.shipments as shipment
    where shipment.order_id = $1 and shipment.shipped_at is not null
    union all
    select returns.created_at, 5, 'status', concat_ws(' ', 'Return', nullif(returns.number, returns.id::text), 'announced'),
        returns.reason_code, null, null, null, returns.created_by, null
    from fulfillment.returns
    where returns.order_id = $1
    union all
    select returns.received_at, 6, 'status', concat_ws(' ', 'Return', nullif(returns.number, returns.id::text), 'arrived'), '', null,
        null, null, returns.created_by, null
    from fulfillment.returns
    where returns.order_id = $1 and returns.received_at is not null
    union all
    select movement.moved_at, 7, 'stock', initcap(movement.kind),
        'from ' || source.code || ' to ' || destination.code, null, null, movement.quantity,
        movement.created_by, sku.code
    from moved
    join inventory.inventory_movements as movement on movement.id = moved.movement_id
    join catalog.skus as sku on sku.id = movement.sku_id
    join inventory.locations as source on source.id = movement.source_location_id
    join inventory.locations as destination on destination.id = movement.destination_location_id
) as happened (
    happened_at, place, kind, title, detail, amount, currency_code, quantity, actor, sku_code)
order by happened_at, place, title, sku_code
limit 2000
