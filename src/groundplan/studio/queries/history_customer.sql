-- A customer by id ($1).
select customer.id, customer.number, customer.kind, customer.display_name, customer.email,
    customer.phone, customer.country_code, customer.has_account, customer.status,
    customer.created_at, customer.created_by
from crm.customers as customer
where customer.tenant_id = core.current_tenant_id() and customer.id = $1
