"""Dates and times that PostgreSQL holds and Python does not: infinity, BC, years beyond 9999.

psycopg refuses to load them, and with them every row they stand in. Here they become the nearest
date or time that Python knows, which prints as what the database holds.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Self, cast

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

_TYPES = ("date", "timestamp", "timestamptz")


class FarDate(date):
    """A date out of Python's reach: compares as its first or last day, prints as it is."""

    text: str

    @classmethod
    def of(cls, text: str) -> Self:
        """The one that PostgreSQL writes as ``text``."""
        nearest = date.min if _is_early(text) else date.max
        made = cls(nearest.year, nearest.month, nearest.day)
        made.text = text
        return made

    def isoformat(self) -> str:
        return self.text

    def strftime(self, format: str) -> str:
        return self.text

    def __str__(self) -> str:
        return self.text

    def __format__(self, fmt: str) -> str:
        return self.text

    # What lies a few days before or behind it is as far.
    def __add__(self, other: timedelta) -> Self:
        return self

    def __sub__(self, other: Any) -> Any:
        return self if isinstance(other, timedelta) else cast(Any, date).__sub__(self, other)


class FarMoment(datetime):
    """A time out of Python's reach: compares as the first or last, prints as it is."""

    text: str

    @classmethod
    def of(cls, text: str, zone: tzinfo | None) -> Self:
        """The one that PostgreSQL writes as ``text``."""
        nearest = datetime.min if _is_early(text) else datetime.max
        made = cls(*nearest.timetuple()[:6], tzinfo=zone)
        made.text = text
        return made

    def astimezone(self, tz: tzinfo | None = None) -> Self:
        return self

    def date(self) -> FarDate:
        return FarDate.of(self.text)

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        return self.text

    def strftime(self, format: str) -> str:
        return self.text

    def __str__(self) -> str:
        return self.text

    def __format__(self, fmt: str) -> str:
        return self.text

    def __add__(self, other: timedelta) -> Self:
        return self

    def __sub__(self, other: Any) -> Any:
        return self if isinstance(other, timedelta) else cast(Any, datetime).__sub__(self, other)


def load_far_times(connection: psycopg.Connection[Any]) -> None:
    """From now on, the connection loads every date and time."""
    for name, loader in _LOADERS.items():
        connection.adapters.register_loader(name, loader)


def _is_early(text: str) -> bool:
    return text.startswith("-") or text.endswith("BC")


def _loader(name: str) -> type[Loader]:
    """psycopg's own loader of the type, and what it refuses as a far one."""
    oid = psycopg.adapters.types[name].oid
    usual = psycopg.adapters.get_loader(oid, Format.TEXT)
    if usual is None:  # pragma: no cover  psycopg knows the three types
        raise LookupError(name)

    class FarLoader(Loader):
        format = Format.TEXT

        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            self._usual = usual(oid, context)

        def load(self, data: Buffer) -> Any:
            try:
                return self._usual.load(data)
            except psycopg.DataError:
                text = bytes(data).decode()
                if name == "date":
                    return FarDate.of(text)
                return FarMoment.of(text, UTC if name == "timestamptz" else None)

    return FarLoader


_LOADERS = {name: _loader(name) for name in _TYPES}
