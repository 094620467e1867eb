-- catalog: what analysts read. Names stand beside ids, so that nothing has to be joined.

create or replace view reporting.skus_wide with (security_barrier) as
select
    sku.tenant_id,
    sku.id as sku_id,
    sku.code as sku_code,
    sku.name as sku_name,
    sku.kind,
    sku.status,
    sku.unit_code,
    sku.unit_price,
    sku.tax_rate,
    cost.unit_cost,
    sku.is_stocked,
    sku.allows_backorder,
    product.id as product_id,
    product.name as product_name,
    product.status as product_status,
    brand.name as brand_name,
    category.name as category_name,
    sku.created_at
from catalog.skus as sku
join catalog.products as product on product.id = sku.product_id
left join catalog.brands as brand on brand.id = product.brand_id
left join catalog.product_categories as placement
    on placement.product_id = product.id and placement.is_primary
left join catalog.categories as category on category.id = placement.category_id
left join catalog.sku_costs as cost
    on cost.sku_id = sku.id
    and cost.valid_from <= now() and (cost.valid_to is null or cost.valid_to > now())
where sku.tenant_id = (select core.reporting_tenant_id());
comment on view reporting.skus_wide is 'Every SKU with its product, brand, category and cost of today.';
comment on column reporting.skus_wide.tenant_id is 'The tenant.';
comment on column reporting.skus_wide.sku_id is 'The SKU.';
comment on column reporting.skus_wide.sku_code is 'Code of the SKU.';
comment on column reporting.skus_wide.sku_name is 'Name of the SKU.';
comment on column reporting.skus_wide.kind is 'goods, service, digital or gift_card.';
comment on column reporting.skus_wide.status is 'active, or archived.';
comment on column reporting.skus_wide.unit_code is 'Unit it is counted in.';
comment on column reporting.skus_wide.unit_price is 'List price of one unit, in the tenant''s currency.';
comment on column reporting.skus_wide.tax_rate is 'Tax as a share of net: 0.19.';
comment on column reporting.skus_wide.unit_cost is
    'What one unit costs us today, in the tenant''s currency; null: unknown.';
comment on column reporting.skus_wide.is_stocked is 'Whether its stock is counted.';
comment on column reporting.skus_wide.allows_backorder is
    'Whether more may be promised than lies on the shelf.';
comment on column reporting.skus_wide.product_id is 'The product it is a variant of.';
comment on column reporting.skus_wide.product_name is 'Name of the product.';
comment on column reporting.skus_wide.product_status is 'draft, active or archived.';
comment on column reporting.skus_wide.brand_name is 'Name of the brand, if there is one.';
comment on column reporting.skus_wide.category_name is 'Name of the product''s primary category.';
comment on column reporting.skus_wide.created_at is 'When it was entered.';
