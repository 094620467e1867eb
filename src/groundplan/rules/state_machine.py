"""StateMachine: a status moves along declared edges only, and every move is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from groundplan.rules.declaration import (
    Attack,
    Block,
    Guard,
    Rule,
    literal,
    require,
    require_columns,
    require_table,
)
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class StateMachine(Rule):
    """``moves`` maps each status to the statuses it may become; a final status maps to ().

    ``classes`` groups statuses for code that must not know their names: ``{"open": ("draft",)}``.
    ``history`` is the table that receives every change, by its column ``history_key``; without it
    the audit reads the superseded images in the audit log.
    ``publishes`` is the topic under which changes go to the outbox; empty: they do not.
    """

    kind: ClassVar[str] = "StateMachine"
    sqlstate: ClassVar[str] = "23R01"

    column: str = "status"
    begins_in: tuple[str, ...]
    moves: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    history: str = ""
    history_key: str = ""
    publishes: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_columns([self.column], "column")
        targets = {target for reachable in self.moves.values() for target in reachable}
        unknown = (targets | set(self.begins_in)) - set(self.moves)
        require(not unknown, f"{self.name}: statuses without an entry in moves: {sorted(unknown)}")
        classed = {status for group in self.classes.values() for status in group}
        require(classed <= set(self.moves), f"{self.name}: classes name an unknown status")
        require(
            bool(self.history) == bool(self.history_key),
            f"{self.name}: history and history_key go together",
        )
        require(
            bool(self.history) or not self.publishes,
            f"{self.name}: publishes needs a history, whose versions order the events",
        )
        if self.history:
            require_table(self.history, "history")

    def extend(self, moves: Mapping[str, tuple[str, ...]]) -> StateMachine:
        """The same machine with more statuses and edges: a project's own between ours."""
        merged = {status: tuple(targets) for status, targets in self.moves.items()}
        for status, targets in moves.items():
            merged[status] = tuple(dict.fromkeys((*merged.get(status, ()), *targets)))
        return replace(self, moves=merged)

    def _pairs(self) -> list[tuple[str, str]]:
        return [(start, end) for start, ends in self.moves.items() for end in ends]

    def _pair_list(self) -> str:
        return ",\n".join(f"({literal(start)}, {literal(end)})" for start, end in self._pairs())

    def _values(self) -> dict[str, str]:
        return {
            "name": self.name,
            "schema": self.schema,
            "table": self.table,
            "table_name": self.table_name,
            "column": self.column,
            "begins_in": ", ".join(literal(status) for status in self.begins_in),
            "pairs": self._pair_list(),
            "begins_words": ", ".join(self.begins_in),
            "next_words": "\n".join(
                f"when {literal(start)} then {literal(self._next_in_words(start))}"
                for start in self.moves
            ),
            "sentence": literal(self.sentence),
            "hint": literal(self.hint or "Take an allowed step; a final status stays as it is."),
            "history": self.history,
            "history_key": self.history_key,
            "topic": literal(self.publishes),
        }

    def blocks(self) -> tuple[Block, ...]:
        values = self._values()
        return (
            Block("refuse", ("insert",), render("state_machine_insert", values)),
            Block("refuse", ("update",), render("state_machine_update", values)),
        )

    def compile(self) -> str:
        values = self._values()
        parts: list[str] = []
        if self.history:
            publishes = render("state_machine_outbox", values) if self.publishes else ""
            parts.append(render("state_machine_history", {**values, "publishes": publishes}))
        if self.classes:
            branches = "\n".join(
                f"when status in ({', '.join(map(literal, group))}) then {literal(name)}"
                for name, group in self.classes.items()
            )
            parts.append(render("state_machine_classes", {**values, "branches": branches}))
        return "\n".join(parts)

    def _next_in_words(self, start: str) -> str:
        ends = self.moves[start]
        return f"Allowed from {start}: {', '.join(ends)}." if ends else f"{start} is final."

    def guards(self) -> tuple[Guard, ...]:
        return (self.row_guard(),)

    def audit(self) -> str:
        values = {
            "table": self.table,
            "table_name": literal(self.table_name),
            "column": self.column,
            "history": self.history,
            "history_key": self.history_key,
            "begins_in": ", ".join(literal(status) for status in self.begins_in),
            "pairs": self._pair_list(),
        }
        if not self.history:
            return render("state_machine_audit_log", values)
        steps = render("state_machine_audit_history", values)
        if not self.publishes:
            return steps
        return steps + render(
            "state_machine_audit_outbox", {**values, "topic": literal(self.publishes)}
        )

    def derived_attacks(self) -> tuple[Attack, ...]:
        """From a final status back to where it came from: no check on the row forbids that."""
        for start, end in self._pairs():
            if start in self.begins_in or self.moves[end] or end in self.begins_in:
                continue
            return (
                Attack(
                    (
                        f"update {self.table} set {self.column} = {literal(start)}\n"
                        f"where id = (select id from {self.table} "
                        f"where {self.column} = {literal(end)} limit 1)",
                    )
                ),
            )
        return ()
