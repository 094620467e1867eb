"""Ranges of business days. Pure: whoever asks says which day it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2050, 12, 31)
"""The days of reporting.calendar."""

DEFAULT = "28days"
CHOSEN = "dates"
"""The range of two dates of somebody's own."""

MONTHS_SHOWN = 12
DAYS_DRAWN = 400
"""More bars than that nobody can tell apart."""


@dataclass(frozen=True)
class Days:
    """From the first day to the last, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        assert self.first <= self.last

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Days | None:
        """As many days, right before; None where the calendar does not go so far back."""
        if self.first - timedelta(self.length) < FIRST_DAY:
            return None
        return Days(self.first - timedelta(self.length), self.first - timedelta(1))

    def to_draw(self) -> Days:
        """A day alone is no picture, and of years only the end is drawn by days."""
        length = min(max(self.length, 14), DAYS_DRAWN)
        return Days(max(FIRST_DAY, self.last - timedelta(length - 1)), self.last)

    def months(self) -> Days:
        """The first days of its months, and of those before them, as many as are shown."""
        last = self.last.replace(day=1)
        shown = months_before(last, MONTHS_SHOWN - 1)
        first = self.first.replace(day=1)
        earliest = months_before(last, 3 * MONTHS_SHOWN - 1)
        return Days(max(FIRST_DAY, min(shown, max(first, earliest))), last)


def months_before(month: date, number: int) -> date:
    """The first day of the month that many months earlier."""
    count = month.year * 12 + month.month - 1 - number
    return date(max(count // 12, 1), count % 12 + 1, 1)


@dataclass(frozen=True)
class Anchor:
    """What a range is reckoned from: ``today``, and the days on which ``first`` and ``last``
    something was ordered, None where nothing ever was."""

    today: date
    first: date | None = None
    last: date | None = None

    @property
    def end(self) -> date:
        """Today if something was ordered today, else the last day on which something was."""
        return self.last or self.today

    @property
    def begin(self) -> date:
        return min(self.first or self.end, self.end)


def _last_days(number: int) -> Callable[[Anchor], Days]:
    return lambda anchor: Days(anchor.end - timedelta(number - 1), anchor.end)


def _this_month(anchor: Anchor) -> Days:
    return Days(anchor.today.replace(day=1), anchor.today)


def _last_month(anchor: Anchor) -> Days:
    last = anchor.today.replace(day=1) - timedelta(1)
    return Days(last.replace(day=1), last)


def _twelve_months(anchor: Anchor) -> Days:
    return Days(months_before(anchor.end.replace(day=1), 11), anchor.end)


_RANGES: dict[str, tuple[str, Callable[[Anchor], Days]]] = {
    "today": ("Today", lambda anchor: Days(anchor.today, anchor.today)),
    "7days": ("7 days", _last_days(7)),
    "28days": ("28 days", _last_days(28)),
    "month": ("This month", _this_month),
    "lastmonth": ("Last month", _last_month),
    "90days": ("90 days", _last_days(90)),
    "12months": ("12 months", _twelve_months),
    "all": ("All", lambda anchor: Days(anchor.begin, anchor.end)),
}

NAMES = {name: label for name, (label, _) in _RANGES.items()}
"""The ranges one can choose by name, with their labels."""

ENDS_WITH_ORDERS = frozenset({"7days", "28days", "90days", "12months", "all"})
"""Those that end on the last day with orders, so that an old shop does not open on zeros."""


def resolve(name: str, anchor: Anchor) -> Days:
    """The days of a range that is chosen by name."""
    return _RANGES[name][1](anchor)


def within_calendar(found: date) -> bool:
    """Whether there is such a day in the calendar."""
    return FIRST_DAY <= found <= LAST_DAY
