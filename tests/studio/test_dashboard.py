"""The dashboard as a page: what it shows, of whom, and where there is nothing to show."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from playwright.sync_api import expect

from groundplan.database import connect
from groundplan.installation import apply, plan_for, record_verification
from tests.studio.asking import get
from tests.studio.running import Studio, Tab, execute

LONG = "Ü" * 120
NAUGHTY = ("<script>alert(1)</script>", "קפה <b>שחור</b>", "👩‍👩‍👧‍👦 {{ 7 * 7 }}", LONG)


def text_of(studio: Studio, path: str = "/") -> str:
    """The text of the page, without tags, in one line."""
    answer = get(studio, path)
    assert answer.status == 200, answer.text
    return " ".join(unescape(re.sub("<[^>]*>", " ", answer.text)).split())


def test_an_old_shop_says_where_its_days_end(studio: Studio) -> None:
    text = text_of(studio)
    assert re.search(r"Nothing was ordered since \w{3} \d\d? Jun 2026", text)
    assert "Jun 2026 , 28 days , compared with" in text
    assert "Net sales" in text


def test_a_future_without_orders_is_zeros(studio: Studio) -> None:
    text = text_of(studio, "/?from=2040-01-01&to=2040-01-31")
    assert "1 Jan – 31 Jan 2040" in text
    assert "Nothing was sold in these days." in text
    assert "Net sales 0.00 EUR unchanged before: 0.00" in text


def test_what_numbers_are_is_said_by_the_database(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    words = "What is left <of it> & more"
    execute(own_shop, f"comment on column reporting.metrics_daily.net_sales is '{words}'")
    answer = get(run_studio(own_shop), "/")
    assert answer.text.count("What is left &lt;of it&gt; &amp; more") == 2
    assert "Different known customers with more orders placed than taken back" in answer.text


def test_it_says_when_all_was_last_verified(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    studio = run_studio(own_shop)
    assert "Never verified yet. Verify now" in text_of(studio)
    with connect(own_shop, autocommit=True) as connection:
        record_verification(connection, rules=793, violations=0, reports=11, differences=2)
    assert re.search(
        r"Exact as of [-\d]{10} [:\d]{8} UTC \. Last verified [-\d]{10} [:\d]{8} UTC: "
        r"793 rules and constraints, 2 differences",
        text_of(studio),
    )
    assert 'href="/verify"' in get(studio, "/").text


def test_each_number_leads_to_its_report(tab: Tab) -> None:
    page = tab.open("/")
    assert page.locator(".number-card a").count() == 8
    targets = {link.get_attribute("href") for link in page.locator(".number-card a").all()}
    assert targets == {"/reports/metrics_daily"}
    for place, report in (
        ("#top-skus-report", "top_skus"),
        ("#alerts-report", "stock_alerts"),
        ("#profit-report", "profit_summary"),
    ):
        assert page.locator(place).get_attribute("href") == f"/reports/{report}"


def test_skus_are_ranked_as_asked(studio: Studio) -> None:
    orders = {
        rank: re.findall(r'code-of">([^<]+)<', get(studio, f"/?range=all&rank={rank}").text)[:10]
        for rank in ("net_sales", "units", "profit")
    }
    assert {len(codes) for codes in orders.values()} == {10}
    assert orders["net_sales"] != orders["units"]


@pytest.fixture
def installed(clone: Callable[..., str]) -> Callable[..., str]:
    """Call it with a preset for the URL of a database of this test."""

    def made(preset: str, **options: str) -> str:
        url = clone(None)
        with connect(url, autocommit=True) as connection:
            apply(connection, plan_for((), [preset], **options))  # pyright: ignore[reportArgumentType]
        return url

    return made


def test_without_sales_there_is_only_the_stock(
    run_studio: Callable[..., Studio], installed: Callable[..., str]
) -> None:
    url = installed("inventory")
    execute(
        url,
        "with product as (insert into catalog.products (name, slug) values ('Mug', 'mug')"
        " returning id) insert into catalog.skus (product_id, code, name, unit_price)"
        " select id, 'MUG', 'Mug', 12.50 from product",
        "select inventory.receive_stock('MUG', 1)",
        "select inventory.adjust_stock('MUG', -1, 'damaged')",
    )
    text = text_of(run_studio(url))
    assert "Module sales is not installed" in text
    assert "What there is to see is the stock." in text
    assert "Out of stock Mug MUG" in text
    assert "Top SKUs" not in text


def test_without_sales_and_stock_it_says_so(
    run_studio: Callable[..., Studio], installed: Callable[..., str]
) -> None:
    text = text_of(run_studio(installed("crm")))
    assert "Module sales is not installed" in text
    assert "Stock alerts" not in text


def test_several_tenants_are_shown_one_at_a_time(
    run_studio: Callable[..., Studio], installed: Callable[..., str]
) -> None:
    url = installed("sales", tenancy="multi")
    execute(url, "select core.create_tenant('First <b>'), core.create_tenant('Second', 'USD')")
    with connect(url) as connection:
        numbers = [row[0] for row in connection.execute("select id from core.tenants order by id")]
        second = numbers[-1]
        connection.execute("select set_config('groundplan.tenant_id', %s, false)", [str(second)])
        connection.execute(
            "with product as (insert into catalog.products (name, slug) values ('Tea', 'tea')"
            " returning id) insert into catalog.skus"
            " (product_id, code, name, unit_price, kind, is_stocked)"
            " select id, 'TEA', 'Tea', 8, 'service', false from product"
        )
        connection.execute("""select sales.place_order('[{"sku": "TEA", "quantity": 3}]')""")
        connection.commit()
    studio = run_studio(url)
    answer = get(studio, "/?range=7days")
    assert answer.status == 303, answer.text[answer.text.find("<main") :]
    assert answer.headers["Location"] == f"/?range=7days&tenant={numbers[0]}"
    assert "No orders yet" in text_of(studio, f"/?tenant={numbers[0]}")
    found = get(studio, f"/?tenant={second}")
    assert "24.00" in found.text
    assert "First &lt;b&gt;" in found.text
    assert f'data-live="/live?tenant={second}"' in found.text
    assert f'href="/reports/metrics_daily?tenant={second}"' in found.text


def test_names_are_text(
    run_studio: Callable[..., Studio], open_tab: Callable[..., Tab], own_shop: str
) -> None:
    listed = ", ".join("'" + each.replace("'", "''") + "'" for each in NAUGHTY)
    execute(
        own_shop,
        f"""
        update catalog.skus as sku set name = (array[{listed}])[1 + place % {len(NAUGHTY)}]
        from (select id, row_number() over (order by id)::integer as place
              from catalog.skus) as numbered
        where numbered.id = sku.id
        """,
    )
    tab = open_tab(run_studio(own_shop), viewport={"width": 390, "height": 800})
    page = tab.open("/?range=all")
    shown = page.locator("#panels").inner_text()
    assert sum(name in shown for name in NAUGHTY) >= 3
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.demand_accessible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_with_everything_open(
    studio: Studio, open_tab: Callable[..., Tab], scheme: str
) -> None:
    tab = open_tab(studio, color_scheme=scheme)
    page = tab.open("/?range=90days&channel=web")
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.locator(".chart svg")).to_have_count(2)
    tab.demand_accessible()


def test_charts_say_what_they_show_and_follow_the_colours(tab: Tab) -> None:
    page = tab.open("/")
    chart = page.locator("#by-day-chart")
    expect(chart).to_have_attribute("role", "img")
    label = chart.get_attribute("aria-label") or ""
    assert label.startswith("Net sales and orders by day")
    assert "highest" in label
    light = chart.inner_html()
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "(before) => document.querySelector('#by-day-chart').innerHTML !== before", arg=light
    )
    accent = page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()"
    )
    expect(chart.locator(f'path[fill="{accent}"]').first).to_be_attached()
    wide = chart.locator("svg").evaluate("(svg) => svg.clientWidth")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function(
        "(wide) => document.querySelector('#by-day-chart svg').clientWidth < wide",
        arg=wide,
    )


def test_a_table_has_a_row_for_each_day_that_is_drawn(tab: Tab) -> None:
    page = tab.open("/?from=2026-06-01&to=2026-07-10")
    page.locator("#by-day-table summary").click()
    assert page.locator("#by-day tbody tr").count() == 40
    last = page.locator("#by-day tbody tr").last
    assert last.inner_text().split("\t") == ["Fri 10 Jul 2026", "0.00", "0"]
