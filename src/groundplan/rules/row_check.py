"""RowCheck: what must be true of a row by itself, for the tables every order writes.

A CHECK constraint is kept as text, and is read, planned and set up again by every statement on its
table: a dozen of them on a hot table cost more than all the foreign keys. Here the checks of a
table stand in its row guard, which PostgreSQL compiles once per session. They raise the SQLSTATE
of a CHECK, their name, and a hint, which a CHECK cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import Attack, Block, Guard, Rule, literal, mentioned, require
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class RowCheck(Rule):
    """``holds`` is SQL over ``new``; like a CHECK it refuses only what is false, not what is null.

    No door: not even maintenance breaks it. ``breach`` is an UPDATE that tries to, run with the
    maintenance door open, so that nothing but this check stands in its way. ``detail`` is SQL for
    what was given and what is allowed, where that is more than the columns in ``holds``.

    ``restored`` lets a restore pass, for rules that data of before the rule may break. The breach
    is then run without the door, which is that of a restore.
    """

    kind: ClassVar[str] = "RowCheck"
    sqlstate: ClassVar[str] = "23514"

    holds: str
    breach: str
    detail: str = ""
    restored: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        require("new." in self.holds, f"{self.name}: holds must be written over new")

    def blocks(self) -> tuple[Block, ...]:
        text = render(
            "row_check",
            {
                "holds": self._guarded(),
                "name": self.name,
                "table": self.table,
                "sentence": literal(self.sentence),
                "detail": self.detail
                or f"format('{self.table} %s: %s.', new.id,\n"
                f"    core.shown(to_jsonb(new), {mentioned(self.holds, 'new')}))",
                "hint": literal(self.hint or "Write values for which this is true."),
            },
        )
        return (Block("check", ("insert", "update"), text),)

    def _guarded(self) -> str:
        holds = self.holds.strip()
        return f"({holds}) is not false or core.is_restoring()" if self.restored else holds

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return (self.row_guard(),)

    def audit(self) -> str:
        holds = self.holds.strip().replace("new.", "r.")
        return f"select r.id from {self.table} as r\nwhere ({holds}) is false\n"

    def derived_attacks(self) -> tuple[Attack, ...]:
        return (Attack((self.breach,), door=not self.restored),)
