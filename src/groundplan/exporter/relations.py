"""Which tables an export consists of, whose rows they hold, and in which order they can be loaded.

Everything is told from the Snapshot, so that columns and modules of one's own come along.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from groundplan.exporter.refusals import UnknownTable
from groundplan.snapshot import Column, Constraint, Snapshot, Table

Kind = Literal["tenant", "shared", "view"]

TENANTS = "core.tenants"

NOT_DATA = {
    "core.installed_modules": "what is installed here, told by the manifest",
    "core.installed_objects": "what is installed here",
    "core.installed_catalog": "what is installed here",
    "core.role_tenants": "access of roles, which belongs to the server as grants do",
    "reporting.verifications": "when this database was verified",
}
"""Tables that are never part of a whole export, and why."""


@dataclass(frozen=True)
class Relation:
    """A table or view to export.

    ``kind``: tenant (rows of one company), shared (of all), view. ``tenant_column`` holds the
    number of the tenant: None where there is no such column. ``key`` is the primary key.
    """

    kind: Kind
    schema: str
    name: str
    columns: tuple[Column, ...]
    tenant_column: str | None = None
    key: tuple[str, ...] = ()

    @property
    def qualified(self) -> str:
        """schema.name"""
        return f"{self.schema}.{self.name}"

    @property
    def given(self) -> tuple[Column, ...]:
        """The columns that a row is written with: all but the generated ones."""
        return tuple(column for column in self.columns if column.generated is None)


def everything(snapshot: Snapshot) -> tuple[Relation, ...]:
    """All tables that hold data of their own, by name.

    The tables that reports are kept in are left out: they are counted again from their sources.
    """
    tables = [
        table
        for table in snapshot.tables()
        if not table.is_partition and table.qualified not in NOT_DATA
    ]
    kept = _kept_for_reports(tables)
    return tuple(_of_table(table) for table in tables if table.qualified not in kept)


def chosen(snapshot: Snapshot, names: Iterable[str]) -> tuple[Relation, ...]:
    """The tables and views of these names, each once. Raises UnknownTable."""
    known = {table.qualified: _of_table(table) for table in snapshot.tables()}
    for schema in snapshot.schemas:
        for view in schema.views:
            column = "tenant_id" if _has(view.columns, "tenant_id") else None
            known[view.qualified] = Relation("view", view.schema, view.name, view.columns, column)
    found: dict[str, Relation] = {}
    for name in names:
        if name not in known:
            raise _unknown(name, list(known), [schema.name for schema in snapshot.schemas])
        found[name] = known[name]
    return tuple(found.values())


@dataclass(frozen=True)
class Circle:
    """A foreign key within a circle of tables: none of them can be loaded first."""

    schema: str
    table: str
    constraint: Constraint


def parents_first(
    snapshot: Snapshot, relations: Sequence[Relation]
) -> tuple[tuple[Relation, ...], tuple[Circle, ...]]:
    """The tables so that a reference finds its row, and the foreign keys that no order satisfies.

    A table that refers to itself needs no care: a statement's references are checked at its end.
    """
    waiting = {relation.qualified: relation for relation in relations}
    keys = {name: _outward(snapshot.table(name), waiting) for name in waiting}
    needs = {
        name: {key.references.qualified for key in keys[name] if key.references is not None}
        for name in waiting
    }
    order: list[Relation] = []
    circles: list[Circle] = []
    while waiting:
        free = [name for name in waiting if not needs[name] & waiting.keys()]
        if not free:
            # Some table has to be the first of a circle: the one that waits for the fewest.
            free = [min(waiting, key=lambda name: (len(needs[name] & waiting.keys()), name))]
            table = snapshot.table(free[0])
            circles += [
                Circle(table.schema, table.name, key)
                for key in keys[free[0]]
                if key.references is not None and key.references.qualified in waiting
            ]
        order += [waiting.pop(name) for name in sorted(free)]
    return tuple(order), tuple(circles)


def _outward(table: Table, among: Iterable[str]) -> list[Constraint]:
    """Foreign keys to other tables among these that are checked at the end of the statement."""
    return [
        constraint
        for constraint in table.constraints
        if constraint.references is not None
        and constraint.references.qualified in among
        and constraint.references.qualified != table.qualified
    ]


def _of_table(table: Table) -> Relation:
    if table.qualified == TENANTS:
        column = "id"
    else:
        column = "tenant_id" if _has(table.columns, "tenant_id") else None
    return Relation(
        "shared" if column is None else "tenant",
        table.schema,
        table.name,
        table.columns,
        column,
        table.primary_key,
    )


def _kept_for_reports(tables: Iterable[Table]) -> set[str]:
    """Deltas, bases and the reference counts beside a base: see groundplan.reports."""
    ours = [table for table in tables if table.schema == "groundplan"]
    levels = [table.name.removesuffix("_base") for table in ours if table.name.endswith("_base")]
    return {
        table.qualified
        for table in ours
        if table.name.endswith(("_delta", "_base"))
        or (
            _has(table.columns, "n") and any(table.name.startswith(f"{level}_") for level in levels)
        )
    }


def _has(columns: Iterable[Column], name: str) -> bool:
    return any(column.name == name for column in columns)


def _unknown(name: str, known: list[str], schemas: list[str]) -> UnknownTable:
    ending = [each for each in known if each.split(".", 1)[1] == name]
    near = ending or difflib.get_close_matches(name, known, n=2)
    return UnknownTable(
        f"There is no table or view {name}.",
        hint=f"Did you mean {' or '.join(near)}?"
        if near
        else f"Name it with its schema, which is one of {', '.join(schemas)}.",
    )
