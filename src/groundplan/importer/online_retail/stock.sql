-- What the shelves must have held before the first day of the file, so that the days that follow
-- never take more than there is. Counted in the order in which the days are posted: found, sold,
-- come back, lost.

create temporary table adjustments on commit drop as
select line.id, line.kind, sku.id as sku_id, line.quantity, line.description, line.invoiced_at,
    (line.invoiced_at at time zone 'Europe/London')::date as day
from lines as line
join catalog.skus as sku
    on sku.tenant_id = core.current_tenant_id() and sku.code_key = line.code_key
where line.kind in ('found', 'lost') and line.reason is null and not line.is_known;
create index on adjustments (day);
analyze adjustments;

create temporary table opening on commit drop as
with change as (
    select found.sku_id, found.day, 1 as step, found.quantity as delta
    from adjustments as found where found.kind = 'found'
    union all
    select item.sku_id, new.day, 2, -item.quantity
    from new_orders as new join sales.order_items as item on item.order_id = new.id
    union all
    select part.sku_id, back.day, 3, part.quantity
    from credit_parts as part
    join new_returns as back on back.invoice = part.invoice and back.order_id = part.order_id
    union all
    select lost.sku_id, lost.day, 4, lost.quantity
    from adjustments as lost where lost.kind = 'lost'
), running as (
    select change.sku_id,
        sum(sum(change.delta)) over (
            partition by change.sku_id order by change.day, change.step) as stock
    from change
    group by change.sku_id, change.day, change.step
)
select sku.id as sku_id, -min(running.stock) - coalesce(min(level.available), 0) as quantity
from running
join catalog.skus as sku on sku.id = running.sku_id and sku.is_stocked
left join (
    select kept.sku_id, kept.on_hand - kept.allocated as available
    from inventory.stock_levels as kept
    join inventory.locations as place on place.id = kept.location_id and place.is_default
        and place.usage = 'internal' and place.tenant_id = core.current_tenant_id()
) as level on level.sku_id = sku.id
group by sku.id
having -min(running.stock) > coalesce(min(level.available), 0);

insert into inventory.inventory_movements (
    tenant_id, id, destination_location_id, sku_id, source_location_id, kind, quantity,
    reason_code, note, moved_at)
select core.current_tenant_id(),
    core.imported_id(first.day, concat_ws('|', 'online-retail', core.current_tenant_id(),
        'opening', sku.code_key, first.day)),
    inventory.location_id_of(null, 'internal'), opening.sku_id,
    inventory.location_id_of(null, 'adjustment'), 'adjustment', opening.quantity, 'opening',
    'Needed by the imported sales', first.day
from opening
join catalog.skus as sku on sku.id = opening.sku_id
cross join (
    select date_trunc('day', min(line.invoiced_at) at time zone 'Europe/London')
        at time zone 'Europe/London' as day
    from lines as line
    where line.reason is null and not line.is_known
) as first
order by opening.sku_id;
analyze inventory.stock_levels;
