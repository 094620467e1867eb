"""The diagram of all tables in a browser: what is drawn, and what can be done with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from groundplan.compose import Plan
from groundplan.database import connect
from groundplan.snapshot import Snapshot, read_snapshot
from groundplan.studio.diagram import references
from tests.studio.looking import SCENE, box, laid_out, looked_at, shown, transform
from tests.studio.running import Studio, Tab

NEAR_ORDERS = {
    "core.addresses",
    "crm.customers",
    "fulfillment.returns",
    "fulfillment.shipments",
    "sales.ledger_entries",
    "sales.order_items",
    "sales.order_status_history",
    "sales.orders",
    "sales.refunds",
}


@pytest.fixture(scope="session")
def snapshot(shop_url: str, shop_plan: Plan) -> Snapshot:
    with connect(shop_url) as connection:
        return read_snapshot(connection, shop_plan.schemas)


def opened(tab: Tab, query: str = "") -> Page:
    """All tables, laid out: from a layout that is kept, where an earlier test has made it."""
    return looked_at(tab, f"/schema/diagram{query}")


def focused(page: Page, name: str) -> None:
    """Wait until the table is in focus."""
    page.wait_for_selector(f'.table.focus[data-table="{name}"]')


def test_every_table_and_reference_is_drawn(tab: Tab, snapshot: Snapshot) -> None:
    page = opened(tab)
    tables = list(snapshot.tables())
    assert shown(page) == {table.qualified for table in tables}
    drawn = page.evaluate(SCENE)["lines"]
    assert sorted((line["child"], line["parent"]) for line in drawn) == sorted(
        (line.child, line.parent) for line in references(tables)
    )


def test_lines_end_at_the_rows_of_their_columns(tab: Tab, snapshot: Snapshot) -> None:
    page = opened(tab)
    scene = page.evaluate(SCENE)
    wanted = {(line.child, line.columns): line for line in references(snapshot.tables())}
    for line in scene["lines"]:
        columns = re.search(r"\((.*?)\) refers", line["said"])
        assert columns is not None
        reference = wanted[line["child"], tuple(columns[1].split(", "))]
        child, parent = scene["tables"][line["child"]], scene["tables"][line["parent"]]
        assert line["end"][1] == pytest.approx(child["rows"][reference.columns[0]], abs=0.2)
        # Lines of different kinds end beside each other, each within the row.
        assert line["start"][1] == pytest.approx(parent["rows"][reference.targets[0]], abs=11)
        assert line["start"][0] == pytest.approx(parent["x"] + parent["width"], abs=0.2)


def test_tables_do_not_lie_on_each_other(tab: Tab) -> None:
    tables = list(opened(tab).evaluate(SCENE)["tables"].values())
    for place, one in enumerate(tables):
        for other in tables[place + 1 :]:
            apart = (
                one["x"] + one["width"] <= other["x"]
                or other["x"] + other["width"] <= one["x"]
                or one["y"] + one["height"] <= other["y"]
                or other["y"] + other["height"] <= one["y"]
            )
            assert apart, (one, other)


def test_the_ends_of_a_line_say_how_many(tab: Tab) -> None:
    lines = {(line["child"], line["parent"]): line for line in opened(tab).evaluate(SCENE)["lines"]}
    needed = lines["sales.order_items", "sales.orders"]
    assert needed["circles"] == 1
    assert "A row names exactly one; any number of rows may name the same." in needed["said"]
    free = lines["sales.orders", "crm.customers"]
    assert (free["circles"], "optional" in free["kinds"]) == (2, True)
    implied = lines["inventory.inventory_movements", "catalog.skus"]
    assert "implied" in implied["kinds"]
    assert "No foreign key" in implied["said"]


def test_the_layout_is_made_beside_the_page_and_kept(tab: Tab) -> None:
    page = laid_out(tab, "/schema/diagram")
    assert [worker.url.rsplit("/", 1)[-1] for worker in page.workers] == ["diagram-worker.js"]
    places = page.evaluate(SCENE)
    page = laid_out(tab, "/schema/diagram")
    assert page.workers == []
    assert page.evaluate(SCENE) == places


def test_moving_changes_one_transform_and_nothing_else(tab: Tab) -> None:
    page = opened(tab)
    page.evaluate("""() => {
        window.changes = [];
        new MutationObserver((all) => all.forEach((each) =>
            window.changes.push(`${each.target.getAttribute("class")} ${each.attributeName}`))
        ).observe(document.querySelector(".diagram-picture"),
            {subtree: true, childList: true, attributes: true, characterData: true});
    }""")
    page.locator(".diagram-frame").focus()
    before = transform(page)
    for key in ("+", "+", "ArrowLeft"):
        page.keyboard.press(key)
    page.mouse.move(60, 700)
    page.mouse.down()
    page.mouse.move(20, 640, steps=5)
    page.mouse.up()
    page.mouse.wheel(30, 40)
    expect(page.locator(".diagram-world")).not_to_have_attribute("transform", before)
    page.wait_for_function("() => window.changes.length > 3")
    seen = set(page.evaluate("window.changes"))
    assert all(each.startswith("diagram-world") for each in seen), seen
    # Nearer and further, the picture shows more and less of its tables.
    assert {each.rsplit(" ", 1)[1] for each in seen} <= {"transform", "class"}


def test_a_click_shows_the_neighbours_and_the_address_says_so(tab: Tab) -> None:
    page = opened(tab)
    everything = shown(page)
    page.mouse.click(*box(page, "sales.orders"))
    focused(page, "sales.orders")
    assert shown(page) == NEAR_ORDERS
    assert page.url.endswith("/schema/diagram?focus=sales.orders")
    page.get_by_text("2 steps").click()
    page.wait_for_selector('.table[data-table="catalog.skus"]')
    assert NEAR_ORDERS < shown(page) < everything
    assert "steps=2" in page.url
    page.go_back()
    page.wait_for_selector('.table[data-table="catalog.skus"]', state="detached")
    assert shown(page) == NEAR_ORDERS
    page.keyboard.press("Escape")
    page.wait_for_selector('.table[data-table="catalog.brands"]')
    assert shown(page) == everything
    assert "focus" not in page.url


def test_a_shared_address_shows_the_same(tab: Tab) -> None:
    page = opened(tab, "?focus=crm.customers&steps=2&columns=all&technical=yes&find=email&tenant=1")
    assert "sales.order_items" in shown(page)
    assert "catalog.brands" not in shown(page)
    row = page.locator('.table.focus .row[data-column="created_at"]')
    expect(row).to_have_count(1)
    expect(page.locator("#find")).to_have_value("email")
    expect(page.locator('.table.focus .row.match[data-column="email"]')).to_have_count(1)
    page.get_by_role("button", name="Show all").click()
    page.wait_for_selector('.table[data-table="catalog.brands"]')
    assert page.url.endswith("?columns=all&technical=yes&find=email&tenant=1")


def test_an_address_with_nonsense_shows_everything(tab: Tab) -> None:
    page = opened(tab, "?focus=no.such&steps=9&columns=x&hide=nothing,,&find=%3Cb%3E")
    assert "catalog.brands" in shown(page)
    expect(page.locator(".diagram-focus")).to_be_hidden()


def test_columns_are_shown_as_asked(tab: Tab) -> None:
    page = opened(tab)

    def columns() -> set[str]:
        rows = page.locator('.table[data-table="sales.orders"] .row')
        return set(rows.evaluate_all("nodes => nodes.map((node) => node.dataset.column)"))

    keys = {"id", "customer_id", "billing_address_id", "shipping_address_id", "number"}
    assert columns() == {*keys, "idempotency_key"}
    page.get_by_text("All columns").click()
    page.wait_for_selector('.row[data-column="total_amount"]', state="attached")
    every = columns()
    assert "note" in every
    assert every.isdisjoint({"tenant_id", "created_at", "version", "custom_fields"})
    page.get_by_text("Technical columns").click()
    page.wait_for_selector('.row[data-column="created_at"]', state="attached")
    assert columns() - every == {
        "created_at",
        "created_by",
        "updated_at",
        "version",
        "custom_fields",
    }
    page.get_by_text("Names", exact=True).click()
    page.wait_for_selector(".row", state="detached")
    assert page.url.endswith("?columns=names&technical=yes")


def test_rows_say_what_they_are(tab: Tab) -> None:
    page = opened(tab, "?columns=all")
    row = page.locator('.table[data-table="sales.orders"] .row[data-column="customer_id"]')
    expect(row.locator(".mark")).to_have_text("FK")
    expect(row.locator("title")).to_have_text(
        "customer_id: uuid, may be null\nRefers to crm.customers (id).\n"
        "Who buys; null for an unknown guest."
    )
    assert "optional" in (row.get_attribute("class") or "")
    title = page.locator('.table[data-table="sales.orders"] .heading title')
    expect(title).to_contain_text("What a customer has asked us to deliver")


def test_search_finds_tables_and_columns_and_leads_there(tab: Tab) -> None:
    page = opened(tab)
    before = transform(page)
    page.keyboard.press("/")
    page.keyboard.type("refund")
    options = page.locator("#found [role=option]")
    expect(options.first).to_have_text("sales.refunds table")
    expect(page.locator(".table.match")).to_have_count(1)
    page.locator("#find").fill("expected_tot")
    expect(options).to_have_text(["expected_total column of sales.orders"])
    page.keyboard.press("Enter")
    page.wait_for_selector('.table[data-table="sales.orders"] .row.match')
    expect(page.locator('.table[data-table="sales.orders"]')).to_be_focused()
    expect(page.locator(".diagram-world")).not_to_have_attribute("transform", before)
    assert "find=expected_tot" in page.url
    assert "columns=all" in page.url
    page.wait_for_function(
        "() => parseInt(document.querySelector('[data-zoom]').textContent) >= 90"
    )
    x, _ = box(page, "sales.orders")
    frame = page.locator(".diagram-frame").bounding_box()
    assert frame is not None
    assert frame["x"] < x < frame["x"] + frame["width"]
    page.locator("#find").fill("no such thing")
    expect(options).to_have_text("No table or column of that name")


def test_search_leaves_a_focus_that_hides_what_was_found(tab: Tab) -> None:
    page = opened(tab, "?focus=sales.orders&hide=catalog")
    page.locator("#find").fill("catalog.brands")
    page.keyboard.press("Enter")
    page.wait_for_selector('.table[data-table="catalog.brands"]:focus')
    assert "focus=" not in page.url
    assert "hide" not in page.url


def test_modules_can_be_hidden(tab: Tab) -> None:
    page = opened(tab)
    button = page.locator('[data-module="reporting"]')
    button.click()
    page.wait_for_selector('.table[data-table="reporting.calendar"]', state="detached")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert not any(name.startswith("reporting.") for name in shown(page))
    page.go_back()
    page.wait_for_selector('.table[data-table="reporting.calendar"]')


def test_tables_can_be_reached_and_opened_from_the_keyboard(tab: Tab) -> None:
    page = opened(tab)
    table = page.locator('.table[data-table="sales.refunds"]')
    expect(table).to_have_attribute(
        "aria-label", "sales.refunds, refers to sales.orders, sales.order_items"
    )
    table.focus()
    page.keyboard.press("Enter")
    focused(page, "sales.refunds")
    expect(page.locator('.table[data-table="sales.refunds"]')).to_be_focused()
    with page.expect_request(lambda request: request.url.endswith("/tables/sales.refunds")):
        page.keyboard.press("Enter")


def test_a_double_click_opens_the_page_of_the_table(tab: Tab) -> None:
    page = opened(tab)
    with page.expect_request(lambda request: request.url.endswith("/tables/sales.orders")):
        page.mouse.dblclick(*box(page, "sales.orders"))


def test_keys_zoom_and_fit(tab: Tab) -> None:
    page = opened(tab)
    zoom = page.locator("[data-zoom]")
    fitting = zoom.text_content()
    assert fitting is not None
    page.locator(".diagram-frame").focus()
    page.keyboard.press("+")
    expect(zoom).not_to_have_text(fitting)
    page.keyboard.press("0")
    expect(zoom).to_have_text(fitting)
    page.mouse.move(640, 500)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    expect(zoom).not_to_have_text(fitting)
    page.get_by_text("Fit").click()
    expect(zoom).to_have_text(fitting)


def test_the_wheel_is_left_to_the_page_at_the_edge(tab: Tab) -> None:
    page = looked_at(tab, "/schema/modules/sales")
    page.locator(".diagram-frame").hover()
    before = transform(page)
    page.mouse.wheel(0, 200)
    page.wait_for_function("() => window.scrollY > 0")
    assert transform(page) == before


def test_who_wants_no_motion_gets_none(studio: Studio, open_tab: Callable[..., Tab]) -> None:
    page = opened(open_tab(studio, reduced_motion="reduce"))
    page.locator(".diagram-frame").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.wait_for_timeout(100)
    page.evaluate("""() => {
        window.steps = 0;
        const world = document.querySelector(".diagram-world");
        new MutationObserver((all) => { window.steps += all.length; }).observe(
            world, {attributes: true, attributeFilter: ["transform"]});
    }""")
    page.keyboard.press("0")
    page.wait_for_function("() => window.steps > 0")
    page.wait_for_timeout(400)
    assert page.evaluate("window.steps") == 1


def test_the_picture_can_be_saved(tab: Tab, tmp_path: Path, snapshot: Snapshot) -> None:
    page = opened(tab)
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").click()
    file = tmp_path / download.value.suggested_filename
    assert file.name == "tables.svg"
    download.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    texts = {"".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {table.name for table in snapshot.tables()} <= texts
    assert "billing_address_id" in texts, "rows are there however small the picture was"
    classes = {each.get("class") for each in root.iter() if each.get("class")}
    styled = set(re.findall(r"\.(s\d+) \{", text))
    assert classes == styled
    assert "var(" not in text
    assert "rgb(" in text
    # What the page shows is as it was.
    expect(page.locator(".diagram-world")).to_have_attribute("class", "diagram-world far")


def test_paper_shows_the_whole_picture(tab: Tab) -> None:
    page = opened(tab)
    before = transform(page)
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size({"width": 900, "height": 700})
    world = page.locator(".diagram-world")
    expect(world).not_to_have_attribute("transform", re.compile("."))
    expect(world).not_to_have_class(re.compile("far"))
    expect(page.locator(".diagram-picture")).to_have_attribute("viewBox", re.compile("-8 -8"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    expect(world).to_have_attribute("transform", before)
    expect(world).to_have_class("diagram-world far")
