"""Orders of WooCommerce, with the columns that the usual exporter writes by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundplan.importer import ImportReport
from tests.importer.orders.conftest import (
    DATA,
    Ask,
    Bring,
    format_named,
    header_of,
    lines_of,
    money,
    table,
)

FILE = DATA / "woocommerce-orders.csv"
WOOCOMMERCE = format_named("woocommerce-orders").told(zone="Europe/Oslo")


@pytest.fixture
def report(bring: Bring) -> ImportReport:
    return bring(WOOCOMMERCE, FILE)


@pytest.mark.usefixtures("report")
def test_every_order_comes_to_its_total(ask: Ask, all_holds: Callable[[], None]) -> None:
    assert ask(
        "select number, status, items_net_amount, items_tax_amount, shipping_amount,"
        " shipping_tax_amount, total_amount, refunded_amount from sales.orders order by number"
    ) == [
        # Prices are after the coupon; 25 % on lines and shipping.
        ("901", "completed", *money("50", "12.50", "6.60", "1.65", "70.75", "0")),
        ("902", "placed", *money("12.50", "0", "0", "0", "12.50", "0")),
        ("903", "cancelled", *money("12.50", "0", "0", "0", "12.50", "0")),
        ("904", "completed", *money("25", "6.25", "0", "0", "31.25", "31.25")),
    ]
    assert ask("select sum(charged) from sales.ledger_entries") == [money("83.25")]
    assert ask(
        "select customer.display_name, customer.kind, customer.organization, o.note,"
        " (o.placed_at at time zone 'UTC')::text, o.custom_fields"
        " from sales.orders as o join crm.customers as customer on customer.id = o.customer_id"
        " where o.number in ('901', '902') order by o.number"
    ) == [
        ("Ole Holm", "person", None, "Ring, please", "2026-02-10 07:30:00",
         {"payment_method": "Card", "shipping_method": "Post", "coupon_code": "SPRING",
          "discount_amount": "5.00"}),
        ("Mia Berg", "organization", "Berg AS", None, "2026-02-11 18:05:00",
         {"payment_method": "Invoice", "discount_amount": "0"}),
    ]  # fmt: skip
    all_holds()


def test_what_does_not_add_up_is_refused(report: ImportReport) -> None:
    assert (report.read, report.loaded, report.rejected) == (8, 5, 3)
    assert [(row.line, row.reason) for row in report.first_rejects] == [
        # Three plates for 29.99, at a price that was rounded to 10.00.
        (7, "total_disagrees"),
        # A status in the language of the shop.
        (8, "word_is_unknown"),
        # One of two was refunded, and the file knows only what is left.
        (9, "total_disagrees"),
    ]
    eur = report.amounts["EUR"]
    assert (eur.source, eur.loaded, eur.rejected) == money("133.24", "83.25", "49.99")


def test_more_columns_make_up_for_it(
    bring: Bring, ask: Ask, written: Callable[..., Path], all_holds: Callable[[], None]
) -> None:
    lines = {line["Order Number"]: line for line in lines_of(FILE)}
    header = [*header_of(FILE), "Order Line Total", "Quantity", "Order Total Fee", "Currency"]
    rounded = {**lines["905"], "Order Line Total": "29.99", "Quantity": "3", "Currency": "NOK"}
    refunded = {**lines["907"], "Order Line Total": "20.00", "Quantity": "2", "Currency": "NOK"}
    with_fee = {
        **lines["902"], "Order Line Total": "12.50", "Quantity": "1", "Currency": "NOK",
        "Order Total Fee": "1.50", "Order Total Amount": "14.00",
    }  # fmt: skip
    bring(WOOCOMMERCE, written(table(header, rounded, refunded, with_fee)))
    assert ask(
        "select number, currency_code, items_net_amount, surcharge_amount, total_amount,"
        " refunded_amount from sales.orders order by number"
    ) == [
        ("902", "NOK", *money("12.50", "1.50", "14.00", "0")),
        ("905", "NOK", *money("29.99", "0", "29.99", "0")),
        ("907", "NOK", *money("20.00", "0", "20.00", "10.00")),
    ]
    all_holds()


def test_times_need_a_zone(bring: Bring) -> None:
    report = bring(format_named("woocommerce-orders"), FILE)
    assert report.loaded == 0
    assert report.reasons["time_without_zone"] >= 7
