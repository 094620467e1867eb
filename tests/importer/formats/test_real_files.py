"""Files that the shop systems themselves publish: samples, templates and broken ones."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from groundplan.errors import BadFile
from tests.importer.formats.conftest import Import, Query


def test_shopify_products(
    imported: Import, query: Query, storefronts: Path, everything_holds: Callable[[], None]
) -> None:
    for name, rows, products in [
        ("apparel", 22, 20),
        ("home-and-garden", 21, 20),
        ("jewelery", 41, 20),
    ]:
        report = imported("shopify-products", storefronts / "shopify" / f"shopify_{name}.csv")
        assert (report.read, report.loaded, report.records) == (rows, rows, products)
    assert query("select count(*) from catalog.products") == [(60,)]
    # Rows with nothing but an image are no SKU.
    assert query("select count(*) from catalog.skus") == [(66,)]
    assert query(
        "select sku.code, sku.unit_price, sku.custom_fields ->> 'compare_at_price'"
        " from catalog.skus as sku join catalog.products as product on product.id = sku.product_id"
        " where product.slug = 'leather-anchor' order by sku.code"
    ) == [
        ("leather-anchor-gold", Decimal("69.99"), "85"),
        ("leather-anchor-silver", Decimal("55"), "85"),
    ]
    again = imported("shopify-products", storefronts / "shopify" / "shopify_jewelery.csv")
    assert (again.loaded, again.duplicates) == (0, 41)
    everything_holds()


def test_shopify_stock_is_what_shopify_counts(imported: Import, storefronts: Path) -> None:
    """One of the 22 SKUs of the garden shop is counted by Shopify."""
    file = storefronts / "shopify" / "shopify_home-and-garden.csv"
    imported("shopify-products", file)
    report = imported("shopify-products-stock", file)
    assert (report.read, report.loaded) == (1, 1)
    assert report.amounts["units"].loaded == report.amounts["units"].source


@pytest.mark.parametrize(
    ("name", "rows", "products", "skus"),
    [
        ("exported-products-comma", 3, 2, 3),
        ("exported-products-semicolon", 3, 2, 3),
        ("filtered-products", 1, 1, 1),
        ("product-with-categories", 2, 1, 2),
        ("prices-with-region", 1, 1, 1),
        ("unrelated-column", 1, 1, 1),
        ("v1-template", 5, 3, 5),
    ],
)
def test_medusa_products(
    imported: Import,
    query: Query,
    books_in: Callable[[str], None],
    storefronts: Path,
    name: str,
    rows: int,
    products: int,
    skus: int,
) -> None:
    books_in("USD")
    report = imported("medusa-products", storefronts / "medusa" / f"{name}.csv")
    assert (report.read, report.loaded, report.records) == (rows, rows, products)
    assert query("select count(*) from catalog.skus") == [(skus,)]
    # Medusa leaves the price of a variant blank where it has one in other currencies only.
    (priced,) = query("select count(unit_price) from catalog.skus")[0]
    assert priced == (4 if name == "v1-template" else skus)


def test_medusa_prices_are_those_of_the_books(
    imported: Import, query: Query, books_in: Callable[[str], None], storefronts: Path
) -> None:
    books_in("DKK")
    imported("medusa-products", storefronts / "medusa" / "exported-products-comma.csv")
    assert query("select code, unit_price from catalog.skus order by code") == [
        ("base-product-large-green", 30),
        ("base-product-small-green", 50),
        ("proposed-product-large-green", 30),
    ]


@pytest.mark.parametrize(
    ("name", "currency", "message"),
    [
        ("invalid-column", "EUR", "the column Product field is none of this format"),
        # Its price in kroner is one of a region that there is not.
        ("invalid-prices", "DKK", "it has none of the columns Variant Price DKK, Price DKK"),
        ("exported-products-comma", "CHF", "none of the columns Variant Price CHF"),
    ],
)
def test_broken_medusa_files_are_refused(
    imported: Import,
    query: Query,
    books_in: Callable[[str], None],
    storefronts: Path,
    name: str,
    currency: str,
    message: str,
) -> None:
    books_in(currency)
    with pytest.raises(BadFile, match=message):
        imported("medusa-products", storefronts / "medusa" / f"{name}.csv")
    assert query("select count(*) from catalog.products") == [(0,)]


@pytest.mark.parametrize(("currency", "price"), [("USD", "879.99"), ("EUR", None)])
def test_spree_products(
    imported: Import,
    query: Query,
    books_in: Callable[[str], None],
    storefronts: Path,
    currency: str,
    price: str | None,
) -> None:
    """37 products of 87 variants, each variant with a price in dollars and one in euros."""
    books_in(currency)
    report = imported("spree-products", storefronts / "spree" / "products.csv")
    assert (report.read, report.loaded, report.records) == (211, 211, 37)
    assert query("select count(*), count(unit_price) from catalog.skus") == [(87, 87)]
    ((found,),) = query(
        "select unit_price from catalog.skus where code = 'AUTOMATIC-ESPRESSO-MACHINE-MATTE-BLACK'"
    )
    assert found > 0
    assert price is None or found == Decimal(price)
    assert query(
        "select parent.name, category.name from catalog.product_categories as placed"
        " join catalog.products as product on product.id = placed.product_id"
        " join catalog.categories as category on category.id = placed.category_id"
        " join catalog.categories as parent on parent.id = category.parent_id"
        " where product.slug = 'automatic-espresso-machine'"
    ) == [("Kitchen", "Coffee Machines")]


def test_spree_template(
    imported: Import, query: Query, books_in: Callable[[str], None], storefronts: Path
) -> None:
    """Its rows end before the last columns of the header; its first row is the product's own."""
    books_in("USD")
    report = imported("spree-products", storefronts / "spree" / "products_import.csv")
    assert (report.read, report.loaded, report.records) == (17, 17, 2)
    assert query("select count(*) from catalog.skus") == [(15,)]
    assert query(
        "select category.slug, placed.is_primary from catalog.product_categories as placed"
        " join catalog.products as product on product.id = placed.product_id"
        " join catalog.categories as category on category.id = placed.category_id"
        " where product.slug = 'denim-shirt' order by placed.is_primary desc, category.slug"
    ) == [("men-shirts", True), ("sportswear", False), ("women", False)]


def test_spree_products_in_books_of_another_currency(
    imported: Import, books_in: Callable[[str], None], storefronts: Path
) -> None:
    books_in("GBP")
    report = imported("spree-products", storefronts / "spree" / "products_import.csv")
    assert (report.loaded, dict(report.reasons)) == (0, {"price_in_another_currency": 17})


def test_spree_customers(imported: Import, query: Query, storefronts: Path) -> None:
    for name, rows in [("customers", 20), ("customers_import", 3)]:
        report = imported("spree-customers", storefronts / "spree" / f"{name}.csv")
        assert (report.read, report.loaded) == (rows, rows)
    assert query("select count(*) from crm.customers") == [(23,)]
    assert query(
        "select customer.display_name, address.organization, address.line_2, address.country_code"
        " from crm.customer_addresses as used"
        " join crm.customers as customer on customer.id = used.customer_id"
        " join core.addresses as address on address.id = used.address_id"
        " where customer.email = 'jane.smith@example.com' and used.is_default"
    ) == [("Jane Smith", "Acme Corp", "Apt 4", "US")]
    # A customer without an address is one all the same.
    assert query(
        "select count(*) from crm.customers as customer where not exists ("
        " select from crm.customer_addresses as used where used.customer_id = customer.id)"
    ) == [(1,)]
