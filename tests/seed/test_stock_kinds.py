"""A year of trade ends with stock of every kind a buyer has to look at, on whatever day it ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from groundplan.seed.chance import Chance
from groundplan.seed.plan import Order, Range, Stock, Year
from groundplan.seed.stock import stock_of
from groundplan.seed.trading import orders_of, the_range

DAYS = (
    "2024-02-29", "2025-12-31", "2026-01-01", "2026-03-29", "2026-10-25", "2026-11-30",
    "2027-02-28", "2027-05-17", "2027-07-04", "2027-08-15", "2027-09-01", "2028-06-30",
)  # fmt: skip


def planned(until: date, hour: time, orders: int) -> tuple[Range, list[Order], Stock]:
    """The year that ends then, as the demonstration plans it."""
    days = tuple(until - timedelta(days=364 - place) for place in range(365))
    year, chance = Year(days, datetime.combine(until, hour)), Chance(1)
    range_ = the_range(chance, year)
    placed = orders_of(chance, year, range_, orders, max(1, orders // 5))
    return range_, placed, stock_of(chance, year, range_, placed)


def available(range_: Range, orders: list[Order], stock: Stock) -> list[int]:
    """What can be sold of each SKU at the end."""
    left = [0] * len(range_.skus)
    for receipt in stock.receipts:
        left[receipt.sku] += receipt.quantity
    for adjustment in stock.adjustments:
        left[adjustment.sku] += adjustment.quantity
    for order in orders:
        if not order.fate.cancelled:
            for line in order.lines:
                left[line.sku] -= line.quantity
        if order.fate.returned is not None:
            for position, quantity, disposition in order.fate.returned.lines:
                if disposition == "restock":
                    left[order.lines[position - 1].sku] += quantity
    return left


@pytest.mark.parametrize("orders", [300, 5_000])
@pytest.mark.parametrize("day", DAYS)
def test_there_is_stock_of_every_kind(day: str, orders: int) -> None:
    range_, placed, stock = planned(date.fromisoformat(day), time(23, 30), orders)
    left = available(range_, placed, stock)
    rules = {rule.sku: rule for rule in stock.rules}
    kinds = {role: [sku for sku, its in enumerate(range_.roles) if its == role] for role in (
        "sold_out", "low", "overstocked", "dead")}  # fmt: skip
    assert [left[sku] for sku in kinds["sold_out"]] == [0] * len(kinds["sold_out"])
    assert all(0 < left[sku] <= rules[sku].least for sku in kinds["low"])
    assert any(left[sku] > rules[sku].most for sku in kinds["overstocked"])
    assert all(left[sku] > 0 for sku in kinds["dead"])


def test_the_first_minutes_of_a_day_make_no_difference() -> None:
    range_, placed, stock = planned(date(2026, 11, 30), time(0, 1), 300)
    left = available(range_, placed, stock)
    sold_out = [sku for sku, role in enumerate(range_.roles) if role == "sold_out"]
    assert [left[sku] for sku in sold_out] == [0] * len(sold_out)
