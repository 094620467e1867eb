"""What the seed is going to do, worked out before the database is touched. Amounts are in cents.

Times are local to the shop, without a zone; the database knows which zone that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from groundplan.seed.shop import Sku

Role = Literal["steady", "sold_out", "low", "overstocked", "dead"]
"""How a SKU stands at the end of the year. A dead one has not been sold for months."""

Channel = Literal["web", "shop", "marketplace"]


@dataclass(frozen=True)
class Year:
    """The days to trade on, and how much of the last one is over."""

    days: tuple[date, ...]
    end: datetime

    @property
    def last(self) -> date:
        """The last day."""
        return self.days[-1]


@dataclass(frozen=True)
class Range:
    """The SKUs of the shop, and the role each plays."""

    skus: tuple[Sku, ...]
    roles: tuple[Role, ...]
    dead_after: date


@dataclass(frozen=True)
class Line:
    """``sku`` is a place in the range."""

    sku: int
    quantity: int
    discount: int


@dataclass(frozen=True)
class Parcel:
    """``lines`` are (position, quantity) of what is in it."""

    sent_at: datetime
    lines: tuple[tuple[int, int], ...]
    carrier: str
    tracking_number: str


@dataclass(frozen=True)
class Return:
    """``lines`` are (position, quantity, restock or discard)."""

    received_at: datetime
    lines: tuple[tuple[int, int, str], ...]
    reason: str


@dataclass(frozen=True)
class Goodwill:
    """A share of the total that is given back, goods kept."""

    refunded_at: datetime
    share: float
    reason: str


@dataclass(frozen=True)
class Fate:
    """What becomes of an order. Nothing yet: it is open."""

    parcels: tuple[Parcel, ...] = ()
    returned: Return | None = None
    goodwill: Goodwill | None = None
    cancelled: str = ""
    is_completed: bool = False


@dataclass(frozen=True)
class Order:
    """``customer`` is a customer's number; None: an unknown guest."""

    number: int
    placed_at: datetime
    channel: Channel
    customer: int | None
    lines: tuple[Line, ...]
    shipping: int
    shipping_tax: int
    surcharge: int
    discount: int
    fate: Fate


@dataclass(frozen=True)
class Receipt:
    """Goods that come from a supplier."""

    sku: int
    quantity: int
    received_at: datetime
    note: str


@dataclass(frozen=True)
class Adjustment:
    """``quantity`` above zero was found, below zero is gone."""

    sku: int
    quantity: int
    adjusted_at: datetime
    reason: str


@dataclass(frozen=True)
class ReorderRule:
    """When to order more of a SKU, and up to how many."""

    sku: int
    least: int
    most: int


@dataclass(frozen=True)
class Stock:
    """Everything that happens to stock but for orders."""

    receipts: tuple[Receipt, ...]
    adjustments: tuple[Adjustment, ...]
    rules: tuple[ReorderRule, ...]
