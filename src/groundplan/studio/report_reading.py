"""What a page of a report asks the database, beside the rows of the report itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

import psycopg

from groundplan.reports.source import Source
from groundplan.studio.ground import Connection
from groundplan.studio.lineage import Dependency


@dataclass(frozen=True)
class Size:
    """Of a table of a report. ``rows`` is None where the role may not count them."""

    rows: int | None
    bytes: int


@dataclass(frozen=True)
class Verified:
    """The last verification that was written down."""

    at: datetime
    violations: int
    differences: int


def read_dependencies(connection: Connection) -> list[Dependency]:
    """Which columns the reports read, as the catalog records it."""
    return [
        Dependency(*map(str, row)) for row in _cursor(connection).execute(_text("dependencies"))
    ]


def read_pending(connection: Connection, sources: tuple[Source, ...]) -> dict[str, int] | None:
    """Deltas that wait to be folded, by table; None where the role may not count them."""
    readable = connection.execute(
        "select has_function_privilege('reporting.pending()', 'execute')"
    ).fetchone()
    if readable is None or not readable[0]:
        return None
    found = dict(connection.execute("select source, row_count from reporting.pending()").fetchall())
    return {source.table: int(found.get(source.name, 0)) for source in sources}


def read_sizes(connection: Connection, tables: list[str]) -> Mapping[str, Size]:
    """Rows and bytes, indexes included, of the tables that exist."""
    rows = _cursor(connection).execute(_text("sizes"), [tables]).fetchall()
    return {str(name): Size(count, int(size)) for name, count, size in rows}


def read_verified(connection: Connection) -> Verified | None:
    """The last verification, if there was one."""
    row = connection.execute(
        "select verified_at, violations, differences from reporting.last_verification"
    ).fetchone()
    return None if row is None else Verified(*row)


def read_names(connection: Connection, skus: list[UUID], locations: list[UUID]) -> dict[UUID, str]:
    """The codes of SKUs and places. Without module inventory there are no places to name."""
    has_places = connection.execute("select to_regclass('inventory.locations') is not null")
    if has_places.fetchone() != (True,):
        found = connection.execute("select id, code from catalog.skus where id = any(%s)", [skus])
        return {key: str(code) for key, code in found}
    rows = _cursor(connection).execute(_text("names"), [skus, locations]).fetchall()
    return {key: str(code) for key, code, _ in rows}


def read_decimals(connection: Connection) -> dict[str, int]:
    """The minor units of each currency."""
    rows = connection.execute("select code, minor_units from core.currencies").fetchall()
    return {str(code): int(digits) for code, digits in rows}


def _text(name: str) -> bytes:
    path = files("groundplan.studio").joinpath("queries", f"reports_{name}.sql")
    return path.read_bytes()


def _cursor(connection: Connection) -> psycopg.RawCursor[tuple[Any, ...]]:
    return psycopg.RawCursor(connection)
