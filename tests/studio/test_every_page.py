"""What is true of every page, found by following every link from the first one."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from tests.studio.asking import get
from tests.studio.running import Studio, Tab, execute

NAUGHTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</script><svg onload=alert(1)>",
    "</textarea><marquee>bold</marquee>",
    "{{ 7 * 7 }} {% raw %} ${7*7} <%= 7*7 %>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp; &#x3C;i&#x3E;",
    "<!-- --><![CDATA[x]]>",
    "Robert'); drop table sales.orders;--",
    "../../etc/passwd %2e%2e%2f %00",
    "קפה שחור <marquee>עם</marquee> חלב",
    "مرحبا بالعالم \u202egnihton\u202c",
    "👩‍👩‍👧‍👦 Τοξότης Ünïçødé ｆｕｌｌ",
    "a" * 300,
    "=cmd|' /C calc'!A0",
    "line\nbreak\ttab",
)


@dataclass
class Reader(HTMLParser):
    """What there is to check in a page."""

    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    headings: int = 0
    language: str | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.faults.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action") and (value or "").lower().startswith("javascript"):
                self.faults.append(f"{tag} {name}={value}")
        is_data = given.get("type") == "application/json"
        if tag == "script" and not is_data and not (given.get("src") or "").startswith("/assets/"):
            self.faults.append(f"script {given}")
        if tag in ("iframe", "object", "embed", "base", "marquee"):
            self.faults.append(tag)
        if tag == "html":
            self.language = given.get("lang")
        if tag == "h1":
            self.headings += 1
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def pages(studio: Studio, at_most: int) -> Iterator[tuple[str, Reader]]:
    """Every page that links lead to, breadth first; of each kind of page (by the first two parts
    of its path) only some."""
    waiting = deque(["/"])
    seen = {"/"}
    kinds: Counter[tuple[str, ...]] = Counter()
    while waiting:
        path = waiting.popleft()
        answer = get(studio, path)
        assert answer.status in (200, 303), path
        if answer.status == 303:
            reader = Reader(links=[answer.headers["Location"]])
        elif not answer.headers["Content-Type"].startswith("text/html"):
            continue
        else:
            reader = Reader()
            reader.feed(answer.text)
            yield path, reader
        for link in reader.links:
            found = urlsplit(urljoin(f"{studio.origin}{path}", link))
            assert f"{found.scheme}://{found.netloc}" == studio.origin, (path, link)
            target = f"{found.path}?{found.query}" if found.query else found.path
            kind = (*found.path.split("/")[1:3], "?" if found.query else "")
            if target not in seen and kinds[kind] < at_most:
                seen.add(target)
                kinds[kind] += 1
                waiting.append(target)


def demand_sound(path: str, reader: Reader) -> None:
    assert reader.faults == [], path
    assert reader.headings == 1, path
    assert reader.language == "en", path
    assert [each for each, times in Counter(reader.ids).items() if times > 1] == [], path


def test_every_page_is_sound(studio: Studio) -> None:
    found: set[str] = set()
    for path, reader in pages(studio, at_most=4):
        demand_sound(path, reader)
        found.add("/".join(path.split("?")[0].split("/")[:3]))
    assert found >= {
        "/",
        "/reports",
        "/reports/metrics_daily",
        "/schema",
        "/schema/diagram",
        "/schema/modules",
        "/schema/tables",
        "/rules",
        "/verify",
        "/trace",
        "/trace/orders",
        "/trace/skus",
        "/trace/customers",
        "/walkthrough",
    }


@pytest.fixture
def naughty_studio(run_studio: Callable[..., Studio], own_shop: str) -> Studio:
    """A studio on a shop whose names are as bad as they get."""
    listed = ", ".join("'" + each.replace("'", "''") + "'" for each in NAUGHTY)
    names = f"(array[{listed}])[1 + place % {len(NAUGHTY)}]"
    execute(
        own_shop,
        f"""
        update catalog.products as product set name = {names}
        from (select id, row_number() over (order by id)::integer as place
              from catalog.products) as named
        where named.id = product.id
        """,
        f"""
        update catalog.skus as sku set name = {names}
        from (select id, row_number() over (order by id)::integer as place
              from catalog.skus) as named
        where named.id = sku.id
        """,
        f"""
        update crm.customers as customer set
            display_name = {names}, given_name = {names}, family_name = {names}
        from (select id, row_number() over (order by id)::integer as place
              from crm.customers where kind = 'person') as named
        where named.id = customer.id and customer.kind = 'person'
        """,
    )
    return run_studio(own_shop)


def test_names_are_never_more_than_text(naughty_studio: Studio) -> None:
    shown: set[str] = set()
    for path, reader in pages(naughty_studio, at_most=6):
        demand_sound(path, reader)
        text = " ".join(reader.text)
        shown |= {each for each in NAUGHTY if each in text}
    assert len(shown) >= len(NAUGHTY) - 3, set(NAUGHTY) - shown


@pytest.mark.parametrize("path", ["/", "/trace", "/reports/top_skus", "/reports/skus_wide"])
def test_a_browser_runs_none_of_them(
    naughty_studio: Studio, open_tab: Callable[..., Tab], path: str
) -> None:
    tab = open_tab(naughty_studio)
    tab.page.on("dialog", lambda dialog: tab.watch.errors.append(dialog.message))
    page = tab.open(path)
    page.wait_for_timeout(300)
    assert page.locator("script:not([src]):not([type='application/json'])").count() == 0


KINDS = [
    "/",
    "/?range=12months",
    "/reports",
    "/reports/metrics_daily",
    "/reports/stock_alerts",
    "/schema",
    "/schema/diagram",
    "/schema/modules/sales",
    "/schema/tables/sales.orders",
    "/schema/tables/inventory.stock_levels",
    "/rules",
    "/rules/refunded_is_never_above_the_order_total",
    "/rules/order_status_follows_its_path",
    "/verify",
    "/trace",
    "/walkthrough",
    "/walkthrough/1",
    "/walkthrough/5",
    "/walkthrough/6",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [path for path in KINDS if path.startswith(("/trace", "/walk"))])
def test_it_is_accessible(
    studio: Studio, open_tab: Callable[..., Tab], path: str, scheme: str
) -> None:
    """The pages that have no such test of their own."""
    tab = open_tab(studio, color_scheme=scheme)
    tab.open(path)
    tab.demand_accessible()


def test_no_page_is_wider_than_a_telephone(studio: Studio, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(studio, viewport={"width": 360, "height": 740})
    wide = []
    for path in KINDS:
        page = tab.open(path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []


def test_without_javascript_everything_is_there(
    studio: Studio, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(studio, java_script_enabled=False)
    for path in KINDS:
        page = tab.open(path)
        assert page.locator("h1").count() == 1, path
        assert len(page.locator("main").inner_text()) > 200, path
