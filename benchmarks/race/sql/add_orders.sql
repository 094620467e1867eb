with new_orders as (
    select * from jsonb_to_recordset(%(orders)s::jsonb) as given (
        id integer, customer integer, placed_at timestamptz, total numeric, lines jsonb)
), placed as (
    insert into shop.orders (id, customer_id, status, placed_at, total_amount)
    select id, customer, 'placed', placed_at, total from new_orders
    returning id
)
insert into shop.order_items (order_id, sku_id, quantity, unit_price)
select placed.id, sku.id, line.quantity, sku.unit_price
from placed
join new_orders on new_orders.id = placed.id
cross join jsonb_to_recordset(new_orders.lines) as line (sku integer, quantity integer)
join shop.skus as sku on sku.id = line.sku
