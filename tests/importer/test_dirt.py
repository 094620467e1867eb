"""A small made-up file with every kind of dirt, and exactly what becomes of it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from groundplan.database import connect
from groundplan.importer import ImportResult, import_online_retail
from groundplan.installation import require_installed
from groundplan.proof import build_register, verify_rules
from groundplan.reports import verify
from groundplan.snapshot import read_snapshot
from tests.importer.conftest import DIRT

SALES = [
    ("10", "2.5"),
    ("10", "2.5"),
    ("4", "1.25"),
    ("1", "18"),
    ("2", "1.65"),
    ("3", "0"),
    ("1", "17.02"),
    ("5", "2.55"),
    ("1", "0"),
    ("1", "2.55"),
    ("1", "1"),
    ("1", "2.55"),
    ("2", "1"),
]
CREDITS = [("15", "2.5"), ("1", "2.5"), ("1", "18"), ("2", "2.6"), ("1", "2.55")]
ADJUSTED = 3

REJECTS = {
    "accounting_entry": (1, "11062.06"),
    "adjustment_of_no_goods": (1, "0"),
    "credit_above_what_was_paid": (1, "-100"),
    "credit_above_what_was_sold": (1, "-12.5"),
    "credit_is_positive": (1, "1"),
    "credit_of_goods_never_sold": (1, "-1"),
    "credit_of_nothing": (1, "0"),
    "credit_without_customer": (1, "-2.5"),
    "credit_without_earlier_sale": (2, "-3.5"),
    "customer_is_no_number": (1, "1"),
    "date_is_no_date": (1, "1"),
    "invoice_of_another_customer": (1, "1"),
    "no_invoice": (1, "1"),
    "no_stock_code": (1, "1"),
    "not_eight_fields": (2, "2"),
    "price_is_negative": (1, "-1"),
    "price_is_no_number": (1, "0"),
    "quantity_is_no_number": (1, "0"),
    "quantity_is_zero": (1, "0"),
    "sale_is_negative": (1, "-1"),
    "too_many_decimals": (2, "-0.999"),
}


def _sum(lines: list[tuple[str, str]]) -> Decimal:
    return sum((Decimal(quantity) * Decimal(price) for quantity, price in lines), Decimal(0))


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def assert_everything_holds(url: str) -> None:
    """No row breaks a rule, and every report says what its source says."""
    with connect(url, autocommit=True) as connection:
        plan = require_installed(connection)
        register = build_register(plan.rules, read_snapshot(connection, plan.schemas))
        assert verify_rules(connection, register) == []
        assert list(verify(connection, plan.rollups)) == []


@pytest.fixture
def loaded(database: str) -> tuple[str, ImportResult]:
    """A database with the small file in it, and what the import said."""
    return database, import_online_retail(DIRT, database)


def test_every_line_and_every_penny_is_accounted_for(loaded: tuple[str, ImportResult]) -> None:
    _, result = loaded
    lines = len(SALES) + len(CREDITS) + ADJUSTED
    rejected = sum(count for count, _ in REJECTS.values())
    assert (result.read, result.loaded, result.rejected, result.duplicates) == (
        lines + rejected,
        lines,
        rejected,
        0,
    )
    amount = sum((Decimal(money) for _, money in REJECTS.values()), Decimal(0))
    assert result.loaded_amount == _sum(SALES) - _sum(CREDITS)
    assert result.rejected_amount == amount
    assert result.source_amount == result.loaded_amount + amount
    assert {reason: (found.lines, found.amount) for reason, found in result.rejects.items()} == {
        reason: (count, Decimal(money)) for reason, (count, money) in REJECTS.items()
    }
    assert (result.orders, result.customers, result.skus) == (6, 3, 8)
    assert (result.returns, result.adjustments) == (3, ADJUSTED)


def test_no_rule_is_broken_and_every_report_is_exact(loaded: tuple[str, ImportResult]) -> None:
    database, _ = loaded
    assert_everything_holds(database)


def test_an_invoice_is_an_order_at_its_earliest_time(loaded: tuple[str, ImportResult]) -> None:
    database, _ = loaded
    assert rows(
        database,
        """
        select o.number, o.status, customer.number, o.item_count, o.total_amount::text,
            to_char(o.placed_at at time zone 'Europe/London', 'YYYY-MM-DD HH24:MI'), o.source
        from sales.orders as o left join crm.customers as customer on customer.id = o.customer_id
        order by o.number
        """,
    ) == [
        (number, "fulfilled", customer, count, total, placed, "import:online-retail")
        for number, customer, count, total, placed in (
            ("600001", "100", 4, "73.0000", "2011-01-03 09:00"),
            ("600002", None, 3, "20.3200", "2011-01-04 10:00"),
            ("600003", "101", 2, "12.7500", "2011-01-05 11:00"),
            ("600004", "101", 1, "2.5500", "2011-01-06 11:00"),
            ("600020", "102", 1, "1.0000", "2011-01-08 09:00"),
            ("600023", "100", 2, "4.5500", "2011-01-09 09:00"),
        )
    ]


def test_names_codes_kinds_and_countries(loaded: tuple[str, ImportResult]) -> None:
    database, _ = loaded
    assert rows(
        database,
        "select code, name, kind, is_stocked, unit_price::text from catalog.skus order by code_key",
    ) == [
        ("10001", "RED MUG", "goods", True, "2.55000000"),
        ("10001a", "BLUE MUG", "goods", True, "1.25000000"),
        ("10002", 'FRAME 7" SINGLE, "OAK"', "goods", True, None),
        ("10003", "FREE PEN", "goods", True, None),
        ("10004", "10004", "goods", True, None),
        ("10005", "TWO BUYERS", "goods", True, "1.00000000"),
        ("gift_0001_20", "Dotcomgiftshop Gift Voucher £20.00", "gift_card", False, "17.02000000"),
        ("POST", "POSTAGE", "service", False, "18.00000000"),
    ]
    assert rows(database, "select number, country_code from crm.customers order by number") == [
        ("100", "AU"),
        ("101", "DE"),
        ("102", None),
    ]
    assert rows(
        database,
        "select name from sales.order_items where name like 'Red%'",
    ) == [("Red\nmug",)]


def test_credits_become_returns_and_refunds(loaded: tuple[str, ImportResult]) -> None:
    database, _ = loaded
    assert rows(
        database,
        """
        select back.number, item.position, refund.quantity::integer, refund.amount::text,
            refund.reason
        from sales.refunds as refund
        join sales.orders as o on o.id = refund.order_id
        join sales.order_items as item on item.id = refund.order_item_id
        join fulfillment.returns as back on back.order_id = o.id
        order by refund.refunded_at, item.position, refund.quantity desc
        """,
    ) == [
        ("C600010/600001", 1, 10, "25.0000", "Credit note C600010: RED MUG"),
        ("C600010/600001", 2, 5, "12.5000", "Credit note C600010: RED MUG"),
        ("C600010/600001", 2, 1, "2.5000", "Credit note C600010: RED MUG"),
        ("C600010/600001", 4, 1, "18.0000", "Credit note C600010: POSTAGE"),
        ("C600017/600003", 1, 2, "5.2000", "Credit note C600017: RED MUG"),
        ("C600024/600023", 1, 1, "2.5500", "Credit note C600024: RED MUG"),
    ]


def test_stock_is_found_lost_and_never_below_zero(loaded: tuple[str, ImportResult]) -> None:
    database, _ = loaded
    assert rows(
        database,
        """
        select sku.code, movement.reason_code, movement.quantity::integer, movement.note
        from inventory.inventory_movements as movement
        join catalog.skus as sku on sku.id = movement.sku_id
        where movement.kind = 'adjustment' and movement.reason_code <> 'opening'
        order by sku.code
        """,
    ) == [
        ("10001", "damaged", 3, "damages"),
        ("10002", "found", 7, "found"),
        ("10004", "lost", 2, None),
    ]
    # 10001: 20 + 5 + 1 sold and 3 lost before the first comes back; then 16 + 2 + 1 do.
    assert rows(
        database,
        """
        select sku.code, sum(movement.quantity) filter (where movement.reason_code = 'opening')
            ::integer, min(level.on_hand)::integer
        from inventory.stock_levels as level
        join catalog.skus as sku on sku.id = level.sku_id
        left join inventory.inventory_movements as movement on movement.sku_id = sku.id
        group by sku.code order by sku.code
        """,
    ) == [
        ("10001", 29, 18),
        ("10001a", 6, 0),
        ("10002", 3, 7),
        ("10003", 1, 0),
        ("10004", 2, 0),
        ("10005", 3, 0),
    ]


def test_rejected_lines_are_kept_as_they_stood(
    database: str, written: Callable[[bytes | str, str], Path], tmp_path: Path
) -> None:
    target = tmp_path / "rejects.csv"
    import_online_retail(DIRT, database, rejects=target)
    with target.open(encoding="utf-8", newline="") as file:
        refused = {int(line["Line"]): line for line in csv.DictReader(file)}
    assert len(refused) == sum(count for count, _ in REJECTS.values())
    assert refused[6]["Reason"] == "too_many_decimals"
    assert (refused[6]["StockCode"], refused[6]["UnitPrice"]) == ("PADS", "0.001")
    kept = rows(
        database,
        "select line_number, reason, fields[1:9] from importing.rejected_lines order by 1",
    )
    assert [number for number, _, _ in kept] == sorted(refused)
    (nine,) = [fields for _, _, fields in kept if fields[2] == "NINE FIELDS"]
    assert nine[7:] == ["Unspecified", "surplus"]


def _contents(url: str) -> dict[str, tuple[Any, ...]]:
    """Rows and a digest of every table but the list of runs."""
    with connect(url) as connection:
        names = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        return {
            name: connection.execute(
                "select count(*), md5(string_agg(md5(t::text), '' order by md5(t::text)))"
                f" from {name} as t".encode()
            ).fetchall()[0]
            for (name,) in names
            if name not in ("importing.runs", "importing.run_amounts")
        }


def test_again_changes_nothing(loaded: tuple[str, ImportResult]) -> None:
    database, first = loaded
    before = _contents(database)
    again = import_online_retail(DIRT, database)
    assert _contents(database) == before
    assert (again.loaded, again.loaded_amount) == (0, 0)
    assert (again.duplicates, again.duplicate_amount) == (first.loaded, first.loaded_amount)
    assert (again.rejected, again.rejects) == (first.rejected, first.rejects)
    assert (again.orders, again.skus, again.customers, again.openings) == (0, 0, 0, 0)


def test_half_a_file_then_all_of_it(
    database: str, written: Callable[[bytes | str, str], Path]
) -> None:
    lines = DIRT.read_text(encoding="utf-8").splitlines(keepends=True)
    half = import_online_retail(written("".join(lines[:17]), "half.csv"), database)
    whole = import_online_retail(DIRT, database)
    assert whole.duplicates == half.loaded == 13
    assert whole.loaded == len(SALES) + len(CREDITS) + ADJUSTED - 13
    assert whole.loaded_amount + half.loaded_amount == _sum(SALES) - _sum(CREDITS)
    assert_everything_holds(database)


def test_a_line_that_comes_too_late_is_refused(
    database: str, written: Callable[[bytes | str, str], Path]
) -> None:
    lines = DIRT.read_text(encoding="utf-8").splitlines(keepends=True)
    import_online_retail(written("".join(lines[:3]), "two.csv"), database)
    result = import_online_retail(written("".join(lines[:5]), "four.csv"), database)
    assert (result.loaded, result.duplicates) == (0, 2)
    assert list(result.rejects) == ["invoice_was_imported_before"]


def test_an_order_number_of_somebody_else_is_refused(database: str) -> None:
    with connect(database) as connection:
        connection.execute(
            "insert into sales.orders (number, currency_code) values ('600020', 'GBP')"
        )
        connection.execute("update core.tenants set currency_code = 'GBP'")
    result = import_online_retail(DIRT, database)
    assert result.rejects["order_number_is_taken"].lines == 2
    assert result.orders == 5


def test_two_tenants_get_the_same_file(many_tenants: str) -> None:
    with connect(many_tenants) as connection:
        created = connection.execute(
            "select core.create_tenant('Second', 'GBP', 'Europe/London')"
        ).fetchone()
    assert created is not None
    first = import_online_retail(DIRT, many_tenants, tenant=1)
    second = import_online_retail(DIRT, many_tenants, tenant=created[0])
    assert (first.loaded, first.loaded_amount) == (second.loaded, second.loaded_amount)
    assert second.duplicates == 0
    counts = rows(
        many_tenants, "select tenant_id, count(*) from sales.orders group by 1 order by 1"
    )
    assert counts == [(1, 6), (created[0], 6)]
    assert_everything_holds(many_tenants)


def test_a_business_day_is_a_day_in_london(
    database: str, written: Callable[[bytes | str, str], Path]
) -> None:
    """Half past midnight in summer is the day before in UTC."""
    header = DIRT.read_text(encoding="utf-8").splitlines()[0]
    line = "700001,1,THING,1,2011-07-02 00:30:00,1.0,,United Kingdom"
    import_online_retail(written(f"{header}\n{line}\n", "summer.csv"), database)
    dates = rows(database, "select business_date::text, placed_at::text from sales.orders")
    assert [date for date, _ in dates] == ["2011-07-02"]
    moved = rows(database, "select distinct business_date::text from inventory.inventory_movements")
    assert moved == [("2011-07-02",)]


def test_a_refused_write_is_told_by_its_rule(database: str) -> None:
    """Nothing is loaded round the rules: stock that others promised is not taken."""
    import_online_retail(DIRT, database)
    with connect(database) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("select inventory.adjust_stock('10001a', -1, 'lost')")
