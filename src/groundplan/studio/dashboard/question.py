"""What a URL asks for. What it says wrongly is as if it were not said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from groundplan.studio.dashboard.ranges import CHOSEN, DEFAULT, NAMES, Days, within_calendar

RANKINGS = {"net_sales": "Net sales", "units": "Units", "profit": "Profit"}


@dataclass(frozen=True)
class Question:
    """``days`` are given where ``range`` is CHOSEN. ``currency`` None: that of most orders;
    ``channel`` None: all; ``tenant`` None: the only one."""

    range: str = DEFAULT
    days: Days | None = None
    currency: str | None = None
    channel: str | None = None
    ranked_by: str = "net_sales"
    tenant: int | None = None

    @classmethod
    def of(cls, parameters: Mapping[str, str], tenant: int | None) -> Question:
        """From the query of a URL."""
        days = _days(parameters.get("from", ""), parameters.get("to", ""))
        named = parameters.get("range", "")
        chosen = CHOSEN if days is not None and named not in NAMES else named
        return cls(
            range=chosen if chosen in NAMES or days else DEFAULT,
            days=days if chosen == CHOSEN else None,
            currency=_currency(parameters.get("currency", "")),
            channel=_channel(parameters.get("channel", "")),
            ranked_by=_ranked_by(parameters.get("rank", "")),
            tenant=tenant,
        )

    def with_range(self, name: str) -> Question:
        """The same, of a range that has a name."""
        return replace(self, range=name, days=None)

    def with_rank(self, ranked_by: str) -> Question:
        """The same, with the SKUs ranked otherwise."""
        return replace(self, ranked_by=ranked_by)

    def query(self, *without: str) -> dict[str, str]:
        """What stands in a URL that asks this, without the defaults and without the tenant."""
        found: dict[str, str] = {}
        if self.days is not None:
            found |= {"from": self.days.first.isoformat(), "to": self.days.last.isoformat()}
        elif self.range != DEFAULT:
            found["range"] = self.range
        if self.currency is not None:
            found["currency"] = self.currency
        if self.channel is not None:
            found["channel"] = self.channel
        if self.ranked_by != "net_sales":
            found["rank"] = self.ranked_by
        return {name: value for name, value in found.items() if name not in without}


def _days(first: str, last: str) -> Days | None:
    """In the order of time, whichever was written first; None if one of them is no date."""
    try:
        one, other = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    if not (within_calendar(one) and within_calendar(other)):
        return None
    return Days(min(one, other), max(one, other))


def _currency(text: str) -> str | None:
    return text if re.fullmatch("[A-Z]{3}", text) else None


def _channel(text: str) -> str | None:
    return text if text and len(text) <= 200 and text.isprintable() else None


def _ranked_by(text: str) -> str:
    return text if text in RANKINGS else "net_sales"
