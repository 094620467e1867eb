"""The pages of the reports: rows, lineage, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from groundplan.database import connect
from tests.studio.asking import get
from tests.studio.running import Studio, Tab, execute


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/reports", "/reports/metrics_daily"])
def test_it_is_accessible_and_narrow(
    studio: Studio, open_tab: Callable[..., Tab], path: str, scheme: str
) -> None:
    tab = open_tab(studio, color_scheme=scheme, viewport={"width": 390, "height": 800})
    page = tab.open(path)
    tab.demand_accessible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_it_sorts_and_filters_without_javascript(
    studio: Studio, open_tab: Callable[..., Tab]
) -> None:
    page = open_tab(studio, java_script_enabled=False).open("/reports/metrics_daily")
    page.get_by_role("textbox", name="Channel", exact=True).fill("web")
    page.get_by_role("button", name="Show").click()
    page.locator(".sort-link", has_text="gross_sales").click()
    assert "channel=web" in page.url
    cells = page.locator(".tall tbody tr td:nth-child(7)").all_inner_texts()
    numbers = [float(text.replace(",", "")) for text in cells]
    assert numbers == sorted(numbers, reverse=True)
    assert set(page.locator(".tall tbody tr td:nth-child(3)").all_inner_texts()) == {"web"}


def test_a_value_that_cannot_be_meant_is_told(studio: Studio) -> None:
    answer = get(studio, "/reports/metrics_daily?from=soon&sort=nothing&page=0")
    assert answer.status == 200
    assert answer.text.count('role="alert"') == 3


def test_a_report_that_does_not_exist_names_near_ones(studio: Studio) -> None:
    answer = get(studio, "/reports/metrics_dayly")
    assert answer.status == 404
    assert "metrics_daily" in answer.text


def test_the_csv_has_every_row_and_the_numbers_of_the_view(studio: Studio, shop_url: str) -> None:
    answer = get(studio, "/reports/metrics_daily/rows.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="metrics_daily.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    with connect(shop_url) as connection:
        found = connection.execute(
            "select count(*), sum(net_sales) from reporting.metrics_daily"
        ).fetchone()
    assert found is not None
    assert len(rows) == found[0]
    assert round(sum(float(row["net_sales"]) for row in rows), 2) == float(found[1])


def test_text_that_begins_like_a_formula_is_text_in_the_csv(
    own_shop: str, run_studio: Callable[..., Studio]
) -> None:
    execute(own_shop, "update catalog.products set name = '=1+1'")
    studio = run_studio(own_shop)
    rows = list(csv.DictReader(io.StringIO(get(studio, "/reports/skus_wide/rows.csv").text)))
    assert {row["product_name"] for row in rows} == {"'=1+1"}


def test_every_report_has_a_page(studio: Studio, shop_url: str) -> None:
    with connect(shop_url) as connection:
        names = connection.execute(
            "select viewname from pg_views where schemaname = 'reporting'\n"
            "and viewname not like '%all\\_tenants'"
        ).fetchall()
    assert len(names) > 20
    assert {name for (name,) in names if get(studio, f"/reports/{name}").status != 200} == set()
