"""Discounts that are told as a share of the line; prices that are rounded amounts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from groundplan.importer import parse_mapping
from tests.importer.orders.conftest import Ask, Bring, money

MAPPING = parse_mapping(
    """
    entity = "orders"
    source = "test"
    [times]
    zone = "UTC"
    [load]
    create_skus = true
    [fields]
    number = "Number"
    placed_at = "Day"
    sku_code = "SKU"
    quantity = "Quantity"
    unit_price = "Price"
    line_amount = "Amount"
    line_discount = "Off"
    discount_rate = "Rate"
    """,
    name="test",
)
HEADER = "Number,Day,SKU,Quantity,Price,Amount,Off,Rate\n"


def test_a_share_of_the_line_is_taken_off_to_the_cent(
    bring: Bring, ask: Ask, written: Callable[..., Path], all_holds: Callable[[], None]
) -> None:
    """9.99 x 0.15 is 1.4985, and 0.33 x 0.05 is 0.0165: half cents go away from zero."""
    file = written(
        HEADER
        + "1,2026-01-05,A,1,9.99,,,0.15\n"
        + "1,2026-01-05,B,1,0.33,,,5%\n"
        + "2,2026-01-05,A,3,10,,,\n"
    )
    report = bring(MAPPING, file)
    assert ask("select discount_amount, net_amount from sales.order_items order by 1, 2") == [
        money("0", "30"),
        money("0.02", "0.31"),
        money("1.50", "8.49"),
    ]
    eur = report.amounts["EUR"]
    # What the file says exactly, what the books hold, and what is between them.
    assert (eur.source, eur.loaded, eur.rounding) == money("38.805", "38.80", "0.005")
    all_holds()


def test_what_cannot_be_taken_off_is_refused(bring: Bring, written: Callable[..., Path]) -> None:
    file = written(
        HEADER
        + "1,2026-01-05,A,1,10,,1,0.1\n"
        + "2,2026-01-05,A,1,10,,,15\n"
        + "3,2026-01-05,A,1,10,,,120%\n"
        + "4,2026-01-05,A,1,10,,,-10%\n"
    )
    report = bring(MAPPING, file)
    assert report.loaded == 0
    assert [row.reason for row in report.first_rejects] == [
        "discount_is_told_twice",
        "share_without_percent",
        "share_out_of_range",
        "share_out_of_range",
    ]


def test_a_price_that_was_rounded_is_taken_from_its_amount(
    bring: Bring, ask: Ask, written: Callable[..., Path]
) -> None:
    """Three for 29.99: the file shows 10.00 each, and three times that is a cent too much."""
    report = bring(
        MAPPING,
        written(HEADER + "1,2026-01-05,A,3,10.00,29.99,,\n" + "2,2026-01-05,A,3,10.01,29.99,,\n"),
    )
    assert ask("select unit_price, net_amount from sales.order_items") == [
        money("9.99666667", "29.99")
    ]
    assert report.reasons == {"amounts_disagree": 1}
