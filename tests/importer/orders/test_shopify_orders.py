"""Orders of Shopify: eight orders, each for one thing that orders do, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from groundplan.importer import ImportReport
from tests.importer.orders.conftest import DATA, Ask, Bring, format_named, money

FILE = DATA / "shopify-orders.csv"

REFUSED = {
    # The total is one above lines and tax.
    "#1007": "total_disagrees",
    # The second line says "one" where a number belongs; the first is refused with it.
    "#1008": "number_unreadable",
}


@pytest.fixture
def report(bring: Bring) -> ImportReport:
    return bring(format_named("shopify-orders"), FILE)


@pytest.mark.usefixtures("report")
def test_every_order_comes_to_what_the_file_says(ask: Ask) -> None:
    found = {
        number: (status, includes, *amounts)
        for number, status, includes, *amounts in ask(
            "select number, status, prices_include_tax, items_net_amount, items_tax_amount,"
            " shipping_amount, shipping_tax_amount, total_amount, refunded_amount"
            " from sales.orders"
        )
    }
    assert found == {
        # 8.25 % on two lines.
        "#1001": ("completed", False, *money("63.50", "5.24", "7.00", "0", "75.74", "0")),
        # A discount of 10 on the order; a quarter of it was paid back.
        "#1002": ("completed", False, *money("40.00", "3.30", "0", "0", "43.30", "10.83")),
        # Prices with 19 % in them.
        "#1003": ("placed", True, *money("20.00", "3.80", "4.90", "0", "28.70", "0")),
        # Cancelled and paid back; never paid.
        "#1004": ("cancelled", False, *money("24.00", "0", "0", "0", "24.00", "0")),
        "#1005": ("cancelled", False, *money("15.50", "0", "0", "0", "15.50", "0")),
        # Tax that no rate of the file explains, shared by largest remainder.
        "#1006": ("completed", False, *money("38.40", "2.71", "5.00", "0", "46.11", "0")),
    }


@pytest.mark.usefixtures("report")
def test_discounts_and_tax_are_shared_among_the_lines_to_the_cent(ask: Ask) -> None:
    found = ask(
        "select o.number, item.sku_code, item.quantity, item.unit_price, item.discount_amount,"
        " item.net_amount, item.tax_amount, item.gross_amount"
        " from sales.order_items as item join sales.orders as o on o.id = item.order_id"
        " order by o.number, item.position"
    )
    assert found == [
        ("#1001", "TRAY-L", *money("2", "24.00", "0", "48.00", "3.96", "51.96")),
        ("#1001", "CLOTH", *money("1", "15.50", "0", "15.50", "1.28", "16.78")),
        ("#1002", "CANDLE", *money("3", "10.00", "6.00", "24.00", "1.98", "25.98")),
        # A line without a SKU is known by its name.
        ("#1002", "Brass holder", *money("1", "20.00", "4.00", "16.00", "1.32", "17.32")),
        ("#1003", "CANDLE", *money("2", "11.90", "0", "20.00", "3.80", "23.80")),
        ("#1004", "TRAY-L", *money("1", "24.00", "0", "24.00", "0", "24.00")),
        ("#1005", "CLOTH", *money("1", "15.50", "0", "15.50", "0", "15.50")),
        ("#1006", "SOAP", *money("1", "7.40", "0", "7.40", "0.52", "7.92")),
        ("#1006", "TOWEL", *money("2", "16.50", "2.00", "31.00", "2.19", "33.19")),
    ]


@pytest.mark.usefixtures("report")
def test_the_ledger_has_all_of_it(ask: Ask, all_holds: Callable[[], None]) -> None:
    assert ask(
        "select o.number, sum(entry.charged), sum(entry.gross_sales), sum(entry.discounts),"
        " sum(entry.tax), sum(entry.shipping), sum(entry.returns)"
        " from sales.ledger_entries as entry join sales.orders as o on o.id = entry.order_id"
        " group by o.number order by o.number"
    ) == [
        ("#1001", *money("75.74", "63.50", "0", "5.24", "7.00", "0")),
        # 10.83 of 43.30 went back, and with it 0.83 of the tax.
        ("#1002", *money("32.47", "50.00", "10.00", "2.47", "0", "10.00")),
        ("#1003", *money("28.70", "20.00", "0", "3.80", "4.90", "0")),
        ("#1004", *money("0", "0", "0", "0", "0", "0")),
        ("#1005", *money("0", "0", "0", "0", "0", "0")),
        ("#1006", *money("46.11", "40.40", "2.00", "2.71", "5.00", "0")),
    ]
    assert ask("select sum(charged) from sales.ledger_entries") == [money("183.02")]
    all_holds()


def test_rows_and_money_add_up(report: ImportReport, ask: Ask) -> None:
    assert (report.read, report.loaded, report.rejected, report.duplicates) == (12, 9, 3, 0)
    assert (report.records, report.changed) == (6, 0)
    usd = report.amounts["USD"]
    assert (usd.source, usd.loaded, usd.rejected, usd.duplicates, usd.rounding) == money(
        "244.00", "183.02", "60.98", "0", "0"
    )
    assert report.reasons == {"number_unreadable": 2, "total_disagrees": 1}
    assert [(row.line, row.column, row.reason) for row in report.first_rejects] == [
        (11, None, "total_disagrees"),
        # The row that is right cannot be loaded without the one that is not.
        (12, None, "belongs_to_a_refused_record"),
        (13, "Lineitem quantity", "number_unreadable"),
    ]
    assert ask(
        "select read_lines, loaded_lines, rejected_lines, duplicate_lines, status"
        " from importing.runs"
    ) == [(12, 9, 3, 0, "finished")]
    assert ask("select fields[1], reason from importing.rejected_lines order by line_number") == [
        ("#1007", REFUSED["#1007"]),
        *[("#1008", REFUSED["#1008"])] * 2,
    ]


@pytest.mark.usefixtures("report")
def test_customers_channels_and_skus_are_made_once(ask: Ask) -> None:
    assert ask("select email, display_name, country_code from crm.customers order by email") == [
        ("ana@example.com", "Ana Reis", "PT"),
        ("ida@example.com", "Ida Lund", "US"),
        ("jo@example.com", "Jo Faber", "DE"),
        ("max@example.com", "Max Oyelaran", "US"),
    ]
    # Nobody is made up for the order that names nobody.
    assert ask("select number from sales.orders where customer_id is null") == [("#1002",)]
    assert ask(
        "select channel_code, string_agg(number, ' ' order by number) from sales.orders"
        " group by channel_code order by channel_code"
    ) == [("pos", "#1002"), ("web", "#1001 #1003 #1004 #1005 #1006")]
    assert ask("select code, name from catalog.skus order by code") == [
        ("Brass holder", "Brass holder"),
        ("CANDLE", "Candle"),
        ("CLOTH", "Linen cloth"),
        ("SOAP", "Soap"),
        ("TOWEL", "Towel"),
        ("TRAY-L", "Oak tray - Large"),
    ]


@pytest.mark.usefixtures("report")
def test_times_zones_and_what_has_no_field_are_kept(ask: Ask) -> None:
    assert ask(
        "select (placed_at at time zone 'UTC')::text, custom_fields from sales.orders"
        " where number in ('#1001', '#1003') order by number"
    ) == [
        ("2026-03-02 15:12:00", {"shopify_id": "5001", "tags": "gift, first"}),
        ("2026-03-03 23:30:00", {"shopify_id": "5003"}),
    ]
    assert ask(
        "select (cancelled_at at time zone 'UTC')::text from sales.orders where number = '#1004'"
    ) == [("2026-03-06 14:00:00",)]


def test_empty_books_are_kept_in_the_currency_of_the_first_orders(
    report: ImportReport, ask: Ask
) -> None:
    assert ask("select currency_code from core.tenants") == [("USD",)]
    assert report.notes == ("The books were empty; they are kept in USD from now on, not EUR.",)
    assert report.amounts["USD"].loaded == Decimal("183.02")
