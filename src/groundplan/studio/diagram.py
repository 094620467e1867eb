"""The entity-relationship diagram as values that JSON can carry: tables, columns, references.

Where tables stand is decided in the browser; here is only what there is to be drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.docs.picture import TENANTS, named_after
from groundplan.modules.module import Module
from groundplan.snapshot import Snapshot
from groundplan.snapshot.model import Column, Constraint, Index, Table

TENANT_COLUMN = "tenant_id"
"""Nearly every table and key has it: drawn, it would hide everything else."""

TECHNICAL = frozenset({"created_at", "created_by", "updated_at", "version", "custom_fields"})
"""Columns that say nothing about one table in particular. Hidden until they are asked for."""

COUNTS = frozenset({"groundplan", "reporting"})
"""The schemas of what reports are counted in and read from."""

Graph = dict[str, Any]
Href = Callable[[str], str]


@dataclass(frozen=True)
class Reference:
    """One line. ``columns`` and ``targets`` are without the tenant.

    ``implied``: no foreign key; a rule or the database itself sees to it. ``mandatory``: every row
    of the child names a parent. ``single``: no parent is named by two rows. ``rule``: the name of
    the foreign key, which is a sentence.
    """

    child: str
    columns: tuple[str, ...]
    parent: str
    targets: tuple[str, ...]
    mandatory: bool
    single: bool
    implied: bool = False
    rule: str = ""


def whole_graph(snapshot: Snapshot, modules: Mapping[str, Module], href: Href) -> Graph:
    """Every table. ``href`` gives the page of a table by its qualified name."""
    tables = _drawn(snapshot)
    return _graph(tables, references(tables), modules, href)


def module_graph(snapshot: Snapshot, modules: Mapping[str, Module], name: str, href: Href) -> Graph:
    """The tables of one module; those of others that they refer to are there without columns."""
    tables = _drawn(snapshot)
    own = {table.qualified for table in tables if table.schema == name}
    lines = [line for line in references(tables) if line.child in own]
    near = own.union(line.parent for line in lines)
    return _graph([t for t in tables if t.qualified in near], lines, modules, href, outside=name)


def references(tables: Iterable[Table]) -> list[Reference]:
    """What refers to what: foreign keys, and columns that are named after a table.

    The columns of counts are copies of what was counted: they imply nothing.
    """
    tables = list(tables)
    known = {table.qualified: table for table in tables}
    found = [line for table in tables for line in _of(table, known)]
    return sorted(found, key=lambda line: (line.child, line.columns, line.parent))


def first_sentence(text: str | None) -> str:
    """As much of a comment as a list has room for."""
    line = " ".join((text or "").split())
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", line, maxsplit=1)[0]


def _drawn(snapshot: Snapshot) -> list[Table]:
    """Partitions are folded into the table they are part of."""
    return [table for table in snapshot.tables() if not table.is_partition]


def _of(table: Table, known: Mapping[str, Table]) -> Iterator[Reference]:
    keyed: set[str] = set()
    uniques = list(_unique_keys(table))
    for constraint in table.constraints:
        if constraint.references is None:
            continue
        keyed.update(constraint.columns)
        if constraint.references.qualified in known:
            line = _foreign_key(table, constraint, uniques)
            if line is not None:
                yield line
    if table.schema in COUNTS:
        return
    named = [each for each in known.values() if each.schema not in COUNTS]
    for column in table.columns:
        if column.type != "uuid" or column.name in keyed:
            continue
        parent = named_after(column.name, named)
        if parent is not None and parent != table.qualified:
            yield Reference(
                table.qualified,
                (column.name,),
                parent,
                _without_tenant(known[parent].primary_key)[:1],
                mandatory=column.not_null,
                single=frozenset({column.name}) in uniques,
                implied=True,
            )


def _foreign_key(
    table: Table, constraint: Constraint, uniques: list[frozenset[str]]
) -> Reference | None:
    """None for the key to the tenant itself."""
    target = constraint.references
    assert target is not None
    pairs = [
        (column, wanted)
        for column, wanted in zip(constraint.columns, target.columns, strict=True)
        if column != TENANT_COLUMN
    ]
    if target.qualified == TENANTS or not pairs:
        return None
    columns = tuple(column for column, _ in pairs)
    return Reference(
        table.qualified,
        columns,
        target.qualified,
        tuple(wanted for _, wanted in pairs),
        mandatory=all(table.column(column).not_null for column in columns),
        single=any(key <= set(columns) for key in uniques),
        rule=constraint.name,
    )


def _without_tenant(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns if column != TENANT_COLUMN)


def _unique_keys(table: Table) -> Iterator[frozenset[str]]:
    """Columns of which no two rows of a tenant have the same values."""
    for constraint in table.constraints:
        if constraint.kind in ("primary_key", "unique"):
            yield frozenset(_without_tenant(constraint.columns))
    names = {column.name for column in table.columns}
    for index in table.indexes:
        is_plain = index.constraint is None and names.issuperset(index.keys)
        if index.unique and is_plain and _holds_for_all(index):
            yield frozenset(_without_tenant(index.keys))


def _holds_for_all(index: Index) -> bool:
    """Rows left out only for lack of a value: two of them are not the same anyway."""
    return index.predicate is None or index.predicate in {
        f"({name} IS NOT NULL)" for name in index.keys
    }


def _graph(
    tables: list[Table],
    lines: list[Reference],
    modules: Mapping[str, Module],
    href: Href,
    *,
    outside: str | None = None,
) -> Graph:
    """``outside``: tables of other modules than this one have no columns."""
    schemas = [name for name in modules if any(table.schema == name for table in tables)]
    schemas += sorted({table.schema for table in tables}.difference(schemas))
    places = {name: place for place, name in enumerate(modules)}
    return {
        "modules": [
            {"name": name, "colour": places.get(name, len(places)) % 7} for name in schemas
        ],
        "tables": [
            _table(table, lines, href, folded=outside is not None and table.schema != outside)
            for table in tables
        ],
        "references": [_reference(line) for line in lines],
    }


def _table(table: Table, lines: list[Reference], href: Href, *, folded: bool) -> Graph:
    keys = set(table.primary_key)
    uniques = list(_unique_keys(table))
    leaving = {line.columns[0]: line for line in lines if line.child == table.qualified}
    aimed_at = {line.targets[0] for line in lines if line.parent == table.qualified}
    return {
        "id": table.qualified,
        "schema": table.schema,
        "name": table.name,
        "comment": first_sentence(table.comment),
        "href": href(table.qualified),
        "folded": folded,
        "columns": [
            _column(
                column,
                primary=column.name in keys,
                leaving=leaving.get(column.name),
                unique=frozenset({column.name}) in uniques,
                aimed_at=column.name in aimed_at,
            )
            for column in table.columns
            if column.name != TENANT_COLUMN and not folded
        ],
    }


def _column(
    column: Column, *, primary: bool, leaving: Reference | None, unique: bool, aimed_at: bool
) -> Graph:
    """``leaving``: the line that begins at it. REF: it refers, without a foreign key."""
    marks = ["PK"] if primary else []
    if leaving is not None:
        marks.append("REF" if leaving.implied else "FK")
    if unique and not primary:
        marks.append("UQ")
    return {
        "name": column.name,
        "type": _short(column.type),
        "whole_type": column.type,
        "required": column.not_null,
        "marks": marks,
        "key": bool(marks) or aimed_at,
        "technical": column.name in TECHNICAL and not (marks or aimed_at),
        "computed": column.generated is not None,
        "comment": " ".join((column.comment or "").split()),
    }


def _short(name: str) -> str:
    """As people write the types whose names in the standard are long."""
    return (
        name.replace("timestamp with time zone", "timestamptz")
        .replace("timestamp without time zone", "timestamp")
        .replace("character varying", "varchar")
        .replace("double precision", "float8")
    )


def _reference(line: Reference) -> Graph:
    return {
        "child": line.child,
        "columns": list(line.columns),
        "parent": line.parent,
        "targets": list(line.targets),
        "mandatory": line.mandatory,
        "single": line.single,
        "implied": line.implied,
        "rule": line.rule,
    }
