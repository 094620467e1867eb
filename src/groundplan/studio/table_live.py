"""What the page of a table tells of this moment: size, use of indexes, privileges, a few rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from groundplan.snapshot.model import Column, Table
from groundplan.studio.diagram import TENANT_COLUMN
from groundplan.studio.ground import Connection
from groundplan.studio.problems import NoSuchThing

ROWS = 20
WIDEST = 60
"""Columns of the sample; a table may have 1,600."""
LONGEST = 120
"""Letters of a value."""
MASK = "•••"

COMMANDS = ("select", "insert", "update", "delete")
_NUMBERS = ("integer", "bigint", "smallint", "numeric", "real", "double precision")


@dataclass(frozen=True)
class Size:
    """``estimate``: rows, None until the server has counted."""

    total_bytes: int
    index_bytes: int
    estimate: int | None
    partitions: int


@dataclass(frozen=True)
class IndexUse:
    """``scans``: since statistics were reset."""

    bytes: int
    scans: int


@dataclass(frozen=True)
class Privileges:
    """Of one role. ``others``: privileges beside the four commands."""

    role: str
    is_owner: bool
    granted: frozenset[str]
    others: tuple[str, ...]
    of_columns: tuple[str, ...]
    enters_schema: bool


@dataclass(frozen=True)
class Sample:
    """``columns``: name, and whether it is a number. ``left_out``: columns beyond the widest."""

    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str | None, ...], ...]
    masked: tuple[str, ...]
    left_out: int


@dataclass(frozen=True)
class Live:
    """All but the rows, which a role may not be allowed to read."""

    size: Size
    indexes: Mapping[str, IndexUse]
    privileges: tuple[Privileges, ...]


def read_live(connection: Connection, table: Table) -> Live:
    """From the catalog and the statistics, which everybody may read. Raises NoSuchThing."""
    wanted = {"table": _oid(connection, table)}

    def rows(name: str) -> list[dict[str, Any]]:
        query = files("groundplan.studio").joinpath("queries", f"table_{name}.sql").read_bytes()
        with connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, wanted).fetchall()

    (size,) = rows("size")
    return Live(
        Size(**size),
        {row["name"]: IndexUse(row["bytes"] or 0, row["scans"] or 0) for row in rows("indexes")},
        tuple(_privileges(row) for row in rows("privileges")),
    )


def read_sample(connection: Connection, table: Table, masked: frozenset[str]) -> Sample:
    """The newest rows by key. Values of ``masked`` columns are not even read."""
    shown = table.columns[:WIDEST]
    key = [name for name in table.primary_key if name != TENANT_COLUMN]
    order = sql.SQL("order by {}").format(
        sql.SQL(", ").join(sql.SQL("{} desc").format(sql.Identifier(name)) for name in key)
    )
    query = sql.SQL("select {} from {} as sampled {} limit {}").format(
        sql.SQL(", ").join(_value(column, column.name in masked) for column in shown),
        sql.Identifier(table.schema, table.name),
        order if key else sql.SQL(""),
        sql.Literal(ROWS),
    )
    rows = connection.execute(query).fetchall()
    return Sample(
        tuple((column.name, column.type.startswith(_NUMBERS)) for column in shown),
        tuple(tuple(row) for row in rows),
        tuple(column.name for column in shown if column.name in masked),
        len(table.columns) - len(shown),
    )


def _oid(connection: Connection, table: Table) -> int:
    row = connection.execute(
        "select class.oid from pg_class as class"
        " join pg_namespace as namespace on namespace.oid = class.relnamespace"
        " where namespace.nspname = %s and class.relname = %s",
        [table.schema, table.name],
    ).fetchone()
    if row is None:
        raise NoSuchThing(f"{table.qualified} is no longer there.")
    return int(row[0])


def _value(column: Column, is_masked: bool) -> sql.Composed:
    name = sql.Identifier("sampled", column.name)
    if is_masked:
        return sql.SQL("case when {} is not null then {} end").format(name, sql.Literal(MASK))
    text = sql.SQL("{}::text").format(name)
    return sql.SQL(
        "case when length({text}) > {most} then left({text}, {most}) || '…' else {text} end"
    ).format(text=text, most=sql.Literal(LONGEST))


def _privileges(row: Mapping[str, Any]) -> Privileges:
    privileges: Sequence[str] = row["privileges"] or ()
    return Privileges(
        row["role"],
        bool(row["is_owner"]),
        frozenset(privileges).intersection(COMMANDS),
        tuple(each for each in privileges if each not in COMMANDS),
        tuple(row["of_columns"] or ()),
        bool(row["enters_schema"]),
    )
