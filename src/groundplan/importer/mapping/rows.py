"""From a row of a file to what is staged: typed values, or the reasons why not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext

from groundplan.errors import BadFile
from groundplan.importer.entities.entity import Field
from groundplan.importer.files.table import Cell, Row
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

Value = str | Decimal | datetime | date | bool
LookedUp = Mapping[str, Mapping[str, Mapping[str, Cell]]]
"""Lookup name, key, column to cell."""

_PRICE_DECIMALS = 8


@dataclass(frozen=True, slots=True)
class Staged:
    """A row as it goes into the staging table; ``values`` has one place for each field.

    ``reason``, ``column`` and ``detail`` tell why the row, and with it its record, is refused.
    """

    cells: list[str]
    key: str | None
    values: list[Value | None]
    has_line: bool
    digest: str
    custom_fields: str
    line_custom_fields: str
    reason: str | None = None
    column: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """How one field is read from the cells of this table."""

    field: Field | None
    source: FieldSource
    places: tuple[int, ...]
    divisor: int | None
    read: Callable[[Cell], Value | None]

    @property
    def column(self) -> str | None:
        return self.source.columns[0] if self.source.columns else None


class RowReader:
    """Reads the rows of one table by one mapping. Raises BadFile where a column is missing."""

    def __init__(
        self, mapping: FileMapping, columns: Sequence[str], file: str, lookups: LookedUp
    ) -> None:
        self._mapping = mapping
        self._places = {name: place for place, name in enumerate(columns)}
        self._file = file
        self._lookups = lookups
        self._readings = [
            self._reading(field, mapping.fields.get(field.name)) for field in mapping.entity.fields
        ]
        self._custom = self._named(mapping.custom_fields)
        self._line_custom = self._named(mapping.line_custom_fields)
        self._key_places = tuple(self._place(name) for name in mapping.rows.key)
        self._above: str | None = None

    def is_ours(self, row: Row) -> bool:
        """Whether the mapping takes this kind of row at all."""
        for column, texts in self._mapping.rows.only.items():
            if self._text_at(row, column) not in texts:
                return False
        return not any(
            self._text_at(row, column) in texts for column, texts in self._mapping.rows.skip.items()
        )

    def read(self, row: Row) -> Staged:
        """The row, typed. Never raises for what a row says: the reasons are in the result."""
        cells = [as_text(cell, self._mapping.numbers) for cell in row.cells]
        if row.fault is not None:
            return self._misshapen(row, cells)
        values: list[Value | None] = []
        refusals: list[tuple[str, str | None, str]] = []
        has_line = False
        for reading in self._readings:
            value = self._value(reading, row, refusals) if reading is not None else None
            values.append(value)
            if value is not None and reading is not None and _is_line(reading):
                has_line = True
        self._demand(values, has_line, refusals)
        custom = self._texts(self._custom, row, refusals)
        line_custom = self._texts(self._line_custom, row, refusals)
        return Staged(
            cells=cells,
            key=self._key(row, values),
            values=values,
            has_line=has_line,
            digest=_digest(values, custom, line_custom),
            custom_fields=custom,
            line_custom_fields=line_custom,
            **_told(refusals),
        )

    def _misshapen(self, row: Row, cells: list[str]) -> Staged:
        """What can be told of its key is kept: its record would be loaded without this line."""
        key = None
        if self._key_places and max(self._key_places) < len(row.cells):
            key = self._key(row, [])
        return Staged(
            cells=cells,
            key=key,
            values=[None] * len(self._readings),
            has_line=True,
            digest="",
            custom_fields="{}",
            line_custom_fields="{}",
            reason="row_is_misshapen",
            detail=row.fault,
        )

    def _key(self, row: Row, values: Sequence[Value | None]) -> str | None:
        if self._key_places:
            parts = [as_text(row.cells[place], self._mapping.numbers) for place in self._key_places]
        else:
            names = self._mapping.entity.key
            found = dict(zip(self._mapping.entity.by_name, values, strict=True)) if values else {}
            parts = ["" if found.get(name) is None else str(found[name]) for name in names]
        key = "|".join(part.strip() for part in parts)
        if not key.strip("|"):
            return self._above if self._mapping.rows.is_continued else None
        self._above = key
        return key

    def _value(
        self, reading: _Reading, row: Row, refusals: list[tuple[str, str | None, str]]
    ) -> Value | None:
        try:
            value = reading.read(self._cell(reading, row))
            if value is not None and reading.divisor is not None:
                value = self._divided(value, row.cells[reading.divisor])
            if value is not None and reading.source.negate and isinstance(value, Decimal):
                value = -value
            _check_choice(reading.field, value)
        except Refused as refused:
            refusals.append((refused.reason, reading.column, refused.text))
            return None
        return value

    def _cell(self, reading: _Reading, row: Row) -> Cell:
        """The cell a field is read from: joined, looked up, translated."""
        source = reading.source
        if source.constant is not None:
            return source.constant
        found = [row.cells[place] for place in reading.places]
        present = [cell for cell in found if not _is_blank(cell, source.empty)]
        if not present:
            cell: Cell = ""
        elif source.join is not None:
            cell = source.join.join(as_text(each, self._mapping.numbers) for each in present)
        else:
            cell = present[0]
        if source.pattern is not None and cell != "":
            cell = _matched(source, as_text(cell, self._mapping.numbers))
        if source.lookup is not None and cell != "":
            cell = self._looked_up(source, as_text(cell, self._mapping.numbers))
        if source.values is not None:
            cell = _translated(source, as_text(cell, self._mapping.numbers))
        if cell == "" and source.default is not None and not _is_record(reading):
            return source.default
        return cell

    def _looked_up(self, source: FieldSource, key: str) -> Cell:
        assert source.lookup is not None
        found = self._lookups[source.lookup].get(key.strip())
        if found is None:
            raise Refused("not_found_in_lookup", f"{key!r} is not in {source.lookup}.")
        return found[source.take or self._mapping.lookups[source.lookup].key]

    def _divided(self, value: Value, cell: Cell) -> Value:
        divisor = read_number(cell, self._mapping.numbers)
        if not isinstance(value, Decimal) or divisor is None:
            raise Refused("number_is_missing", "There is nothing to divide by.")
        with localcontext(prec=60):
            try:
                return round(value / divisor, _PRICE_DECIMALS)
            except (DivisionByZero, InvalidOperation) as error:
                raise Refused("number_is_zero", "It cannot be divided by zero.") from error

    def _demand(
        self,
        values: Sequence[Value | None],
        has_line: bool,
        refusals: list[tuple[str, str | None, str]],
    ) -> None:
        """A line has what a line needs; what the record needs may stand in another row."""
        if not has_line:
            return
        for reading, value in zip(self._readings, values, strict=True):
            field = reading.field if reading is not None else None
            if reading is None or field is None or value is not None:
                continue
            told = {column for _, column, _ in refusals}
            if field.level == "line" and field.is_required and reading.column not in told:
                refusals.append(("value_is_missing", reading.column, f"{field.name} is blank."))

    def _texts(
        self,
        readings: Mapping[str, _Reading],
        row: Row,
        refusals: list[tuple[str, str | None, str]],
    ) -> str:
        found = {name: self._value(reading, row, refusals) for name, reading in readings.items()}
        present = {name: value for name, value in found.items() if value is not None}
        return json.dumps(present, ensure_ascii=False, default=str) if present else "{}"

    def _reading(self, field: Field, source: FieldSource | None) -> _Reading | None:
        return None if source is None else self._bound(field, source)

    def _bound(self, field: Field | None, source: FieldSource) -> _Reading:
        places = tuple(
            self._place(name)
            for name in source.columns
            if name in self._places or (len(source.columns) == 1 and not source.is_optional)
        )
        divisor = self._place(source.divided_by) if source.divided_by else None
        return _Reading(field, source, places, divisor, _reader(field, source))

    def _named(self, sources: Mapping[str, FieldSource]) -> dict[str, _Reading]:
        """Custom fields: columns that this file lacks are no fault."""
        return {
            name: self._bound(None, source)
            for name, source in sources.items()
            if source.constant is not None or any(c in self._places for c in source.columns)
        }

    def _place(self, column: str) -> int:
        if column not in self._places:
            raise BadFile(self._file, None, None, f"it has no column {column}.")
        return self._places[column]

    def _text_at(self, row: Row, column: str) -> str:
        place = self._place(column)
        if place >= len(row.cells):
            return ""
        return as_text(row.cells[place], self._mapping.numbers).strip()


def default_of(field: Field, source: FieldSource | None) -> Value | None:
    """What a record-level field is where none of the record's rows says it."""
    if source is None or source.default is None:
        return None
    try:
        return _reader(field, source)(source.default)
    except Refused as refused:
        raise BadMapping(f"The default of {field.name} cannot be read: {refused.text}") from refused


def as_text(cell: Cell, style: NumberStyle) -> str:
    """The cell as a file with this style of numbers would say it, so that it reads the same."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", style.decimal)
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()


def _reader(field: Field | None, source: FieldSource) -> Callable[[Cell], Value | None]:
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


def _is_line(reading: _Reading) -> bool:
    """A constant is no sign that there is a line."""
    return (
        reading.field is not None
        and reading.field.level == "line"
        and bool(reading.source.columns)
        and reading.source.default is None
    )


def _is_record(reading: _Reading) -> bool:
    return reading.field is not None and reading.field.level == "record"


def _is_blank(cell: Cell, empty: tuple[str, ...]) -> bool:
    return isinstance(cell, str) and (not cell.strip() or cell.strip() in empty)


def _matched(source: FieldSource, text: str) -> str:
    assert source.pattern is not None
    found = source.pattern.search(text.strip())
    if found is None:
        raise Refused("pattern_does_not_match", f"{text!r} is not of the form that is expected.")
    return found.group(1) if found.re.groups else found.group(0)


def _translated(source: FieldSource, text: str) -> str:
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


def _check_choice(field: Field | None, value: Value | None) -> None:
    if field is None or not field.choices or value is None or value in field.choices:
        return
    raise Refused("word_is_unknown", f"{value!r} is none of {', '.join(field.choices)}.")


def _told(refusals: Sequence[tuple[str, str | None, str]]) -> dict[str, str | None]:
    """The first reason, and the sentences of all."""
    if not refusals:
        return {}
    reason, column, _ = refusals[0]
    return {
        "reason": reason,
        "column": column,
        "detail": " ".join(f"{c}: {text}" if c else text for _, c, text in refusals),
    }


def _digest(values: Sequence[Value | None], custom: str, line_custom: str) -> str:
    """The same for the same meaning: 1.50 and 1.5, the same moment in two zones."""
    parts = [_canonical(value) for value in values]
    text = "\x1f".join((*parts, custom, line_custom))
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _canonical(value: Value | None) -> str:
    if value is None:
        return "\x00"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value.timestamp()) if isinstance(value, datetime) else str(value)
