-- SKUs by code or name, of SKU or product.
select sku.code, sku.name, product.name, sku.status
from catalog.skus as sku
join catalog.products as product on product.id = sku.product_id
where sku.tenant_id = core.current_tenant_id()
    and ($1::text is null
        or sku.code_key like lower($1) || '%'
        or sku.name ilike '%' || $1 || '%'
        or product.name ilike '%' || $1 || '%')
order by sku.code_key
limit 51
