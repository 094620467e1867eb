-- Orders by number or by the customer's name, number or e-mail; $1 is what is looked for.
select number, status, placed_at, total_amount, currency_code
from sales.orders
where tenant_id = core.current_tenant_id() and ($1 = '' or lower(number) = lower($1))
order by placed_at desc nulls last, number desc
limit 51
