"""A reader bound to one tenant: no predicate, cast or error shows it a row of another.

PostgreSQL may run a condition of the query before the condition of a view. A function that is cheap
then sees every row that the view hides, and a cast that fails prints one. The views come from the
catalog: a new one is tested when it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from groundplan.database import EmbeddedServer, connect
from groundplan.testing import installed
from tests.tenancy.world import ROLES, furnish, make_roles, url_of

Connection = psycopg.Connection[Any]

MARK = "of tenant 1"
"""Stands in every name of the other tenant, and in none of the reader's."""

NAMED = {
    "catalog.products": "name",
    "catalog.skus": "name",
    "catalog.brands": "name",
    "catalog.categories": "name",
    "catalog.sales_channels": "name",
    "crm.customers": "display_name",
    "crm.contacts": "full_name",
    "core.addresses": "city",
    "inventory.locations": "name",
}

READABLE = """
    select class.oid::regclass::text, attribute.attname
    from pg_class as class
    join pg_attribute as attribute on attribute.attrelid = class.oid and attribute.attnum > 0
    where class.relkind = 'v' and class.relnamespace::regnamespace::text !~ '^(pg_|information_)'
      and has_table_privilege(%s, class.oid, 'select')
      and has_schema_privilege(%s, class.relnamespace, 'usage')
      -- A view with the rights of its reader shows nothing that the tables would not.
      and not coalesce('security_invoker=true' = any (class.reloptions), false)
    order by 1, attribute.attnum"""

SPY = """
    create function lair.spy(shown text) returns boolean
        language plpgsql cost 0.0000001
    as $$
    begin
        if shown like '%of tenant 1%' or shown in (select id from lair.foreign_ids) then
            raise exception 'seen: %', shown using errcode = 'P0001';
        end if;
        return true;
    end
    $$"""


DEN: LiteralString = SPY.replace("lair.spy", "den.spy")

PLANNER: tuple[LiteralString, ...] = (
    "select",
    "set local enable_indexscan = off; set local enable_bitmapscan = off",
    "set local enable_seqscan = off; set local enable_hashjoin = off",
)
"""Settings by which a reader looks for a plan that runs its condition first."""


@pytest.fixture(scope="module")
def reader_url(server: EmbeddedServer) -> Iterator[str]:
    """Two furnished tenants; the report role is bound to the second and has a schema of its own."""
    with installed("ecommerce", tenancy="multi", url=server.url()) as url:
        with connect(url, autocommit=True) as owner:
            owner.execute("select core.create_tenant('The neighbour')")
        make_roles(url)
        with connect(url_of(url, ROLES.app), autocommit=True) as app:
            for tenant in (1, 2):
                furnish(app, tenant)
            app.execute("set groundplan.tenant_id = '1'")
            for table, column in NAMED.items():
                app.execute(
                    sql.SQL("update {} set {column} = {column} || {mark}").format(
                        sql.Identifier(*table.split(".")),
                        column=sql.Identifier(column),
                        mark=sql.Literal(f" {MARK}"),
                    )
                )
        with connect(url, autocommit=True) as owner:
            _furnish_lair(owner)
            owner.execute(
                "insert into core.role_tenants (role_name, tenant_id) values (%s, 2)",
                [ROLES.report],
            )
        yield url


def _furnish_lair(owner: Connection) -> None:
    """What a reader who may create functions somewhere brings with it."""
    assert ROLES.report is not None
    owner.execute(
        sql.SQL("create schema lair authorization {}").format(sql.Identifier(ROLES.report))
    )
    owner.execute("create table lair.foreign_ids (id text primary key)")
    tables = owner.execute(
        "select class.oid::regclass::text from pg_class as class"
        " join pg_attribute as attribute on attribute.attrelid = class.oid"
        " where class.relkind = 'r' and attribute.attname = 'tenant_id'"
        " and class.relnamespace::regnamespace::text"
        " in ('catalog', 'crm', 'inventory', 'sales', 'fulfillment')"
    ).fetchall()
    for (table,) in tables:
        owner.execute(
            sql.SQL(
                "insert into lair.foreign_ids select id::text from {} where tenant_id = 1"
            ).format(sql.Identifier(*table.split(".")))
            + sql.SQL(" on conflict do nothing")
        )
    owner.execute(
        sql.SQL("grant select on lair.foreign_ids to {}").format(sql.Identifier(ROLES.report))
    )
    with connect(url_of(_url(owner), ROLES.report), autocommit=True) as reader:
        reader.execute(SPY)


def _url(connection: Connection) -> str:
    return make_conninfo(
        host=connection.info.host,
        port=connection.info.port,
        dbname=connection.info.dbname,
        user=connection.info.user,
    )


def seen_by_spies(reader: Connection) -> dict[str, str]:
    """What a cheap function saw of the other tenant: view.column to value."""
    seen: dict[str, str] = {}
    for view, column in reader.execute(READABLE, [ROLES.report] * 2).fetchall():
        query = sql.SQL("select count(*) from {} where lair.spy({}::text)").format(
            sql.Identifier(*view.split(".")), sql.Identifier(column)
        )
        for settings in PLANNER:
            try:
                with reader.transaction(force_rollback=True):
                    reader.execute(settings)
                    reader.execute(query)
            except psycopg.errors.RaiseException as error:
                seen[f"{view}.{column}"] = str(error)
    return seen


def shown_by_casts(reader: Connection) -> dict[str, str]:
    """What an error of a cast printed of the other tenant: view.column to the message."""
    shown: dict[str, str] = {}
    for view, column in reader.execute(READABLE, [ROLES.report] * 2).fetchall():
        for target in ("integer", "date", "uuid", "jsonb"):
            query = sql.SQL("select count(*) from {} where {}::text::{} is not null").format(
                sql.Identifier(*view.split(".")), sql.Identifier(column), sql.SQL(target)
            )
            try:
                reader.execute(query)
            except psycopg.Error as error:
                if MARK in str(error):
                    shown[f"{view}.{column}"] = str(error)
    return shown


def test_the_reader_reads_its_own_tenant(reader_url: str) -> None:
    """The control: there is something to read, and something to hide, in the views with names."""
    with connect(url_of(reader_url, ROLES.report), autocommit=True) as reader:
        for view in ("skus_wide", "orders_wide", "stock_wide", "customers_wide", "top_skus"):
            (row,) = reader.execute(
                sql.SQL("select count(*), min(tenant_id), max(tenant_id) from {}").format(
                    sql.Identifier("reporting", view)
                )
            ).fetchall()
            assert row[0] > 0
            assert row[1:] == (2, 2)


def test_every_view_that_can_be_read_is_a_barrier(reader_url: str) -> None:
    with connect(reader_url) as owner:
        open_views = owner.execute(
            "select class.oid::regclass::text from pg_class as class"
            " where class.relkind = 'v' and has_table_privilege(%s, class.oid, 'select')"
            " and class.relnamespace::regnamespace::text !~ '^(pg_|information_)'"
            # A view with the rights of its reader shows nothing that the tables would not.
            " and not coalesce(class.reloptions && array['security_barrier=true',"
            "  'security_invoker=true'], false)",
            [ROLES.report],
        ).fetchall()
    assert open_views == []


def test_no_condition_sees_a_row_of_another_tenant(reader_url: str) -> None:
    with connect(url_of(reader_url, ROLES.report), autocommit=True) as reader:
        assert seen_by_spies(reader) == {}


def test_no_error_shows_a_row_of_another_tenant(reader_url: str) -> None:
    with connect(url_of(reader_url, ROLES.report), autocommit=True) as reader:
        assert shown_by_casts(reader) == {}


@pytest.mark.parametrize("setting", ["1", "2", "", "77"])
def test_a_bound_reader_stays_bound_whatever_it_sets(reader_url: str, setting: str) -> None:
    with connect(url_of(reader_url, ROLES.report), autocommit=True) as reader:
        reader.execute("select set_config('groundplan.tenant_id', %s, false)", [setting])
        assert seen_by_spies(reader) == {}
        (row,) = reader.execute("select count(*) from reporting.orders_wide").fetchall()
        assert row[0] > 0


def test_without_barriers_the_same_conditions_see_other_tenants(reader_url: str) -> None:
    """The control: it is the barriers that keep the spies out."""
    with connect(reader_url) as owner:
        views = owner.execute(
            "select oid::regclass::text from pg_class"
            " where relkind = 'v' and 'security_barrier=true' = any (reloptions)"
        ).fetchall()
        for (view,) in views:
            owner.execute(
                sql.SQL("alter view {} reset (security_barrier)").format(
                    sql.Identifier(*view.split("."))
                )
            )
        assert ROLES.report is not None
        owner.execute(
            sql.SQL("set local session authorization {}").format(sql.Identifier(ROLES.report))
        )
        seen = {name.rpartition(".")[0] for name in seen_by_spies(owner)}
        owner.rollback()
    assert len(seen) >= 5


def test_the_application_reads_and_writes_tables_through_policies_first(reader_url: str) -> None:
    """Row security runs before conditions of the query, for every table the application reads."""
    with connect(reader_url, autocommit=True) as owner:
        owner.execute("create schema den")
        owner.execute(DEN)
        owner.execute("grant usage on schema den, lair to public")
        owner.execute("grant select on lair.foreign_ids to public")
    with connect(url_of(reader_url, ROLES.app), autocommit=True) as app:
        app.execute("set groundplan.tenant_id = '2'")
        tables = app.execute(
            "select class.oid::regclass::text from pg_class as class"
            " where class.relkind = 'r' and class.relrowsecurity"
            " and has_table_privilege(class.oid, 'select')"
        ).fetchall()
        assert len(tables) >= 25
        for (table,) in tables:
            app.execute(
                sql.SQL("select count(*) from {} as r where den.spy(r::text)").format(
                    sql.Identifier(*table.split("."))
                )
            )


@pytest.mark.parametrize("number", ["77", "3", "900"])
def test_nobody_makes_a_tenant_by_naming_one_that_does_not_exist(
    reader_url: str, number: str
) -> None:
    with connect(url_of(reader_url, ROLES.app)) as app:
        app.execute("select set_config('groundplan.tenant_id', %s, true)", [number])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("insert into core.tenants (id, name) values (%s, 'Mine')", [int(number)])


def test_the_binding_of_roles_is_the_owners(reader_url: str) -> None:
    for role in (ROLES.app, ROLES.report):
        with (
            connect(url_of(reader_url, role)) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("select role_name from core.role_tenants")
