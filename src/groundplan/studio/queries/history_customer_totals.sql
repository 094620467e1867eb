-- What a customer ($1) has bought, by currency; test orders and drafts do not count.
select orders.currency_code, count(*), sum(orders.total_amount), sum(orders.refunded_amount)
from sales.orders as orders
where orders.customer_id = $1 and not orders.is_test
    and orders.status not in ('draft', 'cancelled')
group by orders.currency_code
order by orders.currency_code
