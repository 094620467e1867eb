"""The guided tour: every step on its page, by mouse, by key, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from groundplan.database import connect
from groundplan.installation import apply, plan_for
from groundplan.studio.walkthrough import STEPS, tour_of
from tests.studio.asking import get
from tests.studio.running import Studio, Tab


def demand_step(page: Page, number: int) -> None:
    """The panel of the step is there, and points at something that can be seen."""
    step = STEPS[number - 1]
    panel = page.get_by_role("complementary", name="Walkthrough")
    expect(panel.get_by_text(f"Step {number} of {len(STEPS)}")).to_be_visible()
    heading = panel.get_by_role("heading", name=step.title)
    expect(heading).to_be_focused()
    expect(page.locator(".toured")).to_have_count(1)
    expect(page.locator(".toured")).to_be_in_viewport()


def test_from_the_first_page_to_the_end_by_key(tab: Tab) -> None:
    page = tab.open("/")
    page.get_by_role("link", name="Walkthrough").first.click()
    page.get_by_role("link", name="Begin", exact=True).press("Enter")
    for number in range(1, len(STEPS) + 1):
        demand_step(page, number)
        page.keyboard.press("ArrowRight")
        if number < len(STEPS):
            page.wait_for_url(f"**tour={number + 1}*")
    page.wait_for_url("**/walkthrough")


def test_back_by_key_and_by_the_browser(tab: Tab) -> None:
    page = tab.open("/walkthrough/3")
    demand_step(page, 3)
    page.keyboard.press("p")
    page.wait_for_url("**tour=2")
    demand_step(page, 2)
    page.go_back()
    demand_step(page, 3)


def test_escape_ends_it_and_leaves_the_page(tab: Tab) -> None:
    page = tab.open("/walkthrough/7")
    demand_step(page, 7)
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Walkthrough")).to_have_count(0)
    assert page.url == f"{tab.studio.origin}/rules"
    page.keyboard.press("ArrowRight")
    assert page.url == f"{tab.studio.origin}/rules"


def test_keys_belong_to_a_field_while_one_types(tab: Tab) -> None:
    page = tab.open("/trace?tour=6")
    field = page.get_by_role("searchbox").first
    field.fill("")
    field.press_sequentially("nnp")
    field.press("ArrowRight")
    assert field.input_value() == "nnp"
    assert "tour=6" in page.url


def test_without_javascript(studio: Studio, open_tab: Callable[..., Tab]) -> None:
    page = open_tab(studio, java_script_enabled=False).open("/walkthrough/1")
    for number in range(1, len(STEPS)):
        expect(page.get_by_text(f"Step {number} of {len(STEPS)}")).to_be_visible()
        page.get_by_role("link", name="Next", exact=True).click()
    page.get_by_role("link", name="Done").click()
    assert page.url == f"{studio.origin}/walkthrough"


def test_an_installation_without_sales_has_all_steps(
    run_studio: Callable[..., Studio], empty_database: str
) -> None:
    with connect(empty_database, autocommit=True) as connection:
        apply(connection, plan_for((), ["inventory"]))
    studio = run_studio(empty_database)
    for number in range(1, len(STEPS) + 1):
        answer = get(studio, f"/walkthrough/{number}")
        assert answer.status == 303
        there = get(studio, answer.headers["Location"])
        assert (there.status, f"Step {number} of" in there.text) == (200, True)


def test_what_is_no_step() -> None:
    assert [tour_of(asked) for asked in ("", "0", "13", "x", "-1", "1e1", "१", "9" * 400)] == (
        [None] * 8
    )
