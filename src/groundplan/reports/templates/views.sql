create or replace view {{ everyone }} with (security_invoker = true) as
select
    {{ sums }}
from (
    {{ branches }}
) as counted (
    {{ names }})
group by
    {{ keys }}
having sum(row_count) <> 0;
create or replace view {{ view }} with (security_barrier) as
select
    {{ sums }}
from (
    {{ branches }}
) as counted (
    {{ names }})
where tenant_id = (select core.reporting_tenant_id())
group by
    {{ keys }}
having sum(row_count) <> 0;
