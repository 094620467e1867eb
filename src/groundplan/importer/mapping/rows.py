"""From a row of a file to what is staged: typed values, or the reasons why not."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from groundplan.errors import BadFile
from groundplan.importer.entities.entity import Field
from groundplan.importer.files.faults import bad_file
from groundplan.importer.files.header import clean_name
from groundplan.importer.files.table import Cell, Row
from groundplan.importer.mapping.cells import (
    Value,
    added,
    as_text,
    check_choice,
    digest_of,
    divided,
    is_blank,
    matched,
    reader_of,
    rounded,
    told_of,
    translated,
    zoned,
)
from groundplan.importer.mapping.model import FieldSource, FileMapping
from groundplan.importer.values import (
    Refused,
    currencies_meant,
)

LookedUp = Mapping[str, Mapping[str, Mapping[str, Cell]]]
"""Lookup name, key, column to cell."""


_SUMS = frozenset(
    {"total", "totals", "grand total", "sum", "subtotal", "summe", "gesamt", "gesamtsumme",
     "zwischensumme", "totaal", "somme", "total général", "suma", "totale"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staged:
    """A row as it goes into the staging table; ``values`` has one place for each field.

    ``currencies`` are those that the signs beside its amounts can mean, None without signs.
    ``reason``, ``column`` and ``detail`` tell why the row, and with it its record, is refused.
    """

    cells: list[str]
    key: str | None
    values: list[Value | None]
    has_line: bool
    digest: str
    custom_fields: str
    line_custom_fields: str
    currencies: list[str] | None = None
    reason: str | None = None
    column: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """How one field is read from the cells of this table."""

    field: Field | None
    source: FieldSource
    column: str | None
    places: tuple[int, ...]
    addend: int | None
    divisor: int | None
    zone: int | None
    conditions: tuple[tuple[int, re.Pattern[str], bool], ...]
    read: Callable[[Cell], Value | None]


class RowReader:
    """Reads the rows of one table by one mapping. Raises BadFile where a column is missing."""

    def __init__(
        self,
        mapping: FileMapping,
        columns: Sequence[str],
        file: str,
        lookups: LookedUp,
        seen: Counter[str] | None = None,
    ) -> None:
        """``seen`` counts the rows of every key, for ``repeat``; tables read together share it."""
        self._mapping = mapping
        self._width = len(columns)
        self._header = tuple(columns)
        self._places = {name: place for place, name in enumerate(columns)}
        self._file = file
        self._seen = Counter[str]() if seen is None else seen
        if mapping.rows.repeat is not None:
            self._add_column(mapping.rows.repeat)
        self._refuse_unknown(columns)
        self._lookups = lookups
        self._readings = [
            self._reading(field, mapping.fields.get(field.name)) for field in mapping.entity.fields
        ]
        self._names = tuple(mapping.entity.by_name)
        self._money_places = tuple(
            place
            for reading in self._readings
            if reading is not None
            and reading.field is not None
            and reading.field.kind in ("amount", "price")
            for place in reading.places
        )
        self._custom = self._named(mapping.custom_fields)
        self._line_custom = self._named(mapping.line_custom_fields)
        self._key_places = tuple(self._place(name) for name in mapping.rows.key)
        self._deciding = (*mapping.rows.only, *mapping.rows.skip)
        self._above: str | None = None
        self._is_ours_above = True

    def is_ours(self, row: Row) -> bool:
        """Whether the mapping takes this kind of row at all.

        A row that goes on with the one above is taken or passed over as that was, unless it says
        something itself in a column that decides.
        """
        told = {column: self._text_at(row, column) for column in self._deciding}
        if self._mapping.rows.is_continued and told:
            if self._own_key(row) is None:
                if not any(told.values()):
                    return self._is_ours_above
            else:
                self._is_ours_above = self._takes(told)
        return self._takes(told)

    def _takes(self, told: Mapping[str, str]) -> bool:
        rows = self._mapping.rows
        return all(told[column] in texts for column, texts in rows.only.items()) and not any(
            told[column] in texts for column, texts in rows.skip.items()
        )

    def _own_key(self, row: Row) -> str | None:
        """The key that the row says itself; the rows that go on with it have it, too."""
        above, self._above = self._above, None
        if not self._key_places:
            key = self._key(row, self._key_values(row))
        elif max(self._key_places) < len(row.cells):
            key = self._key(row, [])
        else:
            key = None
        if key is None:
            self._above = above
        return key

    def read(self, row: Row) -> Staged:
        """The row, typed. Never raises for what a row says: the reasons are in the result."""
        styles = self._mapping.numbers, self._mapping.times
        cells = [as_text(cell, *styles) for cell in row.cells]
        told = self._no_record(row, cells)
        if told is not None:
            return self._refused(cells, None, *told)
        missing = self._width - len(row.cells)
        if row.fault is not None and missing > 0 and self._mapping.rows.may_be_short:
            row = Row(row.line, (*row.cells, *[""] * missing))
        if row.fault is not None:
            return self._misshapen(row, cells)
        if self._mapping.rows.repeat is not None:
            row = self._counted(row)
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
            digest=digest_of(self._names, values, custom, line_custom),
            custom_fields=custom,
            line_custom_fields=line_custom,
            currencies=self._currencies(row),
            **told_of(refusals),
        )

    def _currencies(self, row: Row) -> list[str] | None:
        """What the signs of all amounts in the row can mean together; none, if they contradict."""
        meant: frozenset[str] | None = None
        for place in self._money_places:
            cell = row.cells[place]
            found = currencies_meant(cell) if isinstance(cell, str) else None
            if found is not None:
                meant = found if meant is None else meant & found
        return None if meant is None else sorted(meant)

    def _misshapen(self, row: Row, cells: list[str]) -> Staged:
        """What can be told of its key is kept: its record would be loaded without this line."""
        key = None
        if self._key_places:
            if max(self._key_places) < len(row.cells):
                key = self._key(Row(row.line, row.cells[: self._width]), [])
        else:
            key = self._key(row, self._key_values(row))
        return self._refused(cells, key, "row_is_misshapen", row.fault)

    def _no_record(self, row: Row, cells: Sequence[str]) -> tuple[str, str] | None:
        """Why the row is none of the data: the header once more, or a sum below them."""
        if tuple(map(clean_name, cells)) == self._header:
            self._above = None
            return "row_repeats_the_header", "The row is the header once more."
        if (
            self._mapping.rows.is_continued
            and any(cell.strip().rstrip(":").casefold() in _SUMS for cell in cells)
            and self._own_key(row) is None
        ):
            return "row_is_a_sum", "The row has no key and seems to add up those above."
        return None

    def _refused(
        self, cells: list[str], key: str | None, reason: str, detail: str | None
    ) -> Staged:
        return Staged(
            cells=cells,
            key=key,
            values=[None] * len(self._readings),
            has_line=True,
            digest="",
            custom_fields="{}",
            line_custom_fields="{}",
            reason=reason,
            detail=detail,
        )

    def _key_values(self, row: Row) -> list[Value | None]:
        """The values of the key's fields, as far as the row has their cells."""
        names = self._mapping.entity.key
        values: list[Value | None] = []
        for field, reading in zip(self._mapping.entity.fields, self._readings, strict=True):
            is_there = reading is not None and all(
                place < len(row.cells)
                for place in (*reading.places, *(place for place, _, _ in reading.conditions))
            )
            if reading is None or field.name not in names or not is_there:
                values.append(None)
            else:
                values.append(self._value(reading, row, []))
        return values

    def _key(self, row: Row, values: Sequence[Value | None]) -> str | None:
        if self._key_places:
            places = self._key_places
            if self._mapping.rows.repeat is not None and len(row.cells) > self._width:
                places = (*places, self._width)
            parts = [as_text(row.cells[place], self._mapping.numbers) for place in places]
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
        if any(
            (pattern.fullmatch(self._text_of(row.cells[place])) is None) is wanted
            for place, pattern, wanted in reading.conditions
        ):
            return None
        try:
            cell = self._cell(reading, row)
            if reading.zone is None:
                value = reading.read(cell)
            else:
                zone = self._text_of(row.cells[reading.zone])
                value = zoned(self._mapping, reading.source, cell, zone)
            if reading.addend is not None:
                value = added(value, row.cells[reading.addend], self._mapping.numbers)
            if value is not None and reading.divisor is not None:
                value = divided(value, row.cells[reading.divisor], self._mapping.numbers)
            if value is not None and reading.source.negate and isinstance(value, Decimal):
                value = -value
            if reading.source.round_to is not None and isinstance(value, Decimal):
                value = rounded(value, reading.source.round_to)
            check_choice(reading.field, value)
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
        present = [cell for cell in found if not is_blank(cell, source.empty)]
        if not present:
            cell: Cell = ""
        elif source.join is not None:
            cell = source.join.join(as_text(each, self._mapping.numbers) for each in present)
        else:
            cell = present[0]
        if source.pattern is not None and cell != "":
            cell = matched(source, as_text(cell, self._mapping.numbers))
        if source.lookup is not None and cell != "":
            cell = self._looked_up(source, as_text(cell, self._mapping.numbers))
        if source.values is not None:
            cell = translated(source, as_text(cell, self._mapping.numbers))
        if cell == "" and source.default is not None and not _is_record(reading):
            return source.default
        return cell

    def _looked_up(self, source: FieldSource, key: str) -> Cell:
        assert source.lookup is not None
        found = self._lookups[source.lookup].get(key.strip())
        if found is None:
            raise Refused("not_found_in_lookup", f"{key!r} is not in {source.lookup}.")
        return found[source.take or self._mapping.lookups[source.lookup].key]

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
        zone_in = self._mapping.zone_in if field is not None and field.kind == "moment" else None
        is_demanded = source.is_demanded or (field is not None and field.is_required)
        if is_demanded and source.columns and not places:
            names = ", ".join(source.columns[:6])
            raise BadFile(self._file, None, None, f"it has none of the columns {names}.")
        conditions = (
            *((self._place(name), pattern, True) for name, pattern in source.where.items()),
            *((self._place(name), pattern, False) for name, pattern in source.unless.items()),
        )
        return _Reading(
            field,
            source,
            source.column_in(self._places),
            places,
            self._place(source.plus) if source.plus else None,
            self._place(source.divided_by) if source.divided_by else None,
            self._place(zone_in) if zone_in else None,
            conditions,
            reader_of(field, source),
        )

    def _named(self, sources: Mapping[str, FieldSource]) -> dict[str, _Reading]:
        """Custom fields: columns that this file lacks are no fault."""
        return {
            name: self._bound(None, source)
            for name, source in sources.items()
            if source.constant is not None or any(c in self._places for c in source.columns)
        }

    def _refuse_unknown(self, columns: Sequence[str]) -> None:
        known = self._mapping.known_columns
        for column in columns:
            if known and not any(pattern.fullmatch(column) for pattern in known):
                raise bad_file(
                    Path(self._file),
                    f"the column {column} is none of this format.",
                    hint="Rename or delete it in the file.",
                )

    def _add_column(self, name: str) -> None:
        if name in self._places:
            raise BadFile(self._file, None, None, f"it has a column {name} already.")
        self._places[name] = self._width

    def _counted(self, row: Row) -> Row:
        """The row with one more cell: the how manieth it is of its key."""
        key = self._key(row, [])
        if key is None:
            return Row(row.line, (*row.cells, ""))
        self._seen[key] += 1
        return Row(row.line, (*row.cells, str(self._seen[key])))

    def _place(self, column: str) -> int:
        if column not in self._places:
            raise BadFile(self._file, None, None, f"it has no column {column}.")
        return self._places[column]

    def _text_at(self, row: Row, column: str) -> str:
        place = self._place(column)
        if place >= len(row.cells):
            return ""
        return self._text_of(row.cells[place])

    def _text_of(self, cell: Cell) -> str:
        return as_text(cell, self._mapping.numbers).strip()


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
