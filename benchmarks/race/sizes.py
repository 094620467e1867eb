"""How much a run measures."""

from __future__ import annotations

from dataclasses import dataclass

PARTS = ("orders", "dashboard", "audit")


@dataclass(frozen=True)
class Sizes:
    """``orders`` are placed in a round by one client, and ``orders_each`` by each of several; after
    ``placing_seconds`` no round is begun, once there are three.

    ``trials`` is how often two sessions are sent after a last unit. ``history`` is the number of
    orders that the dashboards start with, ``batches`` are how many arrive between two looks at
    them, each of them ``dashboard_rounds`` times. ``changes`` are made in a round of the audit.
    """

    parts: tuple[str, ...]
    is_quick: bool
    rounds: int
    orders: int
    clients: int
    orders_each: int
    placing_seconds: float
    trials: int
    history: int
    batches: tuple[int, ...]
    dashboard_rounds: int
    changes: int

    @property
    def is_whole(self) -> bool:
        """Whether every part is measured at full length."""
        return not self.is_quick and self.parts == PARTS


def whole(parts: tuple[str, ...]) -> Sizes:
    """The run that is published."""
    return Sizes(parts, False, 5, 120, 4, 60, 180, 20, 100_000, (1, 100, 1_000), 3, 150)


def quick(parts: tuple[str, ...]) -> Sizes:
    """Long enough to see that everything works; too short to quote."""
    return Sizes(parts, True, 3, 20, 4, 10, 60, 5, 10_000, (1, 50), 2, 20)
