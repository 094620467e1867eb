"""Frozen and FrozenChildren: what must not change any more once something has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import (
    Attack,
    Block,
    Guard,
    Rule,
    array,
    literal,
    require_columns,
    require_table,
)
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class Frozen(Rule):
    """Columns of a row that stay as they are once ``when`` holds, and the row with them.

    ``when`` is SQL over the record ``old``; "true" freezes from the beginning. A frozen row cannot
    be deleted, and the table cannot be truncated. ``recorded`` keeps the old image of what changes
    all the same, for tables that no Audited rule covers: the audit reads it. ``audit_more`` is a
    further query of broken rows, where something else knows the values, too.
    """

    kind: ClassVar[str] = "Frozen"
    sqlstate: ClassVar[str] = "23R03"

    columns: tuple[str, ...]
    when: str = "true"
    key: str = "id"
    recorded: bool = False
    audit_more: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_columns(self.columns, "columns")

    def _values(self) -> dict[str, str]:
        return {
            "name": self.name,
            "sqlstate": self.sqlstate,
            "schema": self.schema,
            "table": self.table,
            "table_name": self.table_name,
            "key": self.key,
            "when": self.when,
            "new_columns": ", ".join(f"new.{column}" for column in self.columns),
            "old_columns": ", ".join(f"old.{column}" for column in self.columns),
            "column_list": ", ".join(self.columns),
            "column_array": array(self.columns),
            "sentence": literal(self.sentence),
            "hint": literal(self.hint or "Make a new row instead."),
        }

    def blocks(self) -> tuple[Block, ...]:
        return (Block("refuse", ("update",), render("frozen_update", self._values())),)

    def compile(self) -> str:
        values = self._values()
        parts = ["frozen", "refuse_truncate", *(["frozen_images"] if self.recorded else [])]
        return "\n".join(render(part, values) for part in parts)

    def guards(self) -> tuple[Guard, ...]:
        return (
            self.row_guard(),
            Guard("trigger", self.table, f"t10_{self.name}"),
            Guard("trigger", self.table, f"t10_{self.name}_truncate"),
        )

    def audit(self) -> str:
        images = render(
            "frozen_audit",
            {
                "schema": literal(self.schema),
                "table": self.table,
                "table_name": literal(self.table_name),
                "key": self.key,
                "columns": ", ".join(literal(column) for column in self.columns),
                "when": self.when.replace("old.", "before."),
            },
        )
        return images + ("union all\n" + self.audit_more + "\n" if self.audit_more else "")

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()


@dataclass(frozen=True, kw_only=True)
class FrozenChildren(Rule):
    """Rows that may be added, changed and removed only while their parent is ``open_while``.

    ``open_while`` is SQL over ``parent``. Every write of a child touches its parent row (one
    UPDATE per statement), unless this transaction has written it already: reading or locking it
    would let a line slip into a placed order under REPEATABLE READ.

    ``kept_by_rules`` are columns the database itself may still change later; ``columns`` are the
    others, compared one by one: tables that it changes row by row need them named.
    ``keys`` are the columns of foreign keys from and to the table: PostgreSQL looks at those before
    any trigger sees the whole statement, so a change of them is refused at the row already.
    ``audit_more`` is a further query of broken rows, for what was added behind the guard's back.
    """

    kind: ClassVar[str] = "FrozenChildren"
    sqlstate: ClassVar[str] = "23R03"

    parent: str
    parent_key: str
    open_while: str
    kept_by_rules: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    audit_more: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_table(self.parent, "parent")
        require_columns([self.parent_key], "parent_key")
        if self.keys:
            require_columns(self.keys, "keys")

    def _changed(self) -> str:
        if self.columns:
            new, old = (", ".join(f"{row}.{name}" for name in self.columns) for row in "no")
            return f"({new})\n    is distinct from ({old})"
        kept = "array[" + ", ".join(map(literal, self.kept_by_rules)) + "]::text[]"
        return f"to_jsonb(n) - {kept}\n    is distinct from to_jsonb(o) - {kept}"

    def compile(self) -> str:
        values = {
            "name": self.name,
            "sqlstate": self.sqlstate,
            "schema": self.schema,
            "table": self.table,
            "table_name": self.table_name,
            "parent": self.parent,
            "parent_name": self.parent.split(".")[1],
            "parent_key": self.parent_key,
            "open_while": self.open_while,
            "allowed_while": literal(
                f"%s of {self.table} was refused; it is allowed while {self.parent} %s has "
                + self.open_while.replace("parent.", "").replace("%", "%%")
                + "."
            ),
            "changed": self._changed(),
            "sentence": literal(self.sentence),
            "hint": literal(self.hint),
        }
        old, new = (
            f"select {self.parent_key} from old_rows",
            f"select {self.parent_key} from new_rows",
        )
        events = (
            ("insert", new, "new table as new_rows", ""),
            (
                "update",
                f"{old} union {new}",
                "old table as old_rows new table as new_rows",
                render("frozen_children_unchanged", values),
            ),
            ("delete", old, "old table as old_rows", ""),
        )
        parts = [
            render(
                "frozen_children",
                {
                    **values,
                    "event": event,
                    "affected": affected,
                    "transition": transition,
                    "unless_unchanged": unless_unchanged,
                    "refuse": render("frozen_children_refuse", {**values, "closed": "closed"}),
                },
            )
            for event, affected, transition, unless_unchanged in events
        ]
        if self.keys:
            closed = f"old.{self.parent_key}"
            refuse = render("frozen_children_refuse", {**values, "closed": closed})
            parts.append(
                render("frozen_children_keys", {**values, **self._keys(), "refuse": refuse})
            )
        return "\n".join(
            [
                *parts,
                render("refuse_truncate", values),
                render("frozen_children_images", values),
            ]
        )

    def _keys(self) -> dict[str, str]:
        return {
            "keys": ", ".join(self.keys),
            "old_keys": ", ".join(f"old.{name}" for name in self.keys),
            "new_keys": ", ".join(f"new.{name}" for name in self.keys),
        }

    def guards(self) -> tuple[Guard, ...]:
        events = ["insert", "update", "delete", "truncate"]
        if self.keys:
            events += ["keys_update", "keys_delete"]
        return tuple(Guard("trigger", self.table, f"t10_{self.name}_{event}") for event in events)

    def audit(self) -> str:
        images = render(
            "images_without_reason",
            {"schema": literal(self.schema), "table_name": literal(self.table_name)},
        )
        return images + ("union all\n" + self.audit_more + "\n" if self.audit_more else "")

    def derived_attacks(self) -> tuple[Attack, ...]:
        one = (
            f"(select child.id from {self.table} as child join {self.parent} as parent\n"
            f"    on parent.id = child.{self.parent_key} where not ({self.open_while}) limit 1)"
        )
        return (
            Attack((f"update {self.table} set created_by = 'somebody else' where id = {one}",)),
        )
