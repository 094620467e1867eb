"""Tax that the file says line by line, and sums of what the rows of an order say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from groundplan.importer import parse_mapping
from tests.importer.orders.conftest import Ask, Bring, money

MAPPING = """
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
    line_tax = "Tax"
    tax_rate = "Rate"
    prices_include_tax = {{ constant = {includes} }}
    shipping_amount = {{ column = "Shipping", sum = true }}
    """
HEADER = "Number,Day,SKU,Quantity,Price,Tax,Rate,Shipping\n"
ON_TOP = parse_mapping(MAPPING.format(includes="false"), name="test")
INSIDE = parse_mapping(MAPPING.format(includes="true"), name="test")


def test_each_line_has_the_tax_that_it_says(
    bring: Bring, ask: Ask, written: Callable[..., Path], all_holds: Callable[[], None]
) -> None:
    """Taxes that no common rate makes; the shipping of both rows belongs to the order."""
    file = written(
        HEADER + "1,2026-01-05,A,3,3.33,0.83,,2.50\n" + "1,2026-01-05,B,1,100,7.01,,1.25\n"
        "1,2026-01-05,C,1,0,0,,\n"
    )
    report = bring(ON_TOP, file)
    assert ask("select sku_code, net_amount, tax_amount from sales.order_items order by 1") == [
        ("A", *money("9.99", "0.83")),
        ("B", *money("100", "7.01")),
        ("C", *money("0", "0")),
    ]
    assert ask("select shipping_amount, total_amount from sales.orders") == [
        money("3.75", "121.58")
    ]
    eur = report.amounts["EUR"]
    assert (eur.source, eur.loaded, eur.rounding) == money("121.58", "121.58", "0")
    all_holds()


def test_tax_that_is_in_the_price(bring: Bring, ask: Ask, written: Callable[..., Path]) -> None:
    bring(INSIDE, written(HEADER + "1,2026-01-05,A,1,11.90,1.90,,\n"))
    assert ask("select net_amount, tax_amount, gross_amount from sales.order_items") == [
        money("10.00", "1.90", "11.90")
    ]


def test_a_tax_that_cannot_be_is_refused(bring: Bring, written: Callable[..., Path]) -> None:
    report = bring(
        ON_TOP,
        written(
            HEADER + "1,2026-01-05,A,1,10,-1,,\n"
            "2,2026-01-05,A,1,10,1.005,,\n"
            "3,2026-01-05,A,1,0,1,,\n"
            "4,2026-01-05,A,1,10,1.90,20%,\n"
            "5,2026-01-05,A,1,10,1.90,19%,\n"
        ),
    )
    assert report.records == 1
    assert [(row.line, row.reason) for row in report.first_rejects] == [
        (2, "tax_is_negative"),
        (3, "too_many_decimals"),
        (4, "tax_is_on_nothing"),
        (5, "tax_disagrees"),
    ]
