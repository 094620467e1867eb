-- What a unit of a SKU ($1) costs, and when that holds.
select cost.unit_cost, cost.valid_from, cost.valid_to, cost.created_by, cost.id::text
from catalog.sku_costs as cost
where cost.sku_id = $1
order by cost.valid_from desc
limit 100
