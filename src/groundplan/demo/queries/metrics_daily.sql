-- The last 7 days with orders, over all sales channels. In the tenant's own currency: amounts of
-- different currencies are never added.
select business_date, sum(orders), sum(units), sum(gross_sales), sum(discounts),
    sum(returns), sum(net_sales)
from reporting.metrics_daily
where currency_code = (select currency_code from core.tenants where id = core.reporting_tenant_id())
group by business_date
order by business_date desc
limit 7
