"""What follows from orders and refunds, worked out anew: the audits of what the database posts.

Each query works out what must be there from rows that do not depend on it, and returns the rows
that differ. No query reads a setting of the session.
"""

from __future__ import annotations

from groundplan.modules.core.business_days import (
    business_days,
    counted_before_a_change,
    counted_before_a_place_changed,
)

_CHANNEL_DAYS = business_days("catalog.sales_channels", "code")

ORDER_DAY_AND_RATE = f"""with {_CHANNEL_DAYS}
select o.id, format('business_date %s, exchange_rate %s', o.business_date, o.exchange_rate)
    as detail
from sales.orders as o
join core.tenants as tenant on tenant.id = o.tenant_id
left join days as day
    on day.tenant_id = o.tenant_id and day.place = o.channel_code
    and core.business_date(o.placed_at, day.time_zone, day.day_starts_at) = o.business_date
where o.placed_at is not null
  and (day.place is null
       or o.currency_code = tenant.currency_code and o.exchange_rate is distinct from 1)"""

REFUND_DAY = f"""with {_CHANNEL_DAYS}
select refund.id, 'business_date ' || refund.business_date as detail
from sales.refunds as refund
join sales.orders as o on o.id = refund.order_id
left join days as day
    on day.tenant_id = o.tenant_id and day.place = o.channel_code
    and core.business_date(refund.refunded_at, day.time_zone, day.day_starts_at)
        = refund.business_date
where day.place is null"""

_CHANNEL = ("catalog.sales_channels", "code", "channel_code")

SOLD_BEFORE_A_CHANGE = counted_before_a_change(
    "sales.orders",
    "placed_at",
    _CHANNEL,
    """fact.placed_at is not null and fact.exchange_rate = 1
       and fact.currency_code = before.currency_code
       and fact.currency_code <> tenant.currency_code""",
)
SOLD_BEFORE_A_CHANNEL_CHANGED = counted_before_a_place_changed(
    "sales.orders", "placed_at", _CHANNEL
)

_COMPARED = (
    "tenant_id", "customer_id", "sku_id", "channel_code", "currency_code", "order_date",
    "posted_at", "order_count", "line_count", "quantity", "gross_sales", "discounts",
    "returned_quantity", "returns", "tax", "shipping", "surcharges", "costed_sales", "cogs",
    "payment_costs", "shipping_costs", "charged", "exchange_rate", "base_amount",
)  # fmt: skip


def _of(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in _COMPARED)


_DIFFERING = ",\n            ".join(
    f"case when posted.{column} is distinct from owed.{column} then '{column}' end"
    for column in _COMPARED
)

LEDGER = f"""with {_CHANNEL_DAYS}, books as (
    select tenant.id as tenant_id, core.minor_units(tenant.currency_code) as decimals
    from core.tenants as tenant
), placed as (
    select o.*, core.minor_units(o.currency_code) as decimals, books.decimals as book_decimals
    from sales.orders as o
    join books on books.tenant_id = o.tenant_id
    where o.placed_at is not null and not o.is_test
), lines as (
    select item.order_id, min(item.position) as first_position,
        sum(item.net_amount) filter (where item.sku_kind <> 'gift_card') as net_amount,
        sum(item.net_amount) filter (
            where item.sku_kind <> 'gift_card' and item.expected_unit_cost is not null)
            as costed_amount
    from sales.order_items as item
    group by item.order_id
), costed_when_sold as (
    select not exists (
        select from core.installed_modules where module = 'fulfillment') as yes
), sold as (
    select o.id as order_id, 'sale' as kind, item.id as order_item_id, o.tenant_id, o.customer_id,
        item.sku_id, o.channel_code, o.currency_code, o.business_date, o.placed_at as posted_at,
        (item.position = lines.first_position)::integer as order_count, 1 as line_count,
        item.quantity,
        case when item.sku_kind = 'gift_card' then 0 else item.subtotal_amount end as gross_sales,
        case when item.sku_kind = 'gift_card' then 0
             else item.subtotal_amount - item.net_amount end as discounts,
        item.tax_amount as tax, 0 as shipping, 0 as surcharges,
        case when item.expected_unit_cost is null or item.sku_kind = 'gift_card' then 0
             else item.net_amount end as costed_sales,
        case when costed.yes
             then round(item.quantity * coalesce(item.expected_unit_cost, 0) / o.exchange_rate,
                 o.decimals)
             else 0 end as cogs,
        item.gross_amount as charged, o.exchange_rate, o.book_decimals, o.cancelled_at
    from placed as o
    join sales.order_items as item on item.order_id = o.id
    join lines on lines.order_id = o.id
    cross join costed_when_sold as costed
    union all
    select o.id, 'order', null, o.tenant_id, o.customer_id, null, o.channel_code, o.currency_code,
        o.business_date, o.placed_at, 0, 0, 0, 0, o.discount_amount, o.shipping_tax_amount,
        o.shipping_amount, o.surcharge_amount,
        case when o.discount_amount = 0 then 0
             else -coalesce(round(o.discount_amount * lines.costed_amount
                 / nullif(lines.net_amount, 0), o.decimals), 0) end,
        0,
        o.shipping_amount + o.shipping_tax_amount + o.surcharge_amount - o.discount_amount,
        o.exchange_rate, o.book_decimals, o.cancelled_at
    from placed as o
    left join lines on lines.order_id = o.id
    where o.discount_amount + o.shipping_amount + o.shipping_tax_amount + o.surcharge_amount <> 0
), valued as (
    select sold.*, case when exchange_rate = 1 then charged
        else round(charged * exchange_rate, book_decimals) end as base_amount
    from sold
), owed as (
    select order_id, kind, false as is_reversal, order_item_id, null::timestamptz as moment,
        1::bigint as place, array[business_date] as days, tenant_id, customer_id, sku_id,
        channel_code, currency_code, business_date as order_date, posted_at, order_count,
        line_count, quantity, gross_sales, discounts, 0 as returned_quantity, 0 as returns, tax,
        shipping, surcharges, costed_sales, cogs, 0 as payment_costs, 0 as shipping_costs,
        charged, exchange_rate, base_amount
    from valued
    union all
    select sold.order_id, sold.kind, true, sold.order_item_id, null, 1, array(
            select core.business_date(sold.cancelled_at, day.time_zone, day.day_starts_at)
            from days as day
            where day.tenant_id = sold.tenant_id and day.place = sold.channel_code),
        sold.tenant_id, sold.customer_id, sold.sku_id, sold.channel_code, sold.currency_code,
        sold.business_date, sold.cancelled_at, -sold.order_count, -sold.line_count,
        -sold.quantity, -sold.gross_sales, -sold.discounts, 0, 0, -sold.tax, -sold.shipping,
        -sold.surcharges, -sold.costed_sales, -sold.cogs, 0, 0, -sold.charged, sold.exchange_rate,
        -sold.base_amount
    from valued as sold
    where sold.cancelled_at is not null
    union all
    select o.id, 'return', false, refund.order_item_id, refund.refunded_at,
        row_number() over (partition by o.id, refund.order_item_id, refund.refunded_at
            order by refund.merchandise_amount, refund.tax_amount, refund.shipping_amount,
                refund.quantity),
        array[refund.business_date], o.tenant_id, o.customer_id, item.sku_id, o.channel_code,
        o.currency_code, o.business_date, refund.refunded_at, 0, 0, 0, 0, 0, refund.quantity,
        refund.merchandise_amount, -refund.tax_amount, -refund.shipping_amount, 0, 0, 0, 0, 0,
        -refund.amount, o.exchange_rate,
        case when o.exchange_rate = 1 then -refund.amount
             else round(-refund.amount * o.exchange_rate, o.book_decimals) end
    from sales.refunds as refund
    join placed as o on o.id = refund.order_id
    left join sales.order_items as item on item.id = refund.order_item_id
), posted as (
    select entry.*, entry.reverses_id is not null as is_reversal, null::timestamptz as moment,
        1::bigint as place
    from sales.ledger_entries as entry
    where entry.kind in ('sale', 'order')
    union all
    select entry.*, entry.reverses_id is not null, entry.posted_at,
        row_number() over (
            partition by entry.order_id, entry.order_item_id, entry.posted_at
            order by entry.returns, -entry.tax, -entry.shipping, entry.returned_quantity)
    from sales.ledger_entries as entry
    where entry.kind = 'return'
)
select coalesce(posted.id, owed.order_id) as id,
    case when posted.id is null then format('%s of %s is not posted', owed.kind, owed.order_id)
         when owed.order_id is null then format('no fact says this %s', posted.kind)
         else concat_ws(', ',
            case when posted.business_date <> all (owed.days) then 'business_date' end,
            {_DIFFERING}) || ' differ' end as detail
from posted
full join owed
    on owed.order_id = posted.order_id and owed.kind = posted.kind
    and owed.is_reversal = posted.is_reversal
    and coalesce(owed.order_item_id, owed.order_id)
        = coalesce(posted.order_item_id, posted.order_id)
    and coalesce(owed.moment, 'epoch') = coalesce(posted.moment, 'epoch')
    and owed.place = posted.place
where posted.id is null or owed.order_id is null
   or posted.business_date <> all (owed.days)
   or ({_of("posted")})
      is distinct from ({_of("owed")})
union all
select min(entry.id::text)::uuid, 'posted ' || count(*) || ' times'
from sales.ledger_entries as entry
where entry.kind in ('sale', 'order')
group by entry.order_id, entry.kind, entry.reverses_id is not null, entry.order_item_id
having count(*) > 1
union all
select entry.id, 'it takes back what is not its own'
from sales.ledger_entries as entry
left join sales.ledger_entries as original on original.id = entry.reverses_id
where entry.reverses_id is not null
  and (original.order_id, original.kind, original.order_item_id, original.reverses_id)
      is distinct from (entry.order_id, entry.kind, entry.order_item_id, null)
union all
-- What payments and parcels cost us is told by no row here; who owns the books may post it.
select entry.id, 'no fact says this ' || entry.kind
from sales.ledger_entries as entry
where entry.kind not in ('sale', 'order', 'return')
  and not (entry.kind in ('payment_cost', 'shipping_cost') and entry.charged = 0)
  and not (entry.kind = 'cogs' and entry.charged = 0 and exists (
    select from core.installed_modules where module = 'fulfillment'))"""


HISTORY = """select step.id, 'there is no such step' as detail
from sales.order_status_history as step
left join sales.orders as o on o.id = step.order_id
where o.id is null or step.tenant_id <> o.tenant_id
   or step.entity_version not between 2 and o.version
union all
select o.id, 'its history has no way to ' || o.status
from sales.orders as o
left join sales.order_status_history as step
    on step.order_id = o.id and step.from_status = 'draft' and step.to_status = 'placed'
where o.placed_at is not null and step.id is null
union all
-- An event that is still there tells a step.
select event.id, 'no step is like this event'
from core.outbox_events as event
left join sales.order_status_history as step
    on step.order_id = event.entity_id and step.entity_version = event.entity_version
where event.topic like 'sales.orders.%'
  and (event.tenant_id, event.topic, event.payload, event.created_at)
      is distinct from (step.tenant_id, 'sales.orders.' || step.to_status,
          jsonb_build_object('from_status', step.from_status, 'to_status', step.to_status),
          step.changed_at)
union all
select min(event.id::text)::uuid, 'told ' || count(*) || ' times'
from core.outbox_events as event
where event.topic like 'sales.orders.%'
group by event.entity_id, event.entity_version
having count(*) > 1"""

# A line copies code and kind of its SKU; SKUs that were changed later are known from their images.
LINES = """select o.id::text, 'its lines were changed after it was placed' as detail
from sales.orders as o
where o.status <> 'draft' and o.item_count is not null
  and o.item_count <> (select count(*) from sales.order_items as item where item.order_id = o.id)
union all
select item.id::text, format('its SKU never was %s, %s', item.sku_code, item.sku_kind)
from sales.order_items as item
left join (
    select sku.id, sku.code, sku.kind
    from catalog.skus as sku
    union
    select before.id, before.code, before.kind
    from core.audit_log as image
    cross join lateral jsonb_populate_record(null::catalog.skus, image.old_row) as before
    where image.schema_name = 'catalog' and image.table_name = 'skus'
) as sku on sku.id = item.sku_id and sku.code = item.sku_code and sku.kind = item.sku_kind
where sku.id is null"""
