"""An event, and a timeline of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Literal

Kind = Literal["status", "money", "stock", "change"]

KINDS: dict[str, str] = {
    "status": "Status",
    "money": "Money",
    "stock": "Stock",
    "change": "Changes",
}
"""What events are about, with the word for it."""


@dataclass(frozen=True)
class Difference:
    """A column of a changed row. ``is_personal``: its values are kept apart and not shown."""

    column: str
    before: str
    after: str
    is_personal: bool = False


@dataclass(frozen=True)
class Event:
    """``amount`` is what the customer was charged by it, ``balance`` that and all before it.
    ``link`` is (kind, name) of a page. ``role`` is the database role that was logged in."""

    happened_at: datetime
    kind: Kind
    title: str
    detail: str = ""
    amount: Decimal | None = None
    currency_code: str | None = None
    quantity: Decimal | None = None
    actor: str | None = None
    role: str | None = None
    reason: str | None = None
    link: tuple[str, str] | None = None
    balance: Decimal | None = None
    differences: tuple[Difference, ...] = ()
    left: tuple[tuple[str, Decimal], ...] = ()
    """Location and what is there after it."""


def in_order(events: Iterable[Event]) -> list[Event]:
    """By time; those of one moment stay as they came."""
    return sorted(events, key=lambda event: event.happened_at)


def with_balance(events: Sequence[Event]) -> list[Event]:
    """Events in order, with what has been charged so far beside every amount."""
    balance = Decimal(0)
    told: list[Event] = []
    for event in events:
        if event.amount is not None:
            balance += event.amount
            event = replace(event, balance=balance)
        told.append(event)
    return told


def chosen(events: Iterable[Event], kind: str) -> list[Event]:
    """Those of one kind; all of them where it is none."""
    return [event for event in events if kind not in KINDS or event.kind == kind]


def by_day(events: Iterable[Event]) -> list[tuple[date, list[Event]]]:
    """Each day, in UTC, with its events."""
    return [
        (day, list(group))
        for day, group in groupby(events, lambda event: event.happened_at.astimezone(UTC).date())
    ]
