"""Products and SKUs that are there already, and what cannot be loaded."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.importer.formats.conftest import ImportRows, Query

MAPPING = """
entity = "products"
source = "shop"

[load]
{load}

[fields]
product_key = "key"
product_name = "name"
brand = {{ column = "brand", optional_column = true }}
category = {{ column = "category", optional_column = true }}
option1_name = {{ column = "option", optional_column = true }}
option1_value = {{ column = "value", optional_column = true }}
sku_code = "sku"
unit_price = {{ column = "price", optional_column = true }}
unit_cost = {{ column = "cost", optional_column = true }}
unit_code = {{ column = "unit", optional_column = true }}
kind = {{ column = "kind", optional_column = true }}
currency_code = {{ column = "currency", optional_column = true }}

[custom_fields]
tags = "tags"

[line_custom_fields]
barcode = "barcode"
"""
ROWS = """key,name,brand,category,option,value,sku,price,cost,tags,barcode
chair,Oak chair,Marlowe,Living > Chairs,Size,S,CH-S,99,40,wood,111
chair,,,,,L,CH-L,119.5,45,,222
lamp,Lamp,,Living,,,LAMP,30,,,
"""


def mapping(load: str = "") -> str:
    return MAPPING.format(load=load)


PRICES = "select code, unit_price from catalog.skus order by code"
NAMES = "select slug, name from catalog.products order by slug"


def test_new_products_have_everything_that_is_said(
    imported_rows: ImportRows, query: Query, everything_holds: Callable[[], None]
) -> None:
    report = imported_rows(mapping(), ROWS)
    assert (report.records, report.changed, report.loaded) == (2, 0, 3)
    assert query(NAMES) == [("chair", "Oak chair"), ("lamp", "Lamp")]
    assert query("select code, name, custom_fields from catalog.skus order by code") == [
        ("CH-L", "Oak chair L", {"barcode": "222"}),
        ("CH-S", "Oak chair S", {"barcode": "111"}),
        ("LAMP", "Lamp", {}),
    ]
    assert query("select custom_fields from catalog.products where slug = 'chair'") == [
        ({"tags": "wood"},)
    ]
    # One category tree for both.
    assert query("select slug from catalog.categories order by slug") == [
        ("living",),
        ("living-chairs",),
    ]
    everything_holds()


def test_only_what_the_file_says_otherwise_changes(imported_rows: ImportRows, query: Query) -> None:
    imported_rows(mapping(), ROWS)
    report = imported_rows(
        mapping(),
        "key,name,sku,price,value,option,tags,barcode\n"
        "chair,Oak chair,CH-S,105,S,Size,wood,\n"
        "chair,,CH-L,119.50,L,,,222\n"
        "lamp,Desk lamp,LAMP,,,,,\n",
    )
    assert (report.records, report.changed) == (0, 2)
    assert query(PRICES) == [("CH-L", Decimal("119.5")), ("CH-S", 105), ("LAMP", 30)]
    assert query(NAMES) == [("chair", "Oak chair"), ("lamp", "Desk lamp")]
    # What is the same is not written: the old image is kept of what changed only.
    assert query("select code, version from catalog.skus order by code") == [
        ("CH-L", 1),
        ("CH-S", 2),
        ("LAMP", 1),
    ]
    assert query("select slug, version from catalog.products order by slug") == [
        ("chair", 1),
        ("lamp", 2),
    ]
    assert query("select custom_fields ->> 'barcode' from catalog.skus where code = 'CH-S'") == [
        ("111",)
    ]


def test_what_is_missing_in_the_file_stays(imported_rows: ImportRows, query: Query) -> None:
    imported_rows(mapping(), ROWS)
    imported_rows(mapping(), "key,name,sku,price\nchair,Oak chair,CH-S,1\n")
    assert query("select code, status from catalog.skus order by code") == [
        ("CH-L", "active"),
        ("CH-S", "active"),
        ("LAMP", "active"),
    ]


def test_existing_products_can_be_kept(imported_rows: ImportRows, query: Query) -> None:
    imported_rows(mapping(), ROWS)
    report = imported_rows(
        mapping('existing = "keep"'),
        "key,name,sku,price,option,value\nchair,Other,CH-S,1,Size,XS\nchair,,CH-M,2,Size,M\n",
    )
    assert report.changed == 1
    assert query(NAMES)[0] == ("chair", "Oak chair")
    # A SKU that is new is made all the same.
    assert query(PRICES)[:3] == [("CH-L", Decimal("119.5")), ("CH-M", 2), ("CH-S", 99)]


def test_existing_products_can_be_refused(imported_rows: ImportRows, query: Query) -> None:
    imported_rows(mapping(), ROWS)
    report = imported_rows(
        mapping('existing = "refuse"'),
        "key,name,sku,price\nchair,Other,CH-S,1\nnew,New,NEW,2\n",
    )
    assert (report.records, dict(report.reasons)) == (1, {"product_is_there": 1})
    assert query("select unit_price from catalog.skus where code = 'CH-S'") == [(99,)]


def test_a_cost_holds_from_now_on(imported_rows: ImportRows, query: Query) -> None:
    imported_rows(mapping(), ROWS)
    imported_rows(mapping(), ROWS.replace(",40,", ",42,"))
    costs = query(
        "select cost.unit_cost, cost.valid_to is null,"
        " cost.valid_to = lead(cost.valid_from) over (order by cost.valid_from)"
        " from catalog.sku_costs as cost join catalog.skus as sku on sku.id = cost.sku_id"
        " where sku.code = 'CH-S' order by cost.valid_from"
    )
    assert costs == [(40, False, True), (42, True, None)]
    # The same cost is no new one.
    assert query("select count(*) from catalog.sku_costs") == [(3,)]


def test_a_cost_ends_where_the_next_one_begins(imported_rows: ImportRows, query: Query) -> None:
    imported_rows(mapping(), ROWS)
    query(
        "insert into catalog.sku_costs (sku_id, unit_cost, valid_from)"
        " select id, 50, now() + interval '1 year' from catalog.skus where code = 'LAMP'"
    )
    imported_rows(mapping(), "key,name,sku,cost\nlamp,Lamp,LAMP,20\n")
    assert query(
        "select cost.unit_cost, cost.valid_to is null from catalog.sku_costs as cost"
        " join catalog.skus as sku on sku.id = cost.sku_id where sku.code = 'LAMP'"
        " order by cost.valid_from"
    ) == [(20, False), (50, True)]


def test_an_option_changes_its_value(imported_rows: ImportRows, query: Query) -> None:
    imported_rows(mapping(), ROWS)
    imported_rows(mapping(), ROWS.replace(",,L,CH-L", ",,XL,CH-L"))
    assert query(
        "select sku.code, value.name from catalog.sku_option_values as chosen"
        " join catalog.skus as sku on sku.id = chosen.sku_id"
        " join catalog.product_option_values as value on value.id = chosen.option_value_id"
        " order by sku.code"
    ) == [("CH-L", "XL"), ("CH-S", "S")]


def test_a_list_of_prices_finds_products_by_their_skus(
    imported_rows: ImportRows, query: Query
) -> None:
    imported_rows(mapping(), ROWS)
    prices = """
    entity = "products"
    source = "price list"
    [fields]
    product_key = "sku"
    sku_code = "sku"
    unit_price = "price"
    """
    report = imported_rows(prices, "sku,price\nch-s,1\nCH-L,2\nNEW,3\n")
    # A price alone makes no product.
    assert (report.changed, dict(report.reasons)) == (2, {"value_is_missing": 1})
    assert report.first_rejects[0].column is None  # No column of this mapping names products.
    assert query(PRICES) == [("CH-L", 2), ("CH-S", 1), ("LAMP", 30)]
    assert query(NAMES) == [("chair", "Oak chair"), ("lamp", "Lamp")]


def test_a_flat_file_does_not_rename_a_product_of_several_skus(
    imported_rows: ImportRows, query: Query
) -> None:
    imported_rows(mapping(), ROWS)
    report = imported_rows(
        mapping().replace('"shop"', '"list"').replace('"key"', '"sku"'),
        "name,sku,price\nOak chair small,CH-S,1\n",
    )
    assert dict(report.reasons) == {"sku_of_another_product": 1}
    assert query(NAMES)[0] == ("chair", "Oak chair")


@pytest.mark.parametrize(
    ("header", "rows", "reason", "line"),
    [
        ("key,name,sku,price", ["a,A,,1"], "sku_code_is_blank", 2),
        ("key,name,sku,value", ["a,A,a1,S"], "option_has_no_name", 2),
        ("key,name,sku,price", ["a,A,a1,1", "a,,A1,2"], "sku_rows_disagree", 2),
        ("key,name,sku,price,currency", ["a,A,a1,1,USD"], "price_in_another_currency", 2),
        ("key,name,sku,unit", ["a,A,a1,furlong"], "unit_is_unknown", 2),
        ("key,name,sku,price", ["a,A,a1,-1"], "number_is_negative", 2),
        ("key,name,sku,price", ["a,A,a1,1.123456789"], "number_has_too_many_digits", 2),
        ("key,name,sku", ["a b,A,a1", "A-B,A,a2"], "product_key_is_repeated", 3),
        ("key,name,sku", ["a,A,a1", "b,B,A1"], "sku_code_is_repeated", 3),
        ("key,name,sku", ["a,A,a1", "a,B,a2"], "rows_disagree", 2),
        ("key,name,sku", ["a,,a1"], "value_is_missing", 2),
        ("key,name,sku,kind", ["a,A,a1,furniture"], "word_is_unknown", 2),
        ("key,name,sku", ["a,A,1.5E+12"], "digits_are_lost", 2),
    ],
)
def test_what_cannot_be_loaded_is_refused_with_its_product(
    imported_rows: ImportRows, query: Query, header: str, rows: list[str], reason: str, line: int
) -> None:
    good = "fine,Fine,FINE" + "," * (header.count(",") - 2)
    report = imported_rows(mapping(), "\n".join((header, *rows, good)) + "\n")
    assert reason in report.reasons, report.reasons
    assert report.first_rejects[0].line == line
    assert report.first_rejects[0].detail
    # The others are loaded.
    assert query("select count(*) from catalog.skus where code = 'FINE'") == [(1,)]
    assert report.loaded + report.rejected == len(rows) + 1


def test_a_sku_stays_with_its_product(imported_rows: ImportRows) -> None:
    imported_rows(mapping(), ROWS)
    report = imported_rows(mapping(), "key,name,sku\nlamp,Lamp,CH-S\n")
    assert dict(report.reasons) == {"sku_of_another_product": 1}
    assert "chair" in report.first_rejects[0].detail


def test_a_sku_whose_code_was_changed_is_not_made_twice(imported_rows: ImportRows) -> None:
    imported_rows(mapping("make_sku_codes = true"), ROWS.replace("CH-S", ""))
    report = imported_rows(mapping(), ROWS)
    assert dict(report.reasons) == {"sku_has_another_code": 2}
    assert "chair-s" in report.first_rejects[0].detail


def test_categories_are_found_by_their_names(imported_rows: ImportRows, query: Query) -> None:
    query("insert into catalog.categories (name, slug) values ('LIVING', 'home')")
    query("insert into catalog.categories (name, slug) values ('Else', 'living-chairs')")
    imported_rows(mapping(), ROWS)
    assert query(
        "select below.name, below.slug ~ '^living-chairs-[0-9a-f]{6}$'"
        " from catalog.categories as below"
        " join catalog.categories as above on above.id = below.parent_id"
        " where above.slug = 'home'"
    ) == [("Chairs", True)]


def test_words_without_a_letter_of_ours_have_an_address(
    imported_rows: ImportRows, query: Query
) -> None:
    imported_rows(mapping(), "key,name,sku,category\n椅子,椅子,椅-1,家具\nCrème Brûlée,C,CB,\n")
    assert query("select slug ~ '^[0-9a-f]{8}$' from catalog.categories") == [(True,)]
    assert query("select slug from catalog.products where name = 'C'") == [("creme-brulee",)]


def test_a_product_that_was_deleted_is_made_again(imported_rows: ImportRows, query: Query) -> None:
    imported_rows(mapping(), ROWS)
    query("delete from catalog.product_categories")
    query("delete from catalog.sku_costs")
    query("delete from catalog.skus where code = 'LAMP'")
    query("delete from catalog.products where slug = 'lamp'")
    report = imported_rows(mapping(), ROWS.replace("LAMP,30", "LAMP,31"))
    assert (report.records, report.changed) == (1, 0)
    assert query("select unit_price from catalog.skus where code = 'LAMP'") == [(31,)]
