"""Look and LookCheck: several rules of one moment, checked by one look into other tables.

A query costs more than what it compares. Rules that look at the same rows at the same moment, such
as the lines of an order when it is placed, share a trigger and a query; each keeps its own name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from groundplan.rules.declaration import Attack, Guard, Rule, literal, require, require_table
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class Early:
    """A function ``name`` of one ``parameter``, written ``line sales.order_items``."""

    name: str
    parameter: str
    rows: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Look:
    """The moment, and what is looked at.

    ``rows`` is the FROM clause of the look. Without ``when`` it is taken once per statement, and
    ``rows`` begins with ``new_rows``; with it, once for each row that meets ``when``, SQL over
    ``old`` and ``new``, and ``rows`` is written over ``new``. ``events`` is what the trigger
    stands on: ``insert``, ``update of status``.

    ``audited`` is the same FROM clause over rows that are there; the checks find their columns
    under the same names. The look runs with the rights of the owner: it may lock what it looks at.
    """

    name: str
    table: str
    events: tuple[str, ...]
    rows: str
    audited: str
    when: str = ""
    phase: str = "t40"
    early: Early | None = None

    def __post_init__(self) -> None:
        require_table(self.table, "table")

    @property
    def function(self) -> str:
        """The function that looks, schema first."""
        return f"{self.table.split('.')[0]}.{self.name}"

    def triggers(self) -> tuple[tuple[str, str], ...]:
        """Name and event of each trigger that calls it."""
        return tuple((f"{self.phase}_{self.name}_{each.split()[0]}", each) for each in self.events)


@dataclass(frozen=True, kw_only=True)
class LookCheck(Rule):
    """``holds`` is true of every row of its look: SQL over what ``look.rows`` names.

    ``given`` is SQL over the same for the detail of the error: what was given, and what is
    allowed. ``still`` takes the place of ``holds`` in the audit, where the world may have moved
    on since; ``subject`` is the id the audit names. ``early`` puts it into the early function,
    with SQL of its own where it has some.
    """

    kind: ClassVar[str] = "LookCheck"
    sqlstate: ClassVar[str] = "23R10"

    look: Look
    holds: str
    given: str
    subject: str
    column: str = ""
    still: str = ""
    early: bool | str = False

    def __post_init__(self) -> None:
        super().__post_init__()
        require(bool(self.holds.strip()), f"{self.name}: holds must be SQL")
        place: Literal["table", "column"] = "column" if self.column.count(".") == 2 else "table"
        require(
            not self.column or place == "column",
            f"{self.name}: column must be written schema.table.column",
        )

    def _sharing(self) -> tuple[LookCheck, ...]:
        found = tuple(
            rule
            for rule in self.neighbours
            if isinstance(rule, LookCheck) and rule.look == self.look
        )
        return found or (self,)

    def compile(self) -> str:
        sharing = self._sharing()
        return look_text(self.look, sharing) if sharing[0].name == self.name else ""

    def guards(self) -> tuple[Guard, ...]:
        return tuple(Guard("trigger", self.look.table, name) for name, _ in self.look.triggers())

    def removal(self) -> str:
        return look_text(self.look, [each for each in self._sharing() if each.name != self.name])

    def audit(self) -> str:
        holds = (self.still or self.holds).strip()
        return (
            f"select {self.subject}, {self.given} as detail\nfrom {self.look.audited.strip()}\n"
            f"where ({holds}) is not true\n"
        )

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()


def with_neighbours(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules of a module, each LookCheck told which others share its look."""
    looks = tuple(rule for rule in rules if isinstance(rule, LookCheck))
    return tuple(
        replace(rule, neighbours=looks) if isinstance(rule, LookCheck) else rule for rule in rules
    )


def look_text(look: Look, checks: Sequence[LookCheck]) -> str:
    """The function and its triggers; with no checks, the statements that drop the triggers."""
    if not checks:
        dropped = [f"drop trigger if exists {n} on {look.table};\n" for n, _ in look.triggers()]
        return "".join([*dropped, *_early(look.early, checks)])
    values = {
        "function": look.function,
        "table": look.table,
        "rows": look.rows.strip(),
        "holds": "\nand ".join(f"({check.holds.strip()})" for check in checks),
        "refusals": "\n".join(_refusal(look.rows, check) for check in checks),
        "comment": literal("\n".join(f"{check.name}: {check.sentence}" for check in checks)),
    }
    triggers = [
        render(
            "look_trigger_row" if look.when else "look_trigger_statement",
            {**values, "trigger": name, "event": event, "when": look.when},
        )
        for name, event in look.triggers()
    ]
    return "\n".join([render("look", values), *triggers, *_early(look.early, checks)])


def _early(early: Early | None, checks: Sequence[LookCheck]) -> list[str]:
    if early is None:
        return []
    refusals = [
        _refusal(early.rows, check if check.early is True else replace(check, holds=check.early))
        for check in checks
        if check.early
    ]
    values = {
        "function": early.name,
        "parameter": early.parameter,
        "type": early.parameter.split()[1],
        "refusals": "\n".join(refusals),
        "sentence": literal(early.sentence),
    }
    return [render("look_early", values)]


def _refusal(rows: str, check: LookCheck) -> str:
    return render(
        "look_refusal",
        {
            "rows": rows.strip(),
            "holds": check.holds.strip(),
            "given": check.given,
            "sqlstate": check.sqlstate,
            "name": check.name,
            "place": literal(check.column or check.table),
            "sentence": literal(check.sentence),
            "hint": literal(check.hint),
        },
    )
