-- The lines of an order ($1).
select item.position, item.sku_code, item.name, item.quantity, item.unit_price,
    item.discount_amount, item.net_amount, item.tax_amount, item.gross_amount, item.id::text
from sales.order_items as item
where item.order_id = $1
order by item.position
limit 1000
