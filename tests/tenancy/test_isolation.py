"""Two tenants in one database: neither sees, writes nor refers to a row of the other.

The tables, foreign keys and views come from the catalog: a new one is tested when it is there.
"""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from groundplan.database import connect
from groundplan.testing import refuses
from tests.tenancy.conftest import Connection, Enter
from tests.tenancy.world import ROLES, tenant_tables, url_of

HIDDEN = {"core.audit_personal", "core.tree_versions"}
SHARED_WITH_ROLES = {"core.role_tenants"}


def scalar(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def outcome(connection: Connection, statement: str) -> str:
    """SQLSTATE of the refusal, or how many rows it reached; always taken back."""
    try:
        with connection.transaction(force_rollback=True):
            return f"{connection.execute(statement.encode()).rowcount} rows"
    except psycopg.Error as error:
        return str(error.sqlstate)


def writable_columns(owner: Connection, table: str) -> str:
    return scalar(
        owner,
        "select string_agg(attname, ', ' order by attnum) from pg_attribute"
        f" where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped"
        " and attgenerated = ''",
    )


def test_there_is_something_to_hide(enter: Enter) -> None:
    """The control of all that follows: both tenants have rows in nearly every table."""
    owner = enter()
    tables = tenant_tables(owner)
    assert len(tables) >= 30
    empty = [
        table
        for table in tables
        if scalar(owner, f"select count(distinct tenant_id) from {table}") < 2
    ]
    # The neighbours have no events, and no role of their own; trees count moves only.
    assert set(empty) <= {"core.outbox_events", "core.role_tenants", "core.tree_versions"}


def test_nobody_sees_a_row_of_another(enter: Enter) -> None:
    owner, app = enter(), enter(ROLES.app, 2)
    seen = {
        table: outcome(app, f"select from {table} where tenant_id is distinct from 2 limit 1")
        for table in tenant_tables(owner)
        if table not in SHARED_WITH_ROLES
    }
    assert {table for table, result in seen.items() if result == "42501"} == HIDDEN
    assert {result for table, result in seen.items() if table not in HIDDEN} == {"0 rows"}
    own = outcome(app, "select from sales.orders")
    assert own != "0 rows"


def test_nobody_changes_or_deletes_a_row_of_another(enter: Enter) -> None:
    owner, app = enter(), enter(ROLES.app, 2)
    for table in tenant_tables(owner):
        for statement in (
            f"update {table} set tenant_id = tenant_id where tenant_id = 1",
            f"delete from {table} where tenant_id = 1",
        ):
            result = outcome(app, statement)
            # No row in reach, no right at all, or a rule that refuses whatever the row.
            assert result in ("0 rows", "42501", "23R02", "23R03", "23R12"), (
                f"{statement}: {result}"
            )


def test_nobody_writes_a_row_for_another(enter: Enter) -> None:
    owner, app = enter(), enter(ROLES.app, 2)
    for table in tenant_tables(owner):
        row = owner.execute(
            f"select to_jsonb(r) from {table} as r where tenant_id = 1 limit 1".encode()
        ).fetchone()
        if row is None:
            continue
        columns = writable_columns(owner, table)
        with pytest.raises(psycopg.Error) as refusal, app.transaction(force_rollback=True):
            app.execute(
                f"insert into {table} ({columns})"
                f" select {columns} from jsonb_populate_record(null::{table}, %s)".encode(),
                [Jsonb(row[0])],
            )
        assert str(refusal.value.sqlstate)[:2] in ("42", "23"), f"{table}: {refusal.value}"
        if table in ("crm.customers", "catalog.skus", "core.addresses"):
            assert refusal.value.sqlstate == "42501"


def test_nobody_gives_a_row_away(enter: Enter) -> None:
    owner, app = enter(), enter(ROLES.app, 2)
    for table in tenant_tables(owner):
        result = outcome(app, f"update {table} set tenant_id = 1")
        assert re.fullmatch(r"0 rows|42501|23\w{3}", result), f"{table}: {result}"
    assert outcome(app, "update crm.customers set tenant_id = 1") == "23R03"


def run_and_take_back(connection: Connection, statement: str) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute(statement.encode())
        connection.execute("set constraints all immediate")


FOREIGN_KEYS = """
    select conname, conrelid::regclass::text, confrelid::regclass::text,
        (select string_agg(quote_ident(attname), ',' order by at)
         from unnest(conkey) with ordinality as k (num, at)
         join pg_attribute on attrelid = conrelid and attnum = num where attname <> 'tenant_id'),
        (select string_agg(quote_ident(attname), ',' order by at)
         from unnest(confkey) with ordinality as k (num, at)
         join pg_attribute on attrelid = confrelid and attnum = num where attname <> 'tenant_id')
    from pg_constraint
    where contype = 'f' and exists (
        select from pg_attribute where attrelid = confrelid and attname = 'tenant_id')
    order by 2, 1"""


def test_nobody_not_even_the_owner_refers_to_a_row_of_another(enter: Enter) -> None:
    """With the maintenance door open, so that only the foreign keys stand in the way."""
    owner = enter(None, 2)
    owner.execute("set groundplan.maintenance = 'trying foreign keys'")
    keys = owner.execute(FOREIGN_KEYS.encode()).fetchall()
    assert len(keys) >= 25
    refused = 0
    for name, child, parent, own, theirs in keys:
        if parent == "core.audit_log":
            continue
        pairs = list(zip(own.split(","), theirs.split(","), strict=True))
        setting = ", ".join(f"{mine} = p.{other}" for mine, other in pairs)
        statement = (
            f"update {child} as c set {setting}"
            f" from (select * from {parent} where tenant_id = 1 order by id limit 1) as p"
            f" where c.id = (select id from {child} where tenant_id = 2 order by id limit 1)"
        )
        with pytest.raises(psycopg.Error) as refusal:
            run_and_take_back(owner, statement)
        assert str(refusal.value.sqlstate).startswith("23"), f"{name}: {refusal.value}"
        refused += refusal.value.diag.constraint_name == name
    # The others were refused by a key or a check that spoke first.
    assert refused >= len(keys) * 2 // 3


def test_the_application_cannot_refer_to_a_row_of_another(enter: Enter) -> None:
    owner, app = enter(), enter(ROLES.app, 2)
    customer = scalar(owner, "select id from crm.customers where tenant_id = 1 limit 1")
    sku = scalar(owner, "select id from catalog.skus where tenant_id = 1 limit 1")
    order = scalar(owner, "select id from sales.orders where tenant_id = 2 and status = 'draft'")
    with refuses("order_customer_belongs_to_the_tenant", app):
        app.execute(
            "insert into sales.orders (customer_id, currency_code) values (%s, 'EUR')", [customer]
        )
    with refuses("order_customer_belongs_to_the_tenant", app):
        app.execute("update sales.orders set customer_id = %s where id = %s", [customer, order])
    with pytest.raises(psycopg.errors.IntegrityError), app.transaction():
        app.execute(
            "insert into sales.order_items (order_id, sku_id, quantity, position)"
            " values (%s, %s, 1, 99)",
            [order, sku],
        )


def test_the_verbs_find_nothing_of_another(enter: Enter) -> None:
    owner, app = enter(), enter(ROLES.app, 2)
    theirs = scalar(owner, "select id from sales.orders where tenant_id = 1 and status = 'placed'")
    for call in (
        "sales.cancel_order(%s, 'x')",
        "sales.refund_order(%s, 1, 'x')",
        "fulfillment.ship_order(%s)",
        "fulfillment.return_items(%s)",
    ):
        with refuses("order_is_known", app):
            app.execute(f"select {call}".encode(), [theirs])
    held = scalar(
        owner, "select id from inventory.reservations where tenant_id = 1 and status = 'active'"
    )
    with refuses("reservation_is_known", app):
        app.execute("select inventory.release(%s)", [held])
    app.rollback()
    assert (
        scalar(owner, f"select status from inventory.reservations where id = '{held}'") == "active"
    )


def views(owner: Connection) -> list[str]:
    rows = owner.execute(
        "select oid::regclass::text from pg_class"
        " where relnamespace = 'reporting'::regnamespace and relkind = 'v' order by 1"
    ).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize("role", ["app", "report"])
def test_reports_show_one_tenant(enter: Enter, role: str) -> None:
    owner, reader = enter(), enter(getattr(ROLES, role), 2)
    shown = 0
    # When all was last verified concerns all tenants, and says nothing of any.
    found = [view for view in views(owner) if view != "reporting.last_verification"]
    assert len(found) >= 20
    for view in found:
        result = outcome(reader, f"select from {view} where tenant_id is distinct from 2 limit 1")
        assert result == "0 rows", view
        shown += outcome(reader, f"select from {view} limit 1") == "1 rows"
    assert shown >= 12
    assert outcome(reader, "select from reporting.top_skus('2000-01-01', '2100-01-01')") != "0 rows"


def test_a_bound_role_stays_with_its_tenant(enter: Enter) -> None:
    owner, reader = enter(), enter(ROLES.report, 2)
    try:
        owner.execute(
            "insert into core.role_tenants (role_name, tenant_id) values (%s, 1)", [ROLES.report]
        )
        owner.commit()
        query = "select distinct tenant_id from reporting.metrics_daily"
        for setting in ("'2'", "'1'", "''", "default"):
            reader.execute(f"set groundplan.tenant_id = {setting}".encode())
            assert reader.execute(query.encode()).fetchall() == [(1,)], setting
        with pytest.raises(psycopg.errors.InsufficientPrivilege), reader.transaction():
            reader.execute("update core.role_tenants set tenant_id = 2")
        reader.rollback()
    finally:
        owner.execute("delete from core.role_tenants where role_name = %s", [ROLES.report])
        owner.commit()
    reader.execute("set groundplan.tenant_id = '2'")
    assert reader.execute(query.encode()).fetchall() == [(2,)]


@pytest.mark.parametrize(
    "statement",
    [
        "select * from sales.orders",
        "insert into crm.customers (display_name) values ('Nobody')",
        "update catalog.skus set name = 'x'",
        "delete from crm.contacts",
        "select sales.place_order('[]')",
        "select inventory.receive_stock('CHAIR-S', 1)",
        "select * from reporting.metrics_daily",
        "select * from core.tenants",
    ],
)
@pytest.mark.parametrize("tenant", [None, "", "two", "1; drop table x"])
def test_without_a_tenant_nothing_is_read_or_written(
    multi_url: str, statement: str, tenant: str | None
) -> None:
    with connect(url_of(multi_url, ROLES.app)) as app:
        _refuses_without_a_tenant(app, statement, tenant)


def _refuses_without_a_tenant(connection: Connection, statement: str, tenant: str | None) -> None:
    if tenant is not None:
        connection.execute("select set_config('groundplan.tenant_id', %s, false)", [tenant])
    with pytest.raises(psycopg.errors.IntegrityError) as refused:
        connection.execute(statement.encode())
    assert refused.value.sqlstate == "23R13"
    assert refused.value.diag.constraint_name == "tenant_is_set"
    assert "set_config('groundplan.tenant_id'" in (refused.value.diag.message_hint or "")
    detail = refused.value.diag.message_detail or ""
    assert (f"'{tenant}' was given" in detail) if tenant else ("is empty" in detail)


@pytest.mark.parametrize("role", [ROLES.report, ROLES.auditor], ids=["report", "auditor"])
@pytest.mark.parametrize("tenant", [None, "two", "1.5", "99999999999"])
def test_readers_are_told_that_no_tenant_is_set(
    multi_url: str, role: str, tenant: str | None
) -> None:
    with connect(url_of(multi_url, role)) as reader:
        _refuses_without_a_tenant(reader, "select * from reporting.metrics_daily", tenant)


def test_a_reader_is_told_what_a_report_cannot_be_asked(enter: Enter) -> None:
    for role in (ROLES.report, ROLES.auditor):
        reader = enter(role, 1)
        for rule, call in (
            ("report_names_its_period_and_length", "(null, '2026-01-01', 'EUR')"),
            ("ranking_is_known", "('2026-01-01', '2026-01-31', 'EUR', 'beauty')"),
        ):
            with refuses(rule, reader):
                reader.execute(f"select * from reporting.top_skus{call}".encode())


VERBS_OF_A_TENANT = (
    """select sales.place_order('[{"sku": "CHAIR-S", "quantity": 1}]')""",
    "select sales.cancel_order(core.new_id(), 'a mistake')",
    "select sales.refund_order(core.new_id(), 1, 'a dent')",
    "select inventory.receive_stock('CHAIR-S', 1)",
    "select inventory.adjust_stock('CHAIR-S', 1, 'found')",
    "select inventory.transfer_stock('CHAIR-S', 1, 'MAIN', 'TRANSIT')",
    "select inventory.reserve('CHAIR-S', 1)",
    "select fulfillment.ship_order(core.new_id())",
    "select fulfillment.return_items(core.new_id())",
)


@pytest.mark.parametrize("call", VERBS_OF_A_TENANT)
def test_a_verb_says_that_the_tenant_does_not_exist(enter: Enter, call: str) -> None:
    app = enter(ROLES.app, 99)
    with refuses("tenant_is_known", app):
        app.execute(call.encode())


def test_a_tenant_that_does_not_exist_has_nothing(enter: Enter) -> None:
    app = enter(ROLES.app, 99)
    assert outcome(app, "select from sales.orders") == "0 rows"
    with refuses("customers_tenant_id_fkey", app):
        app.execute("insert into crm.customers (display_name) values ('Nobody')")


def test_new_tenants_begin_with_what_they_need(enter: Enter) -> None:
    owner = enter()
    tenant = scalar(owner, "select core.create_tenant('Another', 'CHF', 'Europe/Zurich')")
    assert (
        scalar(owner, f"select count(*) from inventory.locations where tenant_id = {tenant}") == 5
    )
    assert (
        scalar(owner, f"select count(*) from catalog.sales_channels where tenant_id = {tenant}")
        == 1
    )
    assert (
        scalar(owner, f"select count(*) from fulfillment.return_reasons where tenant_id = {tenant}")
        == 4
    )


def test_a_single_company_never_mentions_the_tenant(single_url: str) -> None:
    with connect(url_of(single_url, ROLES.app)) as app:
        for statement in (
            "insert into catalog.products (name, slug) values ('Mug', 'mug')",
            "insert into catalog.skus (product_id, code, name, unit_price)"
            " select id, 'MUG', 'Mug', 10 from catalog.products",
            "select inventory.receive_stock('MUG', 5)",
            """select sales.place_order('[{"sku": "MUG", "quantity": 2}]')""",
            "select fulfillment.ship_order(id) from sales.orders",
            "select fulfillment.return_items(id) from sales.orders",
        ):
            app.execute(statement.encode())
        row = app.execute(
            "select orders, gross_sales, returns from reporting.metrics_daily"
        ).fetchone()
        assert row == (1, 20, 20)
        assert scalar(app, "select current_setting('groundplan.tenant_id', true)") in (None, "")
        assert scalar(app, "select count(*) from pg_class where relrowsecurity") == 0
        app.rollback()
