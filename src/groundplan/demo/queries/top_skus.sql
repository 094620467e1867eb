-- The ten SKUs with the highest net sales of the newest year.
with yearly as (
    select *, period_start = max(period_start) over () as is_newest
    from reporting.top_skus
    where period = 'year'
        and currency_code = (
            select currency_code from core.tenants where id = core.reporting_tenant_id())
)
select rank, sku_code, sku_name, units, net_sales, share
from yearly
where is_newest
order by rank
limit 10
