"""Look at a file: what its columns hold, what it seems to be, and a mapping to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundplan.errors import GroundplanError
from groundplan.importer.entities.known import ENTITIES
from groundplan.importer.files.sniff import Sniffed, sniff
from groundplan.importer.inspect.draft import draft_mapping
from groundplan.importer.inspect.guessing import Guess, guess_entity, values_of
from groundplan.importer.inspect.recognising import formats_with
from groundplan.importer.mapping.model import FileMapping


@dataclass(frozen=True)
class SeenColumn:
    """One column: what it seems to hold (text, number, time, yes or no, blank), an example, and the
    field it would fill."""

    name: str
    kind: str
    example: str
    blank: int
    field: str | None


@dataclass(frozen=True)
class Inspection:
    """What is known about a file after a look at its first rows.

    ``format`` is the built-in format, where it has one; then there is no ``mapping``. Otherwise
    ``mapping`` is the text of a first mapping and ``decisions`` are what a person has to decide
    before it works; both are empty where nothing is known of what the file holds.
    """

    path: Path
    encoding: str
    delimiter: str | None
    header_line: int
    sheets: Sequence[str]
    rows: int
    columns: Sequence[SeenColumn]
    notes: Sequence[str]
    format: str | None
    entity: str | None
    mapping: str
    decisions: Sequence[str]

    def as_json(self) -> dict[str, object]:
        """For ``--json``."""
        return {
            "file": self.path.name,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header_line": self.header_line,
            "sheets": list(self.sheets),
            "rows_looked_at": self.rows,
            "format": self.format,
            "entity": self.entity,
            "columns": [
                {
                    "name": column.name,
                    "kind": column.kind,
                    "example": column.example,
                    "blank": column.blank,
                    "field": column.field,
                }
                for column in self.columns
            ],
            "notes": list(self.notes),
            "decisions": list(self.decisions),
        }


def inspect_file(path: Path, *, entity: str | None = None) -> Inspection:
    """Look at the first rows of ``path``; nothing is loaded and nothing is written.

    ``entity`` says what the file holds, where the user knows better. Raises BadFile where it is no
    table, GroundplanError for an entity that is not known.
    """
    if entity is not None and entity not in ENTITIES:
        raise GroundplanError(
            f"There is nothing called {entity} to import.",
            hint=f"There are: {', '.join(ENTITIES)}.",
        )
    sniffed = sniff(path)
    formats = [] if entity is not None else formats_with(sniffed.columns)
    known = formats[0] if len(formats) == 1 else None
    guess = None if known is not None else guess_entity(sniffed, entity)
    fields = _fields_by_column(known, guess)
    told = known or guess
    seen = Inspection(
        path=path,
        encoding=sniffed.encoding,
        delimiter=sniffed.delimiter,
        header_line=sniffed.header_line,
        sheets=sniffed.sheets,
        rows=len(sniffed.rows),
        columns=[_seen(name, sniffed, fields.get(name)) for name in sniffed.columns],
        notes=sniffed.notes,
        format=known.name if known is not None else None,
        entity=None if told is None else told.entity.name,
        mapping="",
        decisions=(),
    )
    if guess is None:
        return seen
    draft = draft_mapping(path, sniffed, guess)
    notes = (*sniffed.notes, *draft.notes)
    return replace(seen, mapping=draft.text, decisions=draft.decisions, notes=notes)


def _fields_by_column(known: FileMapping | None, guess: Guess | None) -> Mapping[str, str]:
    if known is not None:
        return {column: name for name, source in known.fields.items() for column in source.columns}
    return {} if guess is None else {column: name for name, column in guess.fields.items()}


def _seen(name: str, sniffed: Sniffed, field: str | None) -> SeenColumn:
    cells = values_of(name, sniffed)
    readable = sum(row.fault is None for row in sniffed.rows)
    return SeenColumn(
        name=name,
        kind=_kind(name, cells, sniffed),
        example=str(cells[0]) if cells else "",
        blank=readable - len(cells),
        field=field,
    )


def _kind(name: str, cells: Sequence[object], sniffed: Sniffed) -> str:
    if not cells:
        return "blank"
    if name in sniffed.times:
        return "time"
    if name in sniffed.numbers:
        return "number"
    kinds = {type(cell).__name__ for cell in cells}
    if kinds <= {"datetime", "date"}:
        return "time"
    return "number" if kinds == {"Decimal"} else "yes or no" if kinds == {"bool"} else "text"
