"""Counts of stock: levels become what was counted, and the same count is posted once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.importer.formats.conftest import Import, ImportRows, Query

MAPPING = """
entity = "stock"
source = "shelves"

[times]
zone = "Europe/Berlin"

[load]
{load}

[fields]
sku_code = "sku"
location_code = {{ column = "place", optional_column = true }}
quantity = "quantity"
unit_cost = {{ column = "cost", optional_column = true }}
counted_at = {{ column = "counted", optional_column = true }}
"""
LEVELS = """
    select sku.code, place.code, level.on_hand
    from inventory.stock_levels as level
    join catalog.skus as sku on sku.id = level.sku_id
    join inventory.locations as place on place.id = level.location_id
    order by sku.code, place.code
"""
MOVEMENTS = """
    select sku.code, source.code, destination.code, movement.quantity, movement.reason_code
    from inventory.inventory_movements as movement
    join catalog.skus as sku on sku.id = movement.sku_id
    join inventory.locations as source on source.id = movement.source_location_id
    join inventory.locations as destination on destination.id = movement.destination_location_id
    order by movement.moved_at, sku.code
"""


def mapping(load: str = "") -> str:
    return MAPPING.format(load=load)


@pytest.fixture(autouse=True)
def skus(query: Query) -> None:
    query("insert into catalog.products (name, slug) values ('Nail', 'nail'), ('Rope', 'rope')")
    query(
        "insert into catalog.skus (product_id, code, name, unit_code, is_stocked, kind)"
        " select product.id, made.code, made.code, made.unit, made.is_stocked, made.kind"
        " from (values ('nail', 'NAIL', 'each', true, 'goods'),"
        " ('rope', 'ROPE', 'm', true, 'goods'), ('rope', 'CUTTING', 'each', false, 'service'))"
        " as made (slug, code, unit, is_stocked, kind)"
        " join catalog.products as product on product.slug = made.slug"
    )


def test_levels_become_what_was_counted(
    imported_rows: ImportRows, query: Query, everything_holds: Callable[[], None]
) -> None:
    report = imported_rows(
        mapping(), "sku,quantity,cost,counted\nnail,120,0.05,2026-02-01\nROPE,12.5,,2026-02-01\n"
    )
    assert (report.records, report.loaded) == (2, 2)
    units = report.amounts["units"]
    assert (units.source, units.loaded, units.rounding) == (Decimal("132.5"), Decimal("132.5"), 0)
    assert query(LEVELS) == [("NAIL", "MAIN", 120), ("ROPE", "MAIN", Decimal("12.5"))]
    assert query(MOVEMENTS) == [
        ("NAIL", "ADJUSTMENT", "MAIN", 120, "opening"),
        ("ROPE", "ADJUSTMENT", "MAIN", Decimal("12.5"), "opening"),
    ]
    assert query(
        "select unit_cost, moved_at = '2026-02-01 00:00 Europe/Berlin'"
        " from inventory.inventory_movements where unit_cost is not null"
    ) == [(Decimal("0.05"), True)]
    everything_holds()


def test_a_count_posts_the_difference(imported_rows: ImportRows, query: Query) -> None:
    query("select inventory.receive_stock('NAIL', 100, received_at => '2026-01-05T00:00Z')")
    query("select inventory.receive_stock('ROPE', 10, received_at => '2026-01-05T00:00Z')")
    # What came after the count does not count.
    query("select inventory.receive_stock('ROPE', 7, received_at => '2026-02-05T00:00Z')")
    report = imported_rows(
        mapping(), "sku,quantity,counted\nNAIL,96,2026-02-01\nROPE,12,2026-02-01\n"
    )
    assert report.amounts["units"].loaded == 108
    assert query(LEVELS) == [("NAIL", "MAIN", 96), ("ROPE", "MAIN", 19)]
    assert query(MOVEMENTS)[2:4] == [
        ("NAIL", "MAIN", "ADJUSTMENT", 4, "counted"),
        ("ROPE", "ADJUSTMENT", "MAIN", 2, "counted"),
    ]


def test_the_same_count_again_is_known(imported_rows: ImportRows, query: Query) -> None:
    rows = "sku,quantity,counted\nNAIL,96,2026-02-01\nROPE,0,2026-02-01\n"
    imported_rows(mapping(), rows)
    # The next day some are sold; the count is still the one that was loaded.
    query("select inventory.adjust_stock('NAIL', -6, 'lost', adjusted_at => '2026-02-02T00:00Z')")
    again = imported_rows(mapping(), rows)
    assert (again.loaded, again.duplicates) == (0, 2)
    assert again.amounts["units"].duplicates == 96
    assert query(LEVELS) == [("NAIL", "MAIN", 90)]


def test_another_result_needs_another_moment(imported_rows: ImportRows, query: Query) -> None:
    imported_rows(mapping(), "sku,quantity,counted\nNAIL,96,2026-02-01\n")
    same = imported_rows(mapping(), "sku,quantity,counted\nNAIL,90,2026-02-01\n")
    assert dict(same.reasons) == {"was_counted_before": 1}
    assert "counted_at" in same.first_rejects[0].detail
    without = imported_rows(mapping(), "sku,quantity\nNAIL,90\n")
    assert dict(without.reasons) == {"was_counted_before": 1}
    later = imported_rows(mapping(), "sku,quantity,counted\nNAIL,90,2026-03-01\n")
    assert (later.changed, later.amounts["units"].loaded) == (1, 90)
    assert query(LEVELS) == [("NAIL", "MAIN", 90)]
    # And what is older than that does not come after it.
    between = imported_rows(mapping(), "sku,quantity,counted\nNAIL,80,2026-02-15\n")
    assert dict(between.reasons) == {"was_counted_later": 1}
    assert query(LEVELS) == [("NAIL", "MAIN", 90)]


def test_places_are_found_by_code_or_name(imported_rows: ImportRows, query: Query) -> None:
    query("insert into inventory.locations (code, name) values ('W2', 'Second warehouse')")
    imported_rows(mapping(), "sku,quantity,place\nNAIL,1,MAIN\nNAIL,2,second WAREHOUSE\n")
    assert query(LEVELS) == [("NAIL", "MAIN", 1), ("NAIL", "W2", 2)]


def test_places_can_be_made(imported_rows: ImportRows, query: Query) -> None:
    rows = "sku,quantity,place\nNAIL,1,Attic\nROPE,2,Attic\n"
    refused = imported_rows(mapping(), rows)
    assert dict(refused.reasons) == {"location_is_unknown": 2}
    made = imported_rows(mapping("create_locations = true"), rows)
    assert made.loaded == 2
    assert query(LEVELS) == [("NAIL", "Attic", 1), ("ROPE", "Attic", 2)]
    assert query("select usage from inventory.locations where code = 'Attic'") == [("internal",)]


def test_a_place_is_made_once_however_it_is_written(
    imported_rows: ImportRows, query: Query
) -> None:
    rows = "sku,quantity,place\nNAIL,1,Attic\nROPE,2,ATTIC\nNAIL,3,attic\nROPE,4,supplier\n"
    made = imported_rows(mapping("create_locations = true"), rows)
    # The code of the world outside is taken, in whatever case.
    assert dict(made.reasons) == {"is_counted_twice": 1, "location_is_unknown": 1}
    assert query(LEVELS) == [("NAIL", "Attic", 1), ("ROPE", "Attic", 2)]


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ("SCREW,1,,,", "sku_is_unknown", "sku"),
        (",1,MAIN,,", "sku_is_unknown", "sku"),
        (",1,,,", "key_is_missing", "sku"),
        ("CUTTING,1,,,", "sku_is_not_stocked", "sku"),
        ("NAIL,1,Attic,,", "location_is_unknown", "place"),
        ("NAIL,1,SUPPLIER,,", "location_is_unknown", "place"),
        ("NAIL,-1,,,", "quantity_is_negative", "quantity"),
        ("NAIL,1.5,,,", "quantity_has_too_many_digits", "quantity"),
        ("NAIL,1,,-2,", "quantity_is_negative", "quantity"),
        ("NAIL,,,,", "value_is_missing", "quantity"),
        ("NAIL,1,,,2190-01-01", "counted_in_the_future", "counted"),
        ("NAIL,many,,,", "number_unreadable", "quantity"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    imported_rows: ImportRows, query: Query, row: str, reason: str, column: str
) -> None:
    report = imported_rows(mapping(), f"sku,quantity,place,cost,counted\n{row}\nROPE,3,MAIN,,\n")
    assert list(report.reasons) == [reason]
    assert (report.first_rejects[0].line, report.first_rejects[0].column) == (2, column)
    assert query(LEVELS) == [("ROPE", "MAIN", 3)]


def test_a_sku_is_counted_once_at_a_place(imported_rows: ImportRows, query: Query) -> None:
    report = imported_rows(mapping(), "sku,quantity,place\nNAIL,1,MAIN\nnail,2,\n")
    assert dict(report.reasons) == {"is_counted_twice": 1}
    assert query(LEVELS) == [("NAIL", "MAIN", 1)]


def test_stock_that_is_promised_cannot_be_counted_away(
    imported_rows: ImportRows, query: Query
) -> None:
    imported_rows(mapping(), "sku,quantity,counted\nNAIL,5,2026-02-01\nROPE,5,2026-02-01\n")
    query("select inventory.reserve('NAIL', 4)")
    report = imported_rows(
        mapping(), "sku,quantity,counted\nNAIL,3,2026-03-01\nROPE,3,2026-03-01\n"
    )
    assert dict(report.reasons) == {"stock_is_never_promised_twice": 1}
    assert query(LEVELS) == [("NAIL", "MAIN", 5), ("ROPE", "MAIN", 3)]


def test_shopify_inventory(imported: Import, query: Query) -> None:
    imported("shopify-products", "shopify-products.csv")
    report = imported("shopify-inventory", "shopify-inventory.csv")
    # What is not stocked somewhere is no row of ours.
    assert (report.read, report.loaded) == (6, 4)
    assert [(row.line, row.column, row.reason) for row in report.first_rejects] == [
        (7, "SKU", "sku_is_unknown"),
        (8, "On hand (current)", "quantity_is_negative"),
    ]
    # A SKU without a code is found by its options.
    assert query(LEVELS) == [
        ("LA-S-E", "High Street", 7),
        ("LA-S-E", "Warehouse", 30),
        ("linen-apron-m-indigo", "High Street", 3),
    ]
    assert imported("shopify-inventory", "shopify-inventory.csv").duplicates == 4


def test_quantities_of_shopify_products(imported: Import, query: Query) -> None:
    imported("shopify-products", "shopify-products.csv")
    report = imported("shopify-products-stock", "shopify-products.csv")
    assert (report.read, report.loaded) == (3, 3)
    assert query(LEVELS) == [("LA-S-E", "MAIN", 7), ("linen-apron-m-indigo", "MAIN", 3)]


def test_opening_stock(imported: Import, query: Query) -> None:
    imported("shopify-products", "shopify-products.csv")
    report = imported("opening-stock", "opening-stock.csv", zone="Europe/Lisbon")
    assert (report.read, report.loaded) == (6, 2)
    assert [(row.line, row.column) for row in report.first_rejects] == [
        (3, "Unit cost"),
        (5, "SKU"),
        (6, "SKU"),
        (7, "Location"),
    ]
    assert query(LEVELS) == [("LA-M-E", "MAIN", 2), ("LA-S-E", "MAIN", 7)]
    # Without a zone a day says no moment.
    refused = imported("opening-stock", "opening-stock.csv")
    assert set(refused.reasons) == {"time_without_zone", "number_in_another_style"}


def test_the_same_number_after_goods_moved_is_asked_about(
    imported_rows: ImportRows, query: Query
) -> None:
    rows = "sku,quantity\nNAIL,96\nROPE,4\n"
    imported_rows(mapping(), rows)
    assert not imported_rows(mapping(), rows).notes
    query("select inventory.adjust_stock('NAIL', -6, 'lost')")
    again = imported_rows(mapping(), rows)
    assert (again.loaded, again.duplicates) == (0, 2)
    assert [note[:8] for note in again.notes] == ["1 of the"]
    assert "counted_at" in again.notes[0]
