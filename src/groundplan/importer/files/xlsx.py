"""XLSX, row by row: typed cells as they were saved; what has no value is a fault, never blank."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from groundplan.errors import BadFile
from groundplan.importer.files.cells import cell_of_number
from groundplan.importer.files.faults import bad_file
from groundplan.importer.files.header import Header, check_wanted, clean_name, make_header
from groundplan.importer.files.sheets import SheetFacts, column_letters, sheet_facts, unescaped
from groundplan.importer.files.table import Cell, FileOptions, Row, Table
from groundplan.importer.values import read_text

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import ReadOnlyCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_BATCH = 500
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


class _Unreadable(Exception):
    """A cell that has no value; the text goes on after the cell's name."""


@contextmanager
def xlsx_table(path: Path, options: FileOptions, wanted: Collection[str]) -> Generator[Table]:
    """The table in one sheet of ``path``.

    The sheet is ``options.sheet`` or the first visible one. Raises BadFile when there is none, when
    another visible sheet has the wanted columns as well, and when the file is damaged.
    """
    with _opened(path) as book:
        sheet = _chosen(path, book, options, wanted)
        try:
            facts = sheet_facts(path, sheet.title)
        except (zipfile.BadZipFile, EOFError, KeyError, ValueError, SyntaxError) as error:
            raise _damaged(path, error) from error
        if facts.is_strict:
            raise bad_file(
                path,
                'this is the variant "Strict Open XML" of XLSX.',
                hint="Save it as an ordinary XLSX.",
            )
        read = _Sheet(path, sheet, facts, options, wanted)
        yield Table(path, read.header.columns, read.rows(), progress=read.progress)


@contextmanager
def _opened(path: Path) -> Generator[Workbook]:
    from openpyxl import load_workbook

    with path.open("rb") as raw:  # Given the path, openpyxl would insist on the suffix.
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = load_workbook(raw, read_only=True, data_only=True)
        except Exception as error:
            # openpyxl raises a dozen kinds for the parts it does not understand.
            raise _damaged(path, error) from error
        try:
            yield book
        finally:
            book.close()


def _damaged(path: Path, error: Exception) -> BadFile:
    if isinstance(error, (zipfile.BadZipFile, EOFError)):
        return bad_file(path, "the XLSX is damaged or ends too early.", hint="Get it again.")
    return bad_file(
        path,
        f"the XLSX cannot be read ({type(error).__name__}).",
        hint="Open it in a spreadsheet program and save it again as XLSX.",
    )


def visible_sheets(book: Workbook) -> list[ReadOnlyWorksheet]:
    """The sheets with cells that are not hidden, in their order."""
    sheets = cast("list[ReadOnlyWorksheet]", book.worksheets)
    return [sheet for sheet in sheets if sheet.sheet_state == "visible"]


def sheet_names(path: Path) -> tuple[str, ...]:
    """The visible sheets of ``path``; raises BadFile when it cannot be read."""
    with _opened(path) as book:
        return tuple(sheet.title for sheet in visible_sheets(book))


def _chosen(
    path: Path, book: Workbook, options: FileOptions, wanted: Collection[str]
) -> ReadOnlyWorksheet:
    visible = visible_sheets(book)
    if options.sheet is not None:
        for sheet in cast("list[ReadOnlyWorksheet]", book.worksheets):
            if sheet.title == options.sheet:
                return sheet
        names = ", ".join(repr(sheet.title) for sheet in visible)
        raise bad_file(path, f"there is no sheet {options.sheet!r}.", hint=f"There are: {names}.")
    if not visible:
        raise bad_file(path, "all sheets are hidden.", hint="Say the sheet.")
    if wanted and options.header_line and not options.columns and len(visible) > 1:
        fitting = [sheet for sheet in visible if _holds(path, sheet, options, wanted)]
        if len(fitting) > 1:
            names = " and ".join(repr(sheet.title) for sheet in fitting)
            raise bad_file(path, f"the sheets {names} have these columns.", hint="Say the sheet.")
        if fitting and fitting[0] is not visible[0]:
            raise bad_file(
                path,
                f"the first sheet {visible[0].title!r} has not these columns.",
                hint=f"Say the sheet: {fitting[0].title!r} has them.",
            )
    return visible[0]


def _holds(
    path: Path, sheet: ReadOnlyWorksheet, options: FileOptions, wanted: Collection[str]
) -> bool:
    for number, cells in _numbered(path, sheet):
        if number >= options.header_line and (names := _texts(cells)):
            return set(wanted) <= {clean_name(name) for name in names}
    return False


def _numbered(
    path: Path, sheet: ReadOnlyWorksheet
) -> Generator[tuple[int, Sequence[ReadOnlyCell]]]:
    """Every row of the sheet with its number; missing ones are empty."""
    sheet.reset_dimensions()  # Some programs write a wrong one, and rows would be cut.
    rows = cast("Iterator[Sequence[ReadOnlyCell]]", sheet.iter_rows())
    number = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                batch = list(islice(rows, _BATCH))
        except Exception as error:  # As above.
            raise _damaged(path, error) from error
        if not batch:
            return
        for cells in batch:
            number += 1
            yield number, cells


def _texts(cells: Sequence[ReadOnlyCell]) -> list[str]:
    """The cells of a header; blank ones at its end are left out."""
    texts = ["" if cell.value is None else _header_text(cell) for cell in cells]
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def _header_text(cell: ReadOnlyCell) -> str:
    try:
        typed = cell_of(cell)
    except _Unreadable:
        return ""
    return typed if isinstance(typed, str) else read_text(typed) or ""


class _Sheet:
    """The header of a sheet and the rows below."""

    def __init__(
        self,
        path: Path,
        sheet: ReadOnlyWorksheet,
        facts: SheetFacts,
        options: FileOptions,
        wanted: Collection[str],
    ) -> None:
        self._facts = facts
        self._passed = 0
        self._rows = _numbered(path, sheet)
        self._pushed: list[tuple[int, Sequence[ReadOnlyCell]]] = []
        self.header = self._header(path, options, wanted)

    def progress(self) -> float:
        """The share of the sheet's rows."""
        return self._passed / max(self._facts.rows, 1)

    def _header(self, path: Path, options: FileOptions, wanted: Collection[str]) -> Header:
        for number, cells in self._rows:
            texts = _texts(cells) if number >= options.header_line else []
            if not texts:
                continue
            if options.header_line == 0:
                self._pushed.append((number, cells))
                names = options.columns or tuple(f"column {n}" for n in range(1, len(texts) + 1))
                check_wanted(path, names, wanted, 0)
                return Header(names)
            header = make_header(path, texts, options, wanted, number)
            if set(wanted) - set(header.columns):
                check_wanted(path, header.columns, wanted, number, self._below(wanted))
            return header
        raise bad_file(path, "the sheet is empty.")

    def _below(self, wanted: Collection[str]) -> str | None:
        """Where the wanted columns are, if one of the next rows has them."""
        for number, cells in islice(self._rows, 30):
            if set(wanted) <= {clean_name(text) for text in _texts(cells)}:
                return f"They are in row {number}: say header_line = {number}."
        return None

    def rows(self) -> Generator[Row]:
        """The rows that are not blank."""
        for pushed in self._pushed:
            yield from self._row(*pushed)
        for number, cells in self._rows:
            yield from self._row(number, cells)
        self._passed = self._facts.rows

    def _row(self, number: int, cells: Sequence[ReadOnlyCell]) -> Generator[Row]:
        self._passed += 1
        wanted = len(self.header.columns)
        fault = self._facts.fault(number, wanted)
        typed: list[Cell] = []
        for position, cell in enumerate(cells, 1):
            try:
                typed.append("" if cell.value is None else cell_of(cell))
            except _Unreadable as error:
                typed.append(str(cell.value))
                if position <= wanted and fault is None:
                    fault = f"cell {column_letters(position)}{number} {error}"
        while len(typed) > wanted and typed[-1] == "":
            typed.pop()
        if fault is not None:
            yield Row(number, tuple(typed), fault)
        elif any(cell != "" for cell in typed):
            # A cell that is not in the file is empty: that is how sheets are stored.
            typed.extend([""] * (wanted - len(typed)))
            yield self.header.row(number, tuple(typed))


def cell_of(cell: ReadOnlyCell) -> Cell:
    """The value of a cell that is not empty; raises _Unreadable for errors and the like."""
    value = cast("object", cell.value)
    if cell.data_type == "e":
        raise _Unreadable(f"holds the error {value}.")
    if isinstance(value, str):
        text = unescaped(value)
        if text is None:
            raise _Unreadable("holds an escaped control character.")
        return text
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return _number(value, str(cell.number_format))
    if isinstance(value, datetime):
        return _moment(value, str(cell.number_format))
    if isinstance(value, (date, time)):
        return value
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    raise _Unreadable(f"holds {type(value).__name__}, which is no value.")


def _number(value: float, number_format: str) -> Cell:
    """A number; with the format 00000 its zeros belong to it: 01234 is a postcode."""
    if (
        set(number_format) == {"0"}
        and len(number_format) > 1
        and value >= 0
        and value == int(value)
    ):
        return f"{int(value):0{len(number_format)}d}"
    return cell_of_number(value)


def _moment(value: datetime, number_format: str) -> datetime | date:
    """A day where the format shows no hours."""
    is_midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
    shows_time = re.search("[hs]", _LITERAL.sub("", number_format), re.IGNORECASE)
    return value.date() if is_midnight and not shows_time else value
