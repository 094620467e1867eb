"""Which rows of a report are asked for, as the URL says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from groundplan.snapshot.model import Column, View

PAGE = 100
LAST_PAGE = 100
"""Whoever wants more than so many pages wants the CSV."""

_MEASURES = (
    "net_sales",
    "profit",
    "gross_sales",
    "returns_by_order_date",
    "units",
    "issued",
)
_DATE = "date"
_MOMENT = "timestamp with time zone"


@dataclass(frozen=True)
class Shape:
    """What kinds of columns a view has."""

    columns: tuple[Column, ...]
    date: str | None
    has_currency: bool
    has_channel: bool
    texts: tuple[str, ...]
    measure: str | None

    @classmethod
    def of(cls, view: View) -> Shape:
        """By the types and names of its columns."""
        names = {column.name for column in view.columns}
        dates = [c.name for c in view.columns if c.type == _DATE]
        dates += [c.name for c in view.columns if c.type == _MOMENT]
        texts = tuple(
            column.name
            for column in view.columns
            if column.type == "text" and column.name not in ("currency_code", "channel_code")
        )
        return cls(
            columns=view.columns,
            date=dates[0] if dates else None,
            has_currency="currency_code" in names,
            has_channel="channel_code" in names,
            texts=texts,
            measure=next((name for name in _MEASURES if name in names), None),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """All columns that can be sorted by."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Asked:
    """Filters, order and page. ``problems``: what the URL says that cannot be meant."""

    first: date | None = None
    last: date | None = None
    currency: str = ""
    channel: str = ""
    text: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1
    problems: tuple[str, ...] = ()

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return (self.page - 1) * PAGE

    @property
    def is_filtered(self) -> bool:
        """Whether rows are left out."""
        return bool(self.first or self.last or self.currency or self.channel or self.text)

    def query(self, **changes: object) -> dict[str, object]:
        """What the URL of this says; None leaves something out."""
        order = f"{'-' if self.descending else ''}{self.sort}" if self.sort else None
        said: dict[str, object | None] = {
            "from": self.first,
            "to": self.last,
            "currency": self.currency or None,
            "channel": self.channel or None,
            "text": self.text or None,
            "sort": order,
        }
        return {key: value for key, value in (said | changes).items() if value is not None}


def asked(shape: Shape, given: Mapping[str, str]) -> Asked:
    """What is no day, no column and no page is told and left out."""
    problems: list[str] = []
    first = _day(given.get("from", ""), "from", problems) if shape.date else None
    last = _day(given.get("to", ""), "to", problems) if shape.date else None
    if first and last and first > last:
        problems.append(f"From {first} is after to {last}, so that no row can be meant.")
    return Asked(
        first=first,
        last=last,
        currency=_word(given, "currency").upper() if shape.has_currency else "",
        channel=_word(given, "channel") if shape.has_channel else "",
        text=_word(given, "text") if shape.texts else "",
        sort=_sort(shape, given.get("sort", ""), problems),
        descending=given.get("sort", "").startswith("-"),
        page=_page(given.get("page", ""), problems),
        problems=tuple(problems),
    )


def _word(given: Mapping[str, str], name: str) -> str:
    # PostgreSQL stores no character zero, so that no row has one.
    return given.get(name, "").replace("\x00", "").strip()[:200]


def _day(text: str, name: str, problems: list[str]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        problems.append(f"“{text[:40]}” is not a date, so {name} is left out: 2026-01-31 is one.")
        return None


def _sort(shape: Shape, text: str, problems: list[str]) -> str:
    name = text.removeprefix("-")
    if not name or name in shape.names:
        return name
    problems.append(f"There is no column “{name[:40]}” to sort by; the newest rows come first.")
    return ""


def _page(text: str, problems: list[str]) -> int:
    if not text:
        return 1
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LAST_PAGE:
        return int(text)
    problems.append(f"There is no page “{text[:40]}” here: pages are 1 to {LAST_PAGE}.")
    return 1
