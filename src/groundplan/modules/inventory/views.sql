-- inventory: what analysts and buyers read. What changes as time passes (days of supply, dead stock)
-- is never stored: it is computed from the daily movements when it is read.

create or replace view reporting.stock_wide with (security_barrier) as
select
    level.tenant_id,
    level.location_id,
    location.code as location_code,
    location.name as location_name,
    location.usage as location_usage,
    level.sku_id,
    sku.code as sku_code,
    sku.name as sku_name,
    product.name as product_name,
    level.on_hand,
    level.allocated,
    level.on_hand - level.allocated as available,
    rule.min_quantity as reorder_point,
    rule.max_quantity as reorder_maximum,
    coalesce(moved.issued_28_days, 0) as issued_28_days,
    round(greatest(level.on_hand - level.allocated, 0) * 28
        / nullif(greatest(moved.issued_28_days, 0), 0), 1) as days_of_supply,
    cost.unit_cost,
    round(level.on_hand * cost.unit_cost, 4) as stock_value,
    level.changed_at
from inventory.stock_levels as level
join inventory.locations as location on location.id = level.location_id
join catalog.skus as sku on sku.id = level.sku_id
join catalog.products as product on product.id = sku.product_id
left join inventory.reorder_rules as rule
    on rule.location_id = level.location_id and rule.sku_id = level.sku_id
left join catalog.sku_costs as cost
    on cost.sku_id = level.sku_id
    and cost.valid_from <= now() and (cost.valid_to is null or cost.valid_to > now())
left join (
    select location_id, sku_id, sum(issued) as issued_28_days
    from reporting.stock_moved_daily
    where business_date > (
        select core.business_date(now(), tenant.time_zone, tenant.day_starts_at) - 28
        from core.tenants as tenant
        where tenant.id = (select core.reporting_tenant_id()))
    group by location_id, sku_id
) as moved on moved.location_id = level.location_id and moved.sku_id = level.sku_id
where level.tenant_id = (select core.reporting_tenant_id());
comment on view reporting.stock_wide is
    'Stock of every SKU at every place that has ever had it, with what it is worth and how long it lasts.';
comment on column reporting.stock_wide.tenant_id is 'The tenant.';
comment on column reporting.stock_wide.location_id is 'The location.';
comment on column reporting.stock_wide.location_code is 'Code of the location.';
comment on column reporting.stock_wide.location_name is 'Name of the location.';
comment on column reporting.stock_wide.location_usage is 'internal, or transit.';
comment on column reporting.stock_wide.sku_id is 'The SKU.';
comment on column reporting.stock_wide.sku_code is 'Code of the SKU.';
comment on column reporting.stock_wide.sku_name is 'Name of the SKU.';
comment on column reporting.stock_wide.product_name is 'Name of the product.';
comment on column reporting.stock_wide.on_hand is 'Units that are there.';
comment on column reporting.stock_wide.allocated is 'Units promised.';
comment on column reporting.stock_wide.available is 'Units on hand less units promised.';
comment on column reporting.stock_wide.reorder_point is
    'At or below this many available, order more; null: no rule.';
comment on column reporting.stock_wide.reorder_maximum is
    'Order up to this many; above it is overstock; null: no rule.';
comment on column reporting.stock_wide.issued_28_days is
    'Units issued to customers on the last 28 business days, today included.';
comment on column reporting.stock_wide.days_of_supply is
    'Days that the available units last: available / (units issued in 28 days / 28), 0 if
more are promised than there are; null: none issued.';
comment on column reporting.stock_wide.unit_cost is
    'What one unit costs us today, in the tenant''s currency; null: unknown.';
comment on column reporting.stock_wide.stock_value is
    'Units on hand x unit cost of today, in the tenant''s currency; null: cost unknown.';
comment on column reporting.stock_wide.changed_at is 'When the stock last changed.';

-- A reorder rule for something that was never there has no level row; it is out of stock all the same.
create or replace view reporting.stock_alerts with (security_barrier) as
with place as (
    select
        tenant_id, location_id, location_code, location_name, sku_id, sku_code, sku_name,
        on_hand, allocated, available, reorder_point, reorder_maximum, issued_28_days,
        days_of_supply
    from reporting.stock_wide
    where location_usage = 'internal'
    union all
    select
        rule.tenant_id, rule.location_id, location.code, location.name, rule.sku_id, sku.code,
        sku.name, 0, 0, 0, rule.min_quantity, rule.max_quantity, 0, null
    from inventory.reorder_rules as rule
    join inventory.locations as location on location.id = rule.location_id
    join catalog.skus as sku on sku.id = rule.sku_id
    where rule.tenant_id = (select core.reporting_tenant_id())
        and not exists (
            select from inventory.stock_levels as level
            where level.location_id = rule.location_id and level.sku_id = rule.sku_id)
),
judged as (
    select
        place.*,
        sku.status = 'active' and location.status = 'active' as is_replenished,
        not exists (
            select from inventory.inventory_movements as movement
            where movement.sku_id = place.sku_id
                and movement.business_date > (
                    select core.business_date(now(), tenant.time_zone, tenant.day_starts_at) - 90
                    from core.tenants as tenant
                    where tenant.id = (select core.reporting_tenant_id()))
                and place.location_id
                    in (movement.source_location_id, movement.destination_location_id)
        ) as is_still
    from place
    join catalog.skus as sku on sku.id = place.sku_id
    join inventory.locations as location on location.id = place.location_id
)
select
    judged.tenant_id,
    alert.kind,
    judged.location_id,
    judged.location_code,
    judged.location_name,
    judged.sku_id,
    judged.sku_code,
    judged.sku_name,
    judged.on_hand,
    judged.allocated,
    judged.available,
    judged.reorder_point,
    judged.reorder_maximum,
    judged.issued_28_days,
    judged.days_of_supply
from judged
cross join lateral (
    select 'out_of_stock' as kind
    where judged.is_replenished and judged.available <= 0
    union all
    select 'below_reorder_point'
    where judged.is_replenished and judged.available > 0
        and judged.available <= judged.reorder_point
    union all
    select 'overstock'
    where judged.available > judged.reorder_maximum
    union all
    select 'dead_stock'
    where judged.on_hand > 0 and judged.is_still
) as alert;
comment on view reporting.stock_alerts is
    'What a buyer has to look at: one row for each SKU, place and kind of alert.';
comment on column reporting.stock_alerts.tenant_id is 'The tenant.';
comment on column reporting.stock_alerts.kind is
    'out_of_stock (nothing available), below_reorder_point (at or below it, not yet out), overstock (more
available than the maximum), dead_stock (on hand, not moved for 90 days).';
comment on column reporting.stock_alerts.location_id is 'The location.';
comment on column reporting.stock_alerts.location_code is 'Code of the location.';
comment on column reporting.stock_alerts.location_name is 'Name of the location.';
comment on column reporting.stock_alerts.sku_id is 'The SKU.';
comment on column reporting.stock_alerts.sku_code is 'Code of the SKU.';
comment on column reporting.stock_alerts.sku_name is 'Name of the SKU.';
comment on column reporting.stock_alerts.on_hand is 'Units that are there.';
comment on column reporting.stock_alerts.allocated is 'Units promised.';
comment on column reporting.stock_alerts.available is 'Units on hand less units promised.';
comment on column reporting.stock_alerts.reorder_point is
    'At or below this many available, order more; null: no rule.';
comment on column reporting.stock_alerts.reorder_maximum is
    'Order up to this many; above it is overstock; null: no rule.';
comment on column reporting.stock_alerts.issued_28_days is
    'Units issued to customers on the last 28 business days, today included.';
comment on column reporting.stock_alerts.days_of_supply is
    'Days that the available units last: available / (units issued in 28 days / 28), 0 if
more are promised than there are; null: none issued.';
