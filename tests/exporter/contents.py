"""What a database holds, told independently of the checksums under test."""

from __future__ import annotations

import json
from typing import Any

import psycopg
from psycopg import sql

from groundplan.database import connect

Connection = psycopg.Connection[Any]

_NAMES = """
    select namespace.nspname, class.relname from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where class.relkind = any (%s) and namespace.nspname in (
        select module from core.installed_modules)
    order by 1, 2"""

_ELSEWHERE = (
    "installed_modules",
    "installed_objects",
    "installed_catalog",
    "verifications",
    "role_tenants",
)

Contents = dict[str, list[str]]


def contents(url: str, *, kinds: str = "r", tenant: int = 1) -> Contents:
    """Every row of every table ("r") or view ("v") as sorted text: schema.name to rows.

    Of the tables that reports are kept in nothing: how much of them is folded may differ.
    """
    found: Contents = {}
    with connect(url) as connection:
        connection.execute("select set_config('groundplan.tenant_id', %s, false)", [str(tenant)])
        connection.execute("set timezone = 'UTC'")
        for schema, name in connection.execute(_NAMES, [list(kinds)]).fetchall():
            is_kept = schema in ("groundplan", "reporting") and name != "calendar" and kinds == "r"
            if is_kept or name in _ELSEWHERE:
                continue
            rows = connection.execute(
                sql.SQL("select to_jsonb(whole)::text from {} as whole").format(
                    sql.Identifier(schema, name)
                )
            ).fetchall()
            found[f"{schema}.{name}"] = sorted(row[0] for row in rows)
    return found


def of_tenant(url: str, tenant: int) -> Contents:
    """The rows of one tenant, told without its number: what two tenants can have in common."""
    found: Contents = {}
    for name, rows in contents(url, tenant=tenant).items():
        column = "id" if name == "core.tenants" else "tenant_id"
        own = [row for row in map(json.loads, rows) if row.get(column) == tenant]
        for row in own:
            row[column] = None
            image = row.get("old_row") if name == "core.audit_log" else None
            if image is not None and row["table_name"] == "tenants":
                assert row["row_id"] == str(tenant)
                assert image.pop("id") == tenant
                row["row_id"] = None
            elif image is not None:
                assert image.pop("tenant_id") == tenant
        found[name] = sorted(json.dumps(row) for row in own)
    return found


def everything(url: str) -> tuple[Contents, list[Any]]:
    """All rows of all tables, those of the reports included, and the state of the sequences."""
    with connect(url) as connection:
        tables: Contents = {}
        for schema, name in connection.execute(_NAMES, [["r"]]).fetchall():
            rows = connection.execute(
                sql.SQL("select whole::text from {} as whole").format(sql.Identifier(schema, name))
            ).fetchall()
            tables[f"{schema}.{name}"] = sorted(row[0] for row in rows)
        sequences = connection.execute(
            "select schemaname, sequencename, last_value from pg_sequences order by 1, 2"
        ).fetchall()
        return tables, sequences


def broken_rules(url: str) -> list[str]:
    """Names of rules that do not hold, and of reports that are not what their sources say."""
    from groundplan.installation import require_installed
    from groundplan.proof import build_register, verify_rules
    from groundplan.reports import verify
    from groundplan.snapshot import read_snapshot

    with connect(url, autocommit=True) as connection:
        plan = require_installed(connection)
        register = build_register(plan.rules, read_snapshot(connection, plan.schemas))
        violations = verify_rules(connection, register)
        return [violation.rule.name for violation in violations] + [
            str(difference) for difference in verify(connection, plan.rollups)
        ]
