-- An invoice is an order. Orders and lines of the whole file, as drafts; placed day by day later.

create temporary table new_orders on commit drop as
select core.imported_id(seen.placed_at, concat_ws('|', 'online-retail', core.current_tenant_id(),
        'order', seen.invoice)) as id,
    core.imported_id(seen.placed_at, concat_ws('|', 'online-retail', core.current_tenant_id(),
        'shipment', seen.invoice)) as shipment_id,
    seen.invoice, seen.placed_at, (seen.placed_at at time zone 'Europe/London')::date as day,
    customer.id as customer_id, seen.country, seen.line_count
from (
    select line.invoice, min(line.invoiced_at) as placed_at, min(line.country) as country,
        min(line.customer_number) as customer_number, count(*) as line_count
    from lines as line
    where line.kind = 'sale' and line.reason is null and not line.is_known
    group by line.invoice
) as seen
left join crm.customers as customer
    on customer.tenant_id = core.current_tenant_id() and customer.number = seen.customer_number;
create unique index on new_orders (invoice);
create unique index on new_orders (id);
create index on new_orders (day);
analyze new_orders;

insert into sales.orders (
    tenant_id, id, customer_id, number, channel_code, currency_code, reserves_stock, source,
    custom_fields)
select core.current_tenant_id(), new.id, new.customer_id, new.invoice, 'online-retail', 'GBP',
    false, 'import:online-retail', jsonb_build_object('country', new.country)
from new_orders as new
order by new.placed_at, new.invoice;
analyze sales.orders;

-- Every line is looked at when its order is placed, day by day.
set local groundplan.lines_checked_when_placed = 'on';
insert into sales.order_items (
    tenant_id, id, order_id, sku_id, position, currency_code, sku_code, sku_kind, name, quantity,
    unit_price, price_includes_tax, tax_rate)
select core.current_tenant_id(), line.id, new.id, sku.id,
    row_number() over (partition by line.invoice order by line.line_number), 'GBP', sku.code,
    sku.kind, coalesce(line.description, sku.name), line.quantity, line.price, false, 0
from lines as line
join new_orders as new on new.invoice = line.invoice
join catalog.skus as sku
    on sku.tenant_id = core.current_tenant_id() and sku.code_key = line.code_key
where line.kind = 'sale' and line.reason is null and not line.is_known
order by line.line_number;
set local groundplan.lines_checked_when_placed = '';
analyze sales.order_items;
