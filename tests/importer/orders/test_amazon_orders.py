"""The report of all orders of Amazon: a row is a line, and says its own share of everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groundplan.importer import ImportReport
from tests.importer.orders.conftest import DATA, Ask, Bring, format_named, money

FILE = DATA / "amazon-orders.txt"


@pytest.fixture
def report(bring: Bring) -> ImportReport:
    return bring(format_named("amazon-orders"), FILE)


@pytest.mark.usefixtures("report")
def test_rows_are_added_up_to_orders(ask: Ask, all_holds: Callable[[], None]) -> None:
    assert ask(
        "select number, status, items_net_amount, items_tax_amount, shipping_amount,"
        " shipping_tax_amount, surcharge_amount, discount_amount, total_amount"
        " from sales.orders order by number"
    ) == [
        ("111-0000001-0000001", "completed",
         *money("68.98", "5.69", "7.00", "0.57", "4.32", "5.99", "80.57")),
        ("111-0000002-0000002", "cancelled",
         *money("29.99", "2.47", "0", "0", "0", "0", "32.46")),
    ]  # fmt: skip
    assert ask(
        "select item.sku_code, item.quantity, item.net_amount, item.tax_amount, item.custom_fields"
        " from sales.order_items as item join sales.orders as o on o.id = item.order_id"
        " where o.status = 'completed' order by item.position"
    ) == [
        ("LAMP-1", *money("2", "59.98", "4.95"), {"asin": "B000000001", "item_status": "Shipped"}),
        # Ten for three, less one: the price has no end, the amount has.
        ("BULB-9", *money("3", "9.00", "0.74"), {"asin": "B000000002", "item_status": "Shipped"}),
    ]
    assert ask("select sum(charged) from sales.ledger_entries") == [money("80.57")]
    all_holds()


def test_other_marketplaces_and_lines_of_nothing_are_refused(report: ImportReport) -> None:
    assert (report.read, report.loaded, report.rejected) == (5, 3, 2)
    assert [(row.line, row.reason) for row in report.first_rejects] == [
        (5, "word_is_unknown"),
        (6, "quantity_is_not_positive"),
    ]
    assert report.amounts["USD"].loaded == report.amounts["USD"].source
    assert report.amounts["EUR"].rejected == report.amounts["EUR"].source


@pytest.mark.usefixtures("report")
def test_again_everything_is_known(bring: Bring) -> None:
    again = bring(format_named("amazon-orders"), FILE)
    assert (again.loaded, again.rejected, again.duplicates) == (0, 2, 3)
