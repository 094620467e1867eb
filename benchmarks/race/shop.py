"""The shop that every system keeps: the same SKUs, prices, stock, customers and orders."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

SKUS = 1_000
CUSTOMERS = 500
STOCK = 1_000_000
"""Units of each SKU at the start: enough that nothing ever runs out."""

LAST_UNITS = 100
"""So many more SKUs, numbered from SKUS + 1, of which there is one unit each."""


@dataclass(frozen=True)
class Order:
    """``lines`` are (number of the SKU, quantity)."""

    number: int
    customer: int
    lines: tuple[tuple[int, int], ...]


def order(number: int) -> Order:
    """The order of this number: it is the same in every process and in every system."""
    chance = random.Random(number)
    skus = chance.sample(range(1, SKUS + 1), 3)
    return Order(
        number,
        chance.randint(1, CUSTOMERS),
        tuple((sku, chance.randint(1, 3)) for sku in skus),
    )


def code(sku: int) -> str:
    """The code of the SKU of this number."""
    return f"sku-{sku}"


def price(sku: int) -> Decimal:
    """What one unit of it costs, without tax; there is no tax in this shop."""
    return Decimal(5 + sku % 90)


def stock(sku: int) -> int:
    """Units of it at the start."""
    return STOCK if sku <= SKUS else 1


def value(placed: Order) -> Decimal:
    """The sum of the lines of an order."""
    return sum((price(sku) * quantity for sku, quantity in placed.lines), Decimal(0))
