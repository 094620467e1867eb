"""Delimited text: every cell is what stands in the file, or the row says why it is not."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Generator, Iterator
from dataclasses import replace

from groundplan.errors import BadFile
from groundplan.importer.files.container import Source
from groundplan.importer.files.dialect import choose_header
from groundplan.importer.files.faults import bad_file
from groundplan.importer.files.header import Header
from groundplan.importer.files.lines import Lines
from groundplan.importer.files.quotes import (
    LONGEST_CELL,
    loose_quotes,
    opening_line,
    swallowed_lines,
)
from groundplan.importer.files.table import FileOptions, Row, Table

_BLANKS = re.compile(r"[ \t]+")


def delimited_table(
    source: Source, encoding: str, options: FileOptions, wanted: Collection[str]
) -> Table:
    """The table in the text of ``source``; raises BadFile where there is none."""
    lines = Lines(source, encoding)
    found = choose_header(source.path, lines, options, wanted)
    options = replace(options, delimiter=found.delimiter)
    if found.delimiter == "whitespace":
        rows = _split_rows(lines, found.header)
    else:
        rows = _Records(source, lines, options, found.header).rows()
    return Table(
        source.path,
        found.header.columns,
        rows,
        encoding=encoding,
        delimiter=found.delimiter,
        progress=source.progress,
    )


def _split_rows(lines: Lines, header: Header) -> Generator[Row]:
    for line in lines:
        lines.record.clear()
        cells = _BLANKS.split(line.strip(" \t\r\n"))
        if cells != [""]:
            yield header.row(lines.number, tuple(cells))


class _Records:
    """The records behind the header, in order."""

    def __init__(self, source: Source, lines: Lines, options: FileOptions, header: Header) -> None:
        self._path = source.path
        self._lines = lines
        self._header = header
        self._quote = options.quote
        self._delimiter = options.delimiter or ","
        self._reader = csv_reader(lines, self._delimiter, options.quote)

    def rows(self) -> Generator[Row]:
        lines, reader, quote = self._lines, self._reader, self._quote
        header, wanted = self._header, len(self._header.columns)
        is_plain = not header.unnamed
        while True:
            lines.record.clear()
            lines.misread = None
            first = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._fault(first, str(error))
                continue
            if quote and (len(lines.record) > 1 or quote in lines.record[0]):
                fault = self._quoting(cells)
                if fault is not None:
                    yield Row(first, tuple(cells), fault)
                    continue
            if lines.misread is not None:
                yield Row(first, tuple(cells), lines.misread)
                continue
            if not any(cells) or cells == ["\x1a"]:
                continue
            if is_plain and len(cells) == wanted:
                yield Row(first, tuple(cells))
            else:
                yield header.row(first, tuple(cells))

    def _quoting(self, cells: list[str]) -> str | None:
        record = self._lines.record
        if len(record) > 1 and swallowed_lines(record, self._delimiter, len(cells)):
            return (
                f"a quote opens here and closes {len(record) - 1} lines below, and each of these "
                "lines looks like a row of its own."
            )
        if any(self._quote in cell for cell in cells):
            return loose_quotes("".join(record), self._delimiter, self._quote)
        return None

    def _fault(self, first: int, message: str) -> Row:
        """A row that breaks the rules of quoting, if it is certain where the next one begins."""
        record = self._lines.record
        text = "".join(record)
        if "field limit" in message:
            raise self._bad(
                f"a cell is longer than {LONGEST_CELL:,} characters; perhaps its quote never "
                "closes.",
                first,
            )
        if "unexpected end" in message:
            raise self._bad("the quote that opens in this line is never closed.", first)
        if len(record) > 1 or text.count(self._quote) % 2:
            raise self._bad(
                "text follows a closing quote, and where the next row begins is not certain.",
                first,
            )
        return Row(
            first,
            tuple(text.rstrip("\r\n").split(self._delimiter)),
            "text follows a closing quote; a quote inside quotes has to be doubled.",
        )

    def _bad(self, reason: str, first: int) -> BadFile:
        line = first + opening_line("".join(self._lines.record), self._delimiter, self._quote)
        return bad_file(
            self._path,
            reason,
            line=line,
            hint="A quote inside quotes has to be doubled; if the file quotes nothing, say "
            'quote = "".',
        )


def csv_reader(lines: Iterator[str], delimiter: str, quote: str) -> Iterator[list[str]]:
    """Python's reader, strict, with room for long cells."""
    if csv.field_size_limit() < LONGEST_CELL:
        csv.field_size_limit(LONGEST_CELL)
    if not quote:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True)
