"""``make walkthrough``: play the tour in headless Chromium, film it, and take the pictures.

ARGS="--stills" takes the pictures only, ARGS="--orders 800" makes a smaller shop.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from groundplan.studio.walkthrough import STEPS
from walkthrough.screencast import Recording, demand_ffmpeg, recording
from walkthrough.shop import place_order, shop, studio
from walkthrough.stills import take_stills

GALLERY = Path("docs/gallery")
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--hide-scrollbars")
_READING_SPEED = 19
"""Letters a second, and a little time to look."""


def main() -> None:
    """Write docs/gallery/."""
    parser = argparse.ArgumentParser(prog="make walkthrough", description=__doc__)
    parser.add_argument("--orders", type=int, default=4_000, help="orders of the shop")
    parser.add_argument("--stills", action="store_true", help="pictures only, no video")
    options = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, _NAMES)), None)
    if chromium is None:
        parser.error("there is no Chromium: install it (on Debian: apt-get install chromium)")
    if not options.stills:
        demand_ffmpeg()
    GALLERY.mkdir(parents=True, exist_ok=True)
    print(f"Making a shop of {options.orders:,} orders")
    with shop(options.orders) as url, studio(url) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        written = take_stills(browser, address, GALLERY)
        if not options.stills:
            print("Filming")
            written += _film(browser, address, url)
        browser.close()
    for path in written:
        print(f"{path}  {path.stat().st_size / 1000:,.0f} kB")


def _film(browser: Browser, address: str, url: str) -> list[Path]:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme="light")
    page = context.new_page()
    page.goto(address)
    page.wait_for_timeout(1_000)
    with tempfile.TemporaryDirectory() as folder, recording(page, Path(folder)) as film:
        for number, step in enumerate(STEPS, 1):
            _play(page, film, number, f"{step.title}. {step.text}", url)
        page.wait_for_timeout(500)
        written = film.write(GALLERY, "walkthrough")
    context.close()
    return written


def _play(page: Page, film: Recording, number: int, caption: str, url: str) -> None:
    """One step, the next one by key as a reader would."""
    with film.captioned(caption):
        if number == 1:
            page.goto(page.url.split("?")[0] + "walkthrough/1")
        else:
            page.keyboard.press("ArrowRight")
            page.wait_for_url(f"**tour={number}*")
        page.wait_for_load_state("networkidle" if number not in (1, len(STEPS)) else "load")
        began = time.monotonic()
        _act(page, number, url)
        left = len(caption) / _READING_SPEED + 1.2 - (time.monotonic() - began)
        page.wait_for_timeout(max(left, 1.0) * 1_000)


def _act(page: Page, number: int, url: str) -> None:
    """What the text of the step says to do."""
    title = STEPS[number - 1].title
    if title == "Attack one":
        page.wait_for_timeout(1_500)
        page.locator("[data-tour=attack] button").first.click()
        page.locator("#unguarded .bad-text").wait_for(timeout=120_000)
    elif title == "The same without its guard":
        page.locator("[data-tour=attack] button").first.click()
        page.locator("#unguarded .bad-text").wait_for(timeout=120_000)
        page.locator("[data-tour=without-guard]").first.scroll_into_view_if_needed()
    elif title == "Verify everything":
        page.wait_for_timeout(1_500)
        page.locator("[data-tour=verify] button").first.click()
        page.locator("#run .result").wait_for(timeout=180_000)
    elif title == "Now place an order":
        page.wait_for_timeout(2_500)
        place_order(url)
        page.wait_for_timeout(2_500)
        place_order(url)


if __name__ == "__main__":
    main()
