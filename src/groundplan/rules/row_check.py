"""RowCheck: what must be true of a row by itself, for the tables every order writes.

A CHECK constraint is kept as text, and is read, planned and set up again by every statement on its
table: a dozen of them on a hot table cost more than all the foreign keys. Here the checks of one
table are compiled into one function, which PostgreSQL compiles once per session. It raises the
SQLSTATE of a CHECK, the name of the check, and a hint, which a CHECK cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import Attack, Guard, Rule, literal, require
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class Check:
    """``holds`` is SQL over ``new``; like a CHECK it refuses only what is false, not what is null.

    ``breach`` is an UPDATE that breaks it, run with the maintenance door open, so that nothing but
    this check stands in its way.
    """

    name: str
    holds: str
    sentence: str
    breach: str
    hint: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class RowCheck(Rule):
    """One of the ``group`` of checks on a table. No door: not even maintenance breaks it."""

    kind: ClassVar[str] = "RowCheck"
    sqlstate: ClassVar[str] = "23514"

    check: Check
    group: tuple[Check, ...]

    def _guard(self, checks: tuple[Check, ...]) -> str:
        branches = "\n".join(
            render(
                "row_check_branch",
                {
                    "if": "if" if index == 0 else "elsif",
                    "holds": check.holds.strip(),
                    "name": check.name,
                    "schema": self.schema,
                    "table_name": self.table_name,
                    "message": check.message
                    or f"format('{self.table_name} %s breaks {check.name}', new.id)",
                    "hint": literal(check.hint or check.sentence),
                },
            ).rstrip("\n")
            for index, check in enumerate(checks)
        )
        return render(
            "row_check",
            {
                "schema": self.schema,
                "table": self.table,
                "table_name": self.table_name,
                "all_hold": "\nand ".join(f"({check.holds.strip()})" for check in checks),
                "branches": branches,
            },
        )

    def compile(self) -> str:
        return self._guard(self.group) if self.check is self.group[0] else ""

    def guards(self) -> tuple[Guard, ...]:
        return (Guard("trigger", self.table, f"t40_{self.table_name}_are_sound"),)

    def removal(self) -> str:
        rest = tuple(check for check in self.group if check is not self.check)
        if not rest:
            return f"drop trigger t40_{self.table_name}_are_sound on {self.table};"
        return self._guard(rest)

    def audit(self) -> str:
        holds = self.check.holds.strip().replace("new.", "r.")
        return f"select r.id from {self.table} as r\nwhere ({holds}) is false\n"

    def derived_attacks(self) -> tuple[Attack, ...]:
        return (Attack((self.check.breach,), door=True),)


def row_checks(table: str, *checks: Check) -> tuple[RowCheck, ...]:
    """The checks of a table, which share one guard."""
    require(len(checks) > 0, f"row_checks of {table} must have at least one check")
    for check in checks:
        require("new." in check.holds, f"{check.name}: holds must be written over new")
    return tuple(
        RowCheck(
            name=check.name,
            table=table,
            sentence=check.sentence,
            hint=check.hint,
            check=check,
            group=checks,
        )
        for check in checks
    )
