"""Acyclic: a tree stays a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import Attack, Guard, Rule, literal, require_columns
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class Acyclic(Rule):
    """No row is its own ancestor by ``parent_column``.

    Two opposite changes at once would each look right and close a circle together, so every change
    of the tree's shape counts up one row of core.tree_versions first: the second waits for the
    first, or fails under REPEATABLE READ.
    """

    kind: ClassVar[str] = "Acyclic"
    sqlstate: ClassVar[str] = "23R08"

    parent_column: str = "parent_id"

    def __post_init__(self) -> None:
        super().__post_init__()
        require_columns([self.parent_column], "parent_column")

    def compile(self) -> str:
        return render(
            "acyclic",
            {
                "name": self.name,
                "schema": self.schema,
                "table": self.table,
                "table_name": self.table_name,
                "parent_column": self.parent_column,
                "sentence": literal(self.sentence),
                "hint": literal(self.hint or "Move it below something that does not lie below it."),
            },
        )

    def guards(self) -> tuple[Guard, ...]:
        return (Guard("trigger", self.table, f"t10_{self.name}"),)

    def audit(self) -> str:
        return render("acyclic_audit", {"table": self.table, "parent_column": self.parent_column})

    def derived_attacks(self) -> tuple[Attack, ...]:
        return (
            Attack(
                (
                    f"update {self.table} as entity set {self.parent_column} = child.id\n"
                    f"from {self.table} as child\n"
                    f"where child.{self.parent_column} = entity.id",
                )
            ),
        )
