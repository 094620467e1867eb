-- What was left of the last 6 months, over all sales channels, in the tenant's own currency.
select month, sum(net_sales), sum(surcharges), sum(cogs), sum(profit),
    sum(profit) / nullif(sum(net_sales), 0)
from reporting.profit_summary
where currency_code = (select currency_code from core.tenants where id = core.reporting_tenant_id())
group by month
order by month desc
limit 6
