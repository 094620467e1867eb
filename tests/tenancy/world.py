"""Two tenants in one database: the sample of each, and roles with the printed grants."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from groundplan.compose import RoleNames, closure, grants, load_modules
from groundplan.database import connect

ROLES = RoleNames(
    app=f"gp_app_{os.getpid()}",
    report=f"gp_report_{os.getpid()}",
    auditor=f"gp_audit_{os.getpid()}",
)
MODULES = closure(["ecommerce"], load_modules())
SAMPLES = ("catalog", "crm", "inventory", "sales", "fulfillment")


def url_of(url: str, role: str | None) -> str:
    """The same database for another role."""
    assert role is not None
    return make_conninfo(url, user=role)


def make_roles(url: str) -> None:
    """Make the roles, unless they are there, and give them what the grants say."""
    with connect(url, autocommit=True) as connection:
        for name in (ROLES.app, ROLES.report, ROLES.auditor):
            assert name is not None
            found = connection.execute("select from pg_roles where rolname = %s", [name]).rowcount
            if not found:
                connection.execute(sql.SQL("create role {} login").format(sql.Identifier(name)))
        connection.execute(grants(MODULES, ROLES).encode())
        # The grants leave it no temporary tables; with them, what stands behind is tried as well.
        connection.execute(
            sql.SQL("grant temporary on database {} to {}").format(
                sql.Identifier(connection.info.dbname), sql.Identifier(ROLES.app or "")
            )
        )


def sample(module: str, tenant: int) -> str:
    """The sample rows of a module as another tenant's: other ids, other number."""
    (text,) = (each.text("sample.sql") for each in MODULES if each.name == module)
    return text.replace("0000-7000-8000-", f"0000-7000-900{tenant}-").replace(
        "tenant_id = 1", f"tenant_id = {tenant}"
    )


def address(tenant: int) -> str:
    """The two addresses that the samples refer to."""
    return "".join(
        "insert into core.addresses (id, recipient, line_1, city, country_code)"
        f" values ('00000000-0000-7000-900{tenant}-00000000add{n}', 'Tenant {tenant}',"
        f" 'Street {n}', 'Town', 'DE');"
        for n in (1, 2)
    )


def furnish(connection: psycopg.Connection[Any], tenant: int) -> None:
    """Everything the samples do, by a role that sees this tenant only."""
    connection.execute(f"set groundplan.tenant_id = '{tenant}'".encode())
    connection.execute(address(tenant).encode())
    connection.execute(
        b"update core.addresses set city = 'Village' where recipient like 'Tenant %'"
    )
    for module in SAMPLES:
        connection.execute(sample(module, tenant).encode())


def tenant_tables(connection: psycopg.Connection[Any]) -> Sequence[str]:
    """Every table with a tenant's rows, of the six modules that hold them."""
    rows = connection.execute(
        "select class.oid::regclass::text from pg_class as class"
        " join pg_attribute as attribute on attribute.attrelid = class.oid"
        "  and attribute.attname = 'tenant_id'"
        " where class.relkind in ('r', 'p') and class.relnamespace::regnamespace::text in"
        "  ('core', 'catalog', 'crm', 'inventory', 'sales', 'fulfillment') order by 1"
    ).fetchall()
    return [row[0] for row in rows]
