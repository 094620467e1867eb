"""Audited and Personal: what was there before is kept, and what is personal is kept apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from groundplan.rules.declaration import Attack, Guard, Rule, literal, require, require_columns
from groundplan.rules.template import render

STAMPS = ("version", "updated_at")


@dataclass(frozen=True, kw_only=True)
class Audited(Rule):
    """Every change of a row leaves its superseded image in the audit log.

    ``derived`` columns are kept by the database from elsewhere, generated columns among them: a
    change of nothing else leaves no image. Rows in one of the ``draft`` statuses leave none either. ``personal`` columns go to
    core.audit_personal instead, where they can be erased. ``sample`` is a column an attack may
    change. The table must have ``version`` and ``updated_at``.
    """

    kind: ClassVar[str] = "Audited"
    sqlstate: ClassVar[str] = ""

    derived: tuple[str, ...] = ()
    draft: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    sample: str
    stamped: bool = True

    def _arguments(self) -> str:
        def as_array(names: tuple[str, ...]) -> str:
            return literal("{" + ",".join(names) + "}")

        return ", ".join(
            (
                as_array((*STAMPS, *self.derived)),
                as_array(self.personal),
                as_array(self.draft),
            )
        )

    def compile(self) -> str:
        values = {"table": self.table, "arguments": self._arguments()}
        stamp = render("audited_stamp", values) if self.stamped else ""
        return "\n".join(part for part in (stamp, render("audited", values)) if part)

    def guards(self) -> tuple[Guard, ...]:
        return tuple(
            Guard("trigger", self.table, f"t70_audit_{event}") for event in ("update", "delete")
        )

    def audit(self) -> str:
        return render(
            "audited_audit", {"table": self.table, "table_name": literal(self.table_name)}
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
