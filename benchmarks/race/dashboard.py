"""The same dashboard, kept in four ways: what a look at it costs after so many new orders."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from server import Bench

from . import ground, shop
from .dbt_runs import Dbt, dbt
from .measure import turns
from .questions import DAILY, DAYS, QUERIES, TOP, WAYS
from .sizes import Sizes

LATE_DAYS = 10
"""So long ago was the order that comes in late."""

_REPEATS = 3

Answer = list[tuple[Any, ...]]


@dataclass
class Looks:
    """Of one way, after ``batch`` new orders each.

    ``missing`` are new orders that it did not show before it was refreshed; ``refresh`` are
    seconds, ``reads`` milliseconds by (question, days).
    """

    way: str
    batch: int
    missing: list[int] = field(default_factory=list[int])
    refresh: list[float] = field(default_factory=list[float])
    reads: dict[tuple[str, int], list[float]] = field(
        default_factory=dict[tuple[str, int], list[float]]
    )

    def all_reads(self) -> list[float]:
        """Milliseconds of the four answers together, for each round."""
        return [sum(one) for one in zip(*self.reads.values(), strict=True)]

    def exact(self) -> list[float]:
        """Seconds until all four answers are there and right, for each round."""
        return [
            refresh + read / 1000
            for refresh, read in zip(self.refresh, self.all_reads(), strict=True)
        ]


@dataclass
class Dashboards:
    """What the part found out. ``late``: way -> what it says of an order that comes in late."""

    looks: list[Looks]
    history: int
    dbt_models: list[float]
    full_refresh: list[float]
    late: dict[str, str]

    def of(self, way: str, batch: int) -> Looks:
        """The looks of one way after so many orders."""
        return next(one for one in self.looks if (one.way, one.batch) == (way, batch))


def measure(bench: Bench, sizes: Sizes) -> Dashboards:
    """Fill both databases, then let orders arrive and look."""
    today = datetime.now(UTC).date()
    numbers = {"orders": str(sizes.history), "today": today.isoformat()}
    plain, kit = ground.bare(bench, "dashboard"), ground.groundplan(bench, "reports")
    with ground.opened(plain) as bare, ground.opened(kit) as reports, dbt(plain) as runner:
        bare.execute(ground.script("bare_history", **numbers))
        reports.execute(ground.script("groundplan_history", **numbers))
        bare.execute("vacuum analyze")
        reports.execute("vacuum analyze")
        desk = _Desk(bare, reports, runner, today, sizes.history)
        runner.run(full_refresh=True)
        bare.execute("vacuum analyze")
        desk.compare()
        looks: dict[tuple[str, int], Looks] = {}
        for batch in sizes.batches:
            for number in range(sizes.dashboard_rounds):
                desk.add(batch)
                for way in turns(list(WAYS), number):
                    desk.look(looks.setdefault((way, batch), Looks(way, batch)))
                desk.compare()
            print(f"  {batch:,} orders, {sizes.dashboard_rounds} rounds", flush=True)
        late = desk.add_late()
        full = [runner.run(full_refresh=True).seconds for _ in range(sizes.dashboard_rounds)]
        desk.compare()
    kept = [looks[way, batch] for batch in sizes.batches for way in WAYS]
    return Dashboards(kept, sizes.history, desk.dbt_models, full, late)


class _Desk:
    """Two databases that get the same orders, and the four ways to ask for them."""

    def __init__(
        self,
        bare: ground.Connection,
        reports: ground.Connection,
        runner: Dbt,
        today: date,
        history: int,
    ) -> None:
        self._connections = dict.fromkeys(WAYS, bare) | {"groundplan": reports}
        self._dbt = runner
        self._today = today
        self._next = history + 1
        self.dbt_models: list[float] = []
        rows = reports.execute("select n, id from public.race_customers").fetchall()
        self._customers = dict(rows)
        self._refresh: dict[str, Callable[[], None]] = {
            "raw": lambda: None,
            "views": self._refresh_views,
            "dbt": self._run_dbt,
            "groundplan": lambda: None,
        }

    def add(self, count: int, days_ago: int = 0) -> None:
        """So many orders arrive in both databases."""
        day = datetime.combine(self._today - timedelta(days=days_ago), datetime.min.time(), UTC)
        orders: list[dict[str, Any]] = []
        for number in range(self._next, self._next + count):
            placed, placed_at = shop.order(number), day + timedelta(milliseconds=number)
            lines = [{"sku": sku, "quantity": quantity} for sku, quantity in placed.lines]
            named = [{**line, "sku": shop.code(line["sku"])} for line in lines]
            self._connections["groundplan"].execute(
                "select id from sales.place_order(%s::jsonb, %s, placed_at => %s)",
                [json.dumps(named), self._customers[placed.customer], placed_at],
            )
            orders.append(
                {
                    "id": number,
                    "customer": placed.customer,
                    "placed_at": placed_at.isoformat(),
                    "total": str(shop.value(placed)),
                    "lines": lines,
                }
            )
        self._connections["raw"].execute(
            ground.script("add_orders"), {"orders": json.dumps(orders)}
        )
        self._next += count

    def look(self, looks: Looks) -> None:
        """See what is missing, refresh, read the four answers."""
        shown = sum(row[1] for row in self._ask(looks.way, DAILY, 1))
        truth = sum(row[1] for row in self._ask("raw", DAILY, 1))
        looks.missing.append(truth - shown)
        began = time.perf_counter()
        self._refresh[looks.way]()
        looks.refresh.append(time.perf_counter() - began)
        for question in (DAILY, TOP):
            for days in DAYS:
                times: list[float] = []
                for _ in range(_REPEATS):
                    began = time.perf_counter()
                    self._ask(looks.way, question, days)
                    times.append((time.perf_counter() - began) * 1000)
                looks.reads.setdefault((question, days), []).append(median(times))

    def compare(self) -> None:
        """Raises SystemExit unless every way gives the same numbers for every question."""
        for way in WAYS:
            wrong = self._wrong(way)
            if wrong:
                raise SystemExit(f"{WAYS[way]} gives other numbers than GROUP BY: {wrong}")

    def add_late(self) -> dict[str, str]:
        """An order that was placed days ago arrives now; who shows it, and after what."""
        self.add(1, days_ago=LATE_DAYS)
        said: dict[str, str] = {}
        for way in WAYS:
            if not self._wrong(way):
                said[way] = "shows it at once"
                continue
            self._refresh[way]()
            if not self._wrong(way):
                said[way] = "shows it after the next refresh"
                continue
            said[way] = "does not show it after the next run either, only after a full refresh"
        return said

    def _wrong(self, way: str) -> str:
        """The first question that is answered otherwise than by GROUP BY; empty if none."""
        for question in (DAILY, TOP):
            for days in DAYS:
                if self._ask(way, question, days) != self._ask("raw", question, days):
                    return f"{question}, {days} days"
        return ""

    def _ask(self, way: str, question: str, days: int) -> Answer:
        span = {"from": self._today - timedelta(days=days - 1), "to": self._today}
        return self._connections[way].execute(QUERIES[way][question], span).fetchall()

    def _refresh_views(self) -> None:
        connection = self._connections["views"]
        connection.execute("refresh materialized view concurrently shop.daily_sales")
        connection.execute("refresh materialized view concurrently shop.sku_daily_sales")

    def _run_dbt(self) -> None:
        self.dbt_models.append(self._dbt.run().models)
