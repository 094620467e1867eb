"""FixedByUse: settings that facts were worked out with stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import (
    Attack,
    Guard,
    Rule,
    literal,
    require,
    require_columns,
    require_table,
)
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class FixedByUse(Rule):
    """``columns`` of a row stay as they are once a fact was worked out with them.

    ``uses`` is a query over the record ``old``: the facts that used the row. ``facts`` are the
    tables it reads: a change waits for whoever is writing there, so that no fact can be made
    meanwhile. ``evidence`` is the audit: a query of facts that agree with the settings of an image
    in the audit log, and not with those of now.
    """

    kind: ClassVar[str] = "FixedByUse"
    sqlstate: ClassVar[str] = "23R03"

    columns: tuple[str, ...]
    uses: str
    facts: tuple[str, ...]
    evidence: str

    def __post_init__(self) -> None:
        super().__post_init__()
        require_columns(self.columns, "columns")
        require("old." in self.uses, f"{self.name}: uses must be written over old")
        require(bool(self.evidence.strip()), f"{self.name}: evidence must be a query")
        require(bool(self.facts), f"{self.name}: facts must name a table")
        for table in self.facts:
            require_table(table, "facts")

    def _values(self) -> dict[str, str]:
        return {
            "name": self.name,
            "sqlstate": self.sqlstate,
            "schema": self.schema,
            "table": self.table,
            "table_name": self.table_name,
            "column_list": ", ".join(self.columns),
            "new_columns": ", ".join(f"new.{column}" for column in self.columns),
            "old_columns": ", ".join(f"old.{column}" for column in self.columns),
            "uses": self.uses.strip(),
            "facts": ", ".join(self.facts),
            "sentence": literal(self.sentence),
            "hint": literal(self.hint or "Make a new one with the right settings."),
        }

    def compile(self) -> str:
        return render("fixed_by_use", self._values())

    def guards(self) -> tuple[Guard, ...]:
        return (Guard("trigger", self.table, f"t10_{self.name}"),)

    def audit(self) -> str:
        return self.evidence.strip() + "\n"

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()
