"""WrittenByRules and ColumnsWrittenByRules: what only the database itself writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import (
    Attack,
    Block,
    Guard,
    Rule,
    array,
    literal,
    require,
    require_columns,
)
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class WrittenByRules(Rule):
    """Rows come from triggers only: what posts them derives them from facts.

    ``derivation`` is a query of the rows that disagree with those facts: the audit. ``events`` may
    name update, delete and truncate too, for tables that no AppendOnly or Frozen rule stands on.
    """

    kind: ClassVar[str] = "WrittenByRules"
    sqlstate: ClassVar[str] = "23R12"

    derivation: str
    events: tuple[str, ...] = ("insert",)

    def __post_init__(self) -> None:
        super().__post_init__()
        require(bool(self.derivation.strip()), f"{self.name}: derivation must be a query")

    def compile(self) -> str:
        return render(
            "written_by_rules",
            {
                "name": self.name,
                "schema": self.schema,
                "table": self.table,
                "table_name": self.table_name,
                "events": " or ".join(self.events),
                "sentence": literal(self.sentence),
                "hint": literal(self.hint or "Write the fact it follows from."),
            },
        )

    def guards(self) -> tuple[Guard, ...]:
        return (Guard("trigger", self.table, f"t10_{self.name}"),)

    def audit(self) -> str:
        return self.derivation.strip() + "\n"

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()


@dataclass(frozen=True, kw_only=True)
class ColumnsWrittenByRules(Rule):
    """Columns of a table that clients fill otherwise, but which follow from other facts.

    ``columns`` maps each to the SQL value it begins with. ``derivation`` is a query of the rows
    that disagree with those facts: the audit. ``when`` is SQL over ``old``: the columns are the
    database's in such rows only, and nothing is said about how they begin.
    """

    kind: ClassVar[str] = "ColumnsWrittenByRules"
    sqlstate: ClassVar[str] = "23R12"

    columns: Mapping[str, str]
    derivation: str
    when: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_columns(self.columns, "columns")
        require(bool(self.derivation.strip()), f"{self.name}: derivation must be a query")

    def blocks(self) -> tuple[Block, ...]:
        values = {
            "name": self.name,
            "schema": self.schema,
            "table": self.table,
            "table_name": self.table_name,
            "column_array": array(self.columns),
            "sentence": literal(self.sentence),
            "beginning_pairs": ", ".join(
                f"{literal(column)}, {value}" for column, value in self.columns.items()
            ),
            "new_columns": ", ".join(f"new.{column}" for column in self.columns),
            "old_columns": ", ".join(f"old.{column}" for column in self.columns),
            "beginnings": ", ".join(self.columns.values()),
            "when": f"and ({self.when})" if self.when else "",
            "hint": literal(self.hint or "Write the fact they follow from."),
        }
        changed = Block("refuse", ("update",), render("columns_written_update", values))
        if self.when:
            return (changed,)
        return (Block("refuse", ("insert",), render("columns_written_insert", values)), changed)

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return (self.row_guard(),)

    def audit(self) -> str:
        return self.derivation.strip() + "\n"

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()
