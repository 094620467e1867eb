"""Reading reports, beside a GROUP BY over the ledger that gives the same numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from results import Result, compared, interleaved
from server import Bench, Connection, opened, script
from settings import Settings

_REPORTS = {
    "metrics_daily": "metrics_daily of a year",
    "metrics_monthly": "metrics_monthly of a year",
    "top_skus": "top_skus of a month",
    "profit_summary": "profit_summary of a year",
}


def measure(bench: Bench, settings: Settings) -> Iterator[Result]:
    """Every report at every size, with nothing pending and with about 1,000 pending rows."""
    for orders in settings.histories:
        url = bench.database(f"history_{orders}", "history_world", bare=False)
        with opened(url) as connection:
            _fill(connection, orders)
            connection.execute("set work_mem = '64MB'")  # For both: a large GROUP BY wants it.
            yield from _all(connection, settings, orders)
            with connection.transaction():
                connection.execute(script("pending").encode())
            yield from _all(connection, settings, orders)


def _fill(connection: Connection, orders: int) -> None:
    """The ledger of so many orders, counted into the reports, with nothing pending."""
    with connection.transaction():
        text = script("history").replace("{{ total }}", str(orders))
        connection.execute(text.encode())
    connection.execute("select groundplan.rebuild_ledger_entries()")
    connection.execute("vacuum analyze")


def _all(connection: Connection, settings: Settings, orders: int) -> Iterator[Result]:
    row = connection.execute("select count(*) from groundplan.ledger_entries_delta").fetchone()
    pending = f"{row[0]:,} pending" if row and row[0] else "none pending"
    for name, title in _REPORTS.items():
        report, raw = script(f"reports/{name}"), script(f"reports/{name}_raw")
        if _rows(connection, report) != _rows(connection, raw):
            raise SystemExit(f"{name} and reports/{name}_raw.sql do not give the same numbers")
        pairs = interleaved(
            settings.reads,
            lambda report=report: _milliseconds(connection, report),
            lambda raw=raw: _milliseconds(connection, raw),
            seconds=15,
        )
        what = f"{title}, {orders:,} orders, {pending}"
        yield compared("reports", what, pairs, "ms", is_time=True)


def _rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    rows = connection.execute(query.encode()).fetchall()
    if not rows:
        raise SystemExit(f"nothing was found by: {query}")
    return rows


def _milliseconds(connection: Connection, query: str) -> float:
    began = time.perf_counter()
    connection.execute(query.encode(), prepare=True).fetchall()
    return (time.perf_counter() - began) * 1000
