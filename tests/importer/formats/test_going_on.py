"""Imports that commit as they go, and that were stopped on the way."""

from __future__ import annotations

import pytest

from tests.importer.formats.conftest import Import, Query

FILES = [
    ("shopify-products", "shopify-products.csv"),
    ("shopify-customers", "shopify-customers.csv"),
    ("shopify-inventory", "shopify-inventory.csv"),
]


@pytest.mark.parametrize(("name", "file"), FILES)
def test_a_stopped_import_goes_on(imported: Import, query: Query, name: str, file: str) -> None:
    if name == "shopify-inventory":
        imported("shopify-products", "shopify-products.csv")
    whole = imported(name, file, commit_every=1)
    # As if it had been stopped before its end: what it loaded is there and counts for this run.
    query("delete from importing.rejected_lines")
    query("delete from importing.run_amounts")
    query("update importing.runs set status = 'loading' where source = 'import:shopify'")
    on = imported(name, file, commit_every=1)
    assert (on.read, on.loaded, on.rejected) == (whole.read, whole.loaded, whole.rejected)
    assert on.duplicates == 0
    for unit, found in on.amounts.items():
        assert found.loaded == whole.amounts[unit].loaded
    assert query("select count(*) from inventory.inventory_movements") == [
        (3 if name == "shopify-inventory" else 0,)
    ]


@pytest.mark.parametrize(("name", "file"), FILES)
def test_a_dry_run_leaves_nothing(imported: Import, query: Query, name: str, file: str) -> None:
    if name == "shopify-inventory":
        imported("shopify-products", "shopify-products.csv")
    before = query("select count(*) from catalog.skus")
    report = imported(name, file, is_dry_run=True)
    assert report.is_dry_run
    assert report.loaded > 0
    assert query("select count(*) from catalog.skus") == before
    assert query("select count(*) from crm.customers") == [(0,)]
    assert query("select count(*) from inventory.inventory_movements") == [(0,)]
