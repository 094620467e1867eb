"""What every reader of files gives: a table of named columns, and rows one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from groundplan.importer.values.refused import Cell

__all__ = ["Cell", "FileOptions", "Row", "Table"]


@dataclass(frozen=True)
class FileOptions:
    """How a file is to be read, where it does not say so itself.

    ``encoding``: None is what a byte order mark says, or else UTF-8. ``delimiter``: None is the one
    of ``, ; tab |`` by which the header holds the wanted columns; ``whitespace`` is any run of
    blanks. ``quote`` may be empty: there is none. ``sheet``: None is the first visible one.
    ``header_line`` counts from 1; 0: there is no header, the names are ``columns``. With a header,
    ``columns`` rename its columns.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str = '"'
    sheet: str | None = None
    header_line: int = 1
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file.

    ``line`` is where it begins, as an editor or a spreadsheet shows it. ``cells`` are as many as
    the columns, unless ``fault`` is a sentence: then they are whatever stood there.
    """

    line: int
    cells: tuple[Cell, ...]
    fault: str | None = None


class Table:
    """An open file: its columns, and its rows, which can be read once.

    ``rows`` raises BadFile where the rest of the file cannot be read. ``encoding`` and
    ``delimiter`` are what was used; "" and None where the format has none.
    """

    def __init__(
        self,
        path: Path,
        columns: tuple[str, ...],
        rows: Iterator[Row],
        *,
        encoding: str = "",
        delimiter: str | None = None,
        progress: Callable[[], float] | None = None,
    ) -> None:
        self.path = path
        self.columns = columns
        self.rows = rows
        self.encoding = encoding
        self.delimiter = delimiter
        self._progress = progress

    def progress(self) -> float:
        """The share of the file that was read so far, from 0 to 1."""
        return min(1.0, self._progress()) if self._progress is not None else 0.0
