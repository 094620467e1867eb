"""Northwind, the sample database that everybody knows: from its tables into these, to the cent."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from groundplan.cli import main
from groundplan.database import connect
from groundplan.errors import GroundplanError
from groundplan.importer import ImportReport, bundle, import_bundle
from tests.exporter.contents import everything
from tests.importer.orders.conftest import Ask, adds_up, money
from tests.importer.test_dirt import rows

LINES = Decimal("1265793.0395")
"""Quantity x price less discount, as its users know the sum; without freight."""

FREIGHT = Decimal("64942.69")

# That, with every line rounded to the cent, as invoices are.
BOOKED = Decimal("1265792.76")


@pytest.fixture
def northwind(empty_database: str, sample: Callable[[str], Path]) -> str:
    """Northwind as it is published, in a database of its own."""
    script = sample("northwind/northwind.sql").read_text(encoding="utf-8")
    # A setting of servers before version 12.
    script = script.replace("SET default_with_oids = false;", "")
    with connect(empty_database, autocommit=True) as connection:
        connection.execute(script.encode())
    return empty_database


@pytest.fixture
def reports(northwind: str, database: str) -> list[ImportReport]:
    found = import_bundle(bundle("northwind"), [northwind], database)
    assert all(map(adds_up, found))
    return found


@pytest.mark.usefixtures("reports")
def test_what_northwind_says_of_itself(northwind: str) -> None:
    """The control: these are its own figures, counted where it lives."""
    assert rows(
        northwind,
        "select sum(unit_price::numeric * quantity * (1 - discount::numeric)), count(*)"
        " from order_details",
    ) == [(LINES, 2155)]
    assert rows(northwind, "select sum(freight::numeric), count(*) from orders") == [(FREIGHT, 830)]


def test_every_row_arrives(reports: list[ImportReport]) -> None:
    assert [
        (report.title, report.read, report.loaded, report.rejected, report.records)
        for report in reports
    ] == [
        ("Northwind products", 77, 77, 0, 77),
        ("Northwind customers", 91, 91, 0, 91),
        # Five products are sold out.
        ("Northwind stock", 72, 72, 0, 72),
        ("Northwind orders", 2155, 2155, 0, 830),
    ]


def test_money_arrives_to_the_cent(
    reports: list[ImportReport], ask: Ask, all_holds: Callable[[], None]
) -> None:
    amounts = reports[-1].amounts["EUR"]
    assert amounts.source == LINES + FREIGHT == Decimal("1330735.7295")
    assert amounts.loaded == BOOKED + FREIGHT == Decimal("1330735.45")
    assert amounts.rounding == LINES - BOOKED == Decimal("0.2795")
    assert ask(
        "select sum(charged), sum(shipping), sum(gross_sales - discounts), sum(tax),"
        " sum(gross_sales) from sales.ledger_entries"
    ) == [(BOOKED + FREIGHT, FREIGHT, BOOKED, *money("0", "1354458.59"))]
    all_holds()


@pytest.mark.usefixtures("reports")
def test_each_order_is_what_it_was(northwind: str, ask: Ask) -> None:
    told = rows(
        northwind,
        """
        select o.order_id::text, o.customer_id, o.order_date,
            case when o.shipped_date is null then 'placed' else 'completed' end,
            o.freight::numeric, line.lines, line.amount
        from orders as o
        join (
            select order_id, count(*) as lines,
                sum(round(unit_price::numeric * quantity, 2)
                    - round(unit_price::numeric * quantity * discount::numeric, 2)) as amount
            from order_details group by order_id
        ) as line using (order_id)
        order by 1""",
    )
    found = ask(
        """
        select o.number, customer.number, (o.placed_at at time zone 'UTC')::date, o.status,
            o.shipping_amount, count(*), sum(item.net_amount)
        from sales.orders as o
        join crm.customers as customer on customer.id = o.customer_id
        join sales.order_items as item on item.order_id = o.id
        group by o.id, customer.number
        order by 1"""
    )
    assert len(found) == 830
    assert found == told


@pytest.mark.usefixtures("reports")
def test_prices_stock_and_customers_are_what_they_were(northwind: str, ask: Ask) -> None:
    assert ask("select code, name, unit_price from catalog.skus order by code") == rows(
        northwind,
        "select product_id::text, product_name, unit_price::numeric from products order by 1",
    )
    assert ask(
        "select sku.code, level.on_hand from inventory.stock_levels as level"
        " join catalog.skus as sku on sku.id = level.sku_id where level.on_hand > 0 order by 1"
    ) == rows(
        northwind,
        "select product_id::text, units_in_stock::numeric from products"
        " where units_in_stock > 0 order by 1",
    )
    assert ask(
        "select number, organization, phone, custom_fields ->> 'contact_name'"
        " from crm.customers order by number"
    ) == rows(
        northwind,
        "select customer_id, company_name, phone, contact_name from customers order by 1",
    )


@pytest.mark.usefixtures("reports")
def test_again_everything_is_known(northwind: str, database: str) -> None:
    before = everything(database)
    again = import_bundle(bundle("northwind"), [northwind], database)
    assert [(report.loaded, report.rejected, report.duplicates) for report in again] == [
        (0, 0, 77),
        (0, 0, 91),
        (0, 0, 72),
        (0, 0, 2155),
    ]
    assert everything(database) == before


def test_a_trial_of_all_parts_takes_all_of_them_back(northwind: str, database: str) -> None:
    before = everything(database)
    trial = import_bundle(bundle("northwind"), [northwind], database, is_dry_run=True)
    assert [report.loaded for report in trial] == [77, 91, 72, 2155]
    assert everything(database) == before


def test_all_parts_or_none(northwind: str, database: str) -> None:
    with connect(northwind) as connection:
        connection.execute("alter table order_details rename to somewhere_else")
    before = everything(database)
    with pytest.raises(GroundplanError, match="order_details"):
        import_bundle(bundle("northwind"), [northwind], database)
    assert everything(database) == before


def test_the_command_tells_of_every_part(
    northwind: str, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["import", "northwind", northwind, "--database", database]
    assert main([*told, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if line.startswith(("Northwind", "Would"))] == [
        "Northwind products",
        "Would load 77 products.",
        "Northwind customers",
        "Would load 91 customers.",
        "Northwind stock",
        "Would load 72 stock counts.",
        "Northwind orders",
        "Would load 830 orders.",
    ]
    assert main([*told, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [part["records"] for part in found] == [77, 91, 72, 830]
    assert found[-1]["amounts"]["EUR"]["rounding"] == "0.2795"
