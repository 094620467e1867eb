-- What module fulfillment, and the stock behind it, know of an order; $1 is its id.
with lines as (
    select line.reservation_id, item.sku_code
    from sales.order_items as item
    join fulfillment.order_item_fulfillments as line on line.id = item.id
    where item.order_id = $1
),
moved as (
    select shipped.movement_id
    from fulfillment.shipments as shipment
    join fulfillment.shipment_items as shipped on shipped.shipment_id = shipment.id
    where shipment.order_id = $1
    union all
    select returned.movement_id
    from fulfillment.returns
    join fulfillment.return_items as returned on returned.return_id = returns.id
    where returns.order_id = $1
)
select told.at, told.place, 'stock',
    -- A number that nobody gave is an id, which says nothing.
    regexp_replace(told.title, ' [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} ', ' '),
    told.detail, null::numeric, told.actor
from (
    select reservation.created_at, 2.5,
        'Reservation of ' || trim_scale(reservation.quantity) || ' ' || line.sku_code,
        'at ' || location.code || ', now ' || reservation.status, reservation.created_by
    from lines as line
    join inventory.reservations as reservation on reservation.id = line.reservation_id
    join inventory.locations as location on location.id = reservation.location_id
    union all
    select shipment.created_at, 5, 'Shipment ' || shipment.number || ' prepared',
        'at ' || location.code, shipment.created_by
    from fulfillment.shipments as shipment
    join inventory.locations as location on location.id = shipment.source_location_id
    where shipment.order_id = $1
    union all
    select shipped_at, 6, 'Shipment ' || number || ' left',
        concat_ws(' ', 'with ' || carrier, tracking_number), created_by
    from fulfillment.shipments
    where order_id = $1 and shipped_at is not null
    union all
    select created_at, 5, 'Return ' || number || ' announced', reason_code, created_by
    from fulfillment.returns
    where order_id = $1
    union all
    select received_at, 6, 'Return ' || number || ' arrived', '', created_by
    from fulfillment.returns
    where order_id = $1 and received_at is not null
    union all
    select movement.moved_at, 7,
        'Movement: ' || movement.kind || ' of ' || trim_scale(movement.quantity) || ' ' || sku.code,
        'from ' || source.code || ' to ' || destination.code, movement.created_by
    from moved
    join inventory.inventory_movements as movement on movement.id = moved.movement_id
    join catalog.skus as sku on sku.id = movement.sku_id
    join inventory.locations as source on source.id = movement.source_location_id
    join inventory.locations as destination on destination.id = movement.destination_location_id
) as told (at, place, title, detail, actor)
