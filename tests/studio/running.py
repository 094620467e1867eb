"""Studios that run in this process, and the Chromium that looks at them."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python  # pyright: ignore[reportMissingTypeStubs]
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from groundplan.database import connect
from groundplan.studio import Settings
from groundplan.studio.serving import Server, listening

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000
"""Milliseconds that a busy machine gets for what should take a few."""

expect.set_options(timeout=PATIENCE)

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Studio:
    """A running one. ``origin`` has no slash at its end."""

    settings: Settings

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    @property
    def cookies(self) -> dict[str, str]:
        """What a browser sends that has been given the URL."""
        return {f"groundplan_studio_{self.settings.port}": self.settings.token}


@contextlib.contextmanager
def running(url: str, **settings: Any) -> Generator[Studio]:
    """A studio on the database, which makes its roles unless told otherwise."""
    listener = listening_anywhere()
    settings.setdefault("makes_roles", True)
    chosen = Settings(url, port=listener.getsockname()[1], **settings)
    begun = threading.Event()
    server = Server(chosen, begun.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert begun.wait(30), "the studio did not begin"
        yield Studio(chosen)
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(30)
        listener.close()


def listening_anywhere() -> Any:
    """A socket on a port that the system chooses."""
    return listening(0)


@dataclass
class Watch:
    """What went wrong in a tab, and what it asked of other hosts."""

    origin: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def on(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(
            words in message.text for words in self.expected
        ):
            self.errors.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        found = urlsplit(request.url)
        if found.scheme not in ("data", "blob") and not request.url.startswith(self.origin):
            self.strangers.append(request.url)


class Tab:
    """A page of a browser that has been given the URL of a studio."""

    def __init__(self, page: Page, studio: Studio, watch: Watch) -> None:
        self.page = page
        self.studio = studio
        self.watch = watch

    def open(self, path: str) -> Page:
        """Go to a path of the studio; returns Playwright's page."""
        self.page.goto(f"{self.studio.origin}{path}", wait_until="load")
        return self.page

    def expect_errors(self, *words: str) -> None:
        """Messages on the console with these words are no mistake."""
        self.watch.expected = words

    def demand_accessible(self, *, leave_out: Iterable[str] = ()) -> None:
        """AssertionError with what axe found on the page as it is now."""
        # What fades in has less contrast on its way.
        self.page.wait_for_function(
            """() => document.getAnimations().every((each) => each.playState !== 'running'
                || each.effect.getComputedTiming().endTime === Infinity)"""
        )
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            """([tags, excluded]) => axe.run(
                {include: [['html']], exclude: excluded.map((each) => [each])},
                {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
                .then((found) => (
                    {violations: found.violations, passes: found.passes.length}))""",
            [TAGS, list(leave_out)],
        )
        told = [
            f"{each['id']}: {each['help']}: {[node['html'][:200] for node in each['nodes'][:3]]}"
            for each in found["violations"]
        ]
        assert told == [], "\n".join(told)
        assert found["passes"], "axe looked at nothing"


@contextlib.contextmanager
def tab_of(browser: Browser, studio: Studio, **options: Any) -> Generator[Tab]:
    """A tab; at its end, errors on the console and requests to other hosts fail the test.

    ``options`` are those of Playwright's new_context: viewport, color_scheme, java_script_enabled.
    """
    options.setdefault("viewport", {"width": 1280, "height": 900})
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    context.add_cookies(
        [
            {"name": name, "value": value, "url": studio.origin, "sameSite": "Strict"}
            for name, value in studio.cookies.items()
        ]
    )
    watch = Watch(studio.origin)
    page = context.new_page()
    watch.on(page)
    try:
        yield Tab(page, studio, watch)
    finally:
        context.close()
    assert watch.errors == []
    assert watch.strangers == []


def execute(url: str, *statements: str) -> None:
    """Run statements, committed."""
    with connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        connection.commit()
