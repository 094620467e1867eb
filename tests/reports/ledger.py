"""Writing the sales ledger by hand, and counting it in Python, row by row."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, LiteralString, cast
from uuid import UUID

import psycopg

from groundplan.database import connect
from groundplan.modules.sales.reports import ROLLUPS

SKUS = 8
CUSTOMERS = 6
FIRST_DAY = date(2025, 12, 20)
DAYS = 30  # Three months of two years, so that levels differ.

PRODUCT = UUID(int=0xAA)


def sku(number: int) -> UUID:
    """The id of a SKU of the test catalog; codes run against ids, so that ties show."""
    return UUID(int=0x100 + number)


def customer(number: int) -> UUID:
    """The id of a customer. The ledger refers to none, so none needs to exist."""
    return UUID(int=0x200 + number)


CATALOG = f"""
insert into catalog.products (id, name, slug) values ('{PRODUCT}', 'Thing', 'thing');
insert into catalog.skus (id, product_id, code, name)
select overlay('{sku(0)}' placing lpad(to_hex(256 + n), 4, '0') from 33)::uuid, '{PRODUCT}',
    'SKU-' || {SKUS - 1} - n, 'Thing ' || n
from generate_series(0, {SKUS - 1}) as n;
"""

COLUMNS = (
    "tenant_id, order_id, customer_id, sku_id, kind, channel_code, currency_code, business_date,"
    " order_date, posted_at, order_count, line_count, quantity, gross_sales, discounts,"
    " returned_quantity, returns, cogs, exchange_rate"
)

Entry = tuple[Any, ...]


def entry(
    chance: random.Random,
    *,
    day: date | None = None,
    who: int | None = None,
    what: int | None = None,
    sign: int = 1,
    channel: str | None = None,
) -> Entry:
    """One entry with random amounts; what is not given is random too, nulls included."""
    day = day or FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    buyer = chance.choice([None, *range(CUSTOMERS)]) if who is None else who
    item = chance.choice([None, *range(SKUS)]) if what is None else what
    units = chance.randint(1, 3)
    gross = Decimal(units * chance.choice([5, 10]))
    return (
        1,
        UUID(int=chance.getrandbits(128)),
        None if buyer is None else customer(buyer),
        None if item is None else sku(item),
        "sale",
        channel or chance.choice(["web", "shop"]),
        chance.choice(["EUR", "USD"]) if channel is None else "EUR",
        day,
        day - timedelta(days=chance.choice([0, 0, 3])),
        "2026-02-01",
        sign * chance.choice([0, 1, 1]) if channel is None else sign,
        sign,
        sign * units,
        sign * gross,
        sign * chance.choice([0, 1]),
        chance.choice([0, 0, 1]),
        chance.choice([0, 0, 5]),
        sign * gross / 2,
        1,
    )


@dataclass
class Ledger:
    """The sales ledger over one connection."""

    connection: psycopg.Connection[Any]

    @classmethod
    @contextmanager
    def opened(cls, url: str) -> Generator[Ledger]:
        """A connection in autocommit that the guards let pass."""
        with connect(url, autocommit=True) as connection:
            connection.execute("set groundplan.maintenance = 'test of the reports'")
            yield cls(connection)

    def do(self, statement: str, *values: object) -> int:
        """Run a statement; how many rows it wrote."""
        return self.connection.execute(cast(LiteralString, statement), values or None).rowcount

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.connection.execute(cast(LiteralString, query), values or None).fetchall()

    def post(self, *entries: Entry) -> None:
        """Append entries in one statement."""
        row = f"({', '.join(['%s'] * len(entries[0]))})"
        rows = ", ".join([row] * len(entries))
        self.do(
            f"insert into sales.ledger_entries ({COLUMNS}) values {rows}",
            *(value for given in entries for value in given),
        )

    def load(self, entries: Iterable[Entry]) -> None:
        """Append entries by COPY."""
        command = f"copy sales.ledger_entries ({COLUMNS}) from stdin"
        with self.connection.cursor() as cursor, cursor.copy(command) as copy:
            for given in entries:
                copy.write_row(given)

    def fold(self, rows: int = 5000) -> int:
        """Fold at most so many rows."""
        return int(self.rows("select groundplan.fold('ledger_entries', %s)", rows)[0][0])

    def fold_only_when_asked(self) -> None:
        """Switch folding at commit off, so that a test knows what is pending."""
        self.do("alter table groundplan.ledger_entries_delta disable trigger t60_fold_at_commit")


Group = tuple[Any, ...]
MEASURES = {
    "orders": "order_count",
    "lines": "line_count",
    "units": "quantity",
    "gross_sales": "gross_sales",
    "discounts": "discounts",
    "returned_units": "returned_quantity",
    "returns": "returns",
    "cogs": "cogs",
}


def counted(ledger: Ledger, period: str, keys: tuple[str, ...]) -> dict[Group, dict[str, Any]]:
    """What a report of the sales ledger must say, counted row by row in Python.

    ``period`` is day, month or year; ``keys`` are the columns behind the date. Distinct and new
    customers are there as ``customers`` and ``new_customers``.
    """
    names = ("business_date", "customer_id", *keys, *MEASURES.values())
    groups: dict[Group, dict[str, Any]] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    weights: dict[tuple[Group, UUID], int] = defaultdict(int)
    for values in ledger.rows(f"select {', '.join(names)} from sales.ledger_entries"):
        row = dict(zip(names, values, strict=True))
        group = (_first_of(period, row["business_date"]), *(row[key] for key in keys))
        if None in group:
            continue
        for name, column in MEASURES.items():
            groups[group][name] += row[column]
        if row["customer_id"] is not None:
            weights[group, row["customer_id"]] += row["order_count"]
    active = [(group, who) for (group, who), weight in weights.items() if weight > 0]
    first: dict[UUID, date] = {}
    for group, who in active:
        first[who] = min(first.get(who, group[0]), group[0])
    for group, numbers in groups.items():
        here = [who for other, who in active if other == group]
        numbers["customers"] = len(here)
        numbers["new_customers"] = sum(first[who] == group[0] for who in here)
    return dict(groups)


def shown(
    ledger: Ledger, view: str, keys: tuple[str, ...], numbers: tuple[str, ...]
) -> dict[Group, dict[str, Any]]:
    """What a report says: the same shape as ``counted``."""
    rows = ledger.rows(f"select {', '.join((*keys, *numbers))} from {view}")
    return {row[: len(keys)]: dict(zip(numbers, row[len(keys) :], strict=True)) for row in rows}


def assert_exact(ledger: Ledger) -> None:
    """Sales by day and month and SKU sales by day and year are what Python counts."""
    channel, item = ("currency_code", "channel_code"), ("currency_code", "sku_id")
    whole = (*MEASURES, "customers", "new_customers")
    per_sku = ("units", "returned_units", "gross_sales", "discounts", "returns", "cogs")
    for view, period, column, keys, numbers in (
        ("sales_daily", "day", "business_date", channel, whole),
        ("sales_monthly", "month", "month", channel, whole),
        ("sku_sales_daily", "day", "business_date", item, per_sku),
        ("sku_sales_yearly", "year", "year", item, per_sku),
    ):
        truth = {
            group: {name: values[name] for name in numbers}
            for group, values in counted(ledger, period, keys).items()
        }
        assert shown(ledger, f"reporting.{view}", (column, *keys), numbers) == truth, view


def _first_of(period: str, day: date) -> date:
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[period]


__all__ = ["ROLLUPS", "Ledger", "assert_exact", "counted", "customer", "entry", "shown", "sku"]
