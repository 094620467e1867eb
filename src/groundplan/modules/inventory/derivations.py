"""What follows from movements and SKUs, worked out anew: audits of what the database fills in."""

from __future__ import annotations

from groundplan.modules.core.business_days import (
    business_days,
    counted_before_a_change,
    counted_before_a_place_changed,
)

# Which of the two places is ours is read from the movement's own ends; what a return or an issue
# counts on is told by its parcel.
MOVEMENT_DAY = f"""with {business_days("inventory.locations", "id")}, ours as (
    select movement.id, movement.tenant_id, movement.moved_at, movement.business_date,
        case when source.usage not in ('internal', 'transit')
                  and destination.usage in ('internal', 'transit')
             then destination.id else source.id end as place
    from inventory.inventory_movements as movement
    left join inventory.locations as source on source.id = movement.source_location_id
    left join inventory.locations as destination
        on destination.id = movement.destination_location_id
    where movement.kind <> 'return'
)
select ours.id, 'business_date ' || ours.business_date as detail
from ours
left join days as day
    on day.tenant_id = ours.tenant_id and day.place = ours.place
    and core.business_date(ours.moved_at, day.time_zone, day.day_starts_at) = ours.business_date
where day.place is null"""

BACKORDER = """select level.id, 'allows_backorder ' || level.allows_backorder as detail
from inventory.stock_levels as level
join catalog.skus as sku on sku.id = level.sku_id
where level.allows_backorder <> sku.allows_backorder"""

_SOURCE = ("inventory.locations", "id", "source_location_id")
_DESTINATION = ("inventory.locations", "id", "destination_location_id")
_MOVED = ("inventory.inventory_movements", "moved_at")

MOVED_BEFORE_A_CHANGE = counted_before_a_change(*_MOVED, _SOURCE)
MOVED_BEFORE_A_PLACE_CHANGED = "\nunion all\n".join(
    counted_before_a_place_changed(*_MOVED, place) for place in (_SOURCE, _DESTINATION)
)
