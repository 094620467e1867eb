"""The pages with diagrams on them: for everybody, in every window, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from groundplan.compose import Plan
from groundplan.database import connect
from groundplan.docs.picture import COLOURS
from groundplan.snapshot import read_snapshot
from groundplan.studio.app import ASSETS
from tests.studio.looking import looked_at, shown
from tests.studio.running import Studio, Tab


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/schema", "/schema/diagram", "/schema/modules/sales"])
def test_pages_are_accessible(
    studio: Studio, open_tab: Callable[..., Tab], path: str, scheme: str
) -> None:
    tab = open_tab(studio, color_scheme=scheme)
    looked_at(tab, path)
    tab.demand_accessible()


def test_focus_and_search_are_accessible(tab: Tab) -> None:
    page = looked_at(tab, "/schema/diagram?focus=sales.orders&columns=all")
    page.locator("#find").fill("id")
    page.wait_for_selector("#found [aria-selected=true]")
    tab.demand_accessible()


@pytest.mark.parametrize("path", ["/schema", "/schema/diagram", "/schema/modules/sales"])
def test_a_narrow_window_has_no_bar_beneath(
    studio: Studio, open_tab: Callable[..., Tab], path: str
) -> None:
    page = looked_at(open_tab(studio, viewport={"width": 390, "height": 800}), path)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_scripts_there_are_lists(
    studio: Studio, open_tab: Callable[..., Tab], shop_url: str, shop_plan: Plan
) -> None:
    with connect(shop_url) as connection:
        snapshot = read_snapshot(connection, shop_plan.schemas)
    tab = open_tab(studio, java_script_enabled=False)
    page = tab.open("/schema/diagram")
    # Playwright's Chromium reads the page as if it ran scripts, so that the words are not shown.
    assert "<noscript>" in page.content()
    assert "The diagram needs JavaScript" in page.content()
    expect(page.locator(".diagram-body")).to_be_hidden()
    expect(page.locator(".table-list li")).to_have_count(len(list(snapshot.tables())))
    page = tab.open("/schema")
    page.locator(".map a", has_text="inventory").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("inventory")


def test_colours_are_those_of_the_documentation() -> None:
    text = (ASSETS / "diagram.css").read_text(encoding="utf-8")
    light, dark = text.split("prefers-color-scheme: dark", 1)
    for number, colours in enumerate(COLOURS):
        grounds: list[Any] = re.findall(rf"--ground-{number}: (\S+); --line-{number}: (\S+);", text)
        assert grounds == [colours[:2], colours[2:]]
        assert f"--ground-{number}" in light
        assert f"--ground-{number}" in dark


def test_a_module_says_what_it_consists_of(tab: Tab) -> None:
    page = looked_at(tab, "/schema/modules/sales")
    assert {"crm.customers", "catalog.skus", "sales.refunds"} <= shown(page)
    folded = page.locator(".table.folded")
    expect(folded).to_have_count(3)
    main = page.locator("main")
    expect(main).to_contain_text(
        "Money given back for an order, one row for each line it concerns."
    )
    expect(main).to_contain_text("sales.refund_order(order_id uuid, amount numeric")
    expect(main.get_by_role("link", name="metrics_daily", exact=True)).to_have_count(1)
    expect(main).not_to_contain_text("guard_orders")


def test_a_module_that_is_not_there(tab: Tab) -> None:
    tab.expect_errors("404")
    answer = tab.page.goto(f"{tab.studio.origin}/schema/modules/nothing")
    assert answer is not None
    assert answer.status == 404
