"""A dashboard that stays open: numbers change as orders come in, and a lost database comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from psycopg.conninfo import conninfo_to_dict

from groundplan.compose import Plan
from groundplan.database import EmbeddedServer, connect
from groundplan.errors import CannotConnect
from groundplan.installation import apply
from groundplan.studio.dashboard import feed
from tests.studio.running import Studio, Tab, execute

ORDER = """
    select sales.place_order(
        jsonb_build_array(jsonb_build_object('sku', sku_code, 'quantity', 1)))
    from reporting.stock_wide where available > 20 order by sku_code limit 1
"""


# The mark goes after two seconds, which a busy machine may look away.
WATCH_MARKS = """
    new MutationObserver(() => {
        window.marked ||= Boolean(document.querySelector('[data-number="orders"].changed'));
    }).observe(document.body, {subtree: true, attributes: true, attributeFilter: ["class"]})
"""


def test_an_order_shows_without_reload(
    run_studio: Callable[..., Studio], open_tab: Callable[..., Tab], own_shop: str
) -> None:
    execute(own_shop, ORDER)
    page = open_tab(run_studio(own_shop)).open("/?range=today")
    expect(page.locator("#live")).to_have_text("Live")
    before = int(page.locator('[data-number="orders"]').inner_text())
    page.evaluate("window.stays = true")
    page.locator("#definitions summary").click()
    page.locator("#number-units").focus()
    page.locator("#by-day-chart svg").wait_for()
    drawn = page.evaluate_handle("document.querySelector('#by-day-chart svg')")
    page.evaluate(WATCH_MARKS)

    execute(own_shop, ORDER, ORDER)

    expect(page.locator('[data-number="orders"]')).to_have_text(str(before + 2))
    page.wait_for_function("window.marked")
    expect(page.locator("#told")).to_contain_text("more")
    assert page.evaluate("window.stays") is True
    assert page.evaluate("document.activeElement.id") == "number-units"
    assert page.evaluate("document.querySelector('#definitions').open") is True
    assert page.evaluate("(svg) => svg.isConnected", drawn) is True
    expect(page.locator('[data-number="orders"]')).to_have_class("number-value")


def test_the_first_order_of_a_shop_shows_by_itself(
    run_studio: Callable[..., Studio], open_tab: Callable[..., Tab], empty_shop: str
) -> None:
    page = open_tab(run_studio(empty_shop)).open("/")
    expect(page.get_by_role("heading", name="No orders yet")).to_be_visible()
    expect(page.locator("#live")).to_have_text("Live")
    execute(
        empty_shop,
        """
        with product as (
            insert into catalog.products (name, slug) values ('Mug', 'mug') returning id
        )
        insert into catalog.skus (product_id, code, name, unit_price, tax_rate)
        select id, 'MUG', 'Mug', 12.50, 0.19 from product
        """,
        "select inventory.receive_stock('MUG', 3, unit_cost => 4.80)",
        """select sales.place_order('[{"sku": "MUG", "quantity": 2}]')""",
    )
    expect(page.locator('[data-number="net_sales"]')).to_have_text("25.00 EUR")


def test_a_lost_database_is_told_and_comes_back(
    run_studio: Callable[..., Studio],
    open_tab: Callable[..., Tab],
    own_shop: str,
    server: EmbeddedServer,
) -> None:
    page = open_tab(run_studio(own_shop)).open("/?range=today")
    expect(page.locator("#live")).to_have_text("Live")
    before = int(page.locator('[data-number="orders"]').inner_text())
    with away(own_shop, server):
        expect(page.locator("#live")).to_have_text("Connection lost, trying again")
        expect(page.locator("#told")).to_contain_text("Connection lost")
        expect(page.locator('[data-number="orders"]')).to_have_text(str(before))
    expect(page.locator("#live")).to_have_text("Live")
    execute(own_shop, ORDER)
    expect(page.locator('[data-number="orders"]')).to_have_text(str(before + 1))


@pytest.fixture
def empty_shop(clone: Callable[..., str], shop_plan: Plan) -> str:
    """A shop on its first day."""
    url = clone(None)
    with connect(url, autocommit=True) as connection:
        apply(connection, shop_plan)
    return url


@contextmanager
def away(url: str, server: EmbeddedServer) -> Generator[None]:
    """Nobody can connect to the database."""
    name = conninfo_to_dict(url)["dbname"]
    quoted = '"' + str(name).replace('"', '""') + '"'
    with connect(server.url(), autocommit=True) as owner:
        owner.execute(f"alter database {quoted} allow_connections false".encode())
        owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
        )
        try:
            yield
        finally:
            owner.execute(f"alter database {quoted} allow_connections true".encode())


def test_a_choice_is_swapped_in_and_kept_in_the_url(tab: Tab) -> None:
    page = tab.open("/")
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="90 days").click()
    expect(page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "true")
    page.locator("#channel").select_option("web")
    page.wait_for_url("**channel=web**")
    page.get_by_role("link", name="Units", exact=True).last.click()
    page.wait_for_url("**rank=units**")
    expect(page.locator("#rank-units")).to_have_attribute("aria-current", "true")
    query = urlsplit(page.url).query
    assert {"range=90days", "currency=EUR", "channel=web", "rank=units"} <= set(query.split("&"))
    assert page.evaluate("window.stays") is True
    shown = page.locator(".numbers").inner_text()
    expect(page.locator("#by-day-chart svg")).to_have_count(1)
    page.reload()
    assert page.locator(".numbers").inner_text() == shown
    page.go_back()
    expect(page.locator("#rank-net_sales")).to_have_attribute("aria-current", "true")


def test_the_choices_work_without_javascript(studio: Studio, open_tab: Callable[..., Tab]) -> None:
    page = open_tab(studio, java_script_enabled=False).open("/?range=90days")
    page.locator("#channel").select_option("web")
    page.get_by_label("Currency and channel").get_by_role("button").click()
    page.wait_for_url("**channel=web**")
    assert "range=90days" in urlsplit(page.url).query.split("&")
    page.locator("#from").fill("2026-05-01")
    page.locator("#to").fill("2026-05-31")
    page.locator("#show-dates").click()
    expect(page.locator(".range-text")).to_contain_text("1 May – 31 May 2026")
    expect(page.locator("#channel")).to_have_value("web")


def test_everything_can_be_reached_from_the_keyboard(tab: Tab) -> None:
    page = tab.open("/")
    reached: set[str] = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {"range-today", "from", "channel", "verified", "number-orders", "rank-units"} <= reached
    page.locator("#range-90days").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#range-90days")).to_have_attribute("aria-current", "true")
    assert page.evaluate("document.activeElement.id") == "range-90days"


class Asked:
    """Answers that can be set, and how often they were asked for."""

    def __init__(self) -> None:
        self.times = 0
        self.says = "one"

    def __call__(self, key: str) -> str:
        self.times += 1
        if self.says == "away":
            raise CannotConnect("gone")
        return f"{key} {self.says}"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PAUSE", 0.01)
    monkeypatch.setattr(feed, "SILENCE", 0.2)


def run(scene: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: Playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, scene).result()


def test_one_task_asks_for_all_who_look_at_the_same(quick: None) -> None:
    async def scene() -> None:
        asked = Asked()
        feeds = feed.Feeds(asked)
        one, other = feeds.listen("shop"), feeds.listen("shop")
        assert [await anext(one), await anext(other)] == [": here\n\n"] * 2
        assert [await anext(one), await anext(other)] == ["shop one"] * 2
        assert len(feeds) == 1
        assert len(asyncio.all_tasks()) == 2
        # Nothing changes: a comment.
        assert await anext(one) == ": still here\n\n"
        asked.says = "away"
        assert await anext(one) == feed.LOST
        asked.says = "two"
        assert await anext(one) == "shop two"
        await one.aclose()
        assert len(feeds) == 1
        await other.aclose()
        assert len(feeds) == 0
        await asyncio.sleep(0.05)
        before = asked.times
        await asyncio.sleep(0.1)
        assert asked.times == before

    run(scene())


def test_who_comes_later_hears_what_was_said_last(quick: None) -> None:
    async def scene() -> None:
        feeds = feed.Feeds(Asked())
        first = feeds.listen("a")
        await anext(first)
        await anext(first)
        second = feeds.listen("a")
        await anext(second)
        assert await anext(second) == "a one"
        await first.aclose()
        await second.aclose()

    run(scene())
