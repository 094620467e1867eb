-- Customers, products and SKUs of what will be loaded. Those that are there already stay as they
-- are.

insert into catalog.sales_channels (tenant_id, code, name, time_zone)
values (core.current_tenant_id(), 'online-retail', 'Online Retail', 'Europe/London')
on conflict (tenant_id, code) do nothing;

insert into inventory.movement_reasons (tenant_id, code, name)
values (core.current_tenant_id(), 'opening', 'Opening stock'),
    (core.current_tenant_id(), 'damaged', 'Damaged'),
    (core.current_tenant_id(), 'lost', 'Lost'),
    (core.current_tenant_id(), 'found', 'Found')
on conflict (tenant_id, code) do nothing;

-- The country of a customer is that of the latest line; names the standard does not know stay out.
create temporary table new_customers on commit drop as
select core.imported_id(seen.first_at, concat_ws('|', 'online-retail', core.current_tenant_id(),
        'customer', seen.customer_number)) as id,
    seen.customer_number as number, country.code as country_code
from (
    select line.customer_number, min(line.invoiced_at) as first_at,
        (array_agg(line.country order by line.invoiced_at desc, line.line_number desc))[1]
            as country
    from lines as line
    where line.kind = 'sale' and line.reason is null and not line.is_known
      and line.customer_number is not null
    group by line.customer_number
) as seen
left join (
    values ('eire', 'IE'), ('rsa', 'ZA'), ('usa', 'US'), ('channel islands', 'JE'),
        ('czech republic', 'CZ')
) as alias (name, code) on alias.name = lower(btrim(seen.country))
left join core.countries as country
    on country.code = alias.code
    or alias.code is null and lower(country.name) = lower(btrim(seen.country))
where not exists (
    select from crm.customers as customer
    where customer.tenant_id = core.current_tenant_id()
      and customer.number = seen.customer_number);

insert into crm.customers (tenant_id, id, number, display_name, country_code, custom_fields)
select core.current_tenant_id(), new.id, new.number, 'Customer ' || new.number, new.country_code,
    jsonb_build_object('source', 'import:online-retail')
from new_customers as new
order by new.number;

-- Codes that differ only in case are one SKU, spelled as it was first. Its name is what its sale
-- lines call it most often; its list price is what they ask most often.
create temporary table new_skus on commit drop as
select seen.code_key, seen.code, pg_temp.kind_of(seen.code_key) as kind,
    coalesce(named.name, seen.code) as name, seen.unit_price,
    concat_ws('-', 'online-retail',
        nullif(btrim(regexp_replace(seen.code_key, '[^a-z0-9]+', '-', 'g'), '-'), ''),
        -- Two codes may be one word without their signs.
        case when seen.code_key !~ '^[a-z0-9]+$' then left(md5(seen.code_key), 6) end) as slug,
    core.imported_id(seen.first_at, concat_ws('|', 'online-retail', core.current_tenant_id(),
        'product', seen.code_key)) as product_id,
    core.imported_id(seen.first_at, concat_ws('|', 'online-retail', core.current_tenant_id(),
        'sku', seen.code_key)) as sku_id
from (
    select line.code_key, min(line.invoiced_at) as first_at,
        (array_agg(line.code order by line.line_number))[1] as code,
        mode() within group (order by line.price)
            filter (where line.kind = 'sale' and line.price > 0) as unit_price
    from lines as line
    where line.kind <> 'credit' and line.reason is null and not line.is_known
    group by line.code_key
) as seen
left join (
    select distinct on (spelled.code_key) spelled.code_key, spelled.name
    from (
        select line.code_key, line.description as name, count(*) as times,
            count(*) filter (where line.kind = 'sale') as times_sold
        from lines as line
        where line.kind <> 'credit' and line.reason is null and not line.is_known
          and line.description is not null
        group by line.code_key, line.description
    ) as spelled
    order by spelled.code_key, spelled.times_sold desc, spelled.times desc, spelled.name
) as named on named.code_key = seen.code_key
where not exists (
    select from catalog.skus as sku
    where sku.tenant_id = core.current_tenant_id() and sku.code_key = seen.code_key);

insert into catalog.products (tenant_id, id, name, slug)
select core.current_tenant_id(), new.product_id, new.name, new.slug
from new_skus as new
order by new.code_key;

insert into catalog.skus (tenant_id, id, product_id, code, name, kind, unit_price, is_stocked)
select core.current_tenant_id(), new.sku_id, new.product_id, new.code, new.name, new.kind,
    new.unit_price, new.kind = 'goods'
from new_skus as new
order by new.code_key;

analyze crm.customers;
analyze catalog.products;
analyze catalog.skus;
