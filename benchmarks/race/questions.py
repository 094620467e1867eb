"""What a dashboard asks, and how each way of keeping the numbers is asked it.

Parameters: ``from`` and ``to``, both ends included, days of UTC.
"""

from __future__ import annotations

DAILY = "orders and net sales of each day"
TOP = "the 10 best-selling SKUs"

_RAW_DAILY = """
select (placed_at at time zone 'UTC')::date as day, count(*), sum(total_amount)
from shop.orders
where placed_at >= %(from)s::timestamp at time zone 'UTC'
    and placed_at < (%(to)s::date + 1)::timestamp at time zone 'UTC'
group by 1
order by 1
"""
_RAW_TOP = """
select sku.code, sold.net_sales
from (
    select item.sku_id, sum(item.quantity * item.unit_price) as net_sales
    from shop.orders as o
    join shop.order_items as item on item.order_id = o.id
    where o.placed_at >= %(from)s::timestamp at time zone 'UTC'
        and o.placed_at < (%(to)s::date + 1)::timestamp at time zone 'UTC'
    group by item.sku_id
) as sold
join shop.skus as sku on sku.id = sold.sku_id
order by sold.net_sales desc, sku.code collate "C"
limit 10
"""
_VIEW_DAILY = """
select day, orders, net_sales from shop.daily_sales
where day between %(from)s and %(to)s
order by day
"""
_VIEW_TOP = """
select sku.code, sold.net_sales
from (
    select sku_id, sum(net_sales) as net_sales from shop.sku_daily_sales
    where day between %(from)s and %(to)s
    group by sku_id
) as sold
join shop.skus as sku on sku.id = sold.sku_id
order by sold.net_sales desc, sku.code collate "C"
limit 10
"""
_GROUNDPLAN_DAILY = """
select business_date, orders, net_sales from reporting.metrics_daily
where business_date between %(from)s and %(to)s
order by business_date
"""
_GROUNDPLAN_TOP = """
select sku_code, net_sales
from reporting.top_skus(%(from)s, %(to)s, 'EUR', 'net_sales', 10)
order by rank
"""

WAYS = {
    "raw": "GROUP BY over the orders",
    "views": "materialized views",
    "dbt": "dbt, incremental models",
    "groundplan": "Groundplan's reports",
}
"""How the page calls them."""

QUERIES: dict[str, dict[str, bytes]] = {
    "raw": {DAILY: _RAW_DAILY.encode(), TOP: _RAW_TOP.encode()},
    "views": {DAILY: _VIEW_DAILY.encode(), TOP: _VIEW_TOP.encode()},
    "dbt": {
        DAILY: _VIEW_DAILY.replace("shop.daily_sales", "dbt.daily_sales").encode(),
        TOP: _VIEW_TOP.replace("shop.sku_daily_sales", "dbt.sku_daily_sales").encode(),
    },
    "groundplan": {DAILY: _GROUNDPLAN_DAILY.encode(), TOP: _GROUNDPLAN_TOP.encode()},
}

DAYS = (30, 365)
