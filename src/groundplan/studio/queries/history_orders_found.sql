-- Orders by number; the latest ones where nothing is asked ($1 is null).
select orders.number, orders.status, orders.placed_at, customer.display_name,
    orders.total_amount, orders.currency_code
from sales.orders as orders
left join crm.customers as customer on customer.id = orders.customer_id
where orders.tenant_id = core.current_tenant_id()
    and ($1::text is null or orders.number like $1 || '%')
order by orders.id desc
limit 51
