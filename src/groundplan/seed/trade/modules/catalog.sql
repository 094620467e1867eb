-- once: sales channels
insert into catalog.sales_channels (tenant_id, id, code, name, created_at)
select tenant.id, pg_temp.id_of(tenant.starts_at - interval '60 days', channel.code, tenant.id),
    channel.code, channel.name, tenant.starts_at - interval '60 days'
from planned_tenants as tenant
cross join (values ('marketplace', 'Marketplace'), ('shop', 'Shop')) as channel (code, name)
on conflict (tenant_id, code) do nothing;

-- once: brands
insert into catalog.brands (tenant_id, id, name, name_key, created_at)
select tenant.id, pg_temp.id_of(tenant.starts_at - interval '60 days', 'brand',
        tenant.id * 1000::bigint + brand.place),
    brand.name, core.key_of(brand.name), tenant.starts_at - interval '60 days'
from planned_tenants as tenant
cross join planned_run as run
cross join lateral jsonb_array_elements_text(run.lists -> 'brands')
    with ordinality as brand (name, place);

-- once: categories
insert into catalog.categories (tenant_id, id, name, slug, position, created_at)
select tenant.id, pg_temp.id_of(tenant.starts_at - interval '60 days',
        category.document ->> 'slug', tenant.id),
    category.document ->> 'name', category.document ->> 'slug', category.place,
    tenant.starts_at - interval '60 days'
from planned_tenants as tenant
cross join planned_run as run
cross join lateral jsonb_array_elements(run.lists -> 'categories')
    with ordinality as category (document, place);

-- once: products
insert into catalog.products (tenant_id, id, brand_id, name, slug, created_at)
select product.tenant_id, product.id,
    pg_temp.id_of(product.starts_at - interval '60 days', 'brand',
        product.tenant_id * 1000::bigint + product.brand + 1),
    product.title,
    regexp_replace(lower(product.title), '[^a-z0-9]+', '-', 'g') || '-' || product.place,
    product.starts_at - interval '60 days'
from planned_products as product
where product.before < product.skus;

-- once: categories of products
insert into catalog.product_categories (
    tenant_id, id, product_id, category_id, is_primary, created_at)
select product.tenant_id,
    pg_temp.id_of(product.starts_at - interval '60 days', 'in category', product.key),
    product.id,
    pg_temp.id_of(product.starts_at - interval '60 days', product.category, product.tenant_id),
    true, product.starts_at - interval '60 days'
from planned_products as product
where product.before < product.skus;

-- once: options
insert into catalog.product_options (tenant_id, id, product_id, name, name_key, created_at)
select product.tenant_id,
    pg_temp.id_of(product.starts_at - interval '60 days', 'option', product.key),
    product.id, 'Colour', core.key_of('Colour'), product.starts_at - interval '60 days'
from planned_products as product
where product.before < product.skus and product.variants > 1;

-- once: SKUs
insert into catalog.skus (
    tenant_id, id, product_id, code, code_key, name, unit_price, tax_rate, terms_key, created_at)
select sku.tenant_id, sku.id, sku.product_id, sku.code, core.key_of(sku.code), sku.name,
    sku.unit_price,
    case when sku.is_reduced then home.reduced_tax_rate else home.tax_rate end,
    'active each stocked', sku.starts_at - interval '60 days'
from planned_skus as sku
join planned_tenants as tenant on tenant.id = sku.tenant_id
left join lateral (
    select market.tax_rate, market.reduced_tax_rate
    from planned_markets as market
    where market.currency_code = tenant.currency_code
    order by market.place
    limit 1
) as home on true;

-- once: values of options
insert into catalog.product_option_values (
    tenant_id, id, option_id, product_id, name, name_key, position, created_at)
select sku.tenant_id,
    pg_temp.id_of(sku.starts_at - interval '60 days', 'value', sku.key),
    pg_temp.id_of(sku.starts_at - interval '60 days', 'option', product.key),
    sku.product_id, sku.colour, core.key_of(sku.colour), sku.variant,
    sku.starts_at - interval '60 days'
from planned_skus as sku
join planned_products as product
    on product.tenant_id = sku.tenant_id and product.id = sku.product_id
where sku.colour is not null;

-- once: what tells SKUs apart
insert into catalog.sku_option_values (
    tenant_id, id, sku_id, product_id, option_id, option_value_id, created_at)
select sku.tenant_id,
    pg_temp.id_of(sku.starts_at - interval '60 days', 'has value', sku.key),
    sku.id, sku.product_id,
    pg_temp.id_of(sku.starts_at - interval '60 days', 'option', product.key),
    pg_temp.id_of(sku.starts_at - interval '60 days', 'value', sku.key),
    sku.starts_at - interval '60 days'
from planned_skus as sku
join planned_products as product
    on product.tenant_id = sku.tenant_id and product.id = sku.product_id
where sku.colour is not null;

-- once: costs
insert into catalog.sku_costs (
    tenant_id, id, sku_id, unit_cost, valid_from, valid_to, created_at)
select sku.tenant_id, pg_temp.id_of(period.begins_at, 'cost', sku.key), sku.id, cost.unit_cost,
    period.begins_at, period.ends_at, period.begins_at
from planned_skus as sku
cross join lateral unnest(sku.costs) with ordinality as cost (unit_cost, year)
cross join lateral (
    select case when cost.year = 1 then sku.starts_at - interval '60 days'
                else sku.starts_at + make_interval(secs => 31536000 * (cost.year - 1)) end
            as begins_at,
        case when cost.year < cardinality(sku.costs)
            then sku.starts_at + make_interval(secs => 31536000 * cost.year) end as ends_at
) as period;
