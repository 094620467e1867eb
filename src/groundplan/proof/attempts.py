"""One try at breaking a rule: an existing row changed, or a changed copy of it written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from psycopg import sql

from groundplan.proof.identifiers import expression, name, table_name
from groundplan.proof.values import literal
from groundplan.snapshot.model import Table


@dataclass(frozen=True)
class SampleRow:
    """A row of a scratch copy: the condition that finds it, and its values as text (None: null)."""

    condition: str
    values: Mapping[str, str | None]


@dataclass(frozen=True)
class Attempt:
    """``changes`` maps columns to SQL texts. ``held`` are the columns the attack is about.

    An ``update`` changes the row; a ``copy`` inserts it once more. ``setup`` runs before.
    """

    table: Table
    shape: Literal["update", "copy"]
    row: SampleRow
    changes: Mapping[str, str]
    held: frozenset[str]
    setup: tuple[str, ...] = ()

    def with_changes(self, changes: Mapping[str, str]) -> Attempt:
        """The same with more columns changed."""
        return replace(self, changes={**self.changes, **changes})

    @property
    def statement(self) -> str:
        """The statement that breaks the rule."""
        if self.shape == "update":
            return update_statement(self.table, self.row, self.changes)
        columns = [column for column in self.table.columns if column.generated is None]
        return (
            sql.SQL("insert into {} ({})\noverriding system value\nselect {}\nfrom {}\nwhere {}")
            .format(
                table_name(self.table),
                sql.SQL(", ").join(name(column.name) for column in columns),
                sql.SQL(", ").join(
                    expression(self.changes[column.name])
                    if column.name in self.changes
                    else name(column.name)
                    for column in columns
                ),
                table_name(self.table),
                expression(self.row.condition),
            )
            .as_string()
        )

    @property
    def statements(self) -> tuple[str, ...]:
        """All of them; the last one breaks the rule."""
        return (*self.setup, self.statement)


def update_statement(table: Table, row: SampleRow, changes: Mapping[str, str]) -> str:
    """Change one row."""
    return (
        sql.SQL("update {}\nset {}\nwhere {}")
        .format(
            table_name(table),
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(name(column), expression(value))
                for column, value in changes.items()
            ),
            expression(row.condition),
        )
        .as_string()
    )


def row_of(table: Table, values: Mapping[str, str | None]) -> SampleRow:
    """The row that has these values; found by its primary key, else by its ctid."""
    key = table.primary_key
    if key:
        parts = [
            sql.SQL("{} = {}").format(name(each), expression(typed(table, each, values[each])))
            for each in key
        ]
        condition = sql.SQL(" and ").join(parts).as_string()
    else:
        condition = sql.SQL("ctid = {}::tid").format(sql.Literal(values["ctid"])).as_string()
    return SampleRow(condition, values)


def typed(table: Table, column: str, value: str | None) -> str:
    """A value read as text, as SQL text of the column's type."""
    if value is None:
        return "null"
    return f"{literal(value)}::{table.column(column).type}"


@dataclass(frozen=True)
class Refusal:
    """Why the database said no: the diagnostic fields of its error.

    ``raised_in`` is the C function that spoke: all that tells row-level security from a missing
    privilege, which have one SQLSTATE and no other field.
    """

    sqlstate: str
    schema: str = ""
    table: str = ""
    column: str = ""
    constraint: str = ""
    message: str = field(default="", compare=False)
    detail: str = field(default="", compare=False)
    hint: str = field(default="", compare=False)
    raised_in: str = field(default="", compare=False)

    @property
    def spoken_by(self) -> str:
        """The constraint, or the column of a NOT NULL."""
        return self.constraint or f"{self.table}.{self.column}"
