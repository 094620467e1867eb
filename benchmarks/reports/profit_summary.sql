select month, currency_code, channel_code, gross_sales, discounts, returns, net_sales, surcharges,
    cogs, payment_costs, shipping_costs, profit, profit_margin, cost_coverage
from reporting.profit_summary
where month between '2025-01-01' and '2025-12-31'
order by month, currency_code, channel_code
