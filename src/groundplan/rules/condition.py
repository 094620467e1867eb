"""Condition, Known and Gate: what must be true of a row when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent
from typing import ClassVar

from groundplan.rules.declaration import (
    Attack,
    Block,
    Guard,
    Rule,
    literal,
    mentioned,
    require,
    require_table,
)
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class Condition(Rule):
    """``holds`` is true of every row: SQL over ``r``, which may look into other tables.

    Checked once per statement over all new rows, without a lock. That is correct only where what
    it looks at cannot change later; ``because`` says why it cannot.
    """

    kind: ClassVar[str] = "Condition"
    sqlstate: ClassVar[str] = "23R10"

    holds: str
    because: str
    column: str = ""
    events: tuple[str, ...] = ("insert", "update")
    as_caller: bool = False
    audit_holds: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        require("r." in self.holds, f"{self.name}: holds must be written over r, the new row")
        require(bool(self.because.strip()), f"{self.name}: because must say why no lock is needed")

    def _values(self) -> dict[str, str]:
        return {
            "name": self.name,
            "sqlstate": self.sqlstate,
            "schema": self.schema,
            "table": self.table,
            "table_name": self.table_name,
            "column": self.column,
            "place": f"{self.table}.{self.column}" if self.column else self.table,
            "holds": self.holds.strip(),
            "mentioned": mentioned(self.holds, "r"),
            "because": self.because,
            "rights": "" if self.as_caller else " security definer",
            "sentence": literal(self.sentence),
            "hint": literal(self.hint or "Write a row for which this is true."),
        }

    def compile(self) -> str:
        values = self._values()
        triggers = "\n".join(
            render("condition_trigger", {**values, "event": event}) for event in self.events
        )
        return render("condition", values) + "\n" + triggers

    def guards(self) -> tuple[Guard, ...]:
        return tuple(
            Guard("trigger", self.table, f"t10_{self.name}_{event}") for event in self.events
        )

    def audit(self) -> str:
        holds = (self.audit_holds or self.holds).strip()
        return f"select r.id from {self.table} as r\nwhere ({holds}) is not true\n"

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()


@dataclass(frozen=True, kw_only=True)
class Known(Condition):
    """A reference that takes no lock on its parent, for parents that all facts share.

    A foreign key would lock the parent row in every transaction: one currency or channel row
    under every order. The parents are never deleted nor renamed (a Frozen rule says so), so one
    look per statement is as good. ``parent_match`` is SQL over ``parent`` and ``r``. ``per_row``
    looks when ``column`` itself is written, instead of once per statement: cheaper for tables that
    are updated often and inserted row by row.
    """

    kind: ClassVar[str] = "Known"
    sqlstate: ClassVar[str] = "23R09"

    parent: str = ""
    parent_match: str = ""
    holds: str = ""
    because: str = "the parents are never deleted and keep their keys"
    per_row: bool = False

    def __post_init__(self) -> None:
        require_table(self.parent, "parent")
        optional = f"r.{self.column} is null or " if self.column else ""
        object.__setattr__(
            self,
            "holds",
            f"{optional}exists (\n    select from {self.parent} as parent\n"
            f"    where {self.parent_match})",
        )
        super().__post_init__()
        require(
            bool(self.column) or not self.per_row,
            f"{self.name}: per_row needs the column it watches",
        )

    def blocks(self) -> tuple[Block, ...]:
        if not self.per_row:
            return ()
        values = {**self._values(), "holds": self.holds.replace("r.", "new.")}
        look = render("known_per_row", values)
        changed = f"if new.{self.column} is distinct from old.{self.column} then\n"
        return (
            Block("refuse", ("insert",), look),
            Block("refuse", ("update",), changed + indent(look, "    ") + "end if;"),
        )

    def compile(self) -> str:
        return "" if self.per_row else super().compile()

    def guards(self) -> tuple[Guard, ...]:
        return (self.row_guard(),) if self.per_row else super().guards()


@dataclass(frozen=True, kw_only=True)
class Gate(Rule):
    """A status may be entered only while ``holds``: SQL over ``new``, looking at its children.

    Entering updates the row, and writing a child touches it, so the two cannot pass each other.
    ``still`` is SQL over ``r`` that the audit checks of rows in the status.
    """

    kind: ClassVar[str] = "Gate"
    sqlstate: ClassVar[str] = "23R10"

    column: str = "status"
    entering: tuple[str, ...]
    holds: str
    still: str

    def compile(self) -> str:
        return render(
            "gate",
            {
                "name": self.name,
                "schema": self.schema,
                "table": self.table,
                "table_name": self.table_name,
                "column": self.column,
                "entering": ", ".join(literal(status) for status in self.entering),
                "holds": self.holds.strip(),
                "sentence": literal(self.sentence),
                "hint": literal(self.hint or "See to that first, then change the status."),
            },
        )

    def guards(self) -> tuple[Guard, ...]:
        return (Guard("trigger", self.table, f"t10_{self.name}"),)

    def audit(self) -> str:
        statuses = ", ".join(literal(status) for status in self.entering)
        return (
            f"select r.id, r.{self.column} as detail from {self.table} as r\n"
            f"where r.{self.column} in ({statuses}) and ({self.still.strip()}) is not true\n"
        )

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()
