-- The last 6 months, over all sales channels, in the tenant's own currency.
select month, sum(orders), sum(units), sum(net_sales), sum(gross_profit),
    sum(gross_profit) / nullif(sum(net_sales), 0),
    sum(gross_sales - discounts) / nullif(sum(orders), 0)
from reporting.metrics_monthly
where currency_code = (select currency_code from core.tenants where id = core.reporting_tenant_id())
group by month
order by month desc
limit 6
