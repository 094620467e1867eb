"""TenantScoped: a tenant neither sees nor writes the rows of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import Attack, Guard, Rule, literal
from groundplan.rules.template import render


@dataclass(frozen=True, kw_only=True)
class TenantScoped(Rule):
    """Row-level security on ``tenant_id``; in force where the installation is multi-tenant.

    ``column`` is the tenant's number in this table: ``id`` in core.tenants. ``is_made_by_owner``:
    tenants read and change their rows, and only the owner, whom policies do not concern, makes new
    ones. Without it, whoever sets a number that does not exist yet could make that tenant.
    """

    kind: ClassVar[str] = "TenantScoped"
    sqlstate: ClassVar[str] = "42501"
    needs_tenancy: ClassVar[str] = "multi"

    column: str = "tenant_id"
    is_made_by_owner: bool = False

    def compile(self) -> str:
        return render(
            "tenant_scoped_by_owner" if self.is_made_by_owner else "tenant_scoped",
            {
                "name": self.name,
                "table": self.table,
                "column": self.column,
                "sentence": literal(self.sentence),
            },
        )

    def guards(self) -> tuple[Guard, ...]:
        policy = Guard("policy", self.table, self.name)
        if self.is_made_by_owner:
            return (policy,)
        return (policy, Guard("trigger", self.table, f"t10_{self.name}_for_good"))

    def audit(self) -> str:
        return render("tenant_scoped_audit", {"table": self.table, "policy": literal(self.name)})

    def derived_attacks(self) -> tuple[Attack, ...]:
        read = Attack(
            ("set local groundplan.tenant_id = '2'", f"select count(*) from {self.table}"),
            got_through=f"select exists (select from {self.table} where {self.column} <> 2)",
            role="app",
        )
        make = Attack(
            (
                "set local groundplan.tenant_id = '900003'",
                f"insert into {self.table} ({self.column}, name) values (900003, 'Mine')",
            ),
            role="app",
        )
        return (read, make) if self.is_made_by_owner else (read,)


def tenant_scoped(*tables: str) -> tuple[TenantScoped, ...]:
    """One TenantScoped rule for each table, named ``<table>_of_one_tenant``."""
    return tuple(
        TenantScoped(
            name=f"{table.split('.')[1]}_of_one_tenant",
            table=table,
            sentence=f"A tenant sees and writes its own rows of {table} only.",
            hint="Set groundplan.tenant_id to the tenant whose rows you mean.",
        )
        for table in tables
    )
