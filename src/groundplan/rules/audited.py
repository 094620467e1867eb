"""Audited and Personal: what was there before is kept, and what is personal is kept apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from groundplan.rules.declaration import (
    Attack,
    Block,
    Guard,
    Rule,
    literal,
    removal_of,
    require,
    require_columns,
)
from groundplan.rules.template import render

STAMPS = ("version", "updated_at")


@dataclass(frozen=True, kw_only=True)
class Audited(Rule):
    """Every change of a row leaves its superseded image in the audit log.

    ``derived`` columns are kept by the database from elsewhere, generated columns among them: a
    change of nothing else leaves no image. Rows in one of the ``draft`` statuses leave none
    either. ``personal`` columns go to core.audit_personal instead, where they can be erased.
    ``sample`` is a column an attack may change. The table must have ``version`` and
    ``updated_at``: both are the database's, a row begins with version 1.

    ``watches`` names the columns whose change counts, for tables that are written often; empty
    means all but the derived ones, compared as JSON.
    """

    kind: ClassVar[str] = "Audited"
    sqlstate: ClassVar[str] = ""

    derived: tuple[str, ...] = ()
    draft: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    sample: str
    watches: tuple[str, ...] = ()

    def _changed(self, before: str, after: str) -> str:
        if self.watches:
            columns = [
                ", ".join(f"{row}.{name}" for name in self.watches) for row in (after, before)
            ]
            return f"({columns[0]}) is distinct from ({columns[1]})"
        ignored = "array[" + ", ".join(map(literal, (*STAMPS, *self.derived))) + "]"
        return f"to_jsonb({after}) - {ignored}\n    is distinct from to_jsonb({before}) - {ignored}"

    def _is_final(self, row: str) -> str:
        if not self.draft:
            return ""
        return f"{row}.status not in ({', '.join(map(literal, self.draft))})"

    def _values(self) -> dict[str, str]:
        final = self._is_final("old")
        return {
            "schema": self.schema,
            "table": self.table,
            "table_name": self.table_name,
            "tenant": "before.id" if self.table == "core.tenants" else "before.tenant_id",
            "stamped_when": (f"{final} and " if final else "") + self._changed("old", "new"),
            "when_updated": " and ".join(
                part
                for part in (
                    self._is_final("before"),
                    "(after.id is null or " + self._changed("before", "after") + ")",
                )
                if part
            ),
            "when_deleted": f"where {self._is_final('before')}" if final else "",
            "unless_final": f"perform from old_rows as before where {self._is_final('before')};\n"
            "if not found then\n    return null;\nend if;"
            if final
            else "",
            "personal": "array[" + ", ".join(map(literal, self.personal)) + "]",
        }

    def blocks(self) -> tuple[Block, ...]:
        return (
            Block("compute", ("insert",), render("audited_begin", {})),
            Block("compute", ("update",), render("audited_stamp", self._values())),
        )

    def compile(self) -> str:
        values = self._values()
        kept_apart = bool(self.personal)
        parts: list[str] = []
        for event, template in (("update", "audited_update"), ("delete", "audited_delete")):
            suffix = "_personal" if kept_apart else ""
            image = render(template, values).strip()
            body = render(f"audited_insert{suffix}", {**values, "image": image, "event": event})
            parts.append(render(f"audited_trigger_{event}", {**values, "body": body}))
        return "\n".join([*parts, render("audited_trigger_truncate", values)])

    def guards(self) -> tuple[Guard, ...]:
        return tuple(
            Guard("trigger", self.table, f"t70_audit_{event}")
            for event in ("update", "delete", "truncate")
        )

    def removal(self) -> str:
        """The stamp stays: it is what tells the audit that an image is missing."""
        return "\n".join(removal_of(guard) for guard in self.guards())

    def audit(self) -> str:
        return render(
            "audited_audit",
            {
                "schema": literal(self.schema),
                "table": self.table,
                "table_name": literal(self.table_name),
            },
        )

    def derived_attacks(self) -> tuple[Attack, ...]:
        undrafted = (
            f"where status not in ({', '.join(map(literal, self.draft))})" if self.draft else ""
        )
        return (
            Attack(
                (
                    f"update {self.table} set {self.sample} = {self.sample} || ' (changed)'\n"
                    f"where id = (select id from {self.table} {undrafted} limit 1)",
                ),
                got_through=(
                    "select not exists (select from core.audit_log\n"
                    f"    where table_name = {literal(self.table_name)}"
                    " and transaction_id = pg_current_xact_id())"
                ),
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Personal(Rule):
    """The personal columns of an audited table never reach the audit log, which is permanent."""

    kind: ClassVar[str] = "Personal"
    sqlstate: ClassVar[str] = ""

    audited: Audited
    columns: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require_columns(self.columns, "columns")
        require(
            self.columns == self.audited.personal,
            f"{self.name}: the columns must be the personal columns of {self.audited.name}",
        )

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return self.audited.guards()

    def removal(self) -> str:
        return replace(self.audited, personal=()).compile()

    def audit(self) -> str:
        columns = ", ".join(literal(column) for column in self.columns)
        return (
            "select image.row_id, image.operation as detail\nfrom core.audit_log as image\n"
            f"where image.schema_name = {literal(self.schema)}"
            f" and image.table_name = {literal(self.table_name)}\n"
            f"  and image.old_row ?| array[{columns}]\n"
        )

    def derived_attacks(self) -> tuple[Attack, ...]:
        column = self.columns[0]
        return (
            Attack(
                (
                    f"update {self.table} set {column} = {column} || ' (changed)'\n"
                    f"where id = (select id from {self.table} where {column} is not null limit 1)",
                ),
                got_through=(
                    "select exists (select from core.audit_log\n"
                    f"    where table_name = {literal(self.table_name)}"
                    f" and old_row ? {literal(column)}\n"
                    "      and transaction_id = pg_current_xact_id())"
                ),
            ),
        )
