"""Tables of Shopify as CSV files: lines that look up their orders, and what they come to."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from groundplan.importer import read_mapping
from tests.importer.orders.conftest import Ask, Bring, money
from tests.importer.real.conftest import HERE

Rows = list[dict[str, str]]


@pytest.fixture
def tables(sample: Callable[[str], Path]) -> Path:
    return sample("storefront_csv/dbt_shopify")


def read(folder: Path, name: str) -> Rows:
    with (folder / f"shopify_{name}_data.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_lines_find_their_orders(
    tables: Path, bring: Bring, ask: Ask, all_holds: Callable[[], None]
) -> None:
    """Of three orders one adds up: the shipping that the others have is in none of the tables."""
    orders = {row["id"]: row for row in read(tables, "order")}
    lines = read(tables, "order_line")
    assert len(lines) == 3
    shipped = {row["order_id"] for row in read(tables, "order_shipping_line")}
    total = sum((Decimal(orders[line["order_id"]]["total_price"]) for line in lines), Decimal(0))
    whole = [
        line
        for line in lines
        if orders[line["order_id"]]["total_price"] == orders[line["order_id"]]["subtotal_price"]
    ]
    assert len(whole) == 1
    assert not shipped & set(orders)

    report = bring(
        read_mapping(HERE / "shopify-tables-orders.toml"), tables / "shopify_order_line_data.csv"
    )
    assert (report.read, report.loaded, report.rejected) == (3, 1, 2)
    assert report.reasons == {"total_disagrees": 2}
    pounds = report.amounts["GBP"]
    assert (pounds.source, pounds.loaded) == (total, Decimal("2.8")) == money("11.98", "2.8")
    order = orders[whole[0]["order_id"]]
    assert ask(
        "select o.number, customer.number, o.status, (o.placed_at at time zone 'UTC')::text,"
        " item.sku_code, item.quantity, item.unit_price, o.discount_amount, o.total_amount"
        " from sales.orders as o"
        " join sales.order_items as item on item.order_id = o.id"
        " join crm.customers as customer on customer.id = o.customer_id"
    ) == [
        (
            order["order_number"],
            order["customer_id"],
            "placed",
            order["created_at"].removesuffix(".000"),
            whole[0]["sku"],
            # Two at 2.80, of which the order takes one off.
            *money("2", "2.8", "2.8", "2.8"),
        )
    ]
    all_holds()


def test_variants_find_their_products(
    tables: Path, bring: Bring, ask: Ask, all_holds: Callable[[], None]
) -> None:
    variants = read(tables, "product_variant")
    products = {row["id"]: row for row in read(tables, "product")}
    report = bring(
        read_mapping(HERE / "shopify-tables-products.toml"),
        tables / "shopify_product_variant_data.csv",
    )
    assert (report.read, report.loaded) == (len(variants), len(variants)) == (8, 8)
    assert ask(
        "select sku.code, sku.unit_price, product.name from catalog.skus as sku"
        " join catalog.products as product on product.id = sku.product_id order by 1"
    ) == sorted(
        (row["sku"], Decimal(row["price"]), products[row["product_id"]]["title"])
        for row in variants
    )
    assert ask("select sum(unit_price) from catalog.skus") == [money("432.58")]
    all_holds()


def test_a_line_without_its_order_is_refused(tables: Path, bring: Bring, tmp_path: Path) -> None:
    for name in ("shopify_order_data.csv", "shopify_order_line_data.csv"):
        (tmp_path / name).write_bytes((tables / name).read_bytes())
    lines = tmp_path / "shopify_order_line_data.csv"
    lines.write_bytes(lines.read_bytes().replace(b"2674098602081", b"2674098602082"))
    report = bring(read_mapping(HERE / "shopify-tables-orders.toml"), lines)
    assert (report.loaded, report.rejected) == (0, 3)
    assert report.reasons["not_found_in_lookup"] == 1
