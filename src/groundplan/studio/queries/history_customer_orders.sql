-- The orders of a customer ($1), latest first.
select orders.number, orders.status, orders.placed_at, orders.total_amount,
    orders.refunded_amount, orders.currency_code, orders.created_by
from sales.orders as orders
where orders.customer_id = $1
order by orders.placed_at desc nulls first, orders.number
limit 101
