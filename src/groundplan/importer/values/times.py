"""Moments and days in declared formats; never a guess which number is the month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from groundplan.importer.values.refused import Cell, Refused, shown
from groundplan.importer.values.text import read_text

_NAMED = ("iso", "excel", "excel1904", "unix", "unix_ms")
_ISO = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:[.,](?P<fraction>\d{1,9}))?"
    r" ?(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_TWO_DIGIT_YEAR = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{2}(?:\D.*)?", re.ASCII)
_NUMERIC_DATE = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2\d{4}(?:\D.*)?", re.ASCII)
_ADJACENT = re.compile(r"%[YymdHIMSj]%[YymdHIMSj]")
_LONGEST = 80
_Time = TypeVar("_Time", date, datetime)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class TimeStyle:
    """How the times of a file are written.

    ``formats``: directives of strptime, or ``iso``, ``excel`` and ``excel1904`` (days since 1900
    or 1904), ``unix`` and ``unix_ms``; none: ``iso``. ``zone``: where the clock hung that wrote
    times without an offset, as ``Europe/Berlin``. Raises ValueError for a format that does not say
    year, month and day, and for an unknown zone.
    """

    formats: tuple[str, ...] = ()
    zone: str | None = None

    def __post_init__(self) -> None:
        for form in self.formats:
            if (problem := _problem(form)) is not None:
                raise ValueError(f"The format {form!r} {problem}.")
        if self.zone is not None:
            _zone(self.zone)


def read_moment(cell: Cell, style: TimeStyle) -> datetime | None:
    """The moment in ``cell``, with its zone; None when blank.

    A time without an offset is the local time of ``style.zone``; one that an autumn night has twice
    is the first. Raises Refused where no zone is known, for a local time that was skipped in
    spring, for days that do not exist, for years before 1900 and after 2200, and when two formats
    read two moments.
    """
    if isinstance(cell, str):
        text = read_text(cell)
        return None if text is None else _moment(text, style)
    return _aware(_typed(cell, style), style.zone, cell)


def read_day(cell: Cell, style: TimeStyle) -> date | None:
    """The calendar day in ``cell``; None when blank.

    A time of day is passed over; with an offset, the day is the one in ``style.zone``, or the one
    that is written if there is none. Raises Refused like `read_moment`.
    """
    if isinstance(cell, str):
        text = read_text(cell)
        return None if text is None else _day(text, style)
    return _day_of(_typed(cell, style), style.zone)


@lru_cache(maxsize=65_536)
def _moment(text: str, style: TimeStyle) -> datetime:
    found = {_aware(moment, style.zone, text) for moment in _readings(text, style)}
    return _only(text, found)


@lru_cache(maxsize=16_384)
def _day(text: str, style: TimeStyle) -> date:
    found = {_day_of(moment, style.zone) for moment in _readings(text, style)}
    return _only(text, found)


def _only(text: str, found: set[_Time]) -> _Time:
    if len(found) > 1:
        readings = " or ".join(sorted(value.isoformat() for value in found))
        raise Refused("time_is_ambiguous", f"{shown(text)} is {readings}; give one format.")
    return found.pop()


def _readings(text: str, style: TimeStyle) -> list[datetime]:
    """What the formats read: at least one moment."""
    if len(text) > _LONGEST:
        raise Refused("time_unreadable", f"{shown(text)} is not a time.")
    found: list[datetime] = []
    for form in style.formats or ("iso",):
        moment = _parsed(text, form)
        if moment is not None:
            found.append(moment)
    if not found:
        raise _unreadable(text, style)
    for moment in found:
        _check_year(moment, text)
    return found


def _parsed(text: str, form: str) -> datetime | None:
    if form == "iso":
        return _iso(text)
    if form in _NAMED:
        number = re.fullmatch(r"\d{1,15}(?:\.\d{1,15})?", text, re.ASCII)
        return _serial(Decimal(text), form) if number else None
    if not text.isascii() and re.search(r"\d", re.sub(r"[0-9]", "", text)):
        return None  # strptime would take the digits of every script.
    try:
        moment = datetime.strptime(text, form)
    except ValueError:
        return None
    if _ADJACENT.search(form) and not _has_all_digits(text, moment, form):
        return None
    if "%Z" in form and moment.tzinfo is None:
        if not re.search(r"\b(?:UTC|GMT)\b", text):
            raise Refused(
                "zone_is_an_abbreviation",
                f"{shown(text)} names a zone by letters that mean several; only UTC is plain.",
            )
        return moment.replace(tzinfo=UTC)
    return moment


def _has_all_digits(text: str, moment: datetime, form: str) -> bool:
    """Without separators strptime divides 2003111 somewhere: 1 November or 11 January."""
    clock, _, _ = form.partition("%z")
    return text.casefold().startswith(moment.strftime(clock).casefold())


def _iso(text: str) -> datetime | None:
    """Day, optional time, optional offset; digits beyond microseconds are cut off."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    fraction = (match["fraction"] or "").ljust(6, "0")[:6]
    zone = match["zone"] or ""
    if zone in ("Z", "UTC", "GMT"):
        zone = "+00:00"
    try:
        if match["time"] is None:
            return datetime.fromisoformat(match["date"])
        if match["time"].startswith("24"):
            return None  # Later versions of Python read it as the day after.
        clock = match["time"] if match["time"].count(":") == 2 else f"{match['time']}:00"
        return datetime.fromisoformat(f"{match['date']}T{clock}.{fraction}{zone}")
    except ValueError:
        return None


def _serial(number: Decimal, form: str) -> datetime | None:
    """Days or seconds since an epoch; spreadsheets' days are rounded to milliseconds."""
    if form in ("unix", "unix_ms"):
        seconds = number if form == "unix" else number.scaleb(-3)
        if seconds > 10_000_000_000:
            return None
        return datetime.fromtimestamp(0, UTC) + timedelta(
            microseconds=int(seconds.scaleb(6).to_integral_value())
        )
    if not 1 <= number < 200_000:
        return None
    moment = timedelta(milliseconds=int((number * 86_400_000).to_integral_value()))
    if form == "excel1904":
        return datetime(1904, 1, 1) + moment
    if 60 <= number < 61:
        return None  # 29 February 1900, which only spreadsheets know.
    return datetime(1899, 12, 31 if number < 60 else 30) + moment


def _typed(cell: Decimal | datetime | date | time | bool, style: TimeStyle) -> datetime:
    if isinstance(cell, datetime):
        moment = cell
    elif isinstance(cell, date):
        moment = datetime(cell.year, cell.month, cell.day)
    elif isinstance(cell, Decimal) and any(form in _NAMED[1:] for form in style.formats):
        return _only_reading(cell, style)
    else:
        raise Refused("time_unreadable", f"{shown(read_text(cell))} is not a day.")
    _check_year(moment, moment.isoformat())
    return moment


def _only_reading(number: Decimal, style: TimeStyle) -> datetime:
    found = set(_readings(read_text(number) or "", style))
    return _only(str(number), found)


def _aware(moment: datetime, zone: str | None, shown_as: Cell) -> datetime:
    if moment.tzinfo is not None:
        return moment
    if zone is None:
        raise Refused(
            "time_without_zone",
            f"{shown(shown_as)} says no offset; say in which zone the file was written, "
            'as zone = "Europe/Berlin".',
        )
    local = moment.replace(tzinfo=_zone(zone), fold=0)
    if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != moment:
        raise Refused(
            "time_does_not_exist",
            f"{shown(shown_as)} was skipped in {zone} when the clocks went forward.",
        )
    return local


def _day_of(moment: datetime, zone: str | None) -> date:
    if moment.tzinfo is not None and zone is not None:
        moment = moment.astimezone(_zone(zone))
    return moment.date()


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    """Raises ValueError for a name the zone database does not have."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError(f"There is no time zone {name!r}; write one as Europe/Berlin.") from error


def _problem(form: str) -> str | None:
    if form in _NAMED:
        return None
    directives = set(re.findall(r"%(.)", form.replace("%%", "")))
    if lax := directives & set("cxXUWuwaA") - {"a", "A"}:
        return f"has %{min(lax)}, which is read differently from machine to machine"
    has_day = directives & {"d"} and directives & set("mbB")
    if not (directives & set("Yy") and (has_day or "j" in directives)):
        return "does not say year, month and day"
    if re.search(r"(?<!%)Z|UTC|GMT", form):
        return "names UTC by letters, which would be passed over; write %z for Z, %Z for UTC"
    if "I" in directives and "p" not in directives:
        return "has hours up to twelve (%I) without morning or afternoon (%p)"
    try:
        datetime.strptime(datetime(2003, 2, 1, tzinfo=UTC).strftime(form), form)
    except ValueError:
        return "is not one that strptime knows"
    return None


def _check_year(moment: datetime, text: str) -> None:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Refused(
            "year_out_of_range",
            f"{shown(text)} is in the year {moment.year}, not between {_FIRST_YEAR} and "
            f"{_LAST_YEAR}.",
        )


def _unreadable(text: str, style: TimeStyle) -> Refused:
    if _TWO_DIGIT_YEAR.fullmatch(text) and not any("%y" in form for form in style.formats):
        return Refused(
            "two_digit_year", f"{shown(text)} has a year of two digits; give its format with %y."
        )
    numeric = _NUMERIC_DATE.fullmatch(text)
    if numeric and not style.formats:
        return Refused(
            "time_is_ambiguous",
            f"{shown(text)} may begin with the day or the month; give its format, as %d/%m/%Y.",
        )
    formats = ", ".join(style.formats or ("iso",))
    return Refused(
        "time_unreadable", f"{shown(text)} is no time that exists in the format {formats}."
    )
