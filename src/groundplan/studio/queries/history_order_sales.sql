-- What module sales knows of an order ($1): status and money.
select happened_at, kind, title, detail, amount, currency_code, quantity, actor, sku_code
from (
    select orders.created_at, 1, 'status', 'Made', 'by ' || orders.source, null::numeric,
        null::text, null::numeric, orders.created_by, null::text
    from sales.orders as orders
    where orders.id = $1
    union all
    select change.changed_at, 2, 'status', initcap(replace(change.to_status, '_', ' ')),
        concat_ws(': ', 'from ' || change.from_status, change.reason), null, null, null,
        change.changed_by, null
    from sales.order_status_history as change
    where change.order_id = $1
    union all
    select entry.posted_at, 3, 'money',
        case entry.kind
            when 'sale' then 'Sold'
            when 'order' then 'Shipping, fees and discount of the order'
            when 'return' then 'Given back'
            when 'cogs' then 'Cost of goods'
            else initcap(replace(entry.kind, '_', ' '))
        end || case when entry.reverses_id is not null then ', taken back' else '' end,
        concat_ws(', ',
            case when entry.tax <> 0 then 'tax ' || trim_scale(entry.tax) end,
            case when entry.cogs <> 0 then 'cost ' || trim_scale(entry.cogs) end),
        nullif(entry.charged, 0), entry.currency_code,
        nullif(coalesce(nullif(entry.quantity, 0), entry.returned_quantity), 0),
        entry.created_by, sku.code
    from sales.ledger_entries as entry
    left join catalog.skus as sku on sku.id = entry.sku_id
    where entry.order_id = $1
    union all
    select refund.refunded_at, 4, 'money', 'Refund agreed', refund.reason, null, null, null,
        refund.created_by, null
    from sales.refunds as refund
    where refund.order_id = $1
) as happened (
    happened_at, place, kind, title, detail, amount, currency_code, quantity, actor, sku_code)
order by happened_at, place, title, sku_code
limit 2000
