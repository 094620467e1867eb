"""Balance: a stored balance is the sum of its entries, at every moment."""

from __future__ import annotations

from dataclasses import dataclass
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
class Balance(Rule):
    """``table.column`` is the sum of the effects of ``entries``, kept by statement triggers.

    ``effects`` is a query over ``{rows}`` that gives the columns tenant_id, then ``keys`` in
    order, then delta. Rows of one statement are added up by key first and applied in key order,
    each as one UPDATE: so two statements never wait for each other in a circle, and a SKU on two
    lines counts twice. A missing balance row is made as zero, with ``new_row`` columns filled by
    the query given for them over ``effect``.

    ``release`` is SQL run for a key before its balance grows where ``release_when`` holds: SQL over
    ``entry``, the key and its tenant.
    """

    kind: ClassVar[str] = "Balance"
    sqlstate: ClassVar[str] = "23R04"

    column: str
    keys: tuple[str, ...]
    entries: str
    effects: str
    events: tuple[str, ...] = ("insert", "update", "delete")
    phase: str = "t90"
    new_row: tuple[tuple[str, str], ...] = ()
    release_when: str = ""
    release: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_table(self.entries, "entries")
        require_columns(self.keys, "keys")
        require("{rows}" in self.effects, f"{self.name}: effects must read from {{rows}}")

    def _values(self) -> dict[str, str]:
        keys = self.keys
        return {
            "name": self.name,
            "sqlstate": self.sqlstate,
            "schema": self.schema,
            "table": self.table,
            "table_name": self.table_name,
            "column": self.column,
            "entries": self.entries,
            "phase": self.phase,
            "key_list": ", ".join(keys),
            "effect_keys": ", ".join(f"entry.{key}" for key in keys),
            "key_match": " and ".join(f"balance.{key} = effect.{key}" for key in keys),
            "key_values": ", ".join(f"effect.{key}" for key in keys),
            "key_report": ", ".join(f"effect.{key}" for key in keys),
            "new_columns": "".join(f", {column}" for column, _ in self.new_row),
            "new_values": "".join(f", {value}" for _, value in self.new_row),
            "release_column": f",\n    {self.release_when.strip()} as is_due"
            if self.release
            else "",
            "release": f"if effect.delta > 0 and effect.is_due then\n"
            f"    {self.release.strip()}\nend if;"
            if self.release
            else "",
            "sentence": literal(self.sentence),
            "hint": literal(self.hint or f"Write {self.entries}; the balance follows."),
        }

    def blocks(self) -> tuple[Block, ...]:
        values = self._values()
        return (
            Block("refuse", ("insert",), render("balance_insert", values)),
            Block("refuse", ("update",), render("balance_update", values)),
        )

    def compile(self) -> str:
        values = self._values()
        new = self.effects.replace("{rows}", "new_rows").strip()
        old = self.effects.replace("{rows}", "old_rows").strip()
        keys = ", ".join(self.keys)
        negated = f"select tenant_id, {keys}, -delta\nfrom (\n    " + old.replace("\n", "\n    ")
        negated += "\n) as before"
        per_event = {
            "insert": (new, "new table as new_rows"),
            "update": (
                f"{new}\nunion all\n{negated}",
                "old table as old_rows new table as new_rows",
            ),
            "delete": (negated, "old table as old_rows"),
        }
        parts = [render("balance_guard", values), render("refuse_truncate", values)]
        for event in self.events:
            effects, transition = per_event[event]
            parts.append(
                render(
                    "balance",
                    {**values, "event": event, "effects": effects, "transition": transition},
                )
            )
        return "\n".join(parts)

    def guards(self) -> tuple[Guard, ...]:
        return (
            self.row_guard(),
            Guard("trigger", self.table, f"t10_{self.name}"),
            Guard("trigger", self.table, f"t10_{self.name}_truncate"),
            *(
                Guard("trigger", self.entries, f"{self.phase}_{self.name}_{event}")
                for event in self.events
            ),
        )

    def audit(self) -> str:
        values = self._values()
        effects = self.effects.replace("{rows}", self.entries).strip()
        return render("balance_audit", {**values, "effects": effects})

    def derived_attacks(self) -> tuple[Attack, ...]:
        return (
            Attack(
                (
                    f"update {self.table} set {self.column} = {self.column} + 1\n"
                    f"where id = (select id from {self.table} order by on_hand desc limit 1)",
                )
            ),
        )
