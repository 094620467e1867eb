"""Diagrams that are hard: many tables, names nobody expects, and a file instead of a studio."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from groundplan.compose import Plan
from groundplan.proof import Register
from groundplan.snapshot import Snapshot
from groundplan.studio.app import ASSETS
from groundplan.studio.ground import Ground
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.links import StaticLinks, static_path
from groundplan.studio.pages.diagrams import diagram_context
from groundplan.studio.rendering import render
from tests.studio.looking import READY, SCENE, looked_at, shown, transform
from tests.studio.made_up import LONG, MANY, ODD_NAMES, many_tables, module, odd_names
from tests.studio.running import Tab

Known = Callable[[Snapshot], Knowledge]


@pytest.fixture
def known(shop_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Known:
    """Call it with a snapshot that studios then take for what their database holds."""

    def pretend(snapshot: Snapshot) -> Knowledge:
        plan = Plan((module("made"),), shop_plan.tenancy, ())
        knowledge = Knowledge(plan, snapshot, Register(()))
        monkeypatch.setattr(Ground, "knowledge", lambda _: knowledge)
        return knowledge

    return pretend


def test_many_tables(tab: Tab, known: Known) -> None:
    known(many_tables())
    page = looked_at(tab, "/schema/diagram")
    assert len(shown(page)) == MANY
    expect(page.locator(".row")).to_have_count(0)
    expect(page.locator('input[value="names"]')).to_be_checked()

    nodes = page.locator(".diagram-world .table").element_handles()
    before = transform(page)
    page.evaluate("""() => {
        window.changes = new Set();
        new MutationObserver((all) => all.forEach((each) => window.changes.add(
            `${each.type} ${each.attributeName} of ${each.target.getAttribute("class")}`))
        ).observe(document.querySelector(".diagram-picture"),
            {subtree: true, childList: true, attributes: true});
    }""")
    page.mouse.move(60, 700)
    page.mouse.down()
    page.mouse.move(90, 760, steps=10)
    page.mouse.up()
    page.locator(".diagram-frame").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".diagram-world")).not_to_have_attribute("transform", before)
    assert page.evaluate("() => [...window.changes]") == [
        "attributes transform of diagram-world far"
    ]
    assert all(node.evaluate("node => node.isConnected") for node in nodes)

    page.locator("#find").fill("part_077")
    expect(page.locator("#found [role=option]").first).to_have_text("made.part_077 table")
    page.keyboard.press("Enter")
    page.wait_for_selector('.table[data-table="made.part_077"]:focus')
    page.keyboard.press("Enter")
    page.wait_for_selector('.table.focus[data-table="made.part_077"]')
    assert 1 < len(shown(page)) < MANY / 4


def test_many_tables_with_their_keys(tab: Tab, known: Known) -> None:
    known(many_tables())
    page = looked_at(tab, "/schema/diagram?columns=keys")
    assert len(shown(page)) == MANY
    assert page.locator(".row").count() > MANY
    assert len(page.evaluate(SCENE)["lines"]) > 230


# Every text with its own width and that of the room it has: in the picture, not in the window.
TEXTS = """() => [...document.querySelectorAll(".table")].flatMap((table) => {
    const width = table.querySelector(".box").getBBox().width;
    return [...table.querySelectorAll(".name, .schema, .column, .type, .mark")].map((text) => {
        const box = text.getBBox();
        return {text: text.textContent, left: box.x, right: box.x + box.width, width};
    });
})"""


def test_names_that_nobody_expects(tab: Tab, known: Known) -> None:
    known(odd_names())
    assert all(len(name.encode()) <= 63 for name in ODD_NAMES)
    page = looked_at(tab, "/schema/diagram?columns=all")
    page.locator(".diagram-frame").focus()
    for _ in range(5):
        page.keyboard.press("+")
    expect(page.locator(".diagram-world")).not_to_have_class("diagram-world far")
    texts = page.evaluate(TEXTS)
    for each in texts:
        assert each["left"] >= 0, each
        assert each["right"] <= each["width"] + 1, each
    assert {name for name in ODD_NAMES if name != LONG} <= shown_names(page)
    cut = [each["text"] for each in texts if each["text"].startswith("www")]
    assert cut
    assert all(text.endswith("…") and len(text) < len(LONG) for text in cut)
    titles = page.locator(".table title").all_text_contents()
    assert any(title.startswith(f"made.{LONG}\n") for title in titles)
    assert any(title.startswith(f"{LONG}: text, may be null") for title in titles)
    expect(page.locator("img")).to_have_count(0)


def shown_names(page: Page) -> set[str]:
    return {name.removeprefix("made.") for name in shown(page)}


def test_from_a_file_the_page_lays_out_itself(
    browser: Browser, known: Known, tmp_path: Path
) -> None:
    knowledge = known(odd_names())
    shutil.copytree(ASSETS, tmp_path / "assets")
    links = StaticLinks(0)
    text = render(
        "diagrams/diagram.html", links, is_live=False, path="", **diagram_context(knowledge, links)
    )
    file = tmp_path / static_path("diagram")
    file.write_text(text, encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{file.as_uri()}?columns=all")
        page.wait_for_selector(READY)
        assert shown_names(page) == set(ODD_NAMES)
        assert page.workers == []
        # Lines have places: so ELK was there.
        assert len(page.evaluate(SCENE)["lines"]) == len(ODD_NAMES) - 1
        assert errors == []
        name = f"made.{LONG}"
        page.locator(".table").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".table.focus")
        assert "focus=" in page.url
        link = page.locator(f'.table[data-table="{name}"] .opener')
        assert link.get_attribute("href") == static_path("table", name)
