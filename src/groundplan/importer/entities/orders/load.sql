-- The orders of the batch, with what they need and is not there yet.

create temporary table wanted_customers on commit drop as
select distinct on (wanted.customer_key) wanted.customer_key, record.customer_number,
    record.customer_name, record.organization, record.email, record.phone, record.country_code,
    record.placed_at
from batch
join order_customers as wanted on wanted.record_number = batch.record_number
join records as record on record.record_number = batch.record_number
order by wanted.customer_key, record.record_number;

insert into crm.customers (
    tenant_id, id, number, kind, display_name, organization, email, phone, country_code,
    custom_fields)
select core.current_tenant_id(), made.id, coalesce(wanted.customer_number, made.id::text),
    case when wanted.organization is null then 'person' else 'organization' end,
    coalesce(wanted.customer_name, wanted.organization, wanted.email,
        'Customer ' || wanted.customer_number),
    wanted.organization, wanted.email, wanted.phone, wanted.country_code,
    jsonb_build_object('source', current_setting('importing.source'))
from wanted_customers as wanted
cross join lateral (
    select core.imported_id(wanted.placed_at, concat_ws('|', current_setting('importing.source'),
        core.current_tenant_id(), 'customer', wanted.customer_key)) as id
) as made
where current_setting('importing.create_customers')::boolean
  and not exists (
    select from crm.customers as customer
    where customer.tenant_id = core.current_tenant_id()
      and (wanted.customer_number is not null and customer.number = wanted.customer_number
           or wanted.customer_number is null and customer.email_key = core.key_of(wanted.email)));

insert into catalog.sales_channels (tenant_id, code, name)
select distinct core.current_tenant_id(), terms.channel_code,
    initcap(replace(terms.channel_code, '-', ' '))
from batch
join order_terms as terms on terms.record_number = batch.record_number
on conflict (tenant_id, code) do nothing;

create temporary table wanted_skus on commit drop as
select distinct on (line.code_key) line.code_key, line.sku_code, line.item_name,
    core.imported_id('epoch', concat_ws('|', current_setting('importing.source'),
        core.current_tenant_id(), 'product', line.code_key)) as product_id,
    core.imported_id('epoch', concat_ws('|', current_setting('importing.source'),
        core.current_tenant_id(), 'sku', line.code_key)) as sku_id
from batch
join order_lines as line on line.record_number = batch.record_number
where not exists (
    select from catalog.skus as sku
    where sku.tenant_id = core.current_tenant_id() and sku.code_key = line.code_key)
order by line.code_key, line.row_number;

insert into catalog.products (tenant_id, id, name, slug)
select core.current_tenant_id(), wanted.product_id, wanted.item_name,
    concat_ws('-', nullif(btrim(regexp_replace(wanted.code_key, '[^a-z0-9]+', '-', 'g'), '-'), ''),
        left(md5(wanted.code_key), 6))
from wanted_skus as wanted;

-- What is sold in fractions anywhere in the file is not counted in whole pieces.
insert into catalog.skus (tenant_id, id, product_id, code, name, unit_code)
select core.current_tenant_id(), wanted.sku_id, wanted.product_id, wanted.sku_code,
    wanted.item_name,
    case when exists (
        select from order_lines as line
        where line.code_key = wanted.code_key and line.quantity <> trunc(line.quantity))
        then 'part' else 'each' end
from wanted_skus as wanted;

insert into sales.orders (
    tenant_id, id, customer_id, number, channel_code, currency_code, prices_include_tax,
    discount_amount, shipping_amount, shipping_tax_amount, surcharge_amount, expected_total,
    reserves_stock, is_test, source, note, custom_fields)
select core.current_tenant_id(), record.record_id, customer.id, record.number, terms.channel_code,
    terms.currency_code, terms.prices_include_tax, terms.discount_amount, terms.shipping_amount,
    terms.shipping_tax_amount, terms.surcharge_amount, terms.total_amount,
    current_setting('importing.reserves_stock')::boolean
        and coalesce(record.status, 'placed') = 'placed',
    coalesce(record.is_test, false), current_setting('importing.source'), record.note,
    record.custom_fields
from batch
join records as record on record.record_number = batch.record_number
join order_terms as terms on terms.record_number = batch.record_number
left join lateral (
    select known.id
    from crm.customers as known
    where known.tenant_id = core.current_tenant_id()
      and (record.customer_number is not null and known.number = record.customer_number
           or record.customer_number is null and known.email_key = core.key_of(record.email))
    order by known.has_account desc, known.created_at, known.id
    limit 1
) as customer on true
where record.state = 'new'
order by record.record_number;

-- Every line is looked at when its order is placed, below.
set local groundplan.lines_checked_when_placed = 'on';
insert into sales.order_items (
    tenant_id, id, order_id, sku_id, position, currency_code, sku_code, sku_kind, name, quantity,
    unit_price, price_includes_tax, discount_amount, tax_rate, custom_fields)
select core.current_tenant_id(),
    core.imported_id(record.placed_at, concat_ws('|', record.record_id, line.position)),
    record.record_id, sku.id, line.position, terms.currency_code, sku.code, sku.kind,
    line.item_name, line.quantity, line.unit_price, terms.prices_include_tax,
    line.line_discount + line.order_discount, coalesce(line.rate, 0), line.line_custom_fields
from batch
join records as record on record.record_number = batch.record_number
join order_terms as terms on terms.record_number = batch.record_number
join order_lines as line on line.record_number = batch.record_number
join catalog.skus as sku
    on sku.tenant_id = core.current_tenant_id() and sku.code_key = line.code_key
where record.state = 'new'
order by line.row_number;
set local groundplan.lines_checked_when_placed = '';

update sales.orders as o
set status = 'placed', placed_at = record.placed_at, exchange_rate = terms.exchange_rate
from batch
join records as record on record.record_number = batch.record_number
join order_terms as terms on terms.record_number = batch.record_number
where o.id = record.record_id and record.state = 'new';

update sales.orders as o
set note = coalesce(record.note, o.note), custom_fields = o.custom_fields || record.custom_fields
from batch
join records as record on record.record_number = batch.record_number
where o.id = record.record_id and record.state = 'changed' and pg_temp.told_anew(o, record);

-- From here on, orders that were there and have moved on are treated like new ones.
-- What was cancelled and paid back in part was not cancelled: it is an order with a refund.
update sales.orders as o
set status = 'cancelled',
    cancelled_at = greatest(coalesce(record.cancelled_at, noticed.at), record.placed_at)
from batch
join records as record on record.record_number = batch.record_number
join order_terms as terms on terms.record_number = batch.record_number
cross join lateral pg_temp.noticed_at(record) as noticed (at)
where o.id = record.record_id and terms.is_cancelled and o.status = 'placed'
  and o.refunded_amount = 0 and terms.refunded_amount in (0, o.total_amount);

update sales.orders as o
set status = 'completed'
from batch
join records as record on record.record_number = batch.record_number
join order_terms as terms on terms.record_number = batch.record_number
where o.id = record.record_id and o.status in ('placed', 'partially_fulfilled', 'fulfilled')
  and (record.status = 'completed' or terms.is_cancelled);

insert into sales.refunds (
    tenant_id, id, order_id, currency_code, merchandise_amount, tax_amount, reason, refunded_at)
select core.current_tenant_id(),
    core.imported_id(record.placed_at, concat_ws('|', record.record_id, 'refund',
        nullif(trim_scale(o.refunded_amount), 0))), o.id,
    o.currency_code, given.amount - tax.amount, tax.amount, 'Imported',
    greatest(coalesce(record.refunded_at, record.cancelled_at, noticed.at), record.placed_at)
from batch
join records as record on record.record_number = batch.record_number
join order_terms as terms on terms.record_number = batch.record_number
join sales.orders as o on o.id = record.record_id and o.status <> 'cancelled'
cross join lateral pg_temp.noticed_at(record) as noticed (at)
cross join lateral (select terms.refunded_amount - o.refunded_amount as amount) as given
cross join lateral (
    -- Tax goes back with the money, in the same proportion: all in all, and so with the last part.
    select case when o.total_amount = 0 then 0 else round(terms.refunded_amount
        * (o.items_tax_amount + o.shipping_tax_amount) / o.total_amount, terms.scale) end
        - coalesce(sum(earlier.tax_amount), 0) as amount
    from sales.refunds as earlier where earlier.order_id = o.id
) as tax
where given.amount > 0;

drop table wanted_customers, wanted_skus;
