"""Plain rules: what NOT NULL, CHECK, keys, references and exclusions of the catalog promise.

They are not declared: they are read from the Snapshot. Their attacks are not written either:
`groundplan.proof.search` looks for them among the rows of a scratch copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from psycopg import sql

from groundplan.proof import audits, sentences
from groundplan.proof.identifiers import name, table_name
from groundplan.rules.declaration import Guard
from groundplan.snapshot.model import Column, Constraint, Index, Snapshot, Table

PlainKind = Literal["NotNull", "Check", "PrimaryKey", "Unique", "ForeignKey", "Exclusion"]

_KINDS: dict[str, PlainKind] = {
    "check": "Check",
    "primary_key": "PrimaryKey",
    "unique": "Unique",
    "foreign_key": "ForeignKey",
    "exclusion": "Exclusion",
}
_SQLSTATES: dict[PlainKind, str] = {
    "NotNull": "23502",
    "Check": "23514",
    "PrimaryKey": "23505",
    "Unique": "23505",
    "ForeignKey": "23503",
    "Exclusion": "23P01",
}
_HINTS: dict[PlainKind, str] = {
    "NotNull": "Give the column a value.",
    "Check": "Write values that meet the condition.",
    "PrimaryKey": "Take another key.",
    "Unique": "Take another value, or change the row that has it.",
    "ForeignKey": "Write the row it refers to first.",
    "Exclusion": "End the other row, or choose values that do not conflict.",
}


@dataclass(frozen=True)
class PlainRule:
    """A rule the catalog tells. ``subject`` is the column, constraint or unique index that refuses.

    ``supports`` are keys that cannot be violated while this one stands; they belong to its guards.
    """

    source: Table = field(repr=False)
    subject: Column | Constraint | Index
    supports: tuple[Constraint, ...] = ()

    @property
    def name(self) -> str:
        """The constraint's or index's name; for NOT NULL the sentence, which has no other name."""
        if isinstance(self.subject, Column):
            return f"{self.source.name}.{self.subject.name} is never null"
        return self.subject.name

    @property
    def table(self) -> str:
        """schema.table"""
        return self.source.qualified

    @property
    def kind(self) -> PlainKind:
        """NotNull, Check, PrimaryKey, Unique, ForeignKey or Exclusion."""
        match self.subject:
            case Column():
                return "NotNull"
            case Index():
                return "Unique"
            case Constraint(kind=kind):
                return _KINDS[kind]

    @property
    def sqlstate(self) -> str:
        """The standard class-23 code of its kind."""
        return _SQLSTATES[self.kind]

    @property
    def hint(self) -> str:
        """What to do instead."""
        return _HINTS[self.kind]

    @property
    def sentence(self) -> str:
        """What it promises."""
        match self.subject:
            case Column() as column:
                return sentences.of_not_null(self.source, column)
            case Index() as index:
                return sentences.of_index(self.source, index)
            case Constraint() as constraint:
                return sentences.of_constraint(self.source, constraint)

    def guards(self) -> tuple[Guard, ...]:
        """The object itself, then the keys it implies."""
        kind: Literal["not_null", "index", "constraint"] = "constraint"
        if isinstance(self.subject, Column):
            kind = "not_null"
        elif isinstance(self.subject, Index):
            kind = "index"
        return (
            Guard(kind, self.table, self.subject.name),
            *(Guard("constraint", self.table, support.name) for support in self.supports),
        )

    def audit(self) -> str:
        """The query whose rows break the rule. First column: the row's id."""
        table = self.source
        match self.subject:
            case Column() as column:
                query = audits.null_rows(table, column)
            case Index() as index:
                query = audits.duplicate_rows(
                    table, index.keys, index.predicate, index.nulls_not_distinct
                )
            case Constraint(references=reference) as constraint if reference is not None:
                query = audits.orphan_rows(table, constraint, reference)
            case Constraint(kind="check") as constraint:
                query = audits.failing_rows(table, constraint)
            case Constraint(kind="exclusion") as constraint:
                query = audits.conflicting_rows(table, constraint)
            case Constraint() as constraint:
                keys = [sql.Identifier(each).as_string() for each in constraint.columns]
                query = audits.duplicate_rows(table, keys, None, constraint.nulls_not_distinct)
        return query.as_string()

    def removal(self) -> str:
        """SQL that takes the guards away. Foreign keys that stand on a key go with it."""
        statements = [self._removal_of_subject()]
        statements += [_drop_constraint(self.source, support.name) for support in self.supports]
        return "\n".join(statement.as_string() for statement in statements)

    def _removal_of_subject(self) -> sql.Composed:
        table = self.source
        match self.subject:
            case Column() as column:
                identity = sql.SQL("")
                if column.identity:
                    # An identity column cannot be nullable.
                    identity = sql.SQL("alter table {} alter column {} drop identity;\n").format(
                        table_name(table), name(column.name)
                    )
                return sql.SQL("{}alter table {} alter column {} drop not null;").format(
                    identity, table_name(table), name(column.name)
                )
            case Index() as index:
                return sql.SQL("drop index {} cascade;").format(
                    sql.Identifier(table.schema, index.name)
                )
            case Constraint() as constraint:
                return _drop_constraint(table, constraint.name)


def plain_rules(snapshot: Snapshot) -> tuple[PlainRule, ...]:
    """All of them, table by table. What a partition inherits is the rule of its parent."""
    return tuple(rule for table in snapshot.tables() for rule in rules_of(table))


def rules_of(table: Table) -> Iterable[PlainRule]:
    """The plain rules of one table."""
    if table.is_partition:
        return
    key = table.primary_key
    supports = tuple(
        constraint
        for constraint in table.constraints
        if constraint.kind == "unique" and key and set(key) <= set(constraint.columns)
    )
    for column in table.columns:
        if column.not_null and column.generated is None and column.name not in key:
            yield PlainRule(table, column)
    for constraint in table.constraints:
        if constraint.kind == "primary_key":
            yield PlainRule(table, constraint, supports)
        elif constraint not in supports and not constraint.inherited:
            yield PlainRule(table, constraint)
    for index in table.indexes:
        if index.unique and index.constraint is None:
            yield PlainRule(table, index)


def _drop_constraint(table: Table, constraint: str) -> sql.Composed:
    return sql.SQL("alter table {} drop constraint {} cascade;").format(
        table_name(table), name(constraint)
    )
