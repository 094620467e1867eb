-- An order by its number ($1).
select orders.id, orders.number, orders.status, orders.channel_code, orders.currency_code,
    orders.placed_at, orders.cancelled_at, orders.business_date, orders.source, orders.is_test,
    orders.items_net_amount, orders.items_tax_amount, orders.discount_amount,
    orders.shipping_amount, orders.shipping_tax_amount, orders.surcharge_amount,
    orders.total_amount, orders.refunded_amount, orders.created_by,
    customer.id::text as customer_id, customer.display_name as customer_name
from sales.orders as orders
left join crm.customers as customer on customer.id = orders.customer_id
where orders.tenant_id = core.current_tenant_id() and orders.number = $1
