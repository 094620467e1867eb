select rank, sku_id, sku_code, sku_name, units, net_sales, profit, share
from reporting.top_skus(%(first)s, %(last)s, %(currency)s, %(ranked_by)s, 10)
order by rank
