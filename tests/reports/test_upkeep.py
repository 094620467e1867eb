"""Folding, repairing and rebuilding; isolation levels; publications; roles."""

from __future__ import annotations

import random
from datetime import date

import psycopg
import pytest

from groundplan.compose import RoleNames, closure, grants, load_modules
from groundplan.database import EmbeddedServer, connect
from groundplan.reports import fold, pending, rebuild, repair, verify
from groundplan.testing import installed
from tests.reports.ledger import ROLLUPS, Ledger, assert_exact, entry

TWO_TENANTS = "insert into core.tenants (id, name) values (2, 'Another company')"
DAMAGE = (
    "update groundplan.sales_daily_base set orders = orders + 1",
    "update groundplan.sales_monthly_base set customers = customers + 2, new_customers = 9",
    "update groundplan.sales_monthly_customers set n = n + 1",
    "delete from groundplan.sales_daily_customers",
    "delete from groundplan.sku_sales_yearly_base",
    "insert into groundplan.sku_sales_daily_base (tenant_id, business_date, currency_code, sku_id,"
    " row_count, units) values (1, '2031-01-01', 'EUR', gen_random_uuid(), 3, 1)",
    "delete from groundplan.ledger_entries_delta",
    "insert into groundplan.ledger_entries_delta select * from groundplan.ledger_entries_delta",
)


def _filled(ledger: Ledger) -> None:
    """Some folded, some pending."""
    chance = random.Random(11)
    ledger.fold_only_when_asked()
    ledger.post(*(entry(chance) for _ in range(40)))
    ledger.fold()
    ledger.post(*(entry(chance) for _ in range(20)))


@pytest.mark.parametrize("damage", DAMAGE)
def test_repair_corrects_what_verify_finds(ledger: Ledger, damage: str) -> None:
    _filled(ledger)
    ledger.do(damage)
    found = verify(ledger.connection, ROLLUPS)
    assert found
    assert repair(ledger.connection, ROLLUPS) == found
    assert verify(ledger.connection, ROLLUPS) == []
    assert_exact(ledger)
    while ledger.fold():
        pass
    assert_exact(ledger)


@pytest.mark.parametrize("damage", DAMAGE)
def test_rebuild_counts_again(ledger: Ledger, damage: str) -> None:
    _filled(ledger)
    ledger.do(damage)
    rebuild(ledger.connection, ROLLUPS)
    assert pending(ledger.connection)["ledger_entries"] == 0
    assert verify(ledger.connection, ROLLUPS) == []
    assert_exact(ledger)


def test_a_difference_says_what_is_wrong(ledger: Ledger) -> None:
    given = entry(random.Random(1), day=date(2026, 1, 5), who=1, what=1, channel="web")
    ledger.fold_only_when_asked()
    ledger.post(given)
    ledger.fold()
    ledger.do("update groundplan.sales_daily_base set orders = 5")
    (difference,) = verify(ledger.connection, ROLLUPS)
    assert (difference.report, difference.column) == ("reporting.sales_daily", "orders")
    assert (difference.stored, difference.recomputed) == (5, 1)
    assert dict(difference.group)["business_date"] == date(2026, 1, 5)
    assert str(difference).startswith(
        "reporting.sales_daily.orders is 5 instead of 1 for tenant_id"
    )
    nothing = verify(ledger.connection, ROLLUPS, first=date(2026, 1, 6))
    assert nothing == []
    assert verify(ledger.connection, ROLLUPS, last=date(2026, 1, 5)) == [difference]


def test_fold_empties_the_delta_in_batches(ledger: Ledger) -> None:
    _filled(ledger)
    assert pending(ledger.connection)["ledger_entries"] == 20
    assert fold(ledger.connection, batch=6) == 20
    assert pending(ledger.connection) == {"inventory_movements": 0, "ledger_entries": 0}
    assert fold(ledger.connection) == 0
    assert_exact(ledger)


def test_fold_of_an_unknown_source_is_refused(ledger: Ledger) -> None:
    with pytest.raises(psycopg.IntegrityError, match="'weather'") as refusal:
        ledger.rows("select groundplan.fold('weather')")
    assert refusal.value.sqlstate == "23R14"
    assert refusal.value.diag.constraint_name == "fold_source_is_known"


def test_upkeep_wants_a_connection_that_is_idle(ledger_url: str) -> None:
    with connect(ledger_url) as connection:
        connection.execute("select 1")
        with pytest.raises(RuntimeError, match="no transaction in progress"):
            verify(connection, ROLLUPS)
        connection.rollback()
        assert verify(connection, ROLLUPS) == []
        assert not connection.autocommit


def test_nothing_of_a_removed_order_stays_behind(ledger: Ledger) -> None:
    _filled(ledger)
    ledger.do("delete from sales.ledger_entries")
    ledger.fold()
    for table in ("sales_daily_base", "sales_monthly_customers", "sku_sales_yearly_base"):
        assert ledger.rows(f"select * from groundplan.{table}") == []


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_writers_of_every_isolation_level_are_counted(ledger_url: str, level: str) -> None:
    with Ledger.opened(ledger_url) as one, Ledger.opened(ledger_url) as two:
        for ledger in (one, two):
            ledger.do(f"set default_transaction_isolation = '{level}'")
        chance = random.Random(4)
        with one.connection.transaction(), two.connection.transaction():
            for ledger in (one, two, one, two):
                ledger.post(*(entry(chance, who=1, what=1, channel="web") for _ in range(300)))
        assert verify(one.connection, ROLLUPS) == []
        one.do("set default_transaction_isolation = 'read committed'")
        assert one.fold() > 0
        assert_exact(one)


def test_a_fold_that_fails_does_not_fail_the_writer(ledger: Ledger) -> None:
    ledger.do(
        "alter table groundplan.sales_monthly_base add constraint no_orders check (orders < 0)"
    )
    chance = random.Random(6)
    ledger.load(entry(chance, who=1) for _ in range(4000))
    assert pending(ledger.connection)["ledger_entries"] == 4000
    with pytest.raises(psycopg.errors.CheckViolation):
        ledger.fold()
    ledger.do("alter table groundplan.sales_monthly_base drop constraint no_orders")


def test_a_setting_that_makes_no_sense_does_not_fail_the_writer(ledger: Ledger) -> None:
    ledger.do("set groundplan.fold_batch = 'much'")
    chance = random.Random(6)
    ledger.load(entry(chance) for _ in range(4000))
    assert ledger.rows("select count(*) from sales.ledger_entries") == [(4000,)]


def test_each_tenant_reads_its_own_numbers(server: EmbeddedServer) -> None:
    with (
        installed("sales", tenancy="multi", prepare=TWO_TENANTS, url=server.url()) as url,
        Ledger.opened(url) as ledger,
    ):
        ledger.fold_only_when_asked()
        for tenant, orders in ((1, 3), (2, 5)):
            chance = random.Random(tenant)
            ledger.do(f"set groundplan.tenant_id = {tenant}")
            for _ in range(orders):
                given = entry(chance, who=1, what=1, channel="web")
                ledger.post((tenant, *given[1:]))
        for _ in range(2):
            assert verify(ledger.connection, ROLLUPS) == []
            for tenant, orders in ((1, 3), (2, 5)):
                ledger.do(f"set groundplan.tenant_id = {tenant}")
                assert ledger.rows("select sum(orders) from reporting.metrics_daily") == [(orders,)]
                assert ledger.rows("select distinct tenant_id from reporting.sales_monthly") == [
                    (tenant,)
                ]
            ledger.fold()


def test_traffic_folds_itself(ledger: Ledger) -> None:
    chance = random.Random(8)
    ledger.load(entry(chance) for _ in range(6000))
    assert pending(ledger.connection)["ledger_entries"] == 0, "6,000 rows: certain but for e^-24"
    assert verify(ledger.connection, ROLLUPS) == []
    assert_exact(ledger)


def test_a_published_delta_is_folded(ledger: Ledger) -> None:
    _filled(ledger)
    ledger.do("create publication everything for all tables")
    assert ledger.fold() == 20
    assert_exact(ledger)


def test_a_reader_of_reports_sees_its_tenant_and_no_table_underneath(ledger: Ledger) -> None:
    _filled(ledger)
    ledger.do(
        """
        do $$
        begin
            if not exists (select from pg_roles where rolname = 'reports_reader') then
                create role reports_reader;
            end if;
        end
        $$
        """
    )
    modules = closure(["sales", "inventory"], load_modules())
    ledger.do(grants(modules, RoleNames(report="reports_reader")))
    ledger.do("set role reports_reader")
    try:
        assert ledger.rows("select sum(orders) > 0 from reporting.metrics_monthly") == [(True,)]
        assert ledger.rows(
            "select count(*) > 0 from reporting.top_skus('2026-01-01', '2026-01-31', 'EUR')"
        ) == [(True,)]
        for hidden in ("sales_daily_all_tenants", "sales_daily_base"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ledger.rows(f"select * from groundplan.{hidden}")
    finally:
        ledger.do("reset role")
        ledger.do("drop owned by reports_reader")
