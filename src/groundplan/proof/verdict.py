"""What came of an attack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from groundplan.proof.attempts import Refusal
from groundplan.proof.provable import Provable

Outcome = Literal[
    "refused",
    "recorded",
    "got_through",
    "refused_by_another",
    "unproven",
    "met_no_row",
    "guard_off",
    "not_in_force",
]
"""refused: by the rule itself, by name. recorded: the statements ran and did not reach their aim.
got_through: they did. refused_by_another: something else spoke. unproven: nothing can be said, the
message tells why. met_no_row: there was no row to attack, so that nothing is proven. guard_off: in
the database it is asked about, a guard of the rule is missing or altered, so that nothing is said
for it. not_in_force: the rule belongs to another mode of installation."""


@dataclass(frozen=True)
class Verdict:
    """``statements`` are those of the attack that decided, ``seconds`` is how long they took.
    ``audit_rows`` counts the rows the rule's audit returned after an attack that got through and
    did not return before; ``found`` are the first few of them, as JSON."""

    rule: Provable
    outcome: Outcome
    sqlstate: str = ""
    constraint: str = ""
    message: str = ""
    detail: str = ""
    hint: str = ""
    statements: tuple[str, ...] = ()
    audit_rows: int = 0
    found: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    @property
    def holds(self) -> bool:
        """Whether the attack came to nothing, by this rule's doing."""
        return self.outcome in ("refused", "recorded")


def refused(rule: Provable, refusal: Refusal, statements: tuple[str, ...]) -> Verdict:
    """The verdict on a refusal: by this rule, or by another."""
    return Verdict(
        rule,
        "refused" if speaks_for(rule, refusal) else "refused_by_another",
        sqlstate=refusal.sqlstate,
        constraint=refusal.constraint,
        message=refusal.message,
        detail=refusal.detail,
        hint=refusal.hint,
        statements=statements,
    )


def speaks_for(rule: Provable, refusal: Refusal) -> bool:
    """Whether the refusal comes from one of the rule's guards, told by its diagnostic fields.

    A trigger gives the rule's SQLSTATE and name, a constraint or unique index its own name and
    table, NOT NULL its table and column. Row-level security gives no name at all.
    """
    if refusal.sqlstate == rule.sqlstate and refusal.constraint == rule.name:
        return True
    place = f"{refusal.schema}.{refusal.table}"
    for guard in rule.guards():
        match guard.kind:
            case "not_null" if refusal.sqlstate == "23502":
                if (place, refusal.column) == (guard.table, guard.name):
                    return True
            case "constraint" | "index" if refusal.sqlstate.startswith("23"):
                if (place, refusal.constraint) == (guard.table, guard.name):
                    return True
            case "policy" if refusal.sqlstate == "42501":
                return refusal.raised_in == "ExecWithCheckOptions"
            case _:
                pass
    return False
