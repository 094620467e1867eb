select sku_id, sku_code, sku_name, units, net_sales, profit, share
from reporting.top_skus('2025-11-01', '2025-11-30', 'EUR')
order by net_sales desc, lower(sku_code) collate "C"
