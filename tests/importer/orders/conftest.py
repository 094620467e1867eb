"""Importing orders in tests, and what the database says of them afterwards."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from groundplan.importer import FileMapping, ImportReport, built_in, import_files
from tests.importer.test_dirt import assert_everything_holds, rows

DATA = Path(__file__).parent / "data"
"""Small files of every format, made up."""

Bring = Callable[..., ImportReport]
Ask = Callable[[str], list[tuple[Any, ...]]]


def format_named(name: str, **options: bool | str) -> FileMapping:
    """A built-in format, with other settings of ``[load]``."""
    mapping = built_in(name)
    assert mapping is not None
    return replace(mapping, options={**mapping.options, **options})


def table(header: Sequence[str], *lines: Mapping[str, str], delimiter: str = ",") -> str:
    """A file with this header; what a line does not say is blank."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def header_of(file: Path, delimiter: str = ",") -> list[str]:
    with file.open(encoding="utf-8", newline="") as opened:
        return next(csv.reader(opened, delimiter=delimiter))


def lines_of(file: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened, delimiter=delimiter))


def adds_up(report: ImportReport) -> bool:
    """Rows and money, to the last digit."""
    return report.read == report.loaded + report.rejected + report.duplicates and all(
        found.source == found.loaded + found.rejected + found.duplicates + found.rounding
        for found in report.amounts.values()
    )


def money(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


@pytest.fixture
def bring(database: str) -> Bring:
    """Import files by a mapping; rows and money must add up, whatever the test is about."""

    def run(mapping: FileMapping, *files: Path | str, **options: Any) -> ImportReport:
        report = import_files(mapping, [str(file) for file in files], database, **options)
        assert adds_up(report)
        return report

    return run


@pytest.fixture
def ask(database: str) -> Ask:
    return lambda query: rows(database, query)


@pytest.fixture
def all_holds(database: str) -> Callable[[], None]:
    """No rule is broken and no report says another thing than its source."""
    return lambda: assert_everything_holds(database)
