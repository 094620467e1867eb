"""What a database holds, as values: schemas, tables, constraints, functions.

Everything here is frozen, comparable and free of a connection. Expressions and definitions are
PostgreSQL's own text with every name outside pg_catalog qualified. The same database reads the
same on PostgreSQL 15 and 18, as far as their spelling of expressions agrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

ConstraintKind = Literal["primary_key", "unique", "foreign_key", "check", "exclusion"]


@dataclass(frozen=True)
class Column:
    """``type`` as SQL writes it: numeric(19,4). ``position`` counts from 1, with gaps.

    ``default`` is the expression a new row gets, ``generated`` the expression of a generated
    column (one of the two is None), ``generated_from`` the columns that expression reads.
    """

    name: str
    type: str
    position: int
    not_null: bool = False
    default: str | None = None
    generated: str | None = None
    generated_from: tuple[str, ...] = ()
    identity: bool = False
    collation: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Reference:
    """Where a foreign key points. ``match_full``: all of its columns are null, or none is."""

    schema: str
    table: str
    columns: tuple[str, ...]
    on_delete: str
    on_update: str
    match_full: bool = False

    @property
    def qualified(self) -> str:
        """schema.table"""
        return f"{self.schema}.{self.table}"


@dataclass(frozen=True)
class Constraint:
    """A table constraint. NOT NULL is not among them: on every version it stands at its column.

    ``columns`` are the key's columns in order, or those an expression mentions. ``expression`` is
    the condition of a check. ``elements`` are the (expression, operator) pairs of an exclusion,
    ``predicate`` the rows it is about.
    """

    name: str
    kind: ConstraintKind
    columns: tuple[str, ...]
    definition: str
    expression: str | None = None
    references: Reference | None = None
    deferrable: bool = False
    initially_deferred: bool = False
    validated: bool = True
    nulls_not_distinct: bool = False
    elements: tuple[tuple[str, str], ...] = ()
    predicate: str | None = None
    inherited: bool = False
    comment: str | None = None


@dataclass(frozen=True)
class Index:
    """``keys`` are columns or expressions; ``columns`` all columns the index reads anywhere.

    ``constraint`` is the name of the constraint it stands behind, if there is one.
    """

    name: str
    unique: bool
    method: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    definition: str
    predicate: str | None = None
    nulls_not_distinct: bool = False
    valid: bool = True
    constraint: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Trigger:
    """``enabled`` is False for a trigger that was switched off."""

    name: str
    function: str
    definition: str
    enabled: bool = True
    comment: str | None = None


@dataclass(frozen=True)
class Policy:
    """A row-level security policy. ``command``: all, select, insert, update or delete."""

    name: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: str | None
    check: str | None
    comment: str | None = None


@dataclass(frozen=True)
class Table:
    """An ordinary or partitioned table; partitions of another table say so."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    policies: tuple[Policy, ...] = ()
    row_security: bool = False
    force_row_security: bool = False
    partitioned: bool = False
    is_partition: bool = False
    comment: str | None = None

    @property
    def qualified(self) -> str:
        """schema.table"""
        return f"{self.schema}.{self.name}"

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Columns of the primary key; empty when there is none."""
        for constraint in self.constraints:
            if constraint.kind == "primary_key":
                return constraint.columns
        return ()

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.qualified} has no column {name}")


@dataclass(frozen=True)
class View:
    """A view or materialized view. ``options`` as written: security_invoker=true."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    definition: str
    materialized: bool = False
    options: tuple[str, ...] = ()
    comment: str | None = None

    @property
    def qualified(self) -> str:
        """schema.view"""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Function:
    """A function or procedure; those of extensions are left out. ``arguments`` are their types."""

    schema: str
    name: str
    arguments: str
    returns: str
    kind: Literal["function", "procedure", "aggregate", "window"]
    language: str
    volatility: Literal["immutable", "stable", "volatile"]
    parallel: Literal["safe", "restricted", "unsafe"]
    security_definer: bool
    settings: tuple[str, ...]
    definition: str | None
    comment: str | None = None

    @property
    def identity(self) -> str:
        """schema.name(types), as DROP FUNCTION wants it."""
        return f"{self.schema}.{self.name}({self.arguments})"


@dataclass(frozen=True)
class Sequence:
    """A sequence; ``owned_by`` is schema.table.column for those of serial and identity columns."""

    schema: str
    name: str
    type: str
    start: int
    increment: int
    owned_by: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Schema:
    """A namespace and what is in it, each kind sorted by name."""

    name: str
    comment: str | None = None
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    functions: tuple[Function, ...] = ()
    sequences: tuple[Sequence, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """The surveyed schemas. ``server_version`` (180006) does not count for equality."""

    schemas: tuple[Schema, ...]
    server_version: int = field(default=0, compare=False)

    def tables(self) -> Iterator[Table]:
        """All tables, by schema and name."""
        for schema in self.schemas:
            yield from schema.tables

    def table(self, qualified: str) -> Table:
        """The table schema.table; KeyError when there is none."""
        for table in self.tables():
            if table.qualified == qualified:
                return table
        raise KeyError(f"the snapshot has no table {qualified}")
