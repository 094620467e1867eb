"""Orders a second: the verb, plain statements as an ORM sends them, and one popular SKU."""

from __future__ import annotations

import random
from collections.abc import Iterator
from statistics import quantiles

import equal
from results import Result, compared, interleaved
from server import Bench, Connection, cpu_nanoseconds, opened
from settings import Settings


def measure(bench: Bench, settings: Settings) -> Iterator[Result]:
    """The parts orders, orm and hot, those of them that are wanted."""
    url = bench.database("orders", "world")
    with opened(url) as connection:
        equal.check(connection)
    for name in ("kit", "bare", "kit_orm", "bare_orm"):  # Caches, statistics, first pages.
        bench.tps(url, name, 1, settings.seconds, sync=False)
    with opened(url) as connection:
        connection.execute("vacuum analyze")
    if settings.wants("orders"):
        yield from _cpu(url, settings)
        for sync in (False, True):
            for clients in (1, 8):
                yield _rate(bench, url, settings, "orders", "", clients, sync=sync)
    if settings.wants("orm"):
        for clients in (1, 8):
            yield _rate(bench, url, settings, "orm", "_orm", clients, sync=False)
    if settings.wants("hot"):
        for side, who in (("kit", "place_order"), ("bare", "same rows, bare")):
            pairs = interleaved(
                settings.rounds,
                lambda side=side: bench.tps(url, f"{side}_hot", 8, settings.seconds, sync=False),
                lambda side=side: bench.tps(url, side, 8, settings.seconds, sync=False),
            )
            what = f"{who}, one SKU in all orders ÷ random SKUs, 8 clients"
            yield compared("hot", what, pairs, "orders/s")


_WHAT = {"orders": "place_order", "orm": "plain statements"}


def _rate(
    bench: Bench, url: str, settings: Settings, part: str, suffix: str, clients: int, *, sync: bool
) -> Result:
    pairs = interleaved(
        settings.rounds,
        lambda: bench.tps(url, f"kit{suffix}", clients, settings.seconds, sync=sync),
        lambda: bench.tps(url, f"bare{suffix}", clients, settings.seconds, sync=sync),
    )
    who = "1 client" if clients == 1 else f"{clients} clients"
    what = f"{_WHAT[part]}, {who}, synchronous_commit {'on' if sync else 'off'}"
    return compared(part, what, pairs, "orders/s")


def _cpu(url: str, settings: Settings) -> Iterator[Result]:
    """Core time of single calls, in turns: steadier than a rate on a machine that others use too.

    The first quartile of a round's calls, because what disturbs a call only ever makes it longer.
    Folding is left out by that: it happens in one call of some hundreds.
    """
    chance = random.Random(1)
    with opened(url) as kit, opened(url) as bare:
        if cpu_nanoseconds(kit) is None:
            return
        customers = [
            str(row[0]) for row in kit.execute("select id from public.bench_customers").fetchall()
        ]
        pairs: list[tuple[float, float]] = []
        for _ in range(settings.rounds):
            costs: dict[str, list[float]] = {"sales": [], "bare": []}
            for number in range(settings.calls):
                skus = chance.sample(range(1, 10_001), 3)
                lines = ", ".join(f'{{"sku": "sku-{sku}", "quantity": 2}}' for sku in skus)
                customer = chance.choice(customers)
                sides = [(kit, "sales"), (bare, "bare")]
                for connection, schema in sides[:: 1 if number % 2 else -1]:
                    costs[schema].append(_cost(connection, schema, f"[{lines}]", customer))
            pairs.append((quantiles(costs["sales"])[0], quantiles(costs["bare"])[0]))
    yield compared("orders", "place_order, server CPU per order", pairs, "µs", is_time=True)


def _cost(connection: Connection, schema: str, lines: str, customer: str) -> float:
    """Microseconds on a core of one order, its commit included."""
    before = cpu_nanoseconds(connection) or 0
    statement = f"select {schema}.place_order(%s::jsonb, %s::uuid)"
    connection.execute(statement.encode(), [lines, customer], prepare=True)
    # The statistics are brought up to date when the backend waits for the next statement.
    connection.execute("select", prepare=True)
    return ((cpu_nanoseconds(connection) or 0) - before) / 1000
