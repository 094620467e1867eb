-- Customers by number, e-mail or name.
select customer.id::text, customer.number, customer.display_name, customer.email, customer.status
from crm.customers as customer
where customer.tenant_id = core.current_tenant_id()
    and ($1::text is null
        or customer.number = $1
        or customer.email_key like lower($1) || '%'
        or customer.display_name ilike '%' || $1 || '%')
order by customer.id desc
limit 51
