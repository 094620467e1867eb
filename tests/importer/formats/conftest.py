"""Importing in tests: by a format that comes with Groundplan, or by a mapping of the test."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from groundplan.database import connect
from groundplan.importer.loading.report import ImportReport
from groundplan.importer.loading.run import import_files
from groundplan.importer.mapping.toml import built_in, parse_mapping
from groundplan.installation import require_installed
from groundplan.proof import build_register, verify_rules
from groundplan.reports import verify
from groundplan.snapshot import read_snapshot

DATA = Path(__file__).parent / "data"
"""Small files of every format, made up."""

_VARIABLE = "GROUNDPLAN_SAMPLE_DATA"


class Import(Protocol):
    """Imports a file of ``tests/importer/formats/data``, or another one, by a format's name."""

    def __call__(self, name: str, file: Path | str, **options: Any) -> ImportReport: ...


class ImportRows(Protocol):
    """Imports rows that the test writes out, as CSV, by a mapping that it writes out."""

    def __call__(self, mapping: str, rows: str, **options: Any) -> ImportReport: ...


Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def imported(database: str) -> Import:
    def run(name: str, file: Path | str, **options: Any) -> ImportReport:
        mapping = built_in(name)
        assert mapping is not None
        told = mapping.told(zone=options.pop("zone", None))
        return import_files(told, [str(DATA / file)], database, **options)

    return run


@pytest.fixture
def imported_rows(database: str, written: Callable[[bytes | str, str], Path]) -> ImportRows:
    def run(mapping: str, rows: str, **options: Any) -> ImportReport:
        file = written(rows, options.pop("name", "rows.csv"))
        return import_files(parse_mapping(mapping, name="test"), [str(file)], database, **options)

    return run


@pytest.fixture
def query(database: str) -> Query:
    """Runs a statement in the books of tenant 1 and commits; gives the rows, if there are any."""

    def run(statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        with connect(database) as connection:
            cursor = connection.execute(statement.encode(), parameters or None)
            rows = cursor.fetchall() if cursor.description else []
            connection.commit()
        return rows

    return run


@pytest.fixture
def books_in(query: Query) -> Callable[[str], None]:
    """Keeps the books, empty so far, in this currency."""

    def keep(currency: str) -> None:
        query("update core.tenants set currency_code = %s", currency)

    return keep


@pytest.fixture
def storefronts() -> Path:
    """Real files of shop systems, where they are at hand."""
    folder = os.environ.get(_VARIABLE)
    places = [Path(folder)] if folder else []
    places.append(Path(__file__).parents[4] / "shared" / "data")
    for place in places:
        if (place / "storefront_csv").is_dir():
            return place / "storefront_csv"
    pytest.skip(f"The shop systems' files are not here; set {_VARIABLE} to their folder.")


@pytest.fixture
def everything_holds(database: str) -> Callable[[], None]:
    """Asserts that no row breaks a rule, and that every report says what its source says."""

    def check() -> None:
        with connect(database, autocommit=True) as connection:
            plan = require_installed(connection)
            register = build_register(plan.rules, read_snapshot(connection, plan.schemas))
            assert verify_rules(connection, register) == []
            assert list(verify(connection, plan.rollups)) == []

    return check
