"""What a database holds, byte for byte, and what two databases have to have in common."""

from __future__ import annotations

import hashlib
from typing import Any

from psycopg import sql

from groundplan.database import connect

_TABLES = """
    select namespace.nspname, class.relname
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where class.relkind in ('r', 'p') and namespace.nspname !~ '^(pg_|information_schema)'
    order by 1, 2
"""

_OF_THE_MOMENT = ("created_at", "changed_at", "run_id", "version", "entity_version")
"""Versions count how often a row was touched, and behind a savepoint it is once more."""

_NEW_EACH_TIME = (
    "sales.ledger_entries", "sales.order_status_history", "importing.rejected_lines",
    "importing.run_amounts", "importing.runs",
)  # fmt: skip
"""Tables whose identifiers are new in every import; all others have to be the same."""


def checksums(url: str) -> dict[str, str]:
    """Every table that is there, and all of its columns and rows."""
    return {
        name: hashlib.md5("\n".join(rows).encode()).hexdigest()
        for name, rows in _rows(url, lambda name: sql.SQL("t::text")).items()
    }


def business(url: str) -> dict[str, list[str]]:
    """All rows of all tables, without what the clock and chance have put there."""
    return _rows(url, _without_the_moment)


def _without_the_moment(name: str) -> sql.Composable:
    left_out = [*_OF_THE_MOMENT, *(["id"] if name in _NEW_EACH_TIME else [])]
    return sql.SQL("(to_jsonb(t) - {}::text[])::text").format(sql.Literal(left_out))


def _rows(url: str, shown: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with connect(url) as connection:
        connection.execute("set timezone = 'UTC'")
        for schema, table in connection.execute(_TABLES).fetchall():
            name = f"{schema}.{table}"
            query = sql.SQL("select {} from {} as t").format(
                shown(name), sql.Identifier(schema, table)
            )
            found[name] = sorted(row for (row,) in connection.execute(query).fetchall())
    return found
