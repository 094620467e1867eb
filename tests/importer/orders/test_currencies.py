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
