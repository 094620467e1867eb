"""The formats of products: small files with what is odd about each of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from groundplan.importer.mapping.toml import built_in, built_in_names
from tests.importer.formats.conftest import DATA, Import, Query

SKUS = """
    select sku.code, sku.name, sku.kind, sku.unit_price, sku.is_stocked, sku.allows_backorder
    from catalog.skus as sku
    join catalog.products as product on product.id = sku.product_id
    where product.slug = %s
    order by sku.code
"""
PRODUCTS = """
    select product.slug, product.name, product.status, brand.name
    from catalog.products as product
    left join catalog.brands as brand on brand.id = product.brand_id
    order by product.slug
"""
PATHS = """
    with recursive path as (
        select category.id, category.name as text from catalog.categories as category
        where category.parent_id is null
        union all
        select below.id, path.text || ' > ' || below.name
        from path join catalog.categories as below on below.parent_id = path.id
    )
    select product.slug, path.text, placed.is_primary
    from catalog.product_categories as placed
    join catalog.products as product on product.id = placed.product_id
    join path on path.id = placed.category_id
    order by product.slug, placed.is_primary desc, path.text
"""
OPTIONS = """
    select sku.code, option.name, value.name
    from catalog.sku_option_values as chosen
    join catalog.skus as sku on sku.id = chosen.sku_id
    join catalog.product_options as option on option.id = chosen.option_id
    join catalog.product_option_values as value on value.id = chosen.option_value_id
    order by sku.code, option.position
"""


@pytest.mark.parametrize("name", built_in_names())
def test_every_format_can_be_read(name: str) -> None:
    mapping = built_in(name)
    assert mapping is not None
    assert mapping.title != name
    # What belongs to one system has one namespace: stock finds the products that were imported.
    assert mapping.source


def test_shopify(imported: Import, query: Query) -> None:
    report = imported("shopify-products", "shopify-products.csv")
    assert (report.read, report.loaded, report.records) == (7, 7, 4)
    assert query(PRODUCTS) == [
        ("linen-apron", "Linen apron", "active", "Marlowe"),
        ("pattern-book", "Pattern book (PDF)", "active", "Marlowe"),
        ("tea-towel", "Tea towel", "draft", "Marlowe"),
        ("voucher", "Gift voucher", "active", "Marlowe"),
    ]
    # The row with only an image is none; a blank SKU is made of handle and options.
    assert query(SKUS, "linen-apron") == [
        ("LA-M-E", "Linen apron M, Ecru", "goods", 41, True, True),
        ("LA-S-E", "Linen apron S, Ecru", "goods", 39, True, False),
        ("linen-apron-m-indigo", "Linen apron M, Indigo", "goods", 41, True, False),
    ]
    assert query(OPTIONS)[:2] == [("GV-25", "Amount", "25"), ("LA-M-E", "Size", "M")]
    # Not counted by Shopify; not sent; a voucher.
    assert query(SKUS, "tea-towel") == [("TT-1", "Tea towel", "goods", 12, False, False)]
    assert query(SKUS, "pattern-book")[0][2] == "digital"
    assert query(SKUS, "voucher")[0][2] == "gift_card"
    assert query("select code from catalog.skus where custom_fields ->> 'barcode' = %s",
        "0012345678905") == [("LA-M-E",)]  # fmt: skip
    assert query(
        "select sku.code, cost.unit_cost from catalog.sku_costs as cost"
        " join catalog.skus as sku on sku.id = cost.sku_id where cost.valid_to is null"
        " order by sku.code"
    ) == [
        ("LA-M-E", Decimal("15.25")),
        ("LA-S-E", Decimal("14.5")),
        ("linen-apron-m-indigo", Decimal("15.25")),
    ]
    assert query(PATHS) == [
        ("linen-apron", "Home & Garden > Kitchen & Dining > Aprons", True),
        ("tea-towel", "Towels", True),
    ]
    # Quantities are stock, and stock is counted.
    assert query("select count(*) from inventory.inventory_movements") == [(0,)]


def test_shopify_template_with_the_other_names(imported: Import, query: Query) -> None:
    assert imported("shopify-products", "shopify-products-new.csv").loaded == 1
    assert query(PRODUCTS) == [("bread-knife", "Bread knife", "active", "Marlowe")]
    assert query(SKUS, "bread-knife") == [("BK-1", "Bread knife", "goods", 29, True, False)]


def test_woocommerce(imported: Import, query: Query) -> None:
    report = imported("woocommerce-products", "woocommerce-products.csv")
    assert (report.read, report.loaded, report.records) == (7, 6, 4)
    (orphan,) = report.first_rejects
    assert (orphan.line, orphan.column, orphan.reason) == (8, "Name", "value_is_missing")
    assert query(PRODUCTS) == [
        ("44", "Wool sock", "active", None),
        ("ebook", "Knitting guide", "draft", None),
        ("mug-1", "Enamel mug", "active", "Marlowe"),
        ("set-1", "Camping set", "active", None),
    ]
    # A parent without a SKU is named by its number.
    assert query(SKUS, "44") == [
        ("44-l", "Wool sock - L", "goods", Decimal("9.5"), False, False),
        ("SOCK-S", "Wool sock - S", "goods", Decimal("9.5"), True, True),
    ]
    assert query("select status from catalog.skus where code = '44-l'") == [("archived",)]
    # Attributes of a parent or a simple product are no options.
    assert query(OPTIONS) == [("44-l", "Size", "L"), ("SOCK-S", "Size", "S")]
    assert query(SKUS, "set-1") == []
    assert query(SKUS, "ebook")[0][2] == "digital"
    assert query("select description from catalog.products where slug = '44'") == [("Warm.",)]
    assert query(PATHS) == [
        ("44", "Clothing", True),
        ("mug-1", "Kitchen > Mugs", True),
        ("mug-1", "Gifts", False),
    ]


def test_medusa(imported: Import, query: Query) -> None:
    assert imported("medusa-products", "medusa-products.csv").loaded == 3
    assert query(PRODUCTS) == [
        ("rain-coat", "Rain coat", "active", None),
        ("umbrella", "Umbrella", "draft", None),
    ]
    assert query(SKUS, "rain-coat") == [
        ("RC-S", "Rain coat S", "goods", Decimal("89.5"), True, False),
        ("rain-coat-l", "Rain coat L", "goods", Decimal("89.5"), True, True),
    ]
    assert query(SKUS, "umbrella") == [("UM-1", "Umbrella", "goods", 19, False, False)]


def test_spree(imported: Import, query: Query) -> None:
    assert imported("spree-products", "spree-products.csv").loaded == 5
    # The row of the product itself is no SKU, unless it is the only one.
    assert query(SKUS, "oak-stool") == [
        ("OAK-STOOL-OIL", "Oak stool Oiled", "goods", 135, True, True),
        ("OAK-STOOL-RAW", "Oak stool Raw", "goods", 120, True, False),
    ]
    assert query(SKUS, "beeswax") == [("BEESWAX", "Beeswax", "goods", Decimal("9.5"), True, False)]
    assert query(PATHS) == [
        ("beeswax", "Care", True),
        ("oak-stool", "Living > Stools", True),
        ("oak-stool", "Gifts", False),
    ]


def test_square(imported: Import, query: Query) -> None:
    assert imported("square-items", "square-items.csv").loaded == 4
    assert query(SKUS, "filter-coffee") == [
        ("FC-S", "Filter coffee Small", "goods", Decimal("2.8"), False, False),
        ("filter-coffee-large", "Filter coffee Large", "goods", Decimal("3.4"), False, False),
    ]
    assert query(OPTIONS) == [
        ("FC-S", "Variation", "Small"),
        ("filter-coffee-large", "Variation", "Large"),
    ]
    assert query(SKUS, "grinder") == [("GR-1", "Grinder", "goods", 1249, True, False)]
    # Its price is asked at the till.
    assert query(SKUS, "cake-of-the-day")[0][3] is None
    assert query(PATHS)[1:3] == [
        ("filter-coffee", "Drinks > Hot", True),
        ("filter-coffee", "Menu", False),
    ]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("shopify-products", "shopify-products.csv"),
        ("woocommerce-products", "woocommerce-products.csv"),
        ("medusa-products", "medusa-products.csv"),
        ("spree-products", "spree-products.csv"),
        ("square-items", "square-items.csv"),
        ("spree-customers", "spree-customers.csv"),
        ("shopify-customers", "shopify-customers.csv"),
    ],
)
def test_the_same_file_again_changes_nothing(
    imported: Import, query: Query, name: str, file: str
) -> None:
    def state() -> list[list[tuple[Any, ...]]]:
        return [
            query(f"select to_jsonb(row) from {table} as row order by row.id")
            for table in (
                "catalog.products", "catalog.skus", "catalog.sku_option_values",
                "catalog.product_option_values", "catalog.product_categories",
                "catalog.categories", "catalog.sku_costs", "crm.customers", "core.addresses",
                "crm.customer_addresses",
            )
        ]  # fmt: skip

    first = imported(name, file)
    before = state()
    again = imported(name, file)
    assert state() == before
    assert (again.loaded, again.duplicates) == (0, first.loaded)
    assert again.rejected == first.rejected


def test_a_made_up_file_is_there_for_every_format_of_this_folder() -> None:
    """The other formats have their tests in other folders."""
    tested = {file.stem for file in DATA.iterdir()}
    for name in built_in_names():
        mapping = built_in(name)
        assert mapping is not None
        if mapping.entity.name != "orders" and name != "shopify-products-stock":
            assert name in tested
