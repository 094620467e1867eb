"""The pictures of the gallery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from groundplan.studio.walkthrough import REFUND_RULE


def _nothing(_page: Page) -> None:
    pass


def _attack(page: Page) -> None:
    page.locator("[data-tour=attack] button").first.click()
    page.locator("#unguarded .bad-text").wait_for(timeout=120_000)
    page.wait_for_timeout(300)


def _verify(page: Page) -> None:
    page.locator("[data-tour=verify] button").first.click()
    page.locator("#run .result").wait_for(timeout=180_000)


def _drawn(page: Page) -> None:
    page.locator("[data-tour=diagram] svg text").first.wait_for()
    page.wait_for_timeout(1_500)
    page.locator("[data-tour=diagram]").first.scroll_into_view_if_needed()


@dataclass(frozen=True)
class Still:
    """``act`` is done before the picture is taken."""

    name: str
    path: str
    act: Callable[[Page], None] = _nothing
    width: int = 1280
    height: int = 860
    scheme: Literal["light", "dark"] = "light"


STILLS = (
    Still("dashboard", "/"),
    Still("dashboard-dark", "/", scheme="dark"),
    Still("narrow", "/", width=390, height=844),
    Still("modules", "/schema"),
    Still("diagram", "/schema/modules/sales", _drawn),
    Still("table", "/schema/tables/sales.orders"),
    Still("rules", "/rules"),
    Still("attack", f"/rules/{REFUND_RULE}", _attack),
    Still("trace", "/walkthrough/6"),
    Still("report", "/reports/metrics_daily"),
    Still("verify", "/verify", _verify),
)


def take_stills(browser: Browser, address: str, directory: Path) -> list[Path]:
    """Each in a tab of its own; returns the files."""
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    written: list[Path] = []
    for still in STILLS:
        context = browser.new_context(
            viewport={"width": still.width, "height": still.height},
            color_scheme=still.scheme,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.goto(address)
        page.goto(origin + still.path)
        page.wait_for_timeout(1_200)
        page.keyboard.press("Escape")  # A step's panel goes; the page stays.
        still.act(page)
        page.evaluate("document.fonts.ready")
        path = directory / f"{still.name}.png"
        page.screenshot(path=path)
        written.append(path)
        context.close()
    return written
