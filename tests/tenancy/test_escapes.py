"""Ways out of the application's role, tried one by one: a right it lacks, or a rule, stops each."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import pytest

from groundplan.database import connect
from tests.tenancy.conftest import Connection, Enter
from tests.tenancy.world import ROLES, url_of

DENIED = "42501"
"""No right, or a row that row security does not let through."""


@dataclass(frozen=True)
class Attempt:
    """Statements of which the last must be stopped, by SQLSTATE or by the rule of this name."""

    aim: str
    statements: tuple[str, ...]
    stopped_by: str = DENIED


def denied(*statements: str) -> list[Attempt]:
    """Attempts of one statement each that fail for want of a right."""
    return [Attempt(statement, (statement,)) for statement in statements]


KEPT = (
    "sales.ledger_entries",
    "sales.order_status_history",
    "inventory.stock_levels",
    "core.audit_log",
    "fulfillment.order_item_fulfillments",
)
DOOR = "set groundplan.maintenance = 'let me in'"
RESTORE = "set groundplan.maintenance = 'restore'"
LEDGER_COLUMNS = (
    "tenant_id, order_id, kind, channel_code, currency_code, business_date, order_date, posted_at,"
    " exchange_rate"
)
MOVE = (
    "insert into inventory.inventory_movements"
    " (sku_id, source_location_id, destination_location_id, kind, quantity)"
    " select sku.id, a.id, b.id, '{kind}', 1 from catalog.skus as sku, inventory.locations as a,"
    " inventory.locations as b where sku.code = 'CHAIR-S' and a.code = '{a}' and b.code = '{b}'"
)
POST = (
    "select inventory.post_movement(jsonb_populate_record(null::inventory.inventory_movements,"
    " jsonb_build_object('kind', '{kind}', 'quantity', 1, 'sku_id', sku.id,"
    " 'source_location_id', a.id, 'destination_location_id', b.id)))"
    " from catalog.skus as sku, inventory.locations as a, inventory.locations as b"
    " where sku.code = 'CHAIR-S' and a.code = '{a}' and b.code = '{b}'"
)
PLACED = "(select id from sales.orders where status = 'placed' order by number limit 1)"

STRUCTURE = denied(
    *(
        f"{command} {table}"
        for table in ("sales.orders", "sales.order_items", "crm.customers", *KEPT)
        for command in ("truncate", "drop table")
    ),
    "alter table sales.orders add column x_mine text",
    "alter table sales.orders disable trigger all",
    "alter table sales.orders disable trigger user",
    "alter table sales.ledger_entries disable trigger t10_ledger_is_append_only",
    "alter table sales.orders disable row level security",
    "alter table sales.orders drop constraint order_number_is_unique",
    "alter table sales.orders owner to current_user",
    "drop trigger t10_ledger_is_append_only on sales.ledger_entries",
    "drop policy orders_of_one_tenant on sales.orders",
    "alter policy orders_of_one_tenant on sales.orders using (true)",
    "create policy everything on sales.orders using (true)",
    "create rule quiet as on delete to sales.orders do instead nothing",
    "create trigger t00_mine before insert on sales.orders"
    " for each row execute function suppress_redundant_updates_trigger()",
    "create index mine on sales.orders (note)",
    "create table sales.mine ()",
    "create schema mine",
    "create function core.maintenance_reason2() returns text language sql return 'x'",
    "create or replace function core.current_tenant_id() returns integer language sql return 1",
    "drop function core.maintenance_reason()",
    "alter function core.current_tenant_id() rename to something_else",
    "alter sequence sales.order_numbers restart with 1",
    "comment on table sales.orders is 'mine now'",
    "reindex table sales.orders",
)

POWER = denied(
    "set session_replication_role = replica",
    "alter role current_user bypassrls",
    "alter role current_user superuser",
    "create role helper",
    "set role postgres",
    "set session authorization postgres",
    "create extension dblink",
    "copy sales.orders to program 'cat'",
    "copy crm.customers to '/tmp/customers'",
    "select pg_read_file('/etc/passwd')",
    "select lo_import('/etc/passwd')",
    "select * from pg_authid",
    "set log_statement = 'all'",
    "load 'auto_explain'",
)

WRITES = [
    *denied(
        *(f"insert into {table} default values" for table in KEPT),
        *(f"update {table} set tenant_id = tenant_id" for table in KEPT),
        *(f"delete from {table}" for table in KEPT),
        "select * from core.audit_personal",
        "select * from core.tree_versions",
        "update core.tree_versions set version = 0",
        "insert into core.role_tenants values (session_user, 1)",
        "delete from core.installed_modules",
        "update core.currencies set minor_units = 4",
        "delete from core.countries",
        "update sales.refunds set merchandise_amount = 0",
        "delete from sales.refunds",
        "update inventory.inventory_movements set quantity = 1",
        "delete from inventory.inventory_movements",
        "select * from groundplan.ledger_entries_delta",
        "insert into core.tenants (id, name) values (77, 'Mine')",
        "select core.create_tenant('Mine')",
    ),
    Attempt(
        "a receipt of its own",
        (MOVE.format(kind="receipt", a="SUPPLIER", b="MAIN"),),
        "movement_of_this_kind_comes_from_its_verb",
    ),
    Attempt(
        "an issue of its own",
        (MOVE.format(kind="issue", a="MAIN", b="CUSTOMER"),),
        "movement_of_this_kind_comes_from_its_verb",
    ),
    Attempt(
        "a return of its own",
        (MOVE.format(kind="return", a="CUSTOMER", b="MAIN"),),
        "movement_of_this_kind_comes_from_its_verb",
    ),
    Attempt(
        "an issue through what the verbs call",
        (POST.format(kind="issue", a="MAIN", b="CUSTOMER"),),
        "movement_of_this_kind_comes_from_its_verb",
    ),
    Attempt(
        "a return through what the verbs call",
        (POST.format(kind="return", a="CUSTOMER", b="MAIN"),),
        "movement_of_this_kind_comes_from_its_verb",
    ),
    Attempt(
        "the ledger through a function of the database",
        (f"select groundplan.post_cancellation({PLACED}, now())",),
    ),
    Attempt(
        "the ledger through a trigger on a table of its own",
        (
            "create temporary table fake (like sales.refunds including generated)",
            "create trigger post after insert on fake referencing new table as new_rows"
            " for each statement execute function sales.post_refund()",
        ),
    ),
    Attempt(
        "an order's ledger through a trigger on a table of its own",
        (
            "create temporary table fake (like sales.orders)",
            "create trigger post after update on fake"
            " for each row execute function sales.post_order()",
        ),
    ),
    Attempt(
        "the audit log through a trigger on a table of its own",
        (
            "create temporary table fake (tenant_id integer, id uuid)",
            "create trigger keep after delete on fake referencing old table as old_rows"
            " for each statement execute function core.keep_old_rows()",
        ),
    ),
    Attempt(
        "stock through a trigger on a table of its own",
        (
            "create temporary table fake (like inventory.reservations)",
            "create trigger hold after insert on fake referencing new table as new_rows for each"
            " statement execute function"
            " inventory.stock_allocated_is_the_sum_of_reservations_insert()",
        ),
    ),
]

DOORS = [
    Attempt(
        "frozen terms through the door",
        (DOOR, f"update sales.orders set shipping_amount = 0.5 where id = {PLACED}"),
        "placed_orders_keep_their_terms",
    ),
    Attempt(
        "frozen lines through the door",
        (DOOR, f"update sales.order_items set unit_price = 0 where order_id = {PLACED}"),
        "lines_of_placed_orders_are_frozen",
    ),
    Attempt(
        "the way back through the door",
        (DOOR, f"update sales.orders set status = 'draft' where id = {PLACED}"),
        "order_status_follows_its_path",
    ),
    Attempt(
        "a fulfilled order that was never sent",
        (DOOR, f"update sales.orders set status = 'fulfilled' where id = {PLACED}"),
        "fulfilled_order_has_been_sent",
    ),
    Attempt(
        "a total through the door",
        (DOOR, f"update sales.orders set items_net_amount = 0 where id = {PLACED}"),
        "order_totals_are_the_sum_of_its_lines",
    ),
    Attempt(
        "a refund counter through the door",
        (DOOR, f"update sales.orders set refunded_amount = 0.01 where id = {PLACED}"),
        "refunded_is_never_above_the_order_total",
    ),
    Attempt(
        "an unknown channel through the door",
        (DOOR, "insert into sales.orders (currency_code, channel_code) values ('EUR', 'none')"),
        "order_channel_is_known",
    ),
    Attempt(
        "an order that begins as placed",
        (DOOR, "insert into sales.orders (currency_code, status) values ('EUR', 'placed')"),
        "order_status_follows_its_path",
    ),
    Attempt(
        "a receipt through the door",
        (DOOR, MOVE.format(kind="receipt", a="SUPPLIER", b="MAIN")),
        "movement_of_this_kind_comes_from_its_verb",
    ),
    Attempt(
        "another tenant through the door",
        (DOOR, "update crm.customers set tenant_id = 1"),
        "customers_of_one_tenant",
    ),
    Attempt(
        "a location that was a warehouse",
        (DOOR, "update inventory.locations set usage = 'customer' where code = 'MAIN'"),
        "locations_keep_their_code_and_usage",
    ),
    Attempt(
        "an oversold SKU while a restore is pretended",
        (RESTORE, "select inventory.reserve('CHAIR-S', 100000)"),
        "stock_is_never_promised_twice",
    ),
    Attempt(
        "a refund without its count while a restore is pretended",
        (RESTORE, f"select sales.refund_order({PLACED}, 1000000, 'free money')"),
        "refunded_is_never_above_the_order_total",
    ),
]

ATTEMPTS = [*STRUCTURE, *POWER, *WRITES, *DOORS]


def stopped(connection: Connection, attempt: Attempt) -> str:
    """What stopped its last statement: rule or SQLSTATE; "nothing" if nothing did."""
    *before, last = attempt.statements
    with connection.transaction(force_rollback=True):
        for statement in before:
            connection.execute(statement.encode())
        try:
            with connection.transaction():
                connection.execute(last.encode())
                connection.execute("set constraints all immediate")
        except psycopg.Error as error:
            return error.diag.constraint_name or str(error.sqlstate)
    return "nothing"


def test_there_are_enough_of_them() -> None:
    assert len(ATTEMPTS) >= 60
    assert len({attempt.aim for attempt in ATTEMPTS}) == len(ATTEMPTS)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.aim[:70])
def test_the_application_does_not_get_out(enter: Enter, attempt: Attempt) -> None:
    assert stopped(enter(ROLES.app, 2), attempt) == attempt.stopped_by


def test_the_owner_would(enter: Enter) -> None:
    """The control: the attempts are real statements, which somebody with the rights can run."""
    owner = enter(None, 2)
    real = [attempt for attempt in (*STRUCTURE, *DOORS) if stopped(owner, attempt) == "nothing"]
    # Rules without a door stop the owner too, and some tables cannot be dropped or emptied alone.
    assert len(real) >= 30


@pytest.mark.parametrize(
    "statement",
    [
        "select * from sales.orders",
        "select * from crm.customers",
        "select * from sales.ledger_entries",
        "select * from core.tenants",
        "select * from groundplan.ledger_entries_delta",
        "insert into sales.orders (currency_code) values ('EUR')",
        "delete from reporting.calendar",
        "create table reporting.mine ()",
        "select sales.place_order('[]')",
    ],
)
def test_the_report_role_reads_reports_only(enter: Enter, statement: str) -> None:
    assert stopped(enter(ROLES.report, 2), Attempt("", (statement,))) == DENIED


def test_the_auditor_reads_everything_and_writes_nothing(enter: Enter) -> None:
    owner, auditor = enter(), enter(ROLES.auditor, 2)
    tables = owner.execute(
        "select oid::regclass::text, relnamespace::regnamespace::text from pg_class"
        " where relkind in ('r', 'v') and relnamespace::regnamespace::text in"
        " ('core', 'catalog', 'crm', 'inventory', 'sales', 'fulfillment')"
    ).fetchall()
    assert len(tables) >= 35
    for table, _ in tables:
        auditor.execute(f"select * from {table} limit 1".encode())
        for statement in (
            f"insert into {table} default values",
            f"delete from {table}",
            f"truncate {table}",
        ):
            assert stopped(auditor, Attempt("", (statement,))) == DENIED, statement
    auditor.execute("select * from reporting.metrics_daily")
    verb = """select sales.place_order('[{"sku": "CHAIR-S", "quantity": 1}]')"""
    assert stopped(auditor, Attempt("", (verb,))) == DENIED


def test_functions_with_the_owners_rights_are_few(enter: Enter) -> None:
    """Whatever an application can call runs with its own rights, but for these."""
    found = enter().execute(
        "select proname from pg_proc where prosecdef and prorettype <> 'trigger'::regtype"
        " and pronamespace::regnamespace::text in ('core', 'catalog', 'crm', 'inventory', 'sales',"
        " 'fulfillment', 'reporting') order by 1"
    )
    assert {name for (name,) in found.fetchall()} == {
        "no_tenant",  # Says why not, and nothing else.
        "post_movement",
        "reporting_tenant_id",
        "top_skus",
        "customers",
        "pending",
    }


def test_nobody_may_use_our_trigger_functions(multi_url: str) -> None:
    with connect(url_of(multi_url, ROLES.app)) as app:
        usable = app.execute(
            "select oid::regprocedure::text from pg_proc where prorettype = 'trigger'::regtype"
            " and pronamespace::regnamespace::text <> 'pg_catalog'"
            " and has_function_privilege(oid, 'execute')"
        ).fetchall()
    assert usable == []


def test_the_door_leaves_its_reason(enter: Enter) -> None:
    """The application writes a reason into the setting in vain: it opens nothing, logs nothing."""
    app = enter(ROLES.app, 2)
    app.execute(DOOR.encode())
    row = app.execute("select core.maintenance_reason(), core.is_restoring()").fetchone()
    assert row == (None, False)
    app.execute("update crm.customers set phone = '1' where number = 'C-1'")
    reason = app.execute(
        "select reason from core.audit_log order by changed_at desc, id desc limit 1"
    ).fetchone()
    assert reason == (None,)
