"""Total and Cap: what a parent row says about the sum of its children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from groundplan.rules.declaration import (
    Attack,
    Block,
    Guard,
    Rule,
    array,
    literal,
    mentioned,
    require,
    require_columns,
    require_table,
)
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class Total(Rule):
    """Sums of the children, settled by the database when the parent is ``settled_when``.

    ``sums`` maps a column of the parent to an aggregate over ``child``; ``then`` maps further
    columns to SQL over ``new``, worked out after the sums. ``settled_when`` is SQL over ``old`` and
    ``new``; before it the columns are null, after it nobody writes them. ``settled`` is SQL over
    the parent that tells which rows the audit compares.

    A settled column costs less than a generated one, which is worked out again by every statement.
    """

    kind: ClassVar[str] = "Total"
    sqlstate: ClassVar[str] = "23R05"

    children: str
    key: str
    sums: Mapping[str, str]
    then: Mapping[str, str] = field(default_factory=dict[str, str])
    settled_when: str
    settled: str

    def __post_init__(self) -> None:
        super().__post_init__()
        require_table(self.children, "children")
        require_columns(self.sums, "sums")

    def blocks(self) -> tuple[Block, ...]:
        columns = [*self.sums, *self.then]
        text = render(
            "total",
            {
                "name": self.name,
                "schema": self.schema,
                "table": self.table,
                "table_name": self.table_name,
                "children": self.children,
                "key": self.key,
                "aggregates": ", ".join(self.sums.values()),
                "targets": ", ".join(f"new.{column}" for column in self.sums),
                "then": "\n".join(f"new.{column} := {sql};" for column, sql in self.then.items()),
                "new_columns": ", ".join(f"new.{column}" for column in columns),
                "old_columns": ", ".join(f"old.{column}" for column in columns),
                "column_array": array(columns),
                "settled_when": self.settled_when,
                "sentence": literal(self.sentence),
                "hint": literal(self.hint or f"Write {self.children}; the total follows."),
            },
        )
        return (Block("settle", ("update",), text),)

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return (self.row_guard(),)

    def audit(self) -> str:
        checks = " or ".join(
            (
                *(f"parent.{column} <> sums.{column}" for column in self.sums),
                *(
                    f"parent.{column} is distinct from {sql.replace('new.', 'parent.')}"
                    for column, sql in self.then.items()
                ),
            )
        )
        return render(
            "total_audit",
            {
                "table": self.table,
                "children": self.children,
                "key": self.key,
                "aggregates": ",\n".join(f"{sql} as {column}" for column, sql in self.sums.items()),
                "settled": self.settled,
                "checks": checks,
                "first": next(iter(self.sums)),
            },
        )

    def derived_attacks(self) -> tuple[Attack, ...]:
        column = next(iter(self.sums))
        return (
            Attack(
                (
                    f"update {self.table} set {column} = {column} + 1\n"
                    f"where id = (select parent.id from {self.table} as parent\n"
                    f"    where {self.settled} limit 1)",
                )
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Cap(Rule):
    """Children never add up to more than the parent allows.

    ``counter`` is a column of the parent, the sum of ``adds`` (SQL over ``r``) over ``children``,
    kept by statement triggers in key order. ``limit`` is SQL over ``new``, the parent, checked
    whenever the counter is written; nobody but these triggers writes it. Counting locks the
    parent, so that two children at once are counted one after the other.
    """

    kind: ClassVar[str] = "Cap"
    sqlstate: ClassVar[str] = "23R06"

    children: str
    key: str
    counter: str
    adds: str
    limit: str
    events: tuple[str, ...] = ("insert", "update", "delete")

    def __post_init__(self) -> None:
        super().__post_init__()
        require_table(self.children, "children")
        require_columns([self.key, self.counter], "key and counter")
        require(
            "r." in self.adds, f"{self.name}: adds must be written over r, a row of the children"
        )

    def _values(self) -> dict[str, str]:
        return {
            "name": self.name,
            "schema": self.schema,
            "table": self.table,
            "table_name": self.table_name,
            "children": self.children,
            "counter": self.counter,
            "limit": self.limit,
            "limit_columns": mentioned(self.limit.replace(f"new.{self.counter}", ""), "new"),
            "sentence": literal(self.sentence),
            "hint": literal(self.hint or f"Write {self.children}; the counter follows."),
        }

    def blocks(self) -> tuple[Block, ...]:
        values = self._values()
        return (
            Block("refuse", ("insert",), render("cap_insert", values)),
            Block("check", ("update",), render("cap_update", values)),
        )

    def compile(self) -> str:
        values = self._values()
        new = f"select r.{self.key}, {self.adds} from new_rows as r"
        old = f"select r.{self.key}, -({self.adds}) from old_rows as r"
        per_event = {
            "insert": (new, "new table as new_rows"),
            "update": (f"{new}\nunion all\n{old}", "old table as old_rows new table as new_rows"),
            "delete": (old, "old table as old_rows"),
        }
        parts: list[str] = []
        for event in self.events:
            effects, transition = per_event[event]
            parts.append(
                render(
                    "cap", {**values, "event": event, "effects": effects, "transition": transition}
                )
            )
        return "\n".join(parts)

    def guards(self) -> tuple[Guard, ...]:
        return (
            self.row_guard(),
            *(Guard("trigger", self.children, f"t50_{self.name}_{event}") for event in self.events),
        )

    def audit(self) -> str:
        return render(
            "cap_audit",
            {
                "table": self.table,
                "children": self.children,
                "key": self.key,
                "counter": self.counter,
                "adds": self.adds,
                "limit": self.limit.replace("new.", "parent."),
            },
        )

    def derived_attacks(self) -> tuple[Attack, ...]:
        return (
            Attack(
                (
                    f"update {self.table} set {self.counter} = {self.counter} + 1000000\n"
                    f"where id = (select id from {self.table} limit 1)",
                )
            ),
        )
