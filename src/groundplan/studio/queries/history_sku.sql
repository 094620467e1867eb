-- A SKU by its code ($1), case aside.
select sku.id, sku.product_id, sku.code, sku.name, product.name as product_name, sku.kind,
    sku.unit_code, sku.unit_price, sku.tax_rate, sku.is_stocked, sku.allows_backorder, sku.status,
    tenant.currency_code, sku.created_at, sku.created_by
from catalog.skus as sku
join catalog.products as product on product.id = sku.product_id
join core.tenants as tenant on tenant.id = sku.tenant_id
where sku.tenant_id = core.current_tenant_id()
    and sku.code_key = core.key_of($1::text)
