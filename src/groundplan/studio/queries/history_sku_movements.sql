-- The latest movements of a SKU ($1), before one of them ($2) where that is not null.
-- on_hand: what was there afterwards; known as long as all later movements are among these.
with before as (
    select business_date, moved_at, id
    from inventory.inventory_movements
    where id = $2::uuid
),
latest as (
    select movement.*
    from inventory.inventory_movements as movement
    where movement.sku_id = $1
        and ($2::uuid is null or (movement.business_date, movement.moved_at, movement.id)
            < (select business_date, moved_at, id from before))
    order by movement.business_date desc, movement.moved_at desc, movement.id desc
    limit 101
),
legs as (
    select id, business_date, moved_at, source_location_id as location_id, -quantity as change
    from latest
    union all
    select id, business_date, moved_at, destination_location_id, quantity from latest
),
running as (
    select leg.id, leg.location_id,
        level.on_hand - coalesce(sum(leg.change) over (
            partition by leg.location_id
            order by leg.business_date desc, leg.moved_at desc, leg.id desc
            rows between unbounded preceding and 1 preceding), 0) as on_hand
    from legs as leg
    join inventory.stock_levels as level
        on level.location_id = leg.location_id and level.sku_id = $1
)
select movement.moved_at, movement.kind, movement.quantity, source.code, destination.code,
    concat_ws(': ', movement.reason_code, movement.note), movement.created_by, movement.id::text,
    case when $2::uuid is null then left_there.on_hand end,
    case when $2::uuid is null then now_there.on_hand end
from latest as movement
join inventory.locations as source on source.id = movement.source_location_id
join inventory.locations as destination on destination.id = movement.destination_location_id
left join running as left_there
    on left_there.id = movement.id and left_there.location_id = movement.source_location_id
left join running as now_there
    on now_there.id = movement.id and now_there.location_id = movement.destination_location_id
order by movement.business_date desc, movement.moved_at desc, movement.id desc
