"""What the application, the report role and the auditor can do, and what nobody gets from it.

Each wall is tried with the others taken down: whoever had temporary tables, or could call what is
private, would still not act with the rights of the owner.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from typing import Any

import psycopg
import pytest

from groundplan.compose import RoleNames, closure, grants, load_modules
from groundplan.database import SUPERUSER, EmbeddedServer, connect, url_as
from groundplan.installation import apply, plan_for, roles_with_too_much
from groundplan.testing import installed
from tests.conftest import as_owner, by_superuser

Connection = psycopg.Connection[Any]
Enter = Callable[[str], Connection]

ROLES = RoleNames(
    app=f"wall_app_{os.getpid()}",
    report=f"wall_report_{os.getpid()}",
    auditor=f"wall_auditor_{os.getpid()}",
)
NAMES = {"app": ROLES.app or "", "report": ROLES.report or "", "auditor": ROLES.auditor or ""}
MODULES = closure(["ecommerce"], load_modules())
SCHEMAS = tuple(module.name for module in MODULES)
SAMPLES = ("core", "catalog", "crm", "inventory", "sales", "fulfillment")
DENIED = "42501"

TYPES = (
    "oid", "text", "date", "uuid", "jsonb", "timestamptz", "int4", "int8", "bool", "name", "bytea",
    "regclass", "regnamespace", "regprocedure", "regtype",
)  # fmt: skip
HOSTILE = "".join(
    f"create function pg_temp.evil(v pg_catalog.{name}) returns pg_catalog.bool"
    " language plpgsql as $$ begin if current_user operator(pg_catalog.<>) session_user then"
    " raise notice 'ran as the owner'; end if; return true; end $$;"
    f"create domain pg_temp.{name} as pg_catalog.{name} check (pg_temp.evil(value));"
    for name in TYPES
)


@pytest.fixture(scope="module")
def url(server: EmbeddedServer) -> Iterator[str]:
    """A database of an owner who is no superuser, with rows in it, and three roles."""
    prepare = "".join(m.text("sample.sql") for n in SAMPLES for m in MODULES if m.name == n)
    with installed("ecommerce", prepare=prepare, url=as_owner(server).url()) as made:
        with connect(made, autocommit=True) as owner:
            by_superuser(owner, *(f"create role {name} login" for name in NAMES.values()))
            owner.execute(grants(MODULES, ROLES).encode())
        yield made
        with connect(made, autocommit=True) as owner:
            by_superuser(owner, *(f"drop owned by {name}" for name in NAMES.values()))
    with connect(server.url("postgres", SUPERUSER), autocommit=True) as superuser:
        for name in NAMES.values():
            superuser.execute(f"drop role {name}".encode())


@pytest.fixture
def owner(url: str) -> Generator[Connection]:
    """The owner, in a transaction that is taken back."""
    with connect(url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def enter(url: str) -> Iterator[Enter]:
    """Call it with "app", "report" or "auditor" for a session in a transaction."""
    opened: list[Connection] = []

    def make(role: str) -> Connection:
        opened.append(connect(url_as(url, NAMES[role])))
        return opened[-1]

    yield make
    for connection in opened:
        connection.rollback()
        connection.close()


def refused(connection: Connection, statement: str) -> str | None:
    """The SQLSTATE; the transaction goes on."""
    try:
        with connection.transaction():
            connection.execute(statement.encode())
    except psycopg.Error as error:
        return error.sqlstate
    return None


def test_the_owner_is_an_ordinary_role(owner: Connection) -> None:
    found = owner.execute(
        "select rolsuper, rolcreaterole, rolbypassrls, rolname = ("
        "    select nspowner::regrole::text from pg_namespace where nspname = 'groundplan')"
        " from pg_roles where rolname = current_user"
    ).fetchone()
    assert found == (False, False, False, True)


# Types of one's own -----------------------------------------------------------------------------


@pytest.fixture
def open_walls(url: str) -> Generator[None]:
    """Temporary tables, the private schema and its functions for everybody: one wall is left."""
    with connect(url, autocommit=True) as owner:
        owner.execute(
            f"grant temporary on database {owner.info.dbname} to public;"
            "grant usage on schema groundplan to public;"
            "grant execute on all functions in schema groundplan to public".encode()
        )
        yield
        owner.execute(
            f"revoke temporary on database {owner.info.dbname} from public;"
            "revoke usage on schema groundplan from public;"
            "revoke execute on all functions in schema groundplan from public".encode()
        )
        assert roles_with_too_much(owner, SCHEMAS) == ()


ACTIONS = (
    "select groundplan.fold_ledger_entries(1)",
    "select groundplan.fold_inventory_movements(1)",
    "update catalog.brands set name = name || ' & sons'",
    "update catalog.products set name = name || '!'",
    "delete from crm.contacts",
    "insert into catalog.categories (name, slug) values ('New', 'new')",
    "select sales.place_order(jsonb_build_array(jsonb_build_object('sku', code, 'quantity', 1)))"
    " from catalog.skus where status = 'active' order by code limit 1",
    "select sales.cancel_order(id, 'test') from sales.orders where status = 'placed'",
    "select inventory.receive_stock(code, 1) from catalog.skus where is_stocked limit 1",
    "update inventory.reservations set status = 'released' where status = 'active'",
    "select * from reporting.metrics_daily",
    "select * from reporting.top_skus('2020-01-01', '2030-01-01', 'EUR')",
    "select * from reporting.customers('2020-01-01', '2030-01-01', 'EUR')",
    "select * from reporting.pending()",
)


@pytest.mark.parametrize("role", NAMES)
def test_types_of_ones_own_never_run_as_the_owner(
    enter: Enter, open_walls: None, role: str
) -> None:
    attacker = enter(role)
    said: list[str] = []
    attacker.add_notice_handler(lambda diagnostic: said.append(diagnostic.message_primary or ""))
    attacker.execute(HOSTILE.encode())
    done = [refused(attacker, action) for action in ACTIONS]
    assert refused(attacker, "set constraints all immediate") is None
    assert said == []
    assert None in done
    if role == "app":
        assert done.count(None) >= 10, done


def test_the_attack_works_where_the_search_path_is_empty(url: str, open_walls: None) -> None:
    """The control: what was wrong, in a function of its own."""
    with connect(url) as owner:
        owner.execute(
            "create function groundplan.unsealed(n integer) returns text language plpgsql"
            " security definer set search_path = '' as $$ begin return n::text; end $$;"
            f"grant execute on function groundplan.unsealed(integer) to {ROLES.report}".encode()
        )
        owner.commit()
        try:
            with connect(url_as(url, NAMES["report"])) as attacker:
                said: list[str] = []
                attacker.add_notice_handler(lambda each: said.append(each.message_primary or ""))
                attacker.execute(HOSTILE.encode())
                attacker.execute("select groundplan.unsealed(1)")
                attacker.rollback()
        finally:
            owner.execute("drop function groundplan.unsealed(integer)")
            owner.commit()
    assert "ran as the owner" in said


def test_every_body_that_looks_names_up_has_its_search_path(owner: Connection) -> None:
    found = owner.execute(
        "select p.oid::regprocedure::text from pg_proc as p"
        " where p.pronamespace::regnamespace::text = any (%s) and p.prosqlbody is null"
        " and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)",
        [list(SCHEMAS)],
    ).fetchall()
    assert found == []


def test_what_runs_as_the_owner_and_can_be_called_is_known(owner: Connection) -> None:
    """Each is justified in docs/security.md."""
    found = owner.execute(
        "select p.oid::regprocedure::text from pg_proc as p"
        " where p.pronamespace::regnamespace::text = any (%s) and p.prosecdef"
        " and p.prorettype <> 'trigger'::regtype and p.pronamespace <> 'groundplan'::regnamespace",
        [list(SCHEMAS)],
    ).fetchall()
    assert {name.split("(")[0] for (name,) in found} == {
        "core.no_tenant",
        "core.reporting_tenant_id",
        "inventory.post_movement",
        "reporting.customers",
        "reporting.pending",
        "reporting.top_skus",
    }


# As it is granted -------------------------------------------------------------------------------


def test_nobody_holds_too_much(owner: Connection) -> None:
    assert roles_with_too_much(owner, SCHEMAS) == ()


@pytest.mark.parametrize("role", NAMES)
def test_nobody_makes_anything_of_his_own_here(enter: Enter, owner: Connection, role: str) -> None:
    intruder = enter(role)
    tables = owner.execute(
        "select oid::regclass::text from pg_class where relkind in ('r', 'p')"
        " and relnamespace::regnamespace::text = any (%s)",
        [list(SCHEMAS)],
    ).fetchall()
    assert len(tables) > 50
    for (table,) in tables:
        for statement in (
            f"create trigger mine after insert on {table}"
            " for each statement execute function suppress_redundant_updates_trigger()",
            f"truncate {table}",
            f"alter table {table} disable trigger all",
            f"create rule mine as on insert to {table} do also nothing",
        ):
            assert refused(intruder, statement) == DENIED, statement
    for schema in SCHEMAS:
        for statement in (
            f"create table {schema}.mine ()",
            f"create view {schema}.mine as select 1 as one",
            f"create function {schema}.mine() returns integer language sql return 1",
            f"create domain {schema}.mine as integer",
            f"alter schema {schema} owner to {NAMES[role]}",
        ):
            assert refused(intruder, statement) == DENIED, statement


@pytest.mark.parametrize("role", NAMES)
@pytest.mark.parametrize(
    "statement",
    [
        "create temporary table mine ()",
        "set role groundplan_owner",
        "set session authorization groundplan_owner",
        "set session_replication_role = replica",
        "create role helper",
        "select * from groundplan.sales_daily_base",
        "select groundplan.fold()",
        "select groundplan.fold_ledger_entries(1)",
        "select groundplan.rebuild_ledger_entries()",
        "select groundplan.prepare_catalog(1)",
        "select groundplan.post_cancellation(null, now())",
        "select core.create_tenant('Mine')",
        "select core.keep_old_rows()",
        "insert into core.role_tenants values (session_user, 1)",
        "update core.installed_modules set version = '9'",
    ],
)
def test_nobody_reaches_what_the_owner_keeps(enter: Enter, role: str, statement: str) -> None:
    assert refused(enter(role), statement) == DENIED


@pytest.mark.parametrize("role", NAMES)
def test_our_trigger_functions_are_not_for_tables_of_ones_own(
    url: str, enter: Enter, role: str
) -> None:
    with connect(url, autocommit=True) as owner:
        owner.execute(
            f"create schema mine; create table mine.rows (like sales.refunds);"
            f"grant all on schema mine to {NAMES[role]}; grant all on mine.rows to {NAMES[role]}"
            "".encode()
        )
        intruder = enter(role)
        try:
            functions = owner.execute(
                "select oid::regproc::text from pg_proc where prorettype = 'trigger'::regtype"
                " and pronamespace::regnamespace::text = any (%s)",
                [list(SCHEMAS)],
            ).fetchall()
            assert len(functions) > 100
            for (function,) in functions:
                statement = (
                    "create trigger mine after insert on mine.rows referencing new table as"
                    f" new_rows for each statement execute function {function}()"
                )
                assert refused(intruder, statement) == DENIED, function
            assert (
                refused(intruder, "create table mine.child (id uuid references sales.orders (id))")
                == DENIED
            )
        finally:
            owner.execute("drop schema mine cascade")


@pytest.mark.parametrize("role", ["app", "report"])
@pytest.mark.parametrize(
    "call",
    [
        "reporting.top_skus('2020-01-01', '2030-01-01', 'EUR', 'units; drop table sales.orders')",
        "reporting.top_skus('infinity', '-infinity', '', null, -1)",
        "reporting.top_skus('2020-01-01', '2030-01-01', '''; select 1 --', 'units', 2147483647)",
        "reporting.customers('2020-01-01', '2030-01-01', '''; drop schema sales cascade --', '%')",
        "reporting.customers(null, null, null, null)",
        "inventory.post_movement(null)",
        "inventory.post_movement(jsonb_populate_record(null::inventory.inventory_movements,"
        ' \'{"kind": "issue", "quantity": "NaN", "tenant_id": 2}\'))',
        "inventory.post_movement(jsonb_populate_record(null::inventory.inventory_movements,"
        ' \'{"kind": "'
        '; drop table sales.orders; --", "quantity": 1}\'))',
    ],
)
def test_hostile_arguments_get_nothing(
    enter: Enter, owner: Connection, role: str, call: str
) -> None:
    before = owner.execute("select count(*), sum(on_hand) from inventory.stock_levels").fetchone()
    owner.rollback()
    caller = enter(role)
    state = refused(caller, f"select * from {call}")
    assert state is None or state == DENIED or state[:2] in ("22", "23"), state
    caller.rollback()
    after = owner.execute("select count(*), sum(on_hand) from inventory.stock_levels").fetchone()
    assert after == before


# The grants, again ------------------------------------------------------------------------------


def test_the_grants_take_back_what_is_too_much(owner: Connection) -> None:
    app, report = ROLES.app, ROLES.report
    owner.execute(
        f"grant all on all tables in schema sales, catalog to {app} with grant option;"
        f"grant all on schema groundplan to {app}; grant usage on schema groundplan to public;"
        f"grant select on groundplan.sales_daily_base to {report};"
        f"grant trigger on catalog.skus to public; grant create on schema sales to {app};"
        f"grant execute on function core.create_tenant to {app};"
        f"grant execute on function groundplan.fold to {report};"
        f"grant execute on function sales.post_order to {app};"
        f"grant temporary on database {owner.info.dbname} to public".encode()
    )
    found = {
        (each.role, each.object, each.privilege) for each in roles_with_too_much(owner, SCHEMAS)
    }
    assert found >= {
        (app, "catalog.brands", "TRIGGER"),
        ("public", "catalog.skus", "TRIGGER"),
        ("public", "schema groundplan", "USAGE"),
        (app, "schema sales", "CREATE"),
        (report, "groundplan.sales_daily_base", "SELECT"),
        (report, "function groundplan.fold(text,integer)", "EXECUTE"),
        (app, "function sales.post_order()", "EXECUTE"),
        (app, f"database {owner.info.dbname}", "TEMPORARY"),
    }
    owner.execute(grants(MODULES, ROLES).encode())
    assert roles_with_too_much(owner, SCHEMAS) == ()
    held = owner.execute(
        "select has_function_privilege(%s, 'core.create_tenant(text,text,text)', 'execute'),"
        " has_table_privilege(%s, 'sales.orders', 'truncate'),"
        " has_table_privilege(%s, 'sales.orders', 'references'),"
        " has_table_privilege(%s, 'sales.orders', 'insert')",
        [app] * 4,
    ).fetchone()
    assert held == (False, False, False, True)


def test_who_does_not_own_the_database_is_told_about_temporary_tables(url: str) -> None:
    said: list[str] = []
    with connect(url) as owner:
        base = owner.info.dbname
        by_superuser(owner, f"alter database {base} owner to {SUPERUSER}")
        try:
            by_superuser(owner, f"grant temporary on database {base} to public")
            owner.add_notice_handler(lambda each: said.append(each.message_hint or ""))
            owner.execute(grants(MODULES, ROLES).encode())
            owner.rollback()
        finally:
            by_superuser(
                owner,
                f"alter database {base} owner to groundplan_owner",
                f"revoke temporary on database {base} from public",
            )
    assert len(said) == 3
    assert f'revoke temporary on database {base} from public, "{ROLES.app}";' in said[0]


def test_what_apply_makes_later_is_nobodys(url: str) -> None:
    with connect(url, autocommit=True) as owner:
        owner.execute("drop function sales.require_order(uuid)")
        apply(owner, plan_for((), ["ecommerce"]))
        assert roles_with_too_much(owner, SCHEMAS) == ()
        callers = "select has_function_privilege(%s, 'sales.require_order(uuid)', 'execute')"
        assert owner.execute(callers, [ROLES.app]).fetchone() == (False,)
        owner.execute(grants(MODULES, ROLES).encode())
        assert owner.execute(callers, [ROLES.app]).fetchone() == (True,)
