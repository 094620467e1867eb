-- What module sales knows of an order; $1 is its id.
with order_items as (
    select id from sales.order_items where order_id = $1
),
images as (
    select log.id, log.changed_at, log.operation, log.table_name, log.row_id, log.actor, log.reason,
        whole.old_row,
        lead(whole.old_row) over (
            partition by log.table_name, log.row_id order by log.changed_at, log.id) as next_row
    from core.audit_log as log
    left join core.audit_personal as personal on personal.audit_id = log.id
    cross join lateral (
        select log.old_row || coalesce(personal.old_personal, '{}') as old_row
    ) as whole
    where log.schema_name = 'sales'
        and (log.table_name = 'orders' and log.row_id = $1::text
            or log.table_name = 'order_items'
                and log.row_id in (select id::text from order_items))
)
select happened.happened_at, happened.what, happened.detail, happened.actor
from (
    select created_at, 1, 'order', 'made by ' || source, created_by
    from sales.orders
    where id = $1
    union all
    select changed_at, 2, 'status', from_status || ' → ' || to_status || coalesce(': ' || reason, ''),
        changed_by
    from sales.order_status_history
    where order_id = $1
    union all
    select entry.posted_at, 3, 'ledger',
        concat_ws(', ',
            entry.kind || coalesce(' of ' || sku.code, ''),
            case when entry.quantity <> 0 then trim_scale(entry.quantity) || ' sold' end,
            case when entry.returned_quantity <> 0
                then trim_scale(entry.returned_quantity) || ' given back' end,
            case when entry.charged <> 0
                then 'charged ' || trim_scale(entry.charged) || ' ' || entry.currency_code end,
            case when entry.cogs <> 0
                then 'cost ' || trim_scale(entry.cogs) || ' ' || entry.currency_code end,
            case when entry.reverses_id is not null then 'a reversal' end),
        entry.created_by
    from sales.ledger_entries as entry
    left join catalog.skus as sku on sku.id = entry.sku_id
    where entry.order_id = $1
    union all
    select refunded_at, 4, 'refund',
        trim_scale(amount) || ' ' || currency_code || ': ' || reason, created_by
    from sales.refunds
    where order_id = $1
    union all
    select image.changed_at, 9, 'change',
        image.table_name || ' ' || image.operation || coalesce(': ' || changed.columns, '')
            || coalesce(' (' || image.reason || ')', ''),
        image.actor
    from images as image
    cross join lateral (
        select string_agg(before.key, ', ' order by before.key)
        from jsonb_each(image.old_row) as before
        where image.operation = 'update'
            and before.key not in ('version', 'updated_at')
            and before.value is distinct from coalesce(
                image.next_row,
                (select to_jsonb(orders) from sales.orders as orders
                    where image.table_name = 'orders' and orders.id = $1),
                (select to_jsonb(item) from sales.order_items as item
                    where image.table_name = 'order_items' and item.id::text = image.row_id)
            ) -> before.key
    ) as changed (columns)
) as happened (happened_at, place, what, detail, actor)
order by happened.happened_at, happened.place, happened.detail
