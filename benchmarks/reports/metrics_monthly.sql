select month, currency_code, channel_code, orders, units, lines, gross_sales, discounts,
    returns, returns_by_order_date, net_sales, tax, shipping, surcharges, total_sales, cogs,
    gross_profit, gross_margin, customers, new_customers, returning_customers,
    average_order_value, units_per_order
from reporting.metrics_monthly
where month between '2025-01-01' and '2025-12-31'
order by month, currency_code, channel_code
