-- What module fulfillment, and the stock behind it, know of an order; $1 is its id.
with lines as (
    select line.id, line.reservation_id, item.sku_code
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
select happened.happened_at, happened.what, happened.detail, happened.actor
from (
    select reservation.created_at, 2.5, 'reservation',
        trim_scale(reservation.quantity) || ' of ' || line.sku_code || ' held at ' || location.code
            || ', now ' || reservation.status,
        reservation.created_by
    from lines as line
    join inventory.reservations as reservation on reservation.id = line.reservation_id
    join inventory.locations as location on location.id = reservation.location_id
    union all
    select shipment.created_at, 5, 'shipment',
        shipment.number || ' prepared at ' || location.code, shipment.created_by
    from fulfillment.shipments as shipment
    join inventory.locations as location on location.id = shipment.source_location_id
    where shipment.order_id = $1
    union all
    select shipment.shipped_at, 6, 'shipment',
        concat_ws(' ', shipment.number, 'left', 'with ' || shipment.carrier,
            shipment.tracking_number),
        shipment.created_by
    from fulfillment.shipments as shipment
    where shipment.order_id = $1 and shipment.shipped_at is not null
    union all
    select returns.created_at, 5, 'return', returns.number || ' announced: ' || returns.reason_code,
        returns.created_by
    from fulfillment.returns
    where returns.order_id = $1
    union all
    select returns.received_at, 6, 'return', returns.number || ' arrived', returns.created_by
    from fulfillment.returns
    where returns.order_id = $1 and returns.received_at is not null
    union all
    select movement.moved_at, 7, 'movement',
        movement.kind || ': ' || trim_scale(movement.quantity) || ' of ' || sku.code || ' from '
            || source.code || ' to ' || destination.code,
        movement.created_by
    from moved
    join inventory.inventory_movements as movement on movement.id = moved.movement_id
    join catalog.skus as sku on sku.id = movement.sku_id
    join inventory.locations as source on source.id = movement.source_location_id
    join inventory.locations as destination on destination.id = movement.destination_location_id
) as happened (happened_at, place, what, detail, actor)
order by happened.happened_at, happened.place, happened.detail
