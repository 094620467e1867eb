"""The header of delimited text, and the delimiter by which it holds the wanted columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundplan.importer.files.faults import bad_file
from groundplan.importer.files.header import Header, check_wanted, clean_name, make_header
from groundplan.importer.files.lines import Lines
from groundplan.importer.files.table import FileOptions

DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r"sep=(?P<delimiter>[^\r\n])[\r\n]*", re.IGNORECASE)
_SAMPLE = 200


@dataclass(frozen=True)
class Found:
    """The header, with the lines up to its end passed."""

    header: Header
    delimiter: str


def choose_header(path: Path, lines: Lines, options: FileOptions, wanted: Collection[str]) -> Found:
    """Read up to the end of the header, and choose the delimiter if none is declared.

    Raises BadFile when the file has no such line, when wanted columns are missing under every
    delimiter, and when two delimiters would do.
    """
    options = _separator_line(lines, options)
    _skip(lines, options.header_line)
    sample = lines.peek(_SAMPLE)
    if not any(line.strip() for line in sample):
        if options.header_line > 1:
            raise bad_file(path, f"there is no line {options.header_line}, the header's.")
        raise bad_file(path, "the file is empty: it has only blank lines.")
    delimiter = options.delimiter or _chosen(path, sample, options, wanted, lines.number + 1)
    first = lines.number + 1
    cells, consumed = _split(sample, delimiter, options.quote)
    if cells is None:
        raise bad_file(path, "the quotes of the header do not match.", line=first)
    if options.header_line == 0:
        names = options.columns or tuple(f"column {n}" for n in range(1, len(cells) + 1))
        check_wanted(path, names, wanted, 0)
        unnamed = 1 if len(cells) == len(names) + 1 and not cells[-1] else 0
        return Found(Header(tuple(names), unnamed), delimiter)
    header = make_header(path, cells, options, wanted, first)
    _check_quoted(path, cells, options, first)
    check_wanted(
        path, header.columns, wanted, first, _hint(sample, delimiter, options, wanted, first)
    )
    if options.delimiter is not None and len(header.columns) == 1:
        _check_declared(path, sample, options, first)
    for _ in range(consumed):
        next(lines)
    return Found(header, delimiter)


def _separator_line(lines: Lines, options: FileOptions) -> FileOptions:
    """A first line like ``sep=;``, by which spreadsheets are told: it is no data."""
    first = lines.peek(1)
    match = _SEPARATOR_LINE.fullmatch(first[0]) if first else None
    if match is None or options.header_line > 1:
        return options
    next(lines)
    return replace(options, delimiter=match["delimiter"])


def _skip(lines: Lines, header_line: int) -> None:
    """Pass what stands above the header; blank lines above it count as lines, too."""
    while lines.number < header_line - 1 and lines.peek(1):
        next(lines)
    while (ahead := lines.peek(1)) and not ahead[0].strip():
        next(lines)
    lines.record.clear()


def _split(sample: Sequence[str], delimiter: str, quote: str) -> tuple[list[str] | None, int]:
    """The first record of ``sample``, None if its quotes are wrong, and its number of lines."""
    if delimiter == "whitespace":
        return sample[0].split(), 1
    reader = (
        csv.reader(sample, delimiter=delimiter, quotechar=quote, strict=True)
        if quote
        else csv.reader(sample, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    )
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        return None, 1


def _chosen(
    path: Path,
    sample: Sequence[str],
    options: FileOptions,
    wanted: Collection[str],
    line: int,
) -> str:
    """The delimiter that gives the wanted columns, or else the most columns."""
    counts: dict[str, int] = {}
    complete: dict[str, int] = {}
    for delimiter in DELIMITERS:
        cells, _ = _split(sample, delimiter, options.quote)
        if cells is None:
            continue
        counts[delimiter] = len(cells)
        names = options.columns or tuple(clean_name(cell) for cell in cells)
        if all(name in names for name in wanted):
            complete[delimiter] = len(cells)
    fitting = complete if wanted and complete else counts
    most = max(fitting.values(), default=0)
    broken = [sample[0].count(d) + 1 for d in DELIMITERS if d not in counts]
    if fitting is counts and broken and max(broken) > most:
        raise bad_file(path, "the quotes of the header do not match.", line=line)
    best = [delimiter for delimiter, count in fitting.items() if count == most]
    if most > 1 and len(best) > 1:
        raise bad_file(
            path,
            f"the header could be divided by {best[0]!r} or by {best[1]!r}.",
            line=line,
            hint="Say the delimiter.",
        )
    return best[0]


def _hint(
    sample: Sequence[str],
    delimiter: str,
    options: FileOptions,
    wanted: Collection[str],
    first: int,
) -> str | None:
    """Where the wanted columns are, if another delimiter or a later line has them."""
    if not wanted:
        return None
    for other in (*DELIMITERS, "whitespace"):
        cells, _ = _split(sample, other, options.quote)
        if other != delimiter and cells and set(wanted) <= {clean_name(cell) for cell in cells}:
            return f"They are there with the delimiter {other!r}."
    for offset in range(1, min(len(sample), 30)):
        for other in DELIMITERS:
            cells, _ = _split(sample[offset:], other, options.quote)
            if cells and set(wanted) <= {clean_name(cell) for cell in cells}:
                return f"They are in line {first + offset}: say header_line = {first + offset}."
    return None


def _check_quoted(path: Path, cells: Sequence[str], options: FileOptions, line: int) -> None:
    other = "'" if options.quote == '"' else '"'
    if all(len(cell) > 1 and cell[0] == cell[-1] == other for cell in cells):
        raise bad_file(
            path, f"the cells are quoted with {other}.", line=line, hint=f"Say quote = {other!r}."
        )


def _check_declared(path: Path, sample: Sequence[str], options: FileOptions, line: int) -> None:
    """One column, though another delimiter divides header and rows into as many cells."""
    for other in DELIMITERS:
        counts = {row.count(other) for row in sample if row.strip()}
        if other != options.delimiter and len(counts) == 1 and counts.pop() > 0:
            raise bad_file(
                path,
                f"the delimiter {options.delimiter!r} is not in the header, but {other!r} is.",
                line=line,
                hint=f"Say delimiter = {other!r}.",
            )
