"""What follows from shipments and returns, worked out anew: movements, costs, what was held."""

from __future__ import annotations

from groundplan.modules.core.business_days import (
    business_days,
    counted_before_a_place_changed,
)

_PLACE_DAYS = business_days("inventory.locations", "id")


def _day(table: str, moment: str, place: str) -> str:
    return f"""with {_PLACE_DAYS}
select parcel.id, 'business_date ' || parcel.business_date as detail
from {table} as parcel
left join days as day
    on day.tenant_id = parcel.tenant_id and day.place = parcel.{place}
    and core.business_date(parcel.{moment}, day.time_zone, day.day_starts_at)
        = parcel.business_date
where parcel.{moment} is not null and day.place is null"""


SHIPMENT_DAY = _day("fulfillment.shipments", "shipped_at", "source_location_id")
RETURN_DAY = _day("fulfillment.returns", "received_at", "destination_location_id")

SENT_BEFORE_A_PLACE_CHANGED = "\nunion all\n".join(
    (
        counted_before_a_place_changed(
            "fulfillment.shipments",
            "shipped_at",
            ("inventory.locations", "id", "source_location_id"),
        ),
        counted_before_a_place_changed(
            "fulfillment.returns",
            "received_at",
            ("inventory.locations", "id", "destination_location_id"),
        ),
    )
)

# What the catalog has ever said a SKU costs, from when to when: costs may be corrected later.
_COSTS = """costs as (
    select cost.sku_id, cost.unit_cost, cost.valid_from, cost.valid_to
    from catalog.sku_costs as cost
    union
    select before.sku_id, before.unit_cost, before.valid_from, before.valid_to
    from core.audit_log as image
    cross join lateral jsonb_populate_record(null::catalog.sku_costs, image.old_row) as before
    where image.schema_name = 'catalog' and image.table_name = 'sku_costs'
)"""

# SKUs that have been stocked for as long as they are known.
_STOCKED = """stocked as (
    select sku.id
    from catalog.skus as sku
    where sku.is_stocked
      and not exists (
        select from core.audit_log as image
        where image.schema_name = 'catalog' and image.table_name = 'skus'
          and image.row_id = sku.id::text and image.old_row -> 'is_stocked' = 'false')
)"""

MOVEMENTS = f"""with {_COSTS}, {_STOCKED}, places as (
    select tenant.id as tenant_id, customer.id as customer_id, lost.id as lost_id
    from core.tenants as tenant
    left join inventory.locations as customer
        on customer.tenant_id = tenant.id and customer.code = 'CUSTOMER'
    left join inventory.locations as lost
        on lost.tenant_id = tenant.id and lost.code = 'ADJUSTMENT'
), sent as (
    select item.id, item.movement_id, item.sku_id, item.order_item_id, shipment.tenant_id,
        shipment.source_location_id, places.customer_id as destination_location_id,
        shipment.shipped_at as moved_at, shipment.business_date, ordered.expected_unit_cost,
        o.is_test, shipment.status in ('shipped', 'delivered') as is_done
    from fulfillment.shipment_items as item
    join fulfillment.shipments as shipment on shipment.id = item.shipment_id
    join sales.order_items as ordered on ordered.id = item.order_item_id
    join sales.orders as o on o.id = ordered.order_id
    left join places on places.tenant_id = shipment.tenant_id
), returned as (
    select item.id, item.movement_id, item.sku_id, item.order_item_id, back.tenant_id,
        places.customer_id as source_location_id,
        case item.disposition when 'restock' then back.destination_location_id
             else places.lost_id end as destination_location_id,
        back.received_at as moved_at, back.business_date, ordered.expected_unit_cost, o.is_test,
        back.status = 'received' as is_done
    from fulfillment.return_items as item
    join fulfillment.returns as back on back.id = item.return_id
    join sales.order_items as ordered on ordered.id = item.order_item_id
    join sales.orders as o on o.id = ordered.order_id
    left join places on places.tenant_id = back.tenant_id
), issued as (
    select distinct sent.order_item_id, movement.unit_cost
    from sent
    join inventory.inventory_movements as movement on movement.id = sent.movement_id
    where movement.unit_cost is not null
), moved as (
    select movement.*, sent.id as cause_id, sent.expected_unit_cost, sent.order_item_id,
        (sent.tenant_id, sent.source_location_id, sent.destination_location_id, sent.moved_at,
            sent.business_date)
        is distinct from (movement.tenant_id, movement.source_location_id,
            movement.destination_location_id, movement.moved_at, movement.business_date) as differs
    from inventory.inventory_movements as movement
    left join sent on sent.movement_id = movement.id and sent.is_done
    where movement.kind = 'issue'
    union all
    select movement.*, returned.id, returned.expected_unit_cost, returned.order_item_id,
        (returned.tenant_id, returned.source_location_id, returned.destination_location_id,
            returned.moved_at, returned.business_date)
        is distinct from (movement.tenant_id, movement.source_location_id,
            movement.destination_location_id, movement.moved_at, movement.business_date)
    from inventory.inventory_movements as movement
    left join returned on returned.movement_id = movement.id and returned.is_done
    where movement.kind = 'return'
)
select moved.id, case
        when moved.cause_id is null then 'no parcel says this ' || moved.kind
        when moved.differs then 'place, moment or day are not those of its parcel'
        else 'unit_cost ' || coalesce(moved.unit_cost::text, 'unknown') end as detail
from moved
left join costs
    on costs.sku_id = moved.sku_id and costs.unit_cost = moved.unit_cost
    and moved.kind = 'issue'
    and costs.valid_from <= moved.moved_at
    and (costs.valid_to is null or costs.valid_to > moved.moved_at)
left join issued
    on issued.order_item_id = moved.order_item_id and issued.unit_cost = moved.unit_cost
    and moved.kind = 'return'
where moved.cause_id is null or moved.differs
   or moved.unit_cost is distinct from moved.expected_unit_cost
      and costs.sku_id is null and issued.order_item_id is null
union all
select parcel.id, 'nothing was moved for it'
from (
    select id, sku_id, movement_id, is_test, is_done from sent
    union all
    select id, sku_id, movement_id, is_test, is_done from returned
) as parcel
join stocked on stocked.id = parcel.sku_id
where parcel.is_done and not parcel.is_test and parcel.movement_id is null
union all
select parcel.id, 'moved, but not sent or received'
from (
    select id, movement_id, is_test, is_done from sent
    union all
    select id, movement_id, is_test, is_done from returned
) as parcel
where parcel.movement_id is not null and (parcel.is_test or not parcel.is_done)"""

_SHARED = (
    "tenant_id", "customer_id", "sku_id", "channel_code", "currency_code", "business_date",
    "order_date", "exchange_rate",
)  # fmt: skip
_ZERO = (
    "order_count", "line_count", "quantity", "gross_sales", "discounts", "returned_quantity",
    "returns", "tax", "shipping", "surcharges", "costed_sales", "payment_costs",
    "shipping_costs", "charged", "base_amount",
)  # fmt: skip
_DIFFERING = ",\n            ".join(
    f"case when posted.{column} is distinct from owed.{column} then '{column}' end"
    for column in _SHARED
)

# What left or came back has the cost of its movement. What is not stocked has none: there the cost
# is one that the catalog or the line has said.
COST_OF_GOODS = f"""with {_COSTS}, parcels as (
    select 1 as sign, item.order_item_id, item.sku_id, item.quantity, item.movement_id,
        shipment.tenant_id, shipment.shipped_at as moment, shipment.business_date
    from fulfillment.shipment_items as item
    join fulfillment.shipments as shipment on shipment.id = item.shipment_id
    where shipment.status in ('shipped', 'delivered')
    union all
    select -1, item.order_item_id, item.sku_id, item.quantity, item.movement_id,
        back.tenant_id, back.received_at, back.business_date
    from fulfillment.return_items as item
    join fulfillment.returns as back on back.id = item.return_id
    where back.status = 'received' and item.disposition = 'restock'
), costed as (
    select parcels.*, o.id as order_id, o.customer_id, o.channel_code, o.currency_code,
        o.business_date as order_date, o.exchange_rate, ordered.expected_unit_cost,
        core.minor_units(o.currency_code) as decimals,
        parcels.sign * round(parcels.quantity * movement.unit_cost / o.exchange_rate,
            core.minor_units(o.currency_code)) as cogs,
        coalesce(movement.unit_cost, case when parcels.movement_id is null
            then ordered.expected_unit_cost end) is not null as is_due
    from parcels
    join sales.order_items as ordered on ordered.id = parcels.order_item_id
    join sales.orders as o on o.id = ordered.order_id
    left join inventory.inventory_movements as movement on movement.id = parcels.movement_id
    where not o.is_test and (parcels.movement_id is null or movement.unit_cost is not null)
), owed as (
    select costed.*, row_number() over (
        partition by costed.order_id, costed.order_item_id, costed.moment
        order by coalesce(costed.cogs, costed.sign * costed.quantity)) as place
    from costed
), posted as (
    select entry.*, row_number() over (
        partition by entry.order_id, entry.order_item_id, entry.posted_at
        order by entry.cogs) as place
    from sales.ledger_entries as entry
    where entry.kind = 'cogs'
), said as (
    select owed.order_item_id, owed.moment, owed.place, owed.expected_unit_cost as unit_cost
    from owed where owed.cogs is null
    union
    select owed.order_item_id, owed.moment, owed.place, costs.unit_cost
    from owed
    join costs on costs.sku_id = owed.sku_id and costs.valid_from <= owed.moment
        and (costs.valid_to is null or costs.valid_to > owed.moment)
    where owed.cogs is null
    union
    select owed.order_item_id, owed.moment, owed.place, movement.unit_cost
    from owed
    join fulfillment.shipment_items as item on item.order_item_id = owed.order_item_id
    join inventory.inventory_movements as movement on movement.id = item.movement_id
    where owed.cogs is null and owed.sign < 0
)
select coalesce(posted.id, owed.order_item_id) as id,
    case when posted.id is null then 'its cost is not posted'
         when owed.order_id is null then 'no parcel says this cost'
         else concat_ws(', ',
            {_DIFFERING},
            case when posted.reverses_id is not null then 'reverses_id' end,
            'cogs or what must be zero') || ' differ' end as detail
from posted
full join owed
    on owed.order_id = posted.order_id and owed.order_item_id = posted.order_item_id
    and owed.moment = posted.posted_at and owed.place = posted.place
where posted.id is null and owed.is_due
   or posted.id is not null and (
        owed.order_id is null
        or ({", ".join(f"posted.{column}" for column in _SHARED)})
           is distinct from ({", ".join(f"owed.{column}" for column in _SHARED)})
        or posted.reverses_id is not null
        or ({", ".join(f"posted.{column}" for column in _ZERO)})
           is distinct from ({", ".join("0" for _ in _ZERO)})
        or case when owed.cogs is not null then posted.cogs <> owed.cogs
                else not exists (
                    select from said
                    where said.order_item_id = owed.order_item_id and said.moment = owed.moment
                      and said.place = owed.place
                      and posted.cogs = owed.sign * round(
                        owed.quantity * said.unit_cost / owed.exchange_rate, owed.decimals)) end)"""

FOLLOWED = f"""with {_STOCKED}
select item.id, 'nobody follows this line' as detail
from sales.order_items as item
join sales.orders as o on o.id = item.order_id and o.placed_at is not null
where not exists (
    select from fulfillment.order_item_fulfillments as progress where progress.id = item.id)
union all
select progress.id, 'its order is not placed'
from fulfillment.order_item_fulfillments as progress
join sales.order_items as item on item.id = progress.id
join sales.orders as o on o.id = item.order_id and o.placed_at is null
union all
select progress.id, 'what is held for it does not fit it'
from fulfillment.order_item_fulfillments as progress
join sales.order_items as item on item.id = progress.id
join sales.orders as o on o.id = item.order_id
left join inventory.reservations as held on held.id = progress.reservation_id
where progress.reservation_id is not null
  and (not o.reserves_stock or o.is_test
       or (held.tenant_id, held.sku_id, held.quantity)
          is distinct from (progress.tenant_id, progress.sku_id, progress.quantity)
       or not held.is_promised
       -- What was let go of before it was sent is not used up by sending.
       or case when o.status in ('cancelled', 'completed')
               then held.status not in ('released', 'consumed')
                    or held.consumed_quantity > progress.shipped_quantity
               else held.status not in ('active', 'consumed')
                    or held.consumed_quantity <> progress.shipped_quantity end)
union all
select progress.id, 'nothing is held for it'
from fulfillment.order_item_fulfillments as progress
join stocked on stocked.id = progress.sku_id
join sales.order_items as item on item.id = progress.id
join sales.orders as o on o.id = item.order_id
where progress.reservation_id is null and o.reserves_stock and not o.is_test
union all
select held.id, 'promised to no line'
from inventory.reservations as held
where held.is_promised and not exists (
    select from fulfillment.order_item_fulfillments as progress
    where progress.reservation_id = held.id)"""

# Over r, an order: each of its lines that was stocked all the time has its hold.
HELD = """not r.reserves_stock or r.is_test
or not exists (
    select from sales.order_items as item
    join fulfillment.order_item_fulfillments as progress on progress.id = item.id
    join catalog.skus as sku on sku.id = item.sku_id and sku.is_stocked
    where item.order_id = r.id and progress.reservation_id is null
      and not exists (
        select from core.audit_log as image
        where image.schema_name = 'catalog' and image.table_name = 'skus'
          and image.row_id = sku.id::text and image.old_row -> 'is_stocked' = 'false'))"""
