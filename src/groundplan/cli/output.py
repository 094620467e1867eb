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
    """A table; ``right`` has an ``r`` for each column of numbers, else a space: " rr"."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for index, header in enumerate(headers):
        is_number = right[index : index + 1] == "r"
        table.add_column(
            Text(header),
            justify="right" if is_number else "left",
            no_wrap=is_number,
            overflow="fold" if not is_number else "ellipsis",
        )
    for row in rows:
        table.add_row(*(Text(shown(value)) for value in row))
    Console(highlight=False, markup=False, emoji=False, soft_wrap=False).print(table)


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
    """Lines of at most 80 columns; a word that is longer stays whole."""
    import textwrap

    space = " " * indent
    return textwrap.wrap(
        text,
        80,
        initial_indent=space,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )
