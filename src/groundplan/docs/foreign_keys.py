"""What refers to what by a foreign key, and how many rows of one belong to one of the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from groundplan.snapshot.model import Snapshot, Table

TENANT_COLUMN = "tenant_id"
"""A part of nearly every key, which says nothing about how many rows there are."""


@dataclass(frozen=True)
class ForeignKey:
    """``pairs``: column and the column it refers to, in the order of the key. ``mandatory``: every
    row of the child names a parent. ``single``: no parent is named by two rows."""

    name: str
    child: Table
    parent: Table
    pairs: tuple[tuple[str, str], ...]
    mandatory: bool
    single: bool
    on_delete: str
    on_update: str

    @property
    def without_tenant(self) -> tuple[tuple[str, str], ...]:
        """The pairs that say which row; all of them where there is nothing else."""
        return tuple(pair for pair in self.pairs if pair[0] != TENANT_COLUMN) or self.pairs


def drawn_tables(snapshot: Snapshot) -> list[Table]:
    """All but partitions, which are part of another table."""
    return [table for table in snapshot.tables() if not table.is_partition]


def foreign_keys(snapshot: Snapshot) -> list[ForeignKey]:
    """By the name of the child, the columns and the parent. Those to unknown tables are left out;
    of two with the same columns and the same aim, the first."""
    tables = {(table.schema, table.name): table for table in drawn_tables(snapshot)}
    found: dict[tuple[str, str, tuple[tuple[str, str], ...]], ForeignKey] = {}
    for table in tables.values():
        uniques = list(_unique_keys(table))
        for constraint in sorted(table.constraints, key=lambda each: each.name):
            aim = constraint.references
            parent = tables.get((aim.schema, aim.table)) if aim else None
            if aim is None or parent is None:
                continue
            pairs = tuple(zip(constraint.columns, aim.columns, strict=True))
            columns = {column for column, _ in pairs}
            told = [column for column in columns if column != TENANT_COLUMN] or list(columns)
            key = ForeignKey(
                constraint.name,
                table,
                parent,
                pairs,
                all(table.column(column).not_null for column in told),
                any(unique <= columns for unique in uniques),
                aim.on_delete,
                aim.on_update,
            )
            found.setdefault((table.qualified, parent.qualified, pairs), key)
    return sorted(found.values(), key=lambda key: (key.child.qualified, key.pairs, key.name))


def _unique_keys(table: Table) -> Iterator[set[str]]:
    """Columns of which no two rows of a tenant have the same values."""
    names = {column.name for column in table.columns}
    for constraint in table.constraints:
        if constraint.kind in ("primary_key", "unique"):
            yield set(constraint.columns) - {TENANT_COLUMN} or set(constraint.columns)
    for index in table.indexes:
        whole = index.predicate is None or index.predicate in {
            f"({name} IS NOT NULL)" for name in index.keys
        }
        if index.unique and index.constraint is None and whole and names.issuperset(index.keys):
            yield set(index.keys) - {TENANT_COLUMN} or set(index.keys)
