"""Derived: values that the database works out once, from other rows, and that are kept since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import Attack, Guard, Rule, require, require_table


@dataclass(frozen=True, kw_only=True)
class Derived(Rule):
    """Values of ``table`` follow from other rows; triggers work them out when something happens.

    ``filled_by`` names those triggers, each with its table: they are the guard, because what a
    client sends is overwritten. ``derivation`` works the values out anew, from rows that do not
    depend on them, and returns the rows that disagree: the audit.
    """

    kind: ClassVar[str] = "Derived"
    sqlstate: ClassVar[str] = ""

    filled_by: tuple[tuple[str, str], ...]
    derivation: str

    def __post_init__(self) -> None:
        super().__post_init__()
        require(bool(self.filled_by), f"{self.name}: filled_by must name a trigger")
        for table, _ in self.filled_by:
            require_table(table, "filled_by")
        require(bool(self.derivation.strip()), f"{self.name}: derivation must be a query")

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return tuple(Guard("trigger", table, name) for table, name in self.filled_by)

    def audit(self) -> str:
        return self.derivation.strip() + "\n"

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()
