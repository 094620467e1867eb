-- once: what becomes of the orders
create temporary table planned_fates on commit drop as
select o.n,
    2 + case when o.cancelled_at is not null then 1 else 0 end
        + sent.steps + refunded.steps + case when done.yes then 1 else 0 end as version,
    case when o.cancelled_at is not null then 'cancelled'
         when done.yes then 'completed'
         when sent.steps = 0 then 'placed'
         when total.has_second and sent.steps = 1 then 'partially_fulfilled'
         else 'fulfilled' end as status,
    sent.steps as sent_steps,
    2 + sent.steps + refunded.steps + 1 as completed_version,
    done.yes as is_completed,
    -- The first part was all of it, unless a second one follows.
    case when total.has_second then 'partially_fulfilled' else 'fulfilled' end as first_sent
from planned_orders as o
join planned_totals as total on total.n = o.n
cross join planned_run as run
cross join lateral (
    select case when run.ships and o.sent_at is not null then 1 else 0 end
        + case when run.ships and total.has_second and o.second_sent_at is not null then 1
               else 0 end as steps
) as sent
cross join lateral (
    select case when o.returned_at is not null or o.goodwill_at is not null then 1 else 0 end
        as steps
) as refunded
cross join lateral (select o.completed_at is not null as yes) as done;

-- once: index of fates
create index on planned_fates (n);

-- once: refunds
create temporary table planned_refunds on commit drop as
select line.n, line.id as order_item_id, line.sku_id, line.returned as quantity,
    round(line.net_amount * line.returned / line.quantity, o.decimals) as merchandise_amount,
    round(line.tax_amount * line.returned / line.quantity, o.decimals) as tax_amount,
    o.returned_at as refunded_at,
    'returned: ' || pg_temp.return_reason(o.n) as reason,
    line.key
from planned_lines as line
join planned_orders as o on o.n = line.n
where line.returned_at is not null and line.net_amount + line.tax_amount > 0
union all
select line.n, line.id, line.sku_id, 0,
    round(line.net_amount * share.part, o.decimals),
    round(line.tax_amount * share.part, o.decimals),
    o.goodwill_at,
    (array['a scratch', 'arrived late', 'not as in the picture', 'price adjusted'])[
        1 + floor(pg_temp.share(o.n, 'sorry for') * 4)::integer],
    line.key
from planned_lines as line
join planned_orders as o on o.n = line.n
cross join lateral (
    select round((0.05 + 0.25 * pg_temp.share(o.n, 'goodwill'))::numeric, 2) as part
) as share
where o.goodwill_at is not null and line.position = 1;

-- once: refunds of nothing
delete from planned_refunds where merchandise_amount + tax_amount <= 0;

-- once: index of refunds
create index on planned_refunds (n);

-- batch: orders
insert into sales.orders (
    tenant_id, id, billing_address_id, customer_id, shipping_address_id, number, channel_code,
    currency_code, status, prices_include_tax, placed_at, cancelled_at, business_date,
    item_count, items_net_amount, items_tax_amount, discount_amount, shipping_amount,
    shipping_tax_amount, surcharge_amount, total_amount, refunded_amount, exchange_rate,
    reserves_stock, source, created_at, version)
select o.tenant_id, o.id, o.address_id, o.customer_id,
    case when o.channel_code <> 'shop' then o.address_id end, (1000 + o.n)::text, o.channel_code,
    o.currency_code, fate.status, o.prices_include_tax, o.placed_at, o.cancelled_at,
    o.business_date, total.lines, total.net_amount, total.tax_amount, total.discount_amount,
    total.shipping_amount, total.shipping_tax_amount, total.surcharge_amount,
    total.net_amount + total.tax_amount - total.discount_amount + total.shipping_amount
        + total.shipping_tax_amount + total.surcharge_amount,
    coalesce((
        select sum(merchandise_amount + tax_amount) from planned_refunds as refund
        where refund.n = o.n), 0),
    o.exchange_rate, o.reserves_stock, 'seed', o.placed_at, fate.version
from planned_orders as o
join planned_totals as total on total.n = o.n
join planned_fates as fate on fate.n = o.n
where o.n between %(first)s and %(last)s
order by o.n;

-- batch: order lines
insert into sales.order_items (
    tenant_id, id, order_id, sku_id, position, currency_code, sku_code, sku_kind, name, quantity,
    unit_price, price_includes_tax, discount_amount, tax_rate, subtotal_amount, net_amount,
    tax_amount, gross_amount, refunded_quantity, expected_unit_cost, created_at)
select line.tenant_id, line.id, o.id, line.sku_id, line.position, o.currency_code, sku.code,
    'goods', sku.name, line.quantity, line.unit_price, o.prices_include_tax,
    line.discount_amount, line.tax_rate, line.subtotal_amount, line.net_amount, line.tax_amount,
    line.net_amount + line.tax_amount,
    coalesce((
        select sum(refund.quantity) from planned_refunds as refund
        where refund.n = line.n and refund.order_item_id = line.id), 0),
    line.expected_unit_cost, o.placed_at
from planned_lines as line
join planned_orders as o on o.n = line.n
join planned_skus as sku on sku.key = line.sku_key
where line.n between %(first)s and %(last)s and o.n between %(first)s and %(last)s
order by line.n, line.position;

-- batch: history of orders
insert into sales.order_status_history (
    tenant_id, id, order_id, from_status, to_status, entity_version, changed_at)
select o.tenant_id, pg_temp.id_of(step.changed_at, 'step', o.n * 8 + step.version), o.id,
    step.before, step.after, step.version, step.changed_at
from planned_orders as o
join planned_fates as fate on fate.n = o.n
cross join lateral (
    select 'draft', 'placed', 2, o.placed_at
    union all
    select 'placed', 'cancelled', 3, o.cancelled_at where o.cancelled_at is not null
    union all
    select 'placed', fate.first_sent, 3, o.sent_at where fate.sent_steps >= 1
    union all
    select 'partially_fulfilled', 'fulfilled', 4, o.second_sent_at where fate.sent_steps = 2
    union all
    select case when fate.sent_steps = 0 then 'placed' else 'fulfilled' end, 'completed',
        fate.completed_version, o.completed_at
    where fate.is_completed
) as step (before, after, version, changed_at)
where o.n between %(first)s and %(last)s
order by o.n, step.version;

-- batch: refunds
insert into sales.refunds (
    tenant_id, id, order_id, order_item_id, currency_code, quantity, merchandise_amount,
    tax_amount, reason, refunded_at, business_date, created_at)
select o.tenant_id, pg_temp.id_of(refund.refunded_at, 'refund', refund.key), o.id,
    refund.order_item_id, o.currency_code, refund.quantity, refund.merchandise_amount,
    refund.tax_amount, refund.reason, refund.refunded_at,
    core.business_date(refund.refunded_at, o.time_zone, o.day_starts_at), refund.refunded_at
from planned_refunds as refund
join planned_orders as o on o.n = refund.n
where refund.n between %(first)s and %(last)s and o.n between %(first)s and %(last)s
order by refund.n, refund.key;

-- batch: sales in the ledger
insert into sales.ledger_entries (
    tenant_id, id, customer_id, order_id, order_item_id, reverses_id, sku_id, kind, channel_code,
    currency_code, business_date, order_date, posted_at, order_count, line_count, quantity,
    gross_sales, discounts, tax, shipping, surcharges, costed_sales, cogs, charged,
    exchange_rate, base_amount)
select o.tenant_id,
    case when side.sign > 0 then sold.id
         else pg_temp.id_of(o.cancelled_at, 'taken back', sold.key) end,
    o.customer_id, o.id, sold.order_item_id, case when side.sign < 0 then sold.id end,
    sold.sku_id, sold.kind, o.channel_code, o.currency_code,
    case when side.sign > 0 then o.business_date
         else core.business_date(o.cancelled_at, o.time_zone, o.day_starts_at) end,
    o.business_date, case when side.sign > 0 then o.placed_at else o.cancelled_at end,
    side.sign * sold.orders, side.sign * sold.lines, side.sign * sold.quantity,
    side.sign * sold.gross_sales, side.sign * sold.discounts, side.sign * sold.tax,
    side.sign * sold.shipping, side.sign * sold.surcharges, side.sign * sold.costed_sales,
    side.sign * sold.cogs, side.sign * sold.charged, o.exchange_rate,
    side.sign * case when o.exchange_rate = 1 then sold.charged
        else round(sold.charged * o.exchange_rate, tenant.decimals) end
from planned_orders as o
join planned_tenants as tenant on tenant.id = o.tenant_id
cross join planned_run as run
join lateral (
    select line.key, pg_temp.id_of(o.placed_at, 'sale', line.key) as id, 'sale' as kind,
        line.id as order_item_id, line.sku_id,
        case when line.position = 1 then 1 else 0 end as orders, 1 as lines,
        line.quantity, line.subtotal_amount as gross_sales,
        line.subtotal_amount - line.net_amount as discounts, line.tax_amount as tax,
        0 as shipping, 0 as surcharges, line.net_amount as costed_sales,
        case when run.ships then 0
             else round(line.quantity * line.expected_unit_cost / o.exchange_rate, o.decimals)
        end as cogs,
        line.net_amount + line.tax_amount as charged
    from planned_lines as line
    where line.n = o.n
    union all
    select o.n * 16, pg_temp.id_of(o.placed_at, 'order entry', o.n), 'order', null, null, 0, 0,
        0, 0, total.discount_amount, total.shipping_tax_amount, total.shipping_amount,
        total.surcharge_amount, -total.discount_amount, 0,
        total.shipping_amount + total.shipping_tax_amount + total.surcharge_amount
            - total.discount_amount
    from planned_totals as total
    where total.n = o.n
      and total.discount_amount + total.shipping_amount + total.shipping_tax_amount
          + total.surcharge_amount <> 0
) as sold on true
cross join lateral (
    select 1 as sign union all select -1 where o.cancelled_at is not null
) as side
where o.n between %(first)s and %(last)s
order by o.n, side.sign desc, sold.key;

-- batch: refunds in the ledger
insert into sales.ledger_entries (
    tenant_id, id, customer_id, order_id, order_item_id, sku_id, kind, channel_code,
    currency_code, business_date, order_date, posted_at, returned_quantity, returns, tax,
    charged, exchange_rate, base_amount)
select o.tenant_id, pg_temp.id_of(refund.refunded_at, 'refund entry', refund.key), o.customer_id,
    o.id, refund.order_item_id, refund.sku_id, 'return', o.channel_code, o.currency_code,
    core.business_date(refund.refunded_at, o.time_zone, o.day_starts_at), o.business_date,
    refund.refunded_at, refund.quantity, refund.merchandise_amount, -refund.tax_amount,
    -(refund.merchandise_amount + refund.tax_amount), o.exchange_rate,
    case when o.exchange_rate = 1 then -(refund.merchandise_amount + refund.tax_amount)
         else round(-(refund.merchandise_amount + refund.tax_amount) * o.exchange_rate,
            tenant.decimals) end
from planned_refunds as refund
join planned_orders as o on o.n = refund.n
join planned_tenants as tenant on tenant.id = o.tenant_id
where refund.n between %(first)s and %(last)s and o.n between %(first)s and %(last)s
order by refund.n, refund.key;

-- last: order numbers
select setval('sales.order_numbers',
    greatest(last_value, 1000 + (select max(n) from planned_orders)))
from sales.order_numbers;
