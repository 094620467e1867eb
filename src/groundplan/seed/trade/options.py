"""What trade is asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Skew = Literal["even", "giant"]

MOST_YEARS = 20
MOST_ORDERS = 100_000_000
MOST_TENANTS = 20_000


@dataclass(frozen=True)
class TradeOptions:
    """``orders`` in ``years`` that end with the day ``until`` (None: the last one that is over
    everywhere), drawn from ``seed``.

    ``tenants`` share the orders: evenly, or with a giant that has nine of ten. ``hot`` is the share
    of orders, 0 to 1, that contain the SKU that sells best in any case. Raises ValueError.
    """

    orders: int
    years: int = 2
    seed: int = 1
    until: date | None = None
    tenants: int | None = None
    skew: Skew = "even"
    hot: float = 0.0

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("orders", self.orders, 1, MOST_ORDERS),
            ("years", self.years, 1, MOST_YEARS),
            ("seed", self.seed, -(2**62), 2**62),
            ("tenants", self.tenants or 1, 1, MOST_TENANTS),
            ("hot", self.hot, 0, 1),
        ):
            if not least <= value <= most:
                raise ValueError(f"{name} must be between {least:,} and {most:,}, not {value:,}")
        if self.tenants == 0:
            raise ValueError("tenants must be at least 1, not 0")
        if (self.tenants or 1) > self.orders:
            raise ValueError(f"{self.orders:,} orders are too few for {self.tenants:,} tenants")


@dataclass(frozen=True)
class TradeResult:
    """``rows`` that were written to each table; ``seconds`` that each step took."""

    first_day: date
    last_day: date
    tenants: int
    rows: Mapping[str, int]
    seconds: Mapping[str, float]
