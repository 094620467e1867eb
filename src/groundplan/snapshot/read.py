"""Read pg_catalog into a Snapshot: one query for each kind of object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, cast

import psycopg
from psycopg.rows import dict_row

from groundplan.snapshot.model import (
    Column,
    Constraint,
    Function,
    Index,
    Policy,
    Reference,
    Schema,
    Snapshot,
    Table,
    Trigger,
    View,
)
from groundplan.snapshot.model import Sequence as DatabaseSequence
from groundplan.snapshot.settings import written_alike

_Row = dict[str, Any]
_ByRelation = dict[tuple[str, str], list[_Row]]


def read_snapshot(connection: psycopg.Connection[Any], schemas: Sequence[str]) -> Snapshot:
    """What the named schemas hold; a schema that does not exist is left out.

    Names in expressions come out qualified, and constants written alike, whatever the session's
    settings are.
    """
    wanted = {"schemas": list(schemas)}
    with written_alike(connection), connection.cursor(row_factory=dict_row) as cursor:

        def rows(kind: str) -> list[_Row]:
            return cursor.execute(_query(kind), wanted).fetchall()

        relations = {
            kind: _by_relation(rows(kind))
            for kind in ("columns", "constraints", "indexes", "triggers", "policies")
        }
        tables = [_table(row, relations) for row in rows("tables")]
        views = [View(**_frozen(row), columns=_columns(row, relations)) for row in rows("views")]
        functions = [Function(**_frozen(row)) for row in rows("functions")]
        sequences = [DatabaseSequence(**row) for row in rows("sequences")]
        found = rows("schemas")
    return Snapshot(
        schemas=tuple(
            Schema(
                name=row["name"],
                comment=row["comment"],
                tables=tuple(table for table in tables if table.schema == row["name"]),
                views=tuple(view for view in views if view.schema == row["name"]),
                functions=tuple(each for each in functions if each.schema == row["name"]),
                sequences=tuple(each for each in sequences if each.schema == row["name"]),
            )
            for row in found
        ),
        server_version=connection.info.server_version,
    )


def _query(kind: str) -> bytes:
    return files("groundplan.snapshot").joinpath("queries", f"{kind}.sql").read_bytes()


def _by_relation(rows: list[_Row]) -> _ByRelation:
    grouped: _ByRelation = defaultdict(list)
    for row in rows:
        grouped[row.pop("schema"), row.pop("relation")].append(row)
    return grouped


def _table(row: _Row, relations: dict[str, _ByRelation]) -> Table:
    place = (row["schema"], row["name"])

    def of(kind: str) -> list[_Row]:
        return relations[kind].get(place, [])

    return Table(
        **row,
        columns=_columns(row, relations),
        constraints=tuple(_constraint(each) for each in of("constraints")),
        indexes=tuple(Index(**_frozen(each)) for each in of("indexes")),
        triggers=tuple(Trigger(**each) for each in of("triggers")),
        policies=tuple(Policy(**_frozen(each)) for each in of("policies")),
    )


def _columns(row: _Row, relations: dict[str, _ByRelation]) -> tuple[Column, ...]:
    place = (row["schema"], row["name"])
    return tuple(Column(**_frozen(each)) for each in relations["columns"].get(place, []))


def _constraint(row: _Row) -> Constraint:
    values = _frozen(row)
    if values["references"] is not None:
        values["references"] = Reference(**_frozen(values["references"]))
    return Constraint(**values)


def _frozen(row: _Row) -> _Row:
    """The row with tuples in place of lists, lists in lists included."""
    return {name: _as_tuple(value) for name, value in row.items()}


def _as_tuple(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_as_tuple(each) for each in cast("list[Any]", value))
    return value
