"""A small shop, a studio on it, and a browser. Tests that only read share them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from groundplan.compose import Plan
from groundplan.database import EmbeddedServer, connect, scratch_database, template_database
from groundplan.installation import apply, plan_for
from groundplan.seed import seed_year
from tests.studio.running import CHROMIUM, FLAGS, Studio, Tab, running, tab_of

ORDERS = 400
LAST_DAY = date(2026, 6, 30)

NO_CHROMIUM = "needs Chromium (on Debian: apt-get install chromium); .ci/run installs it"


@pytest.fixture(scope="session")
def shop_plan() -> Plan:
    """The modules of the shop."""
    return plan_for((), ["ecommerce"])


@pytest.fixture(scope="session")
def shop_template(server: EmbeddedServer, shop_plan: Plan) -> str:
    """The name of a database with half a year of orders until LAST_DAY."""

    def build(url: str) -> None:
        with connect(url, autocommit=True) as connection:
            apply(connection, shop_plan)
            seed_year(connection, orders=ORDERS, days=180, seed=4, until=LAST_DAY)
            connection.execute("analyze")

    key = f"studio {ORDERS} {LAST_DAY} {shop_plan.text()}"
    return template_database(server.url(), key, build)


@pytest.fixture(scope="session")
def shop_url(server: EmbeddedServer, shop_template: str) -> Iterator[str]:
    """A database of this worker for tests that change nothing in it."""
    with scratch_database(server.url(), template=shop_template) as url:
        yield url


@pytest.fixture
def own_shop(clone: Callable[[str | None], str], shop_template: str) -> str:
    """The URL of a shop that the test may change."""
    return clone(shop_template)


@pytest.fixture(scope="session")
def studio(shop_url: str) -> Iterator[Studio]:
    """A studio on the shared shop."""
    with running(shop_url) as found:
        yield found


@pytest.fixture
def run_studio() -> Iterator[Callable[..., Studio]]:
    """Call it with a URL and settings for a studio of this test."""
    with contextlib.ExitStack() as stack:
        yield lambda url, **settings: stack.enter_context(running(url, **settings))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, the system's own."""
    if not CHROMIUM:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def tab(browser: Browser, studio: Studio) -> Generator[Tab]:
    """A tab on the shared studio, 1280 wide."""
    with tab_of(browser, studio) as found:
        yield found


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Call it with a studio and options of a browser context for a tab of this test."""
    with contextlib.ExitStack() as stack:

        def opened(studio: Studio, **options: Any) -> Tab:
            return stack.enter_context(tab_of(browser, studio, **options))

        yield opened
