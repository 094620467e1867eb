"""Constraints, indexes and NOT NULL are put back; rows that stand in the way are named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groundplan.database import EmbeddedServer, connect, template_database
from groundplan.installation import add_sample_rows, apply, plan_for
from groundplan.proof import drift_of, put_back_constraints
from tests.conftest import by_superuser
from tests.proof.conftest import Connection

PLAN = plan_for((), ["sales"])


@pytest.fixture
def shop_of_ours(
    server: EmbeddedServer, clone: Callable[[str | None], str]
) -> Callable[[], Connection]:
    def build(url: str) -> None:
        with connect(url, autocommit=True) as connection:
            apply(connection, PLAN)
            add_sample_rows(connection, PLAN.modules)

    template = template_database(server.url(), f"restoring {PLAN.text()}", build)
    return lambda: connect(clone(template), autocommit=True)


def names(connection: Connection) -> set[str]:
    return {fault.finding.place.name for fault in drift_of(connection, PLAN).faults}


def test_all_that_is_gone_comes_back(shop_of_ours: Callable[[], Connection]) -> None:
    with shop_of_ours() as connection:
        connection.execute("""
            alter table sales.orders drop constraint orders_pkey cascade;
            alter table sales.orders drop constraint order_currency_is_pinned_to_its_lines cascade;
            alter table sales.orders alter column number drop not null;
            alter table sales.orders alter column created_at drop default;
            drop index sales.order_idempotency_key_is_unique;
            alter table core.currencies drop constraint currency_code_is_three_capitals,
                add constraint currency_code_is_three_capitals check (true);
            alter table reporting.verifications set unlogged;
            alter table core.currencies disable trigger user;
            delete from core.currencies where code = 'XPF';
            delete from reporting.calendar where day = '2024-02-29';
            alter table core.currencies enable trigger user;
        """)
        by_superuser(connection, "alter table core.addresses disable trigger all")
        assert len(names(connection)) > 8
        told = {str(each.place): each.says for each in apply(connection, PLAN).put_back}
        assert told["row XPF of core.currencies"] == "is missing"
        assert told["year 2024 of reporting.calendar"] == "lacks 2024-02-29"
        done = put_back_constraints(connection, PLAN, None)
        assert [each.problem for each in done if each.problem] == []
        assert names(connection) == set()
        assert put_back_constraints(connection, PLAN, None) == []


def test_rows_that_stand_in_the_way_are_named(shop_of_ours: Callable[[], Connection]) -> None:
    with shop_of_ours() as connection:
        connection.execute("""
            alter table core.currencies drop constraint currency_code_is_three_capitals;
            insert into core.currencies (code, numeric_code, name, minor_units)
            values ('zz', '001', 'Z', 2);
            alter table core.countries alter column name drop not null;
            insert into core.countries (code, alpha3_code, numeric_code)
            values ('XX', 'XXX', '001');
        """)
        tried = put_back_constraints(connection, PLAN, None)
        done = {each.finding.place.name: each for each in tried}
        assert done["currency_code_is_three_capitals"].sample_ids == ("zz",)
        assert done["currency_code_is_three_capitals"].for_new_rows
        assert done["name"].sample_ids == ("XX",)
        assert not done["name"].for_new_rows
        assert names(connection) == {"currency_code_is_three_capitals", "name"}
        # The check already refuses new rows, and what helped to find out is gone.
        left = connection.execute(
            "select count(*) from pg_constraint where conname = 'groundplan_not_null'"
        ).fetchone()
        assert left == (0,)
        by_superuser(
            connection,
            "set session_replication_role = replica",
            "delete from core.currencies where code = 'zz'",
            "delete from core.countries where code = 'XX'",
        )
        put_back_constraints(connection, PLAN, None)
        assert names(connection) == set()


def test_a_key_that_has_doubles_stays_out_and_says_which(
    shop_of_ours: Callable[[], Connection],
) -> None:
    with shop_of_ours() as connection:
        connection.execute("alter table sales.orders drop constraint order_number_is_unique")
        by_superuser(
            connection,
            "set session_replication_role = replica",
            "update sales.orders set number = 'twice'",
        )
        (done,) = put_back_constraints(connection, PLAN, None)
        assert "twice" in done.problem
        assert not done.for_new_rows


RENAMED = (
    ("constraint", "orders_pkey", "sales.orders"),
    ("constraint", "order_number_is_unique", "sales.orders"),
    ("constraint", "order_item_belongs_to_an_order_in_its_currency", "sales.order_items"),
    ("constraint", "currency_code_is_three_capitals", "core.currencies"),
    ("index", "order_idempotency_key_is_unique", "sales.orders"),
)


def test_what_was_renamed_has_its_name_again_and_is_there_once(
    shop_of_ours: Callable[[], Connection],
) -> None:
    with shop_of_ours() as connection:
        for kind, name, table in RENAMED:
            connection.execute(
                f"alter index sales.{name} rename to renamed_{name}".encode()
                if kind == "index"
                else f"alter table {table} rename constraint {name} to renamed_{name}".encode()
            )
        assert names(connection) == {name for _, name, _ in RENAMED}
        done = put_back_constraints(connection, PLAN, None)
        assert [each.problem for each in done] == [""] * len(RENAMED)
        drift = drift_of(connection, PLAN)
        assert (drift.faults, drift.notes) == ((), ())


def test_a_key_of_yours_in_the_way_is_named_with_what_to_do(
    shop_of_ours: Callable[[], Connection],
) -> None:
    with shop_of_ours() as connection:
        connection.execute("""
            alter table sales.refunds drop constraint refunds_pkey cascade;
            alter table sales.refunds add constraint mine primary key (id, tenant_id);
            alter table sales.orders drop constraint orders_pkey cascade;
            alter table sales.orders add constraint orders_pkey primary key (tenant_id, id);
            create table public.notes (tenant_id integer, order_id uuid,
                constraint note_of_an_order foreign key (tenant_id, order_id)
                    references sales.orders (tenant_id, id));
            drop index sales.order_idempotency_key_is_unique;
            create table sales.order_idempotency_key_is_unique ();
        """)
        tried = {
            each.finding.place.name: each.problem
            for each in put_back_constraints(connection, PLAN, None)
        }
        assert (
            "is named order_idempotency_key_is_unique" in tried["order_idempotency_key_is_unique"]
        )
        connection.execute("drop table sales.order_idempotency_key_is_unique")
        for key in ("refunds_pkey", "orders_pkey"):
            connection.execute(tried[key].partition("again: ")[2].encode())
        put_back_constraints(connection, PLAN, None)
        assert names(connection) == set()
        kept = connection.execute("select to_regclass('public.notes') is not null").fetchone()
        assert kept == (True,)
