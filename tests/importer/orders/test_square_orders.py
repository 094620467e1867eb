"""Item sales of Square: signs and shares of a till, zones by name, refunds as rows of their own."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from groundplan.database import connect
from groundplan.importer import ImportReport
from tests.importer.orders.conftest import DATA, Ask, Bring, format_named, money

FILE = DATA / "square-orders.csv"


@pytest.fixture
def books_in_dollars(database: str) -> None:
    with connect(database) as connection:
        connection.execute("update core.tenants set currency_code = 'USD'")


@pytest.fixture
def report(bring: Bring, books_in_dollars: None) -> ImportReport:
    return bring(format_named("square-orders"), FILE)


@pytest.mark.usefixtures("report")
def test_every_sale_comes_to_what_was_paid(ask: Ask, all_holds: Callable[[], None]) -> None:
    assert ask(
        "select number, items_net_amount, items_tax_amount, total_amount, refunded_amount,"
        " (placed_at at time zone 'UTC')::text, channel_code from sales.orders order by number"
    ) == [
        ("TXa1", *money("41.90", "3.15", "45.05", "0"), "2026-05-04 13:15:30", "pos"),
        # A minute before midnight in California is another day elsewhere.
        ("TXb2", *money("1250", "0", "1250", "250"), "2026-05-05 06:59:00", "pos"),
        ("TXe5", *money("5.00", "0.44", "5.44", "0"), "2026-05-07 16:30:00", "pos"),
    ]
    assert ask("select sum(charged), sum(discounts), sum(returns) from sales.ledger_entries") == [
        money("1050.49", "3.60", "250")
    ]
    all_holds()


@pytest.mark.usefixtures("report")
def test_lines_keep_their_own_tax(ask: Ask) -> None:
    """Two lines of one sale with two rates: the tax of each is what its row says."""
    assert ask(
        "select item.sku_code, item.name, item.quantity, item.discount_amount, item.net_amount,"
        " item.tax_amount, item.custom_fields from sales.order_items as item order by 1"
    ) == [
        ("Custom Amount", "Custom Amount", *money("1", "0", "5", "0.44"), {"notes": "gift wrap"}),
        ("FERN", "Fern print", *money("1", "0", "1250", "0"), {}),
        ("MUG-L", "Mug - Large", *money("2", "3.60", "32.40", "2.86"), {}),
        ("Tea", "Tea", *money("0.25", "0", "9.50", "0.29"),
         {"modifiers": "Sencha", "notes": "loose"}),
    ]  # fmt: skip


def test_what_is_no_sale_here_is_refused(report: ImportReport) -> None:
    assert (report.read, report.loaded, report.rejected) == (7, 5, 2)
    usd = report.amounts["USD"]
    # The refund of a sale of another file counts against what was refused.
    assert (usd.source, usd.loaded, usd.rejected) == money("1052.44", "1050.49", "1.95")
    assert usd.rejected == Decimal("19.58") - Decimal("17.63")
    assert [(row.line, row.reason, row.detail) for row in report.first_rejects] == [
        (6, "value_is_missing", "No row in which Event Type is Payment says Date."),
        (7, "zone_is_unknown", "Date: Nobody knows the time zone 'Harbour Time' here."),
    ]


@pytest.mark.usefixtures("report")
def test_again_everything_is_known(bring: Bring) -> None:
    again = bring(format_named("square-orders"), FILE)
    assert (again.loaded, again.rejected, again.duplicates) == (0, 2, 5)


def test_dollars_are_no_euros(bring: Bring) -> None:
    report = bring(format_named("square-orders"), FILE)
    assert report.loaded == 0
    assert report.reasons["currency_disagrees"] == 5
