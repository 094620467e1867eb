-- Customers by e-mail, number, or a part of their name; $1 is what is looked for.
select id, display_name, number, email, status
from crm.customers
where tenant_id = core.current_tenant_id()
    and ($1 = '' or email_key = core.key_of($1) or lower(number) = lower($1)
        or strpos(lower(display_name), lower($1)) > 0)
order by email_key is distinct from core.key_of($1), created_at desc, id
limit 51
