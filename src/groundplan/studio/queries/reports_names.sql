-- The codes of SKUs and places, by id; $1 and $2 are the ids.
select id, code, 'sku' from catalog.skus where id = any($1::uuid[])
union all
select id, code, 'location' from inventory.locations where id = any($2::uuid[])
