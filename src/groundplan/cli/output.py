"""What is printed: JSON for programs, tables of the terminal's width for people."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click

_NUMBER = re.compile(r'"\\u0000(-?[0-9.]+)"')
"""A number on its way through the encoder: PostgreSQL has no text with a NUL in it."""

_LONGEST_WORD = 20


def print_json(value: Any) -> None:
    """Numbers as numbers with all their digits, times as ISO 8601."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=_plain)
    click.echo(_NUMBER.sub(r"\1", text))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def _number(value: Decimal) -> str:
    """For ``_NUMBER``: a float would lose digits of large amounts."""
    if not value.is_finite():
        return str(value)
    digits = f"{value:f}"
    return "\0" + (digits.rstrip("0").rstrip(".") if "." in digits else digits)


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]], right: str = "") -> None:
    """A table; ``right`` has an ``r`` for each column of numbers, else a space: " rr".

    Where a row is wider than the terminal even with its words below each other, every row is
    printed as lines of a name and a value.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    cells = [[shown(value) for value in row] for row in rows]
    numeric = [right[index : index + 1] == "r" for index in range(len(headers))]
    columns = list(zip(headers, *cells, strict=True))
    least = [_least_width(*column) for column in zip(columns, numeric, strict=True)]
    spare = console.width - sum(least) - 2 * (len(least) - 1)
    if cells and spare < 0:
        _print_records(headers, cells, console.width)
        return
    widths = _widened(least, [max(map(len, column)) for column in columns], spare)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for header, is_number, width in zip(headers, numeric, widths, strict=True):
        table.add_column(
            Text(header),
            justify="right" if is_number else "left",
            overflow="fold",
            width=width,
        )
    for row in cells:
        table.add_row(
            *(Text(cell, no_wrap=whole) for cell, whole in zip(row, numeric, strict=True))
        )
    console.print(table)


def _least_width(column: Sequence[str], is_number: bool) -> int:
    """Of a header and its cells. Numbers stay whole, and words unless they are very long."""
    header, *cells = column
    words = [*header.split(), *(word for cell in cells for word in cell.split())]
    longest = min(max(map(len, words), default=0), _LONGEST_WORD)
    return max(longest, *map(len, cells), 0) if is_number else longest


def _widened(least: Sequence[int], full: Sequence[int], spare: int) -> list[int]:
    """Widths of columns: those that need little more get it first."""
    widths = list(least)
    for index in sorted(range(len(widths)), key=lambda index: full[index] - least[index]):
        more = min(full[index] - least[index], max(spare, 0))
        widths[index] += more
        spare -= more
    return widths


def _print_records(headers: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> None:
    import textwrap

    label = max(map(len, headers)) + 2
    for number, row in enumerate(cells):
        if number:
            click.echo()
        for header, text in zip(headers, row, strict=True):
            lines = textwrap.wrap(text, max(width - label, 10)) or [""]
            for place, line in enumerate(lines):
                click.echo(f"{'' if place else header:{label}}{line}".rstrip())


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Comma-separated values with a header line; null is empty."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def shown(value: object) -> str:
    """A value as people read it: thousands separated, times to the second."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case Decimal():
            return f"{value:,f}"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case _:
            return str(value)


def counted(number: int, noun: str, plural: str = "") -> str:
    """ "1 rule", "2,000 rules"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def wrapped(text: str, indent: int = 2) -> list[str]:
    """Lines of at most 80 columns, or of the terminal's; a word that is longer stays whole."""
    return _lines(text, " " * indent, " " * indent, min(80, _columns(80)))


def fitted(text: str, label: str = "", indent: int | None = None) -> str:
    """The text behind its label, in lines that fit into the terminal; one line where there is none.

    Further lines are indented like the text, or by ``indent``.
    """
    further = " " * (len(label) if indent is None else indent)
    return "\n".join(_lines(text, label, further, _columns(_ENDLESS)))


_ENDLESS = 1_000_000


def _columns(without: int) -> int:
    """The width of the terminal, and another where the output goes elsewhere."""
    import shutil

    return max(shutil.get_terminal_size((without, 24)).columns, 20)


def _lines(text: str, first: str, further: str, columns: int) -> list[str]:
    import textwrap

    return textwrap.wrap(
        text,
        columns,
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )
