"""What reports are made of, by the declarations, the text of the views and the catalog."""

from __future__ import annotations

import pytest

from groundplan.studio.ground import Ground
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.lineage import Lineage, reads_column, report_lineage
from groundplan.studio.report_reading import read_dependencies
from groundplan.studio.settings import Settings
from groundplan.studio.view_text import mentions, outputs, relations

LEDGER = "sales.ledger_entries"

SELECT = """ SELECT a.id,
    count(*) AS n,
    ( SELECT max(b.x) AS x
           FROM s.b b
          WHERE b.y = 'a.secret'::text) AS newest
   FROM s.a
     LEFT JOIN s.c third ON third.id = a.id;"""


@pytest.fixture(scope="module")
def knowledge(shop_url: str) -> Knowledge:
    return Ground(Settings(shop_url)).knowledge()


@pytest.fixture(scope="module")
def lineage(shop_url: str, knowledge: Knowledge) -> Lineage:
    with Ground(Settings(shop_url)).reading() as connection:
        return report_lineage(knowledge, read_dependencies(connection))


def test_a_list_is_read_with_the_queries_inside_it() -> None:
    found = [(each.depth, each.name) for each in outputs(SELECT)]
    assert sorted(found) == [(0, "id"), (0, "n"), (0, "newest"), (1, "x")]
    assert relations(SELECT) == {"a": "s.a", "b": "s.b", "third": "s.c"}


def test_what_is_quoted_is_no_column_and_a_cast_is_none() -> None:
    assert list(mentions("x.a = 'x.b'::text AND \"position\"")) == [("x", "a"), ("", "position")]


def test_a_measure_comes_from_the_column_its_declaration_names(lineage: Lineage) -> None:
    units = lineage.reports["sales_daily"].columns["units"]
    assert units.sources == ((LEDGER, "quantity"),)
    assert (units.expression, units.counted) == ("r.quantity", "sum")


def test_a_number_of_a_view_goes_back_through_its_count(lineage: Lineage) -> None:
    net = lineage.reports["metrics_daily"].columns["net_sales"]
    assert set(net.direct) == {
        ("reporting.sales_daily", name) for name in ("gross_sales", "discounts", "returns")
    }
    assert set(net.sources) == {(LEDGER, name) for name in ("gross_sales", "discounts", "returns")}
    assert lineage.reports["metrics_daily"].counts == ("sales_by_order_date", "sales_daily")


def test_a_name_beside_an_id_comes_from_its_own_table(lineage: Lineage) -> None:
    code = lineage.reports["sku_metrics_daily"].columns["sku_code"]
    assert code.sources == (("catalog.skus", "code"),)


def test_a_row_that_counts_twice_is_told_with_both_sides(lineage: Lineage) -> None:
    columns = lineage.reports["stock_moved_daily"].columns
    location = {name for _, name in columns["location_id"].sources}
    assert location == {"kind", "source_location_id", "destination_location_id"}


def test_the_reports_of_a_column(lineage: Lineage) -> None:
    assert "metrics_daily" in reads_column(lineage, LEDGER, "gross_sales")
    assert reads_column(lineage, LEDGER, "charged") == []
    # A condition reads a column too, though no number is made of it.
    assert "all_sku_sales_daily" in reads_column(lineage, LEDGER, "sku_id")


def test_the_text_alone_says_what_the_catalog_says(knowledge: Knowledge, lineage: Lineage) -> None:
    alone = report_lineage(knowledge)
    for name, report in lineage.reports.items():
        assert alone.reports[name].tables == report.tables
        assert alone.reports[name].sources == report.sources


def test_every_number_has_a_source(lineage: Lineage) -> None:
    without = {
        f"{report.name}.{column.name}"
        for report in lineage.reports.values()
        for column in report.columns.values()
        if not column.sources and column.name != "row_count"
    }
    assert without == {
        "orders_wide.lines",
        "shipments_wide.lines",
        "stock_alerts.kind",
        "top_skus.period",
        "top_skus.period_start",
        "top_skus.rank",
    }
