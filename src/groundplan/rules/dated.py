"""Dated: since when something is so, kept by the database beside what it dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import (
    Attack,
    Block,
    Guard,
    Rule,
    literal,
    require,
    require_columns,
)
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class Dated(Rule):
    """``column`` holds since when ``holds`` is true of the row, and null while it is not.

    ``holds`` is SQL over ``new``: ``new.status = 'archived'``. The database sets and clears the
    column; whoever sends a value of his own is refused. The table has an Audited rule: from its
    images the audit works out when the row came to be so.
    """

    kind: ClassVar[str] = "Dated"
    sqlstate: ClassVar[str] = "23R11"

    column: str
    holds: str

    def __post_init__(self) -> None:
        super().__post_init__()
        require_columns([self.column], "column")
        require("new." in self.holds, f"{self.name}: holds must be written over new")

    def blocks(self) -> tuple[Block, ...]:
        values = {
            "column": self.column,
            "holds": self.holds,
            "name": self.name,
            "place": literal(f"{self.table}.{self.column}"),
            "sentence": literal(self.sentence),
            "hint": literal(self.hint or "Leave the column out; the database fills it."),
        }
        return (
            Block("compute", ("insert",), render("dated_insert", values)),
            Block("compute", ("update",), render("dated_update", values)),
        )

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return (self.row_guard(),)

    def audit(self) -> str:
        return render(
            "dated_audit",
            {
                "table": self.table,
                "schema": literal(self.schema),
                "table_name": literal(self.table_name),
                "column": self.column,
                "holds": self._over("r"),
                "held_before": self._over("before"),
            },
        )

    def _over(self, row: str) -> str:
        return re.sub(r"\bnew\.", f"{row}.", self.holds)

    def derived_attacks(self) -> tuple[Attack, ...]:
        return (Attack((f"update {self.table} set {self.column} = '2001-01-01Z'",)),)
