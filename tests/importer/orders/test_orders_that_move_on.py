"""The same orders, exported again later: what has happened to them since is brought in, no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from groundplan.database import connect
from groundplan.importer import ImportReport
from tests.exporter.contents import everything
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

FILE = DATA / "shopify-orders.csv"
SHOPIFY = format_named("shopify-orders")

Later = Callable[..., ImportReport]


@pytest.fixture
def later(bring: Bring, written: Callable[..., Path]) -> Later:
    """Import the file, then once more with other texts in the first row of one order."""
    bring(SHOPIFY, FILE)

    def run(number: str, **changed: str) -> ImportReport:
        return bring(SHOPIFY, written(_with(number, changed), "later.csv"))

    return run


def _with(number: str, changed: Mapping[str, str]) -> str:
    lines = lines_of(FILE)
    first = next(line for line in lines if line["Name"] == number)
    for name, text in changed.items():
        column = name.replace("_", " ")
        assert column in first
        first[column] = text
    return table(header_of(FILE), *lines)


def test_what_was_sent_is_completed(later: Later, ask: Ask, all_holds: Callable[[], None]) -> None:
    assert ask("select status from sales.orders where number = '#1003'") == [("placed",)]
    report = later("#1003", Fulfillment_Status="fulfilled")
    assert (report.loaded, report.changed, report.rejected, report.duplicates) == (1, 1, 3, 8)
    assert report.amounts["USD"].loaded == money("28.70")[0]
    assert ask("select status from sales.orders where number = '#1003'") == [("completed",)]
    again = later("#1003", Fulfillment_Status="fulfilled")
    assert (again.loaded, again.duplicates) == (0, 9)
    all_holds()


def test_an_older_file_takes_nothing_back(later: Later, bring: Bring, database: str) -> None:
    later("#1003", Fulfillment_Status="fulfilled")
    before = everything(database)
    report = bring(SHOPIFY, FILE)
    assert (report.loaded, report.duplicates) == (0, 9)
    assert everything(database) == before


def test_more_is_given_back(later: Later, ask: Ask, all_holds: Callable[[], None]) -> None:
    report = later("#1002", Refunded_Amount="20.00")
    assert (report.loaded, report.changed) == (2, 1)
    refunds = (
        "select refund.amount, refund.tax_amount, refund.refunded_at::date = now()::date"
        " from sales.refunds as refund join sales.orders as o on o.id = refund.order_id"
        " where o.number = '#1002' order by refund.created_at, refund.refunded_at"
    )
    # The tax is 3.30 of 43.30: 0.83 of 10.83, and 1.52 of 20.00.
    assert ask(refunds) == [(*money("10.83", "0.83"), False), (*money("9.17", "0.69"), True)]
    later("#1002", Refunded_Amount="43.30", Financial_Status="refunded")
    assert ask(
        "select o.refunded_amount, o.total_amount, sum(refund.tax_amount), max(o.items_tax_amount)"
        " from sales.orders as o join sales.refunds as refund on refund.order_id = o.id"
        " where o.number = '#1002' group by o.id"
    ) == [money("43.30", "43.30", "3.30", "3.30")]
    assert ask(
        "select sum(charged) from sales.ledger_entries as entry"
        " join sales.orders as o on o.id = entry.order_id where o.number = '#1002'"
    ) == [money("0")]
    all_holds()


def test_what_was_given_back_is_not_given_back_less(later: Later, ask: Ask) -> None:
    report = later("#1002", Refunded_Amount="5.00")
    assert report.reasons["refund_is_below_what_was_given"] == 2
    told = next(each for each in report.first_rejects if "given back" in each.detail)
    assert told.detail == ("Order #1002: 10.83 was given back here, but the file says 5.00.")
    assert ask("select sum(amount) from sales.refunds") == [money("10.83")]


@pytest.mark.parametrize("refunded", ["0.00", "28.70"])
def test_an_order_is_cancelled_later(
    later: Later, ask: Ask, all_holds: Callable[[], None], refunded: str
) -> None:
    report = later("#1003", Cancelled_at="2026-03-09 08:00:00 +0100", Refunded_Amount=refunded)
    assert (report.changed, report.amounts["USD"].loaded) == (1, 0)
    assert ask(
        "select status, cancelled_at::date::text from sales.orders where number = '#1003'"
    ) == [("cancelled", "2026-03-09")]
    assert ask("select count(*) from sales.refunds where reason <> 'Imported'") == [(0,)]
    all_holds()


def test_what_was_sent_is_given_back_and_not_cancelled(
    later: Later, ask: Ask, all_holds: Callable[[], None]
) -> None:
    report = later("#1001", Cancelled_at="2026-04-01 08:00:00 +0100", Refunded_Amount="75.74")
    assert report.changed == 1
    assert ask("select status, refunded_amount from sales.orders where number = '#1001'") == [
        ("completed", *money("75.74"))
    ]
    report = later("#1006", Cancelled_at="2026-04-01 08:00:00 +0100")
    assert report.reasons["order_is_past_cancelling"] == 2
    all_holds()


def test_what_was_cancelled_here_does_not_go_on(
    later: Later, database: str, all_holds: Callable[[], None]
) -> None:
    with connect(database) as connection:
        connection.execute(
            "select sales.cancel_order(id, 'no goods') from sales.orders where number = '#1003'"
        )
    report = later("#1003", Fulfillment_Status="fulfilled")
    assert report.reasons["order_is_cancelled"] == 1
    all_holds()


def test_what_holds_stock_here_is_sent_here(
    bring: Bring, written: Callable[..., Path], database: str, all_holds: Callable[[], None]
) -> None:
    with connect(database) as connection:
        connection.execute("insert into catalog.products (name, slug) values ('Candle', 'candle')")
        connection.execute(
            "insert into catalog.skus (product_id, code, name) select id, 'CANDLE', 'Candle'"
            " from catalog.products"
        )
        # As the first import would have done, were there no SKU yet.
        connection.execute("update core.tenants set currency_code = 'USD'")
        connection.execute("select inventory.receive_stock('CANDLE', 9)")
    holding = format_named("shopify-orders", reserves_stock=True)
    bring(holding, FILE)
    later = written(_with("#1003", {"Fulfillment Status": "fulfilled"}), "later.csv")
    report = bring(holding, later)
    assert report.reasons["order_holds_stock"] == 1
    with connect(database) as connection:
        connection.execute(
            "select fulfillment.ship_order(id) from sales.orders where number = '#1003'"
        )
    assert bring(holding, later).changed == 1
    all_holds()


@pytest.mark.parametrize(
    ("number", "changed", "what"),
    [
        ("#1003", {"Lineitem_quantity": "3", "Subtotal": "35.70", "Total": "40.60"}, "its lines"),
        ("#1003", {"Email": "somebody@example.com"}, "its customer"),
        ("#1003", {"Created_at": "2026-03-04 00:31:00 +0100"}, "its time"),
        ("#1003", {"Source": "pos"}, "its channel"),
        ("#1006", {"Shipping": "6.00", "Total": "47.11"}, "its lines, its shipping"),
    ],
)
def test_the_terms_stay(
    later: Later, number: str, changed: dict[str, str], what: str, all_holds: Callable[[], None]
) -> None:
    report = later(number, **changed)
    assert report.reasons["differs_from_what_was_imported"] in (1, 2)
    told = [each.detail for each in report.first_rejects if "before" in each.detail]
    assert (
        f"Order {number} was imported before, and the file now says otherwise about {what}."
        in (told[0])
    )
    all_holds()


def test_names_are_the_customers_and_notes_the_orders(later: Later, ask: Ask) -> None:
    report = later("#1003", Billing_Name="Jo Faber-Lind")
    assert (report.loaded, report.rejected, report.duplicates) == (0, 3, 9)
    report = later("#1003", Notes="Ring twice", Tags="late")
    assert (report.loaded, report.changed) == (1, 1)
    assert ask(
        "select note, custom_fields ->> 'tags' from sales.orders where number = '#1003'"
    ) == [("Ring twice", "late")]


def test_what_does_not_add_up_is_refused_as_ever(later: Later, ask: Ask) -> None:
    report = later("#1003", Fulfillment_Status="fulfilled", Total="99.00")
    # One of the two rows was refused the first time already.
    assert report.reasons["total_disagrees"] == 2
    assert ask("select status from sales.orders where number = '#1003'") == [("placed",)]


def test_a_trial_and_one_at_a_time(
    bring: Bring, written: Callable[..., Path], database: str, all_holds: Callable[[], None]
) -> None:
    bring(SHOPIFY, FILE)
    file = written(_with("#1003", {"Fulfillment Status": "fulfilled"}), "later.csv")
    before = everything(database)
    assert bring(SHOPIFY, file, is_dry_run=True).changed == 1
    assert everything(database) == before
    assert bring(SHOPIFY, file, commit_every=1).changed == 1
    all_holds()


def test_an_order_that_is_gone_keeps_nothing_else_out(
    later: Later, database: str, all_holds: Callable[[], None]
) -> None:
    with connect(database) as connection:
        # As if it had been deleted past the rules.
        connection.execute(
            "update importing.imported_records set record_id = core.new_id()"
            " where record_id = (select id from sales.orders where number = '#1003')"
        )
    report = later("#1003", Fulfillment_Status="fulfilled")
    assert report.reasons["order_is_gone"] == 1
    assert (report.loaded, report.duplicates) == (0, 8)
    all_holds()
