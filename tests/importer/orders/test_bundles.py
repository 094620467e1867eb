"""Several mappings, one after the other: all of it or nothing, and rejects for each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundplan.errors import BadFile
from groundplan.importer import (
    FileMapping,
    built_in_names,
    bundle,
    bundle_names,
    import_bundle,
    parse_mapping,
)
from tests.exporter.contents import everything
from tests.importer.orders.conftest import Ask, adds_up

PRODUCTS = """
    title = "Goods"
    entity = "products"
    source = "test"
    [fields]
    product_key = "SKU"
    product_name = "Thing"
    sku_code = "SKU"
    unit_price = "Price"
    """
ORDERS = """
    title = "Sales"
    entity = "orders"
    source = "test"
    [times]
    zone = "UTC"
    [fields]
    number = "Number"
    placed_at = "Day"
    sku_code = "SKU"
    quantity = "Quantity"
    unit_price = "Price"
    """
ROWS = """Number,Day,SKU,Thing,Quantity,Price
1,2026-01-05,A,Anvil,1,10
2,2026-01-06,B,Bell,two,5
3,2026-01-07,C,,1,7
"""


@pytest.fixture
def both() -> list[FileMapping]:
    return [
        parse_mapping(PRODUCTS, name="shop/1-goods"),
        parse_mapping(ORDERS, name="shop/2-sales"),
    ]


def test_each_part_stands_on_what_the_one_before_has_made(
    both: list[FileMapping],
    database: str,
    ask: Ask,
    written: Callable[..., Path],
    tmp_path: Path,
) -> None:
    reports = import_bundle(both, [str(written(ROWS))], database, rejects=tmp_path / "rejects.csv")
    assert all(map(adds_up, reports))
    assert [(report.title, report.loaded, report.rejected) for report in reports] == [
        ("Goods", 2, 1),
        # C was never made, because it has no name.
        ("Sales", 1, 2),
    ]
    assert reports[1].reasons == {"number_unreadable": 1, "sku_is_unknown": 1}
    assert ask("select number from sales.orders") == [("1",)]
    found = {
        name: [line.split(",")[2] for line in (tmp_path / name).read_text().splitlines()[1:]]
        for name in ("rejects-1-goods.csv", "rejects-2-sales.csv")
    }
    assert found == {"rejects-1-goods.csv": ["C"], "rejects-2-sales.csv": ["B", "C"]}
    assert not (tmp_path / "rejects.csv").exists()


def test_when_the_last_part_cannot_be_read_the_first_is_not_there(
    both: list[FileMapping], database: str, written: Callable[..., Path], tmp_path: Path
) -> None:
    before = everything(database)
    file = written(ROWS.replace("Quantity", "Pieces"))
    with pytest.raises(BadFile, match="Quantity"):
        import_bundle(both, [str(file)], database, rejects=tmp_path / "rejects.csv")
    assert everything(database) == before
    assert list(tmp_path.glob("rejects*")) == []


def test_a_trial_of_all_parts_is_taken_back(
    both: list[FileMapping], database: str, written: Callable[..., Path]
) -> None:
    before = everything(database)
    trial = import_bundle(both, [str(written(ROWS))], database, is_dry_run=True)
    assert [report.loaded for report in trial] == [2, 1]
    assert everything(database) == before


def test_bundles_are_in_order_and_no_formats_of_their_own() -> None:
    assert "northwind" in bundle_names()
    assert not set(bundle_names()) & set(built_in_names())
    assert [mapping.entity.name for mapping in bundle("northwind")] == [
        "products",
        "customers",
        "stock",
        "orders",
    ]
    assert bundle("shopify-orders") == ()
