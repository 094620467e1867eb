"""RestoredCheck: a CHECK that lets a restore pass, for what data of before it may break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import Attack, Guard, Rule, require


@dataclass(frozen=True, kw_only=True)
class RestoredCheck(Rule):
    """``holds`` is SQL over ``r``; like a CHECK it refuses only what is false, not what is null.

    The guard is the CHECK of the same name in ``tables.sql``, which ends in "or
    core.is_restoring()": an export of what was there before the rule comes back whole, and the
    audit, which is ``holds`` alone, names it. ``breach`` is a statement that tries to break it.
    """

    kind: ClassVar[str] = "RestoredCheck"
    sqlstate: ClassVar[str] = "23514"

    holds: str
    breach: str

    def __post_init__(self) -> None:
        super().__post_init__()
        require("r." in self.holds, f"{self.name}: holds must be written over r")

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return (Guard("constraint", self.table, self.name),)

    def audit(self) -> str:
        return f"select r.id from {self.table} as r\nwhere ({self.holds.strip()}) is false\n"

    def derived_attacks(self) -> tuple[Attack, ...]:
        return (Attack((self.breach,)),)
