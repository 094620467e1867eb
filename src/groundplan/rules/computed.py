"""Computed: columns of a row that the database works out from the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from groundplan.rules.declaration import (
    Attack,
    Block,
    Guard,
    Rule,
    array,
    literal,
    require_columns,
)
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class Computed(Rule):
    """``columns`` maps a column to SQL over ``new``, evaluated in order on every write.

    ``reads`` maps a local name to SQL evaluated first, with its type: ``{"scale": ("integer",
    "core.minor_units(new.currency_code)")}``. A client may leave the columns out or send the right
    values; anything else is refused. ``same`` is the audit's comparison: SQL over ``r`` that is
    true of a right row.
    """

    kind: ClassVar[str] = "Computed"
    sqlstate: ClassVar[str] = "23R11"

    columns: Mapping[str, str]
    same: str
    reads: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    def __post_init__(self) -> None:
        super().__post_init__()
        require_columns(self.columns, "columns")

    def blocks(self) -> tuple[Block, ...]:
        values = {
            "name": self.name,
            "schema": self.schema,
            "table": self.table,
            "table_name": self.table_name,
            "reads": "\n".join(f"{name} := {sql};" for name, (_, sql) in self.reads.items()),
            "assignments": "\n".join(
                f"new.{column} := {sql};" for column, sql in self.columns.items()
            ),
            "new_columns": ", ".join(f"new.{column}" for column in self.columns),
            "given_columns": ", ".join(f"given.{column}" for column in self.columns),
            "wrong": "\n   or ".join(f"given.{column} <> new.{column}" for column in self.columns),
            "column_array": array(self.columns),
            "sentence": literal(self.sentence),
            "hint": literal(self.hint or "Leave these columns out; the database fills them."),
        }
        old_columns = ", ".join(f"old.{column}" for column in self.columns)
        # On update, columns the client did not touch still hold their old values.
        carried = f"and ({values['given_columns']})\n    is distinct from ({old_columns})"
        declares = "\n    ".join(
            (f"given {self.table};", *(f"{name} {kind};" for name, (kind, _) in self.reads.items()))
        )
        return (
            Block(
                "compute",
                ("insert",),
                render("computed", {**values, "unless_carried": ""}),
                declares,
            ),
            Block(
                "compute",
                ("update",),
                render("computed", {**values, "unless_carried": carried}),
                declares,
            ),
        )

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return (self.row_guard(),)

    def audit(self) -> str:
        return f"select r.id from {self.table} as r\nwhere ({self.same.strip()}) is not true\n"

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()
