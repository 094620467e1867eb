"""What apply refuses: one sentence with the reason, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from psycopg import sql

from groundplan.compose import Plan
from groundplan.database import EmbeddedServer, connect, drop_database
from groundplan.errors import (
    GroundplanError,
    LocaleProblem,
    NotInstalled,
    PermissionDenied,
    UnknownSchema,
    WrongEncoding,
)
from groundplan.installation import (
    OtherVersion,
    TenancyIsFixed,
    apply,
    installation_status,
    installed_modules,
    plan_for,
    require_installed,
)
from groundplan.installation.refusals import TableInUse
from tests.conftest import by_superuser
from tests.installation.conftest import Connection
from tests.installation.test_apply import our_schemas


def test_a_schema_that_is_not_ours(empty: Connection, plan: Plan) -> None:
    empty.execute("create schema sales; create table sales.mine ()")
    with pytest.raises(UnknownSchema, match="schema sales that Groundplan did not make") as caught:
        apply(empty, plan)
    assert "rename" in (caught.value.hint or "")
    assert our_schemas(empty) == {"sales"}


def test_a_schema_that_was_restored_in_part(empty: Connection, plan: Plan) -> None:
    empty.execute("create schema sales; comment on schema sales is 'Groundplan: sales'")
    with pytest.raises(UnknownSchema, match="does not list it"):
        apply(empty, plan)


def test_tables_of_another_version(installed: Connection, plan: Plan) -> None:
    installed.execute(
        "update core.installed_modules set state_digest = 'x', version = '0.0.1'\n"
        "where module = 'crm'"
    )
    with pytest.raises(OtherVersion, match=r"tables of crm were made by Groundplan 0\.0\.1"):
        apply(installed, plan)


def test_a_module_of_another_version(installed: Connection, plan: Plan) -> None:
    installed.execute(
        "insert into core.installed_modules (module, version, state_digest, tenancy)\n"
        "values ('astrology', '9', 'x', 'single')"
    )
    for act in (
        lambda: apply(installed, plan),
        lambda: plan_for(installed_modules(installed)),
        lambda: require_installed(installed),
    ):
        with pytest.raises(OtherVersion, match="module astrology"):
            act()


def test_another_tenancy(installed: Connection) -> None:
    with pytest.raises(TenancyIsFixed, match="made for a single company"):
        apply(installed, plan_for(installed_modules(installed), tenancy="multi"))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ("encoding 'SQL_ASCII' locale 'C'", WrongEncoding, "encoded in SQL_ASCII"),
        ("encoding 'UTF8' locale_provider libc locale 'C'", LocaleProblem, "does not know that é"),
    ],
)
def test_a_database_that_cannot_compare_text(
    server: EmbeddedServer, plan: Plan, options: str, error: type[GroundplanError], message: str
) -> None:
    name = "groundplan_other_locale"
    with connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create database {name} template template0 {options}".encode())
    try:
        with (
            connect(server.url(name), autocommit=True) as connection,
            pytest.raises(error, match=message),
        ):
            apply(connection, plan)
    finally:
        drop_database(server.url(), name)


@pytest.fixture
def stranger(server: EmbeddedServer, empty: Connection) -> Callable[[str], str]:
    """The URL of a database for a role that is nobody there."""
    name = f"stranger_in_{empty.info.dbname}"
    by_superuser(empty, sql.SQL("create role {} login").format(sql.Identifier(name)).as_string())
    return lambda database: server.url(database, name)


def test_a_role_that_may_not_create_schemas(
    stranger: Callable[[str], str], empty: Connection, plan: Plan
) -> None:
    with (
        connect(stranger(empty.info.dbname), autocommit=True) as connection,
        pytest.raises(PermissionDenied, match="may not create schemas") as caught,
    ):
        apply(connection, plan)
    assert "grant create on database" in (caught.value.hint or "")


def test_a_role_that_does_not_own_the_installation(
    stranger: Callable[[str], str], installed: Connection, plan: Plan
) -> None:
    installed.execute("grant usage on schema core to public")
    installed.execute("grant select on core.installed_modules to public")
    with (
        connect(stranger(installed.info.dbname), autocommit=True) as connection,
        pytest.raises(PermissionDenied, match="belongs to the role groundplan_owner"),
    ):
        apply(connection, plan)


def test_a_table_in_use(installed: Connection, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    module = sys.modules["groundplan.installation.apply"]
    settings: bytes = module._SETTINGS
    monkeypatch.setattr(module, "_SETTINGS", settings.replace(b"'10s'", b"'50ms'"))
    info = installed.info
    other = connect(f"host={info.host} port={info.port} user={info.user} dbname={info.dbname}")
    with other, other.transaction():
        other.execute("lock table sales.orders")
        with pytest.raises(TableInUse, match="has been using a table"):
            apply(installed, plan)
    assert apply(installed, plan).created == ()


def test_an_empty_database_holds_nothing(empty: Connection) -> None:
    assert installed_modules(empty) == ()
    status = installation_status(empty)
    assert (status.modules, status.version, status.pending) == ((), None, {})
    with pytest.raises(NotInstalled, match=empty.info.dbname):
        require_installed(empty)


def test_status_counts_what_waits(installed: Connection, plan: Plan) -> None:
    from groundplan.installation import add_sample_rows, record_verification

    add_sample_rows(installed, plan.modules)
    record_verification(installed, rules=7, violations=1, reports=3, differences=2)
    status = installation_status(installed)
    assert {module.name for module in status.modules} == set(plan.schemas)
    assert status.tenancy == "single"
    # Whether some of it was folded meanwhile is up to chance.
    assert set(status.pending or ()) == {"inventory_movements", "ledger_entries"}
    assert status.last_verification is not None
    assert (status.last_verification.rules, status.last_verification.differences) == (7, 2)
