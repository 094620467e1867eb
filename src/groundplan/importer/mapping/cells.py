"""One cell by one field source: its text, what it stands for, its value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation, localcontext
from functools import cache
from zoneinfo import available_timezones

from groundplan.importer.entities.entity import Field
from groundplan.importer.files.table import Cell
from groundplan.importer.mapping.model import BadMapping, FieldSource, FileMapping
from groundplan.importer.values import (
    NumberStyle,
    Refused,
    TimeStyle,
    read_code,
    read_country,
    read_currency,
    read_day,
    read_email,
    read_flag,
    read_moment,
    read_number,
    read_share,
    read_text,
)

_PRICE_DECIMALS = 8

Value = str | Decimal | datetime | date | bool


def default_of(field: Field, source: FieldSource | None) -> Value | None:
    """What a record-level field is where none of the record's rows says it."""
    if source is None or source.default is None:
        return None
    try:
        return reader_of(field, source)(source.default)
    except Refused as refused:
        raise BadMapping(f"The default of {field.name} cannot be read: {refused.text}") from refused


def added(value: Value | None, cell: Cell, style: NumberStyle) -> Decimal | None:
    """The sum of both, of which either may be blank. Raises Refused where the cell is no number."""
    other = read_number(cell, style)
    if other is None or not isinstance(value, Decimal):
        return value if isinstance(value, Decimal) else other
    return value + other


def divided(value: Value, cell: Cell, style: NumberStyle) -> Decimal:
    """A price, from an amount and a quantity. Raises Refused where there is no quotient."""
    divisor = read_number(cell, style)
    if not isinstance(value, Decimal) or divisor is None:
        raise Refused("number_is_missing", "There is nothing to divide by.")
    with localcontext(prec=60):
        try:
            return round(value / divisor, _PRICE_DECIMALS)
        except (DivisionByZero, InvalidOperation) as error:
            raise Refused("number_is_zero", "It cannot be divided by zero.") from error


def rounded(value: Decimal, decimals: int) -> Decimal:
    """With so many decimals, as the database rounds: a half goes away from zero."""
    with localcontext(prec=60):
        return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def zoned(mapping: FileMapping, source: FieldSource, cell: Cell, name: str) -> datetime | None:
    """A moment in the zone that the row itself names. Raises Refused for an unknown zone."""
    times = source.times or TimeStyle()
    if not name:
        return read_moment(cell, times)
    zone = mapping.zones.get(name.casefold(), name)
    if zone not in available_zones():
        raise Refused("zone_is_unknown", f"Nobody knows the time zone {name!r} here.")
    return read_moment(cell, replace(times, zone=zone))


@cache
def available_zones() -> frozenset[str]:
    """The names of the time zones of this machine."""
    return frozenset(available_timezones())


def as_text(cell: Cell, style: NumberStyle, times: TimeStyle | None = None) -> str:
    """The cell as a file of this style would say it, so that it reads the same."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", style.decimal)
    text = cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    if times is None or not isinstance(cell, datetime):
        return text
    return next((told for form in times.formats if (told := _formatted(cell, form))), text)


def _formatted(moment: datetime, form: str) -> str | None:
    """The moment in this format, where it says all of it."""
    try:
        told = moment.strftime(form)
        return told if datetime.strptime(told, form) == moment else None
    except (TypeError, ValueError):
        return None


def reader_of(field: Field | None, source: FieldSource) -> Callable[[Cell], Value | None]:
    """How a cell is read by the kind of its field; as text where it fills none."""
    numbers = source.numbers or NumberStyle()
    times = source.times or TimeStyle()
    match field.kind if field is not None else "text":
        case "amount" | "price" | "quantity" | "rate":
            return lambda cell: read_number(cell, numbers)
        case "share":
            return lambda cell: read_share(cell, numbers)
        case "moment":
            return lambda cell: read_moment(cell, times)
        case "day":
            return lambda cell: read_day(cell, times)
        case "flag":
            return read_flag
        case "code":
            return read_code
        case "country":
            return read_country
        case "currency":
            return read_currency
        case "email":
            return read_email
        case _:
            return read_text


def is_blank(cell: Cell, empty: tuple[str, ...]) -> bool:
    """Whether the cell says nothing, or one of the texts that mean nothing."""
    return isinstance(cell, str) and (not cell.strip() or cell.strip() in empty)


def matched(source: FieldSource, text: str) -> str:
    """What the pattern takes of the text. Raises Refused where it does not match."""
    assert source.pattern is not None
    found = source.pattern.search(text.strip())
    if found is None:
        raise Refused("pattern_does_not_match", f"{text!r} is not of the form that is expected.")
    return found.group(1) if found.re.groups else found.group(0)


def translated(source: FieldSource, text: str) -> str:
    """What the text stands for. Raises Refused for one that is not known."""
    assert source.values is not None
    word = text.strip().casefold()
    if word in source.values:
        return source.values[word]
    if source.otherwise_value is not None:
        return source.otherwise_value
    if source.otherwise == "keep" or not word:
        return text
    known = ", ".join(repr(each) for each in source.values)
    raise Refused("word_is_unknown", f"{text!r} is none of {known}.")


def check_choice(field: Field | None, value: Value | None) -> None:
    """Raises Refused unless the field allows the value."""
    if field is None or not field.choices or value is None or value in field.choices:
        return
    raise Refused("word_is_unknown", f"{value!r} is none of {', '.join(field.choices)}.")


def digest_of(
    names: Sequence[str], values: Sequence[Value | None], custom: str, line_custom: str
) -> str:
    """The same for the same meaning: 1.50 and 1.5, the same moment in two zones."""
    named = zip(names, values, strict=True)
    parts = [f"{name}={_canonical(value)}" for name, value in named if value is not None]
    text = "\x1f".join((*parts, custom, line_custom))
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _canonical(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value.timestamp()) if isinstance(value, datetime) else str(value)


def told_of(refusals: Sequence[tuple[str, str | None, str]]) -> dict[str, str | None]:
    """The first reason, and the sentences of all."""
    if not refusals:
        return {}
    reason, column, _ = refusals[0]
    return {
        "reason": reason,
        "column": column,
        "detail": " ".join(f"{c}: {text}" if c else text for _, c, text in refusals),
    }
