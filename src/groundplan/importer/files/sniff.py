"""Guesses how a file may be read, each with its reason; importing itself guesses nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from groundplan.errors import BadFile
from groundplan.importer.files.container import open_source
from groundplan.importer.files.encoding import is_misread_utf8
from groundplan.importer.files.faults import bad_file, reading
from groundplan.importer.files.guessing import (
    guessed_delimiter,
    guessed_encoding,
    guessed_header_line,
    guessed_quote,
)
from groundplan.importer.files.opening import open_table, told_file
from groundplan.importer.files.table import FileOptions, Row
from groundplan.importer.files.xlsx import sheet_names
from groundplan.importer.values import NumberStyle, Refused, read_text
from groundplan.importer.values.guess import guess_numbers, guess_times

_NOTHING = frozenset(
    {"n/a", "na", "#n/a", "n.a.", "k.a.", "nan", "null", "none", "nil", "-", "--", "–", "—", "tbd",
     "unknown", "?"}
)  # fmt: skip
"""What stands in a column of numbers or times where nobody knows."""

_HEAD = 1 << 20
_LINES = 400
_ROWS = 300


@dataclass(frozen=True)
class Sniffed:
    """How a file may be read. ``notes`` are sentences that say why, and what to look at.

    ``rows`` are the first ones, at most 300, as `open_table` gives them with ``options``. For the
    columns that hold nothing but numbers or times, ``numbers`` and ``times`` say the style; more
    than one format in ``times`` means that the file does not tell which. ``placeholders`` are what
    these columns say instead where there is none: N/A.
    """

    options: FileOptions
    encoding: str
    delimiter: str | None
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    numbers: Mapping[str, NumberStyle] = field(default_factory=dict[str, NumberStyle])
    times: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    placeholders: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def header_line(self) -> int:
        """The line of the header; 0: there is none."""
        return self.options.header_line

    @property
    def quote(self) -> str:
        """What cells are quoted by."""
        return self.options.quote

    @property
    def sheet(self) -> str | None:
        """The sheet that was looked at."""
        return self.options.sheet


def sniff(path: Path) -> Sniffed:
    """Look at the beginning of ``path``; raises BadFile when it is no table at all."""
    notes: list[str] = []
    sheets: tuple[str, ...] = ()
    kind, _ = told_file(path)
    if kind == "delimited":
        options = _text_options(path, notes)
    elif kind == "xlsx":
        sheets = sheet_names(path)
        options = FileOptions(sheet=sheets[0] if sheets else None, header_line=0)
        if len(sheets) > 1:
            notes.append(f"The first of {len(sheets)} sheets is shown: {', '.join(sheets)}.")
    else:
        options = FileOptions()
    if kind != "parquet":
        options = _with_header(path, options, notes)
    with open_table(path, options) as table:
        rows = tuple(islice(table.rows, _ROWS))
        encoding, delimiter, columns = table.encoding, table.delimiter, table.columns
    faults = [row for row in rows if row.fault is not None]
    if faults:
        notes.append(
            f"{len(faults)} of the first {len(rows)} rows cannot be read; line "
            f"{faults[0].line}: {faults[0].fault}"
        )
    placeholders: dict[str, tuple[str, ...]] = {}
    numbers, times = _styles(columns, rows, notes, placeholders)
    return Sniffed(
        options,
        encoding,
        delimiter,
        columns,
        rows,
        sheets,
        tuple(notes),
        numbers,
        times,
        placeholders,
    )


def _text_options(path: Path, notes: list[str]) -> FileOptions:
    with reading(path), closing(open_source(path)) as source:
        head = source.binary.read(_HEAD)
    encoding, why = guessed_encoding(head, len(head) < _HEAD)
    if why is not None:
        notes.append(f"Encoding {encoding}: {why}.")
    text = head.decode(encoding, errors="replace")
    lines = [line for line in text.splitlines(keepends=True)[:_LINES] if line.strip()]
    if not lines:
        raise bad_file(path, "the file is empty: it has only blank lines.")
    if len(lines) > 1 and len(head) == _HEAD:
        lines.pop()
    if lines[0].lower().startswith("sep="):
        notes.append("The first line says the delimiter.")
        return FileOptions(encoding=why and encoding, header_line=1)
    quote, why_quote = guessed_quote(lines)
    if why_quote is not None:
        notes.append(f"Quote {quote}: {why_quote}.")
    delimiter, why_delimiter = guessed_delimiter(lines, quote)
    notes.append(f"Delimiter: {why_delimiter}.")
    return FileOptions(encoding=why and encoding, delimiter=delimiter, quote=quote, header_line=0)


def _with_header(path: Path, options: FileOptions, notes: list[str]) -> FileOptions:
    """The same options with the line of the header."""
    if options.header_line:
        return options
    try:
        with open_table(path, options) as table:
            rows = list(islice(table.rows, _ROWS))
    except BadFile as error:
        notes.append(f"Read from the first line on: {error}")
        rows = []
    line, why = guessed_header_line(rows)
    if why is not None:
        notes.append(f"Header: {why}.")
    return FileOptions(
        encoding=options.encoding,
        delimiter=options.delimiter,
        quote=options.quote,
        sheet=options.sheet,
        header_line=line,
    )


def _styles(
    columns: Sequence[str],
    rows: Sequence[Row],
    notes: list[str],
    placeholders: dict[str, tuple[str, ...]],
) -> tuple[dict[str, NumberStyle], dict[str, tuple[str, ...]]]:
    numbers: dict[str, NumberStyle] = {}
    times: dict[str, tuple[str, ...]] = {}
    for position, name in enumerate(columns):
        texts = [
            cell
            for row in rows
            if row.fault is None and isinstance(cell := row.cells[position], str)
        ]
        _note_damage(name, texts, notes)
        said = dict.fromkeys(each.strip() for each in texts if _is_placeholder(each))
        texts = [each for each in texts if not _is_placeholder(each)]
        if (found := guess_times(texts)) is not None:
            times[name], why = found
            if found[0] != ("iso",):
                notes.append(f"{name}: {why}.")
        elif (number := guess_numbers(texts)) is not None:
            numbers[name], why = number
            if numbers[name] != NumberStyle() or " would be " in why:
                notes.append(f"{name}: {why}.")
        if said and (name in numbers or name in times):
            placeholders[name] = tuple(said)
    return numbers, times


def _is_placeholder(text: str) -> bool:
    return text.strip().casefold() in _NOTHING


def _note_damage(name: str, texts: Sequence[str], notes: list[str]) -> None:
    """The first text of a column that was damaged before, if there is one."""
    for text in texts:
        if not text.isascii() and is_misread_utf8(text, "cp1252"):
            repaired = text.encode("cp1252").decode()
            notes.append(
                f"{name}: {text!r} looks like UTF-8 that was read as cp1252 and written again; "
                f"perhaps {repaired!r} is meant."
            )
            return
        try:
            read_text(text)
        except Refused as refused:
            notes.append(f"{name}: {refused.text}")
            return
