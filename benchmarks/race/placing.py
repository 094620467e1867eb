"""The same orders, placed in every system: how fast, and whether the books agree afterwards."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal

from server import Bench

from . import ground, shop
from .measure import Spread, spread, turns
from .refusals import Refusals, attempt_all, last_units
from .sizes import Sizes
from .workers import Client, clients, together

SYSTEMS = {
    "oscar": "django-oscar",
    "bare": "SQLAlchemy's ORM on bare tables",
    "core": "SQLAlchemy Core on bare tables",
    "verb": "Groundplan's `place_order`",
    "orm": "Groundplan through an ORM",
}
"""Module of race.contenders, and how the page calls it."""

_WARM_UP = 15

# Orders, their value, and units promised of each SKU that was sold.
BOOKS: dict[str, tuple[bytes, bytes]] = {
    "oscar": (
        b"select count(*), sum(total_excl_tax) from order_order",
        b"select substr(partner_sku, 5)::integer, coalesce(num_allocated, 0)"
        b" from partner_stockrecord where num_allocated > 0",
    ),
    "bare": (
        b"select count(*), sum(total_amount) from shop.orders",
        b"select sku_id, allocated from shop.stock where allocated > 0",
    ),
    "verb": (
        b"select count(*), sum(total_amount) from sales.orders where status = 'placed'",
        b"select substr(sku.code, 5)::integer, level.allocated"
        b" from inventory.stock_levels as level join catalog.skus as sku on sku.id = level.sku_id"
        b" where level.allocated > 0",
    ),
}
BOOKS["core"], BOOKS["orm"] = BOOKS["bare"], BOOKS["verb"]


@dataclass
class Rate:
    """Of one system with so many clients; CPU in milliseconds per order."""

    system: str
    clients: int
    orders_per_second: list[float] = field(default_factory=list[float])
    client_cpu: list[float] = field(default_factory=list[float])
    server_cpu: list[float] = field(default_factory=list[float])

    @property
    def rate(self) -> Spread:
        """Orders a second."""
        return spread(self.orders_per_second)

    @property
    def cpu(self) -> tuple[Spread, Spread | None]:
        """Of the client and of the server; the second is None where it cannot be read."""
        return spread(self.client_cpu), spread(self.server_cpu) if self.server_cpu else None


@dataclass(frozen=True)
class Placed:
    """What the part found out."""

    rates: tuple[Rate, ...]
    orders: int
    refusals: tuple[Refusals, ...]

    def of(self, system: str, count: int) -> Rate:
        """The rate of one system with so many clients."""
        return next(one for one in self.rates if (one.system, one.clients) == (system, count))


def measure(bench: Bench, sizes: Sizes) -> Placed:
    """Place, compare the books, then try what each system refuses."""
    urls = _databases(bench)
    with ExitStack() as stack:
        teams = {
            system: stack.enter_context(clients(system, url, sizes.clients))
            for system, url in urls.items()
        }
        numbers = _Numbers()
        _one_round(bench, teams, numbers, _WARM_UP, 1)
        _one_round(bench, teams, numbers, _WARM_UP, sizes.clients)
        rates: dict[tuple[str, int], Rate] = {}
        end = time.monotonic() + sizes.placing_seconds
        for number in range(sizes.rounds):
            if number >= 3 and time.monotonic() > end:
                break
            order = turns(list(SYSTEMS), number)
            teams = {system: teams[system] for system in order}
            for count, each in ((1, sizes.orders), (sizes.clients, sizes.orders_each)):
                for rate in _one_round(bench, teams, numbers, each, count):
                    _add(rates.setdefault((rate.system, count), rate), rate)
            print(f"  round {number + 1} of {sizes.rounds}", flush=True)
        for system, url in urls.items():
            _check(system, url, numbers.used)
        refusals: list[Refusals] = []
        for system, url in urls.items():
            oversold = last_units(teams[system][:2], url, BOOKS[system][1], sizes.trials)
            refusals.append(attempt_all(system, url, oversold, sizes.trials))
    order = [rates[system, count] for count in (1, sizes.clients) for system in SYSTEMS]
    return Placed(tuple(order), numbers.used, tuple(refusals))


class _Numbers:
    """The numbers of the orders, given out once; each system gets the same ones."""

    def __init__(self) -> None:
        self.used = 0

    def take(self, count: int) -> int:
        """The first of so many."""
        first = self.used + 1
        self.used += count
        return first


def _databases(bench: Bench) -> dict[str, str]:
    urls = {
        "oscar": ground.empty(bench, "oscar"),
        "bare": ground.bare(bench, "bare"),
        "core": ground.bare(bench, "core"),
        "verb": ground.groundplan(bench, "verb"),
        "orm": ground.groundplan(bench, "orm"),
    }
    with clients("oscar", urls["oscar"], 1) as team:
        team[0].call("install")
    with ground.opened(urls["oscar"]) as connection:
        connection.execute("vacuum analyze")
    return urls


def _one_round(
    bench: Bench, teams: dict[str, list[Client]], numbers: _Numbers, each: int, count: int
) -> list[Rate]:
    """All systems place the same orders, one system after the other."""
    first = numbers.take(each * count)
    work = [(first + client * each, each) for client in range(count)]
    done: list[Rate] = []
    for system, team in teams.items():
        before = ground.server_seconds(bench)
        timed = together(team[:count], "place", work)
        after = ground.server_seconds(bench)
        rate = Rate(system, count, [each * count / timed.seconds])
        rate.client_cpu.append(timed.cpu / (each * count) * 1000)
        if before is not None and after is not None:
            rate.server_cpu.append((after - before) / (each * count) * 1000)
        done.append(rate)
    return done


def _add(total: Rate, rate: Rate) -> None:
    if total is not rate:
        total.orders_per_second += rate.orders_per_second
        total.client_cpu += rate.client_cpu
        total.server_cpu += rate.server_cpu


def _check(system: str, url: str, orders: int) -> None:
    """Raises SystemExit unless the system has kept every order, its value, and every unit."""
    wanted, units = _expected(range(1, orders + 1))
    summary, promised = BOOKS[system]
    with ground.opened(url) as connection:
        found = connection.execute(summary).fetchone()
        kept = {int(sku): int(quantity) for sku, quantity in connection.execute(promised)}
    if found is None or (found[0], found[1]) != (orders, wanted) or kept != units:
        raise SystemExit(
            f"{SYSTEMS[system]} has not kept the same books: {found} instead of"
            f" {(orders, wanted)}, and {len(set(kept.items()) ^ set(units.items()))} SKUs differ"
        )


def _expected(numbers: Sequence[int]) -> tuple[Decimal, dict[int, int]]:
    total, units = Decimal(0), dict[int, int]()
    for number in numbers:
        placed = shop.order(number)
        total += shop.value(placed)
        for sku, quantity in placed.lines:
            units[sku] = units.get(sku, 0) + quantity
    return total, units
