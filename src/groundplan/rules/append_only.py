"""AppendOnly: what has been written stays as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import Attack, Guard, Rule, literal
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class AppendOnly(Rule):
    """Refuses UPDATE, DELETE and TRUNCATE of ``table``.

    Behind the refusal stands a recorder: whatever gets past it, through the maintenance door or
    because somebody took the guard away, leaves its old image in the audit log. Images without a
    maintenance reason are what the audit finds.

    ``referenced`` says that foreign keys point here: then nobody can truncate the table alone, and
    no attack needs to try. ``audit_more`` is a further query of broken rows.
    """

    kind: ClassVar[str] = "AppendOnly"
    sqlstate: ClassVar[str] = "23R02"

    harmless_column: str = "created_by"
    referenced: bool = False
    audit_more: str = ""

    def compile(self) -> str:
        return render(
            "append_only",
            {
                "name": self.name,
                "schema": self.schema,
                "table": self.table,
                "table_name": self.table_name,
                "sentence": literal(self.sentence),
                "hint": literal(self.hint or "Write a new row that corrects the old one."),
            },
        )

    def guards(self) -> tuple[Guard, ...]:
        return (Guard("trigger", self.table, f"t10_{self.name}"),)

    def audit(self) -> str:
        images = render(
            "images_without_reason",
            {"schema": literal(self.schema), "table_name": literal(self.table_name)},
        )
        return images + ("union all\n" + self.audit_more + "\n" if self.audit_more else "")

    def derived_attacks(self) -> tuple[Attack, ...]:
        column = self.harmless_column
        one = f"where id = (select id from {self.table} limit 1)"
        attacks = (Attack((f"update {self.table} set {column} = 'somebody else' {one}",)),)
        if self.referenced:
            return attacks
        return (
            *attacks,
            Attack((f"delete from {self.table} {one}",)),
            Attack((f"truncate {self.table}",)),
        )
