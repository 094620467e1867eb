"""The static site: every link, every kind of page opened from the disk, the search."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from groundplan.database import connect
from groundplan.installation import require_installed
from groundplan.snapshot import read_snapshot
from groundplan.studio import static_site
from groundplan.studio.knowledge import Knowledge
from tests.studio.running import AXE, TAGS, Watch


def knowledge_of(url: str) -> Knowledge:
    """What the database tells now."""
    with connect(url) as connection:
        plan = require_installed(connection)
        return Knowledge.of(plan, read_snapshot(connection, plan.schemas))


@pytest.fixture(scope="module")
def site(shop_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of the shared shop."""
    directory = tmp_path_factory.mktemp("static") / "site with a blank"
    return static_site.build(knowledge_of(shop_url), directory).directory


@pytest.fixture
def page(browser: Browser) -> Generator[Page]:
    """A tab for files; errors on the console and requests elsewhere fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watch = Watch("file://")
    found = context.new_page()
    watch.on(found)
    yield found
    context.close()
    assert watch.errors == []
    assert watch.strangers == []


class Links(HTMLParser):
    """Everything that a page names: addresses, identifiers, and its own text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.identifiers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action", "data-index") and value is not None:
                self.addresses.append(value)
            if name == "id" and value is not None:
                self.identifiers.append(value)


def test_every_link_leads_somewhere(site: Path) -> None:
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    assert len(pages) > 800
    lost: set[str] = set()
    followed = 0
    for path, links in pages.items():
        assert len(links.identifiers) == len(set(links.identifiers)), path
        for address in links.addresses:
            parts = urlsplit(address)
            assert not parts.scheme, (path, address)
            assert not parts.netloc, (path, address)
            assert not parts.path.startswith("/"), (path, address)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            followed += 1
            fragment = unquote(parts.fragment)
            if not target.is_file() or (
                fragment and target in pages and fragment not in pages[target].identifiers
            ):
                lost.add(f"{path.relative_to(site)}: {address}")
    assert sorted(lost) == []
    assert followed > 10_000


def test_all_pages_can_be_reached_from_the_first(site: Path) -> None:
    seen: set[Path] = set()
    waiting = [site / "index.html"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for address in Links(path.read_text(encoding="utf-8")).addresses:
            target = (path.parent / unquote(urlsplit(address).path)).resolve()
            if target.suffix == ".html":
                waiting.append(target)
    assert seen == set(site.rglob("*.html"))


def test_nothing_of_the_moment_is_in_it(site: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    for words in ('<h2 id="rows">', '<h2 id="privileges">', "<form", "htmx", "hx-"):
        assert [words for text in texts if words in text] == []
    assert [each.name for each in (site / "assets" / "vendor").iterdir()] == ["elk"]


def test_no_address_of_another_host(site: Path) -> None:
    for path in site.rglob("*"):
        if path.suffix in (".html", ".css") or path.name in ("search-index.js", "site-search.js"):
            text = path.read_text(encoding="utf-8")
            found = re.findall(r"https?://(?!www\.w3\.org)[^\s\"'<]+", text)
            assert found == [], path


def test_the_same_database_makes_the_same_bytes(site: Path, shop_url: str, tmp_path: Path) -> None:
    again = static_site.build(knowledge_of(shop_url), tmp_path / "again").directory
    assert _contents(again) == _contents(site)


def _contents(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_an_older_site_is_replaced_whole(shop_url: str, tmp_path: Path) -> None:
    directory = tmp_path / "site"
    knowledge = knowledge_of(shop_url)
    static_site.build(knowledge, directory)
    (directory / "left-over.html").touch()
    static_site.build(knowledge, directory)
    assert not (directory / "left-over.html").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["site"]
    assert (directory.stat().st_mode & 0o777) == 0o755


def _sample(site: Path) -> Iterator[Path]:
    """All single pages and modules, and some of each kind."""
    yield from sorted(site.glob("*.html"))
    for kind, each in (("modules", 1), ("tables", 5), ("rules", 40), ("reports", 3)):
        yield from sorted((site / kind).glob("*.html"))[::each]


def test_pages_open_from_the_disk(site: Path, page: Page) -> None:
    visited = 0
    for path in _sample(site):
        page.goto(path.as_uri())
        assert page.locator("h1").count() == 1, path
        assert page.locator("nav[aria-label=Pages] a").count() >= 2, path
        visited += 1
    assert visited >= 35


def test_the_diagram_draws(site: Path, page: Page) -> None:
    page.goto((site / "diagram.html").as_uri())
    page.locator(".diagram-frame[aria-busy=false]").wait_for(timeout=60_000)
    assert page.locator(".diagram-world a, .diagram-world [data-table]").count() > 0
    assert page.get_by_text("sales.orders").count() > 0


@pytest.mark.parametrize(
    ("typed", "kind", "name", "leads_to"),
    [
        ("orders", "table", "sales.orders", "tables/sales.orders.html"),
        ("total_amount", "column", "sales.orders.total_amount", "#column-total_amount"),
        ("refunds together never", "rule", "All refunds of an order", "refunded_is_never_above"),
        ("metrics_daily", "report", "metrics_daily", "reports/metrics_daily.html"),
        ("fulfillment", "module", "fulfillment", "modules/fulfillment.html"),
    ],
)
def test_the_search_finds(
    site: Path, page: Page, typed: str, kind: str, name: str, leads_to: str
) -> None:
    page.goto((site / "rules" / "refunded_is_never_above_the_order_total.html").as_uri())
    field = page.get_by_role("combobox", name="Search tables")
    field.focus()
    field.fill(typed)
    found = page.locator("#site-found a", has_text=name).first
    found.wait_for()
    assert found.locator(".kind").inner_text() == kind
    position = [each.inner_text() for each in page.locator("#site-found b").all()]
    while (
        page.locator("#site-found [aria-selected=true] b").inner_text()
        != found.locator("b").inner_text()
    ):
        assert position
        position.pop()
        field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(lambda url: leads_to in url)
    expect(page.locator("h1")).to_have_count(1)


def test_the_search_says_when_there_is_nothing(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    field = page.get_by_role("combobox", name="Search tables")
    field.fill("xyzzy plugh")
    page.get_by_text("Nothing found").wait_for(state="attached")
    field.fill("order")
    page.locator("#site-found a").first.wait_for()
    field.press("Escape")
    expect(page.locator("#site-found")).to_be_hidden()


@pytest.mark.parametrize("path", ["index.html", "tables/sales.orders.html"])
def test_it_is_accessible(site: Path, page: Page, path: str) -> None:
    page.goto((site / path).as_uri())
    page.get_by_role("combobox", name="Search tables").fill("order")
    page.locator("#site-found a").first.wait_for()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        # Without preload: it would ask for style sheets, which a file may not.
        "tags => axe.run({preload: false, runOnly: {type: 'tag', values: tags}})",
        TAGS,
    )
    assert [each["id"] for each in found["violations"]] == []


def test_a_folder_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    with pytest.raises(static_site.FolderInUse):
        static_site.demand_ours(tmp_path)
    with pytest.raises(static_site.FolderInUse):
        static_site.demand_ours(tmp_path / "x")
    static_site.demand_ours(tmp_path / "missing")
