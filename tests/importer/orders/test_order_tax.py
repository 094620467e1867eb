"""Tax that the file says in one sum: which rate it was, and what of it was on shipping."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.importer.orders.conftest import DATA, Ask, Bring, format_named, header_of, money, table

HEADER = header_of(DATA / "shopify-orders.csv")


def order(**said: str) -> dict[str, str]:
    return {
        "Name": "#1",
        "Created at": "2026-04-01 08:00:00 +0100",
        "Currency": "EUR",
        "Fulfillment Status": "fulfilled",
        "Lineitem name": "Lamp",
        "Lineitem quantity": "1",
        **{name.replace("_", " "): text for name, text in said.items()},
    }


def test_a_round_rate_on_lines_and_shipping_is_believed_before_an_odd_one_on_lines(
    bring: Bring, ask: Ask, written: Callable[..., Path], all_holds: Callable[[], None]
) -> None:
    """5.66 is 20 % of lines and shipping; it is 23.25 % of the lines, too."""
    line = order(
        Lineitem_price="30.00", Subtotal="30.00", Shipping="3.95", Taxes="5.66", Total="33.95"
    )
    bring(format_named("shopify-orders"), written(table(HEADER, line)))
    assert ask(
        "select o.prices_include_tax, item.tax_rate, item.tax_amount, o.shipping_amount,"
        " o.shipping_tax_amount, o.total_amount"
        " from sales.orders as o join sales.order_items as item on item.order_id = o.id"
    ) == [(True, *money("0.2", "5.00", "3.29", "0.66", "33.95"))]
    all_holds()


def test_tax_on_top_of_shipping_too(bring: Bring, ask: Ask, written: Callable[..., Path]) -> None:
    line = order(
        Lineitem_price="50.00", Subtotal="50.00", Shipping="7.95", Taxes="5.80", Total="63.75"
    )
    bring(format_named("shopify-orders"), written(table(HEADER, line)))
    assert ask(
        "select items_tax_amount, shipping_amount, shipping_tax_amount, total_amount"
        " from sales.orders"
    ) == [money("5.00", "7.95", "0.80", "63.75")]


def test_yen_have_no_cents(bring: Bring, ask: Ask, written: Callable[..., Path]) -> None:
    line = order(
        Currency="JPY", Lineitem_price="1980", Subtotal="1980", Shipping="0", Taxes="180",
        Total="1980",
    )  # fmt: skip
    bring(format_named("shopify-orders"), written(table(HEADER, line)))
    assert ask("select items_net_amount, items_tax_amount, total_amount from sales.orders") == [
        money("1800", "180", "1980")
    ]
    report = bring(
        format_named("shopify-orders"),
        written(
            table(HEADER, {**line, "Name": "#2", "Subtotal": "1980.5", "Total": "1980.5"}), "b.csv"
        ),
    )
    assert (report.loaded, report.rejected) == (0, 1)
    assert report.reasons == {"subtotal_disagrees": 1}
