-- What module sales knows of an order; $1 is its id. In time: what is told, its sum, who did it.
select told.at, told.place, told.kind, told.title, told.detail, told.charged, told.actor
from (
    select created_at, 1, 'statuses', 'Order made', 'by ' || source, null::numeric, created_by
    from sales.orders
    where id = $1
    union all
    select changed_at, 2, 'statuses', from_status || ' → ' || to_status, coalesce(reason, ''), null,
        changed_by
    from sales.order_status_history
    where order_id = $1
    union all
    select entry.posted_at, 3, 'money',
        'Ledger: ' || entry.kind || coalesce(' of ' || sku.code, '')
            || case when entry.reverses_id is null then '' else ', a reversal' end,
        concat_ws(', ',
            case when entry.quantity <> 0 then trim_scale(entry.quantity) || ' sold' end,
            case when entry.returned_quantity <> 0
                then trim_scale(entry.returned_quantity) || ' given back' end,
            case when entry.cogs <> 0
                then 'cost of goods ' || trim_scale(entry.cogs) || ' ' || entry.currency_code end),
        entry.charged, entry.created_by
    from sales.ledger_entries as entry
    left join catalog.skus as sku on sku.id = entry.sku_id
    where entry.order_id = $1
    union all
    select refunded_at, 4, 'money', 'Refund of ' || trim_scale(amount) || ' ' || currency_code,
        reason, null, created_by
    from sales.refunds
    where order_id = $1
) as told (at, place, kind, title, detail, charged, actor)
