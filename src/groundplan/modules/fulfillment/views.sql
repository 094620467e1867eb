-- fulfillment: what the warehouse and analysts read.

create or replace view reporting.shipments_wide with (security_barrier) as
select
    shipment.tenant_id,
    shipment.id as shipment_id,
    shipment.number as shipment_number,
    shipment.status,
    shipment.order_id,
    orders.number as order_number,
    orders.placed_at,
    location.code as location_code,
    shipment.carrier,
    shipment.tracking_number,
    shipment.shipped_at,
    shipment.business_date,
    extract(epoch from shipment.shipped_at - orders.placed_at) / 3600 as hours_to_ship,
    items.lines,
    items.units
from fulfillment.shipments as shipment
join sales.orders as orders on orders.id = shipment.order_id
join inventory.locations as location on location.id = shipment.source_location_id
cross join lateral (
    select count(*) as lines, coalesce(sum(item.quantity), 0) as units
    from fulfillment.shipment_items as item
    where item.shipment_id = shipment.id
) as items
where shipment.tenant_id = (select core.reporting_tenant_id());
comment on view reporting.shipments_wide is 'Every shipment with its order and how long it took.';
comment on column reporting.shipments_wide.tenant_id is 'The tenant.';
comment on column reporting.shipments_wide.shipment_id is 'The shipment.';
comment on column reporting.shipments_wide.shipment_number is 'Number on the papers.';
comment on column reporting.shipments_wide.status is 'draft, shipped, delivered or cancelled.';
comment on column reporting.shipments_wide.order_id is 'The order.';
comment on column reporting.shipments_wide.order_number is 'Number of the order.';
comment on column reporting.shipments_wide.placed_at is 'When the order was placed.';
comment on column reporting.shipments_wide.location_code is 'Code of the location it leaves from.';
comment on column reporting.shipments_wide.carrier is 'Who carries it.';
comment on column reporting.shipments_wide.tracking_number is 'The carrier''s number.';
comment on column reporting.shipments_wide.shipped_at is 'When it left.';
comment on column reporting.shipments_wide.business_date is 'The business day.';
comment on column reporting.shipments_wide.hours_to_ship is
    'Hours from placing the order to this shipment leaving.';
comment on column reporting.shipments_wide.lines is 'Order lines in it.';
comment on column reporting.shipments_wide.units is 'Units in it.';

create or replace view reporting.unshipped_lines with (security_barrier) as
select
    line.tenant_id,
    item.order_id,
    orders.number as order_number,
    orders.placed_at,
    line.id as order_item_id,
    line.sku_id,
    item.sku_code,
    item.name as sku_name,
    line.quantity as ordered_units,
    line.shipped_quantity as shipped_units,
    line.quantity - line.shipped_quantity as unshipped_units,
    line.reservation_id is not null as is_reserved
from fulfillment.order_item_fulfillments as line
join sales.order_items as item on item.id = line.id
join sales.orders as orders on orders.id = item.order_id
where line.tenant_id = (select core.reporting_tenant_id())
    and line.shipped_quantity < line.quantity
    and orders.status in ('placed', 'partially_fulfilled');
comment on view reporting.unshipped_lines is 'What is still to be picked and sent.';
comment on column reporting.unshipped_lines.tenant_id is 'The tenant.';
comment on column reporting.unshipped_lines.order_id is 'The order.';
comment on column reporting.unshipped_lines.order_number is 'Number of the order.';
comment on column reporting.unshipped_lines.placed_at is 'When the order was placed.';
comment on column reporting.unshipped_lines.order_item_id is 'The order line.';
comment on column reporting.unshipped_lines.sku_id is 'The SKU.';
comment on column reporting.unshipped_lines.sku_code is 'Code of the SKU when it was ordered.';
comment on column reporting.unshipped_lines.sku_name is 'Name of the SKU when it was ordered.';
comment on column reporting.unshipped_lines.ordered_units is 'Units ordered.';
comment on column reporting.unshipped_lines.shipped_units is 'Units that have left.';
comment on column reporting.unshipped_lines.unshipped_units is 'Units still to be sent.';
comment on column reporting.unshipped_lines.is_reserved is 'Whether stock is held for it.';
