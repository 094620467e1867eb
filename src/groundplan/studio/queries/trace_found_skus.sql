-- SKUs by code, or by a part of their name or the product's; $1 is what is looked for.
select sku.code, sku.name, sku.status, product.name
from catalog.skus as sku
join catalog.products as product on product.id = sku.product_id
where sku.tenant_id = core.current_tenant_id()
    and ($1 = '' or sku.code_key = core.key_of($1)
        or strpos(lower(sku.code), lower($1)) > 0 or strpos(lower(sku.name), lower($1)) > 0
        or strpos(lower(product.name), lower($1)) > 0)
order by sku.code_key is distinct from core.key_of($1), sku.code
limit 51
