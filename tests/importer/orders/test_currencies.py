"""An amount with the sign of another currency is not loaded as if it were ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundplan.database import connect
from groundplan.importer import ImportReport, import_files, parse_mapping
from groundplan.importer.values import currencies_meant

MAPPING = """
entity = "orders"
source = "signs"
[times]
zone = "UTC"
[load]
create_skus = true
[fields]
number = "No"
placed_at = "Date"
sku_code = "SKU"
quantity = "Qty"
unit_price = "Price"
shipping_amount = { column = "Shipping", optional_column = true }
currency_code = { column = "Currency", optional_column = true }
"""


def imported(database: str, file: Path) -> ImportReport:
    return import_files(parse_mapping(MAPPING, name="signs.toml"), [str(file)], database)


@pytest.mark.parametrize(
    ("price", "shipping", "currency", "is_loaded"),
    [
        ("12.50", "4", "EUR", True),
        ("€12.50", "4 €", "EUR", True),
        ("EUR 12.50", "4", "", True),
        ("€12.50", "4", "", True),
        ("$12.50", "4", "", False),
        ("12.50", "£4", "EUR", False),
        ("€12.50", "4 USD", "EUR", False),
        ("€12.50", "$4", "", False),
    ],
)
def test_the_sign_is_that_of_the_order(
    database: str,
    written: Callable[[str, str], Path],
    price: str,
    shipping: str,
    currency: str,
    is_loaded: bool,
) -> None:
    file = written(
        "No,Date,SKU,Qty,Price,Shipping,Currency\n"
        f"1,2026-01-05,A,2,{price},{shipping},{currency}\n",
        "signs.csv",
    )
    report = imported(database, file)
    assert (report.loaded, report.rejected) == ((1, 0) if is_loaded else (0, 1))
    assert list(report.reasons) == ([] if is_loaded else ["currency_disagrees"])
    with connect(database) as connection:
        rows = connection.execute("select total_amount, currency_code from sales.orders").fetchall()
    assert [(float(total), code) for total, code in rows] == ([(29.0, "EUR")] if is_loaded else [])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("12.50", None),
        ("(12.50)", None),
        ("€ 1.234,50", {"EUR"}),
        ("12.50 usd", {"USD"}),
        ("-£3", {"EGP", "FKP", "GBP", "GIP", "LBP", "SHP", "SSP", "SYP"}),
        ("1 200 kr.", {"DKK", "ISK", "NOK", "SEK"}),
    ],
)
def test_what_a_sign_means(text: str, codes: set[str] | None) -> None:
    assert currencies_meant(text) == codes


BOOKS = "select currency_code from core.tenants where id = 1"


def _books(database: str) -> str:
    with connect(database) as connection:
        row = connection.execute(BOOKS).fetchone()
        assert row is not None
        return row[0]


@pytest.mark.parametrize(("total", "books"), [("5", "USD"), ("999", "EUR")])
def test_books_take_the_currency_of_orders_that_were_loaded(
    database: str, written: Callable[[str, str], Path], total: str, books: str
) -> None:
    mapping = f'{MAPPING}total_amount = "Total"\n'
    file = written(
        f"No,Date,SKU,Qty,Price,Currency,Total\n1,2026-01-05,A,1,5,USD,{total}\n", "o.csv"
    )
    report = import_files(parse_mapping(mapping, name="signs.toml"), [str(file)], database)
    assert _books(database) == books
    assert any("from now on" in note for note in report.notes) is (books == "USD")
    assert not any("expected_total" in row.detail for row in report.first_rejects)
    assert report.rejected == (books == "EUR")


def test_the_first_prices_say_in_which_currency_they_are(
    database: str, written: Callable[[str, str], Path]
) -> None:
    products = parse_mapping(
        'entity = "products"\nsource = "signs"\n[fields]\nproduct_key = "SKU"\n'
        'product_name = "SKU"\nsku_code = "SKU"\nunit_price = "Price"\n',
        name="products.toml",
    )
    file = written("SKU,Price\nA,5\n", "products.csv")
    report = import_files(products, [str(file)], database)
    assert [note[:21] for note in report.notes] == ["The prices are in EUR"]
    assert import_files(products, [str(file)], database).notes == ()
    orders = written("No,Date,SKU,Qty,Price,Currency\n1,2026-01-05,A,1,5,USD\n", "orders.csv")
    refused = imported(database, orders)
    assert refused.reasons == {"exchange_rate_is_missing": 1}
    assert "the books are in EUR" in refused.first_rejects[0].detail
