"""Reading views with their security barrier, beside the same views without it.

A barrier runs the conditions of a query after the filter by tenant, unless PostgreSQL knows that
they tell nothing (their operators are leakproof). Those keep their indexes; the others do not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import LiteralString

from psycopg import sql
from results import Result, compared, interleaved
from server import Bench, Connection, opened
from settings import Settings

from groundplan.compose import closure, compose, load_modules
from groundplan.database import create_database, database_url
from groundplan.installation import apply
from groundplan.seed.trade import TradeOptions, generate_trade

_ORDERS, _TENANTS = 40_000, 8

# What is compared, the view, the condition; the values are tenant 2's.
_CASES: tuple[tuple[str, str, LiteralString], ...] = (
    ("date", "metrics_daily", "business_date = %(day)s"),
    ("range of dates", "metrics_daily", "business_date between %(day)s::date - 6 and %(day)s"),
    ("text", "metrics_daily", "business_date = %(day)s and channel_code = 'web'"),
    ("date", "sku_metrics_daily", "business_date = %(day)s"),
    ("uuid", "orders_wide", "order_id = %(order_id)s"),
    ("text", "orders_wide", "order_number = %(order_number)s"),
    ("uuid", "orders_wide", "customer_id = %(customer_id)s"),
    ("date", "orders_wide", "business_date = %(day)s"),
    ("range of timestamptz", "orders_wide", "placed_at > %(day)s::timestamptz and placed_at"
     " < %(day)s::timestamptz + interval '1 day'"),
    ("uuid", "order_lines_wide", "order_id = %(order_id)s"),
    ("integer", "order_lines_wide", "order_id = %(order_id)s and position = 1"),
    ("text", "stock_wide", "sku_code = %(sku_code)s"),
    ("boolean", "skus_wide", "is_stocked"),
    ("numeric", "orders_wide", "total_amount > 500"),
    ("numeric", "metrics_daily", "net_sales > 100"),
    ("LIKE", "orders_wide", "customer_name ilike '%%ann%%'"),
    ("LIKE", "skus_wide", "sku_name like 'A%%'"),
    ("date against timestamp", "metrics_daily", "business_date >= %(day)s::timestamp"),
)  # fmt: skip


def measure(bench: Bench, settings: Settings) -> Iterator[Result]:
    """Each predicate, with barriers and without, on the same rows of several tenants."""
    create_database(bench.server.url(), "barriers")
    url = database_url(bench.server.url(), "barriers")
    with opened(url) as connection:
        apply(connection, compose(closure(["ecommerce"], load_modules()), "multi"))
    generate_trade(
        url, TradeOptions(orders=_ORDERS, years=2, tenants=_TENANTS, until=date(2026, 6, 30))
    )
    with opened(url) as connection:
        connection.execute("vacuum analyze")
    without = _copy_without_barriers(bench, url)
    with opened(url) as kit, opened(without) as bare:
        for connection in (kit, bare):
            connection.execute("set groundplan.tenant_id = '2'")
        values = _values(kit)
        for kind, view, predicate in _CASES:
            query = sql.SQL("select * from {} where ").format(sql.Identifier("reporting", view))
            query += sql.SQL(predicate)
            pairs = interleaved(
                settings.reads * 5,
                lambda query=query: _milliseconds(kit, query, values),
                lambda query=query: _milliseconds(bare, query, values),
                seconds=6,
            )
            yield compared("barriers", f"{view} by {kind}", pairs, "ms", is_time=True)


def _copy_without_barriers(bench: Bench, url: str) -> str:
    """A copy of the database whose views are no barriers; its URL."""
    with opened(bench.server.url()) as connection:
        connection.execute("create database barriers_off template barriers")
    without = database_url(url, "barriers_off")
    with opened(without) as connection:
        views = connection.execute(
            "select relnamespace::regnamespace::text, relname from pg_class\n"
            "where relkind = 'v' and 'security_barrier=true' = any (reloptions)\n"
            "    and relowner = current_user::regrole"
        ).fetchall()
        for schema, view in views:
            connection.execute(
                sql.SQL("alter view {} reset (security_barrier)").format(
                    sql.Identifier(schema, view)
                )
            )
    return without


def _values(connection: Connection) -> dict[str, object]:
    cursor = connection.execute(
        "select business_date as day, order_id, order_number, customer_id,\n"
        "    (select sku_code from reporting.stock_wide order by 1 limit 1) as sku_code\n"
        "from reporting.orders_wide where customer_id is not null\n"
        "order by abs(business_date - date '2026-03-02'), order_id limit 1"
    )
    row = cursor.fetchone()
    if row is None or cursor.description is None:
        raise SystemExit("the generated trade has too few orders")
    return {column.name: value for column, value in zip(cursor.description, row, strict=True)}


def _milliseconds(connection: Connection, query: sql.Composed, values: dict[str, object]) -> float:
    began = time.perf_counter()
    connection.execute(query, values).fetchall()
    return (time.perf_counter() - began) * 1000
