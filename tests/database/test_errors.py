"""PostgreSQL's errors become ours, told by SQLSTATE and diagnostic fields."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from groundplan.database import EmbeddedServer, connect
from groundplan.errors import (
    RULE_VIOLATIONS,
    BadFile,
    CheckViolation,
    Deadlock,
    DiskFull,
    ExclusionViolation,
    ForeignKeyViolation,
    GroundplanError,
    NotInstalled,
    NotNullViolation,
    PermissionDenied,
    RuleViolation,
    SerializationFailure,
    StatementFailed,
    UniqueViolation,
    from_postgres,
)

RAISE = """
do $$ begin
    raise 'an order never goes back' using errcode = '{}', schema = 'sales', table = 'orders',
        column = 'status', constraint = 'orders_go_forward', detail = 'placed to draft',
        hint = 'Cancel the order instead.';
end $$
"""


def failure(url: str, *statements: str) -> GroundplanError:
    """Run statements of which the last one is refused; the error as ours."""
    with connect(url) as connection:
        for statement in statements[:-1]:
            connection.execute(statement.encode())
        with pytest.raises(psycopg.Error) as caught:
            connection.execute(statements[-1].encode())
    return from_postgres(caught.value)


@pytest.mark.parametrize("sqlstate", RULE_VIOLATIONS)
def test_a_refused_write_carries_its_rule(server: EmbeddedServer, sqlstate: str) -> None:
    error = failure(server.url(), RAISE.format(sqlstate))
    assert type(error) is RULE_VIOLATIONS[sqlstate]
    assert isinstance(error, RuleViolation)
    assert error.sqlstate == sqlstate
    assert error.rule == "orders_go_forward"
    assert (error.schema, error.table, error.column) == ("sales", "orders", "status")
    assert error.detail == "placed to draft"
    assert str(error) == "An order never goes back. Cancel the order instead."
    assert error.exit_code == 1


def test_rule_classes_are_integrity_errors_for_psycopg(server: EmbeddedServer) -> None:
    """Class 23, so that an application's own handling of integrity errors sees them."""
    with connect(server.url()) as connection, pytest.raises(psycopg.IntegrityError):
        connection.execute(RAISE.format("23R01").encode())


def test_a_rule_kind_of_the_future_is_still_a_violation(server: EmbeddedServer) -> None:
    error = failure(server.url(), RAISE.format("23R77"))
    assert type(error) is RuleViolation
    assert error.sqlstate == "23R77"


TABLES = """
create extension btree_gist;
create table parents (id int primary key);
create table children (
    id        int  primary key,
    parent_id int  constraint points_to_a_parent references parents,
    name      text not null,
    amount    int  constraint amount_is_positive check (amount > 0),
    period    int4range,
    constraint periods_do_not_overlap exclude using gist (id with =, period with &&)
);
insert into children values (1, null, 'a', 1, '[1,5)');
"""


@pytest.mark.parametrize(
    ("statement", "kind", "rule", "column"),
    [
        ("values (1, null, 'b', 1)", UniqueViolation, "children_pkey", None),
        ("values (2, 7, 'b', 1)", ForeignKeyViolation, "points_to_a_parent", None),
        ("values (2, null, 'b', 0)", CheckViolation, "amount_is_positive", None),
        ("values (2, null, null, 1)", NotNullViolation, None, "name"),
    ],
)
def test_plain_constraints_are_rules_too(
    empty_database: str, statement: str, kind: type, rule: str | None, column: str | None
) -> None:
    error = failure(empty_database, TABLES, f"insert into children {statement}")
    assert type(error) is kind
    assert isinstance(error, RuleViolation)
    assert (error.schema, error.table) == ("public", "children")
    assert error.column == column
    if rule is not None:
        assert error.rule == rule


def test_an_exclusion_is_a_rule_too(empty_database: str) -> None:
    error = failure(
        empty_database,
        TABLES,
        "alter table children drop constraint children_pkey",
        "insert into children values (1, null, 'b', 1, '[4,6)')",
    )
    assert type(error) is ExclusionViolation
    assert error.rule == "periods_do_not_overlap"


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("40001", SerializationFailure),
        ("40P01", Deadlock),
        ("42501", PermissionDenied),
        ("53100", DiskFull),
        ("42P01", StatementFailed),
    ],
)
def test_other_errors(server: EmbeddedServer, sqlstate: str, kind: type) -> None:
    error = failure(server.url(), RAISE.format(sqlstate))
    assert type(error) is kind
    assert error.hint == "Cancel the order instead."


def test_a_missing_privilege_has_a_hint_of_its_own(server: EmbeddedServer) -> None:
    error = failure(server.url(), "set role pg_monitor", "select * from pg_authid")
    assert isinstance(error, PermissionDenied)
    assert "Ask the owner" in str(error)


def test_messages_say_what_to_do() -> None:
    assert "groundplan apply" in str(NotInstalled("shop"))
    error = BadFile("orders.csv", 3, "quantity", "-1 is not a quantity")
    assert str(error) == "orders.csv, row 3, column quantity: -1 is not a quantity"
    assert (error.file, error.row, error.column) == (Path("orders.csv"), 3, "quantity")
    assert str(BadFile("orders.csv", None, None, "is empty")) == "orders.csv: is empty"
