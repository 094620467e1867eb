"""TRUNCATE fires no row trigger: where rules keep or freeze rows it is refused, or recorded."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from groundplan.compose import load_modules
from groundplan.database import EmbeddedServer
from tests.security.forging import OWNER, Connection, forge, session

RULES = tuple(rule for module in load_modules().values() for rule in module.rules)
WATCHED = {
    "AppendOnly",
    "Audited",
    "Balance",
    "Frozen",
    "FrozenChildren",
    "WrittenByRules",
}
"""The kinds whose promise an emptied table would break without a word."""


def watched() -> list[str]:
    return sorted({rule.table for rule in RULES if rule.kind in WATCHED})


def rules_of(table: str) -> set[str]:
    return {rule.name for rule in RULES if rule.table == table}


@pytest.fixture(scope="module")
def url(server: EmbeddedServer) -> Iterator[str]:
    with forge(server.url()) as made:
        yield made


def test_the_walk_meets_every_module_that_has_such_tables() -> None:
    assert {table.split(".")[0] for table in watched()} >= {
        "core", "catalog", "crm", "inventory", "sales", "fulfillment",
    }  # fmt: skip
    assert len(watched()) > 25


@pytest.mark.parametrize("together", ["", "cascade"])
@pytest.mark.parametrize("table", watched())
def test_an_owner_empties_no_such_table_without_a_trace(
    url: str, table: str, together: str
) -> None:
    with session(url, OWNER) as connection:
        refused = _refusal(connection, f"truncate {table} {together}")
        if refused is not None and refused.sqlstate == "0A000":
            assert not together  # A foreign key points here: the table cannot be emptied alone.
        elif refused is not None:
            assert (refused.sqlstate or "").startswith("23")
            assert refused.diag.constraint_name in (
                {rule.name for rule in RULES} if together else rules_of(table)
            )
        else:
            schema, name = table.split(".")
            recorded = connection.execute(
                "select reason from core.audit_log where schema_name = %s and table_name = %s"
                " and operation = 'truncate' and transaction_id = pg_current_xact_id()",
                [schema, name],
            ).fetchall()
            assert recorded == [(None,)]
            (rule,) = (each for each in RULES if each.table == table and each.kind == "Audited")
            assert connection.execute(rule.audit().encode()).fetchall() != []


def _refusal(connection: Connection, statement: str) -> psycopg.Error | None:
    try:
        connection.execute(statement.encode())
    except psycopg.Error as error:
        return error
    return None
