"""The columns that Shopify exports orders with, of two years; the rows are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importer.orders.conftest import Ask, Bring, format_named, header_of, money, table

ORDER = {
    "Name": "#2001",
    "Email": "nia@example.com",
    "Financial Status": "paid",
    "Fulfillment Status": "fulfilled",
    "Currency": "GBP",
    "Subtotal": "30.00",
    "Shipping": "3.95",
    "Taxes": "5.66",
    "Total": "33.95",
    "Discount Code": "SPRING",
    "Discount Amount": "4.00",
    "Created at": "2026-04-01 08:00:00 +0100",
    "Lineitem quantity": "2",
    "Lineitem name": "Lamp",
    "Lineitem price": "12.00",
    "Lineitem sku": "LAMP",
    "Lineitem taxable": "true",
    "Lineitem discount": "0.00",
    "Billing Name": "Nia Powell",
    "Billing Country": "GB",
    "Billing Zip": "'01234",
    "Refunded Amount": "0.00",
    "Source": "Online Store",
    "Id": "6001",
}
SECOND = {
    "Name": "#2001",
    "Email": "nia@example.com",
    "Created at": "2026-04-01 08:00:00 +0100",
    "Lineitem quantity": "1",
    "Lineitem name": "Shade",
    "Lineitem price": "10.00",
    "Lineitem sku": "SHADE",
    "Lineitem taxable": "true",
    "Lineitem discount": "0.00",
}


@pytest.mark.parametrize(("year", "columns"), [(2022, 73), (2025, 61)])
def test_every_column_of_the_export_is_taken(
    year: int,
    columns: int,
    sample: Callable[[str], Path],
    written: Callable[..., Path],
    bring: Bring,
    ask: Ask,
    all_holds: Callable[[], None],
) -> None:
    header = header_of(sample(f"storefront_csv/shopify/orders_export_header_{year}.csv"))
    assert len(header) == columns
    assert set(ORDER) <= set(header)
    report = bring(format_named("shopify-orders"), written(table(header, ORDER, SECOND)))
    assert (report.read, report.loaded, report.records) == (2, 2, 1)
    # 20 % are in the prices and in the shipping: 30.00 / 6 + 3.95 / 6.
    assert ask(
        "select prices_include_tax, items_net_amount, items_tax_amount, shipping_amount,"
        " shipping_tax_amount, total_amount, channel_code from sales.orders"
    ) == [(True, *money("25.00", "5.00", "3.29", "0.66", "33.95"), "online-store")]
    assert ask("select sum(discounts), sum(charged) from sales.ledger_entries") == [
        money("3.33", "33.95")
    ]
    all_holds()
