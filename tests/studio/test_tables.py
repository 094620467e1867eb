"""The page of a table in a browser, on a shop and on tables that are hard to show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from groundplan.compose import Plan, compose
from groundplan.database import connect
from groundplan.installation import apply
from tests.studio.asking import get
from tests.studio.running import Studio, Tab, execute

ORDERS = "/schema/tables/sales.orders"
CUSTOMERS = "/schema/tables/crm.customers"


def test_it_tells_all_there_is_to_know(tab: Tab) -> None:
    page = tab.open(ORDERS)
    assert page.title() == "sales.orders · Groundplan"
    assert page.locator(".table-lead").inner_text() == (
        "What a customer has asked us to deliver, from draft to completion."
    )
    assert "Also called: sales order." in page.locator(".table-head").inner_text()
    headings = page.locator(".table-body h2").all_inner_texts()
    assert headings == [
        "Columns",
        "Constraints",
        "Rules",
        "Statuses",
        "References",
        *(["Reports that need it"] if "Reports that need it" in headings else []),
        "Indexes",
        "Triggers",
        "Row security",
        "Privileges",
        "Rows",
        "To copy",
    ]
    total = page.locator("#column-total_amount")
    assert "What the customer owes" in total.inner_text()
    assert "in currency_code" in total.inner_text()
    assert page.locator("#column-customer_id a", has_text="crm.customers").count() == 1


def test_every_link_of_the_contents_leads_to_a_heading(tab: Tab) -> None:
    page = tab.open(ORDERS)
    links = page.locator("nav[aria-label='On this page'] a")
    targets = [link.get_attribute("href") or "" for link in links.all()]
    assert len(targets) > 8
    assert [target for target in targets if page.locator(target).count() != 1] == []


def test_links_lead_to_rules_tables_and_the_diagram(tab: Tab) -> None:
    page = tab.open(ORDERS)
    page.locator("#rules ~ ul a", has_text="All refunds of an order together").click()
    page.wait_for_url("**/rules/refunded_is_never_above_the_order_total")
    page.go_back()
    page.locator(".small-picture a", has_text="sales.order_items").click()
    page.wait_for_url("**/schema/tables/sales.order_items")
    page.get_by_role("link", name="In the diagram").click()
    page.wait_for_url("**/schema/diagram?focus=sales.order_items&steps=1")


def test_columns_can_be_found(tab: Tab) -> None:
    page = tab.open(ORDERS)
    rows = page.locator(".columns-table tbody tr")
    page.get_by_label("Find a column").fill("TAX_amount kept")
    assert page.locator(".columns-table tbody tr:not([hidden])").all_inner_texts() == [
        row.inner_text()
        for row in rows.all()
        if row.get_attribute("id") == "column-items_tax_amount"
    ]
    page.get_by_label("Find a column").fill("")
    page.get_by_label("Technical columns").uncheck()
    expect(page.locator("#column-created_by")).to_be_hidden()
    expect(page.locator("#column-status")).to_be_visible()


def test_a_statement_can_be_copied_and_run(
    run_studio: Callable[..., Studio], open_tab: Callable[..., Tab], shop_url: str
) -> None:
    tab = open_tab(run_studio(shop_url), permissions=["clipboard-read", "clipboard-write"])
    page = tab.open(ORDERS)
    buttons = page.locator("[data-copy]")
    assert buttons.count() == 2
    for button in buttons.all():
        button.click()
        button.filter(has_text="Copied").wait_for()
        text = page.evaluate("navigator.clipboard.readText()")
        with connect(shop_url) as connection:
            assert len(connection.execute(text.encode()).fetchall()) == 20


def test_personal_values_are_masked_until_they_are_asked_for(tab: Tab, shop_url: str) -> None:
    with connect(shop_url) as connection:
        row = connection.execute(
            "select email from crm.customers where email is not null order by id desc limit 1"
        ).fetchone()
    assert row is not None
    page = tab.open(CUSTOMERS)
    assert row[0] not in page.content()
    assert "masked" in page.locator("#rows").locator("xpath=ancestor::section").inner_text()
    page.get_by_role("link", name="Show what is personal").click()
    page.wait_for_url("**personal=shown*")
    assert row[0] in page.content()
    page.get_by_role("link", name="Hide what is personal").click()
    page.wait_for_url(lambda url: "personal" not in url)
    assert row[0] not in page.content()


def test_who_may_do_what(
    run_studio: Callable[..., Studio], own_shop: str, open_tab: Callable[..., Tab]
) -> None:
    role = f'clerk "x" {own_shop.split("_")[-1][:8]}'
    quoted = '"' + role.replace('"', '""') + '"'
    execute(
        own_shop,
        f"create role {quoted}",
        f"grant select, update on catalog.brands to {quoted}",
        f"grant insert (name) on catalog.brands to {quoted}",
    )
    try:
        page = open_tab(run_studio(own_shop)).open("/schema/tables/catalog.brands")
        row = page.locator(".matrix tr", has_text=role)
        assert row.locator("td").all_inner_texts()[:4] == ["yes", "no", "yes", "no"]
        assert "insert of name" in row.inner_text()
        assert "without usage of schema catalog" in row.inner_text()
        owner = page.locator(".matrix tr", has_text="owner")
        assert owner.locator("td").all_inner_texts()[:4] == ["yes"] * 4
    finally:
        execute(own_shop, f"drop owned by {quoted}", f"drop role {quoted}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["sales.orders", "crm.customers", "core.audit_log"])
def test_it_is_accessible(
    studio: Studio, open_tab: Callable[..., Tab], scheme: str, name: str
) -> None:
    tab = open_tab(studio, color_scheme=scheme)
    tab.open(f"/schema/tables/{name}")
    tab.demand_accessible()


def test_on_a_telephone(studio: Studio, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(studio, viewport={"width": 390, "height": 844})
    page = tab.open(ORDERS)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    tab.demand_accessible()


def test_without_javascript(studio: Studio, open_tab: Callable[..., Tab]) -> None:
    page = open_tab(studio, java_script_enabled=False).open(ORDERS)
    assert page.locator("[data-find]").is_hidden()
    assert page.locator("[data-copy]").first.is_hidden()
    assert page.locator("#column-created_by").is_visible()
    assert page.locator(".small-picture svg").first.is_visible()
    page.locator("details summary", has_text="Definition").first.click()
    assert page.locator(".sql").first.is_visible()


def test_it_prints_the_rows_it_may_not_read_as_a_sentence(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    role = f"reads_all_but_{own_shop.split('_')[-1][:12]}"
    execute(
        own_shop,
        f"create role {role} nologin",
        f"grant usage on schema core, crm to {role}",
        f"grant select on core.installed_modules to {role}",
    )
    try:
        answer = get(run_studio(own_shop, makes_roles=False, role=role), CUSTOMERS)
        assert answer.status == 200
        assert "The rows are not shown." in answer.text
        assert "Who buys" not in answer.text
    finally:
        execute(own_shop, f"drop owned by {role}", f"drop role {role}")


def test_of_several_tenants_one_must_be_named(
    run_studio: Callable[..., Studio], empty_database: str, shop_plan: Plan
) -> None:
    with connect(empty_database, autocommit=True) as connection:
        apply(connection, compose(shop_plan.modules, "multi"))
    studio = run_studio(empty_database)
    text = get(studio, CUSTOMERS).text
    assert "The rows are not shown. Add ?tenant=1" in text
    assert "The policies hold for everybody but superusers" in text
    assert "There are no rows yet." in get(studio, f"{CUSTOMERS}?tenant=1").text


def test_an_unknown_table_names_those_that_are_near(studio: Studio) -> None:
    answer = get(studio, "/schema/tables/sales.order")
    assert answer.status == 404
    assert "There is no table sales.order." in answer.text
    assert "sales.orders" in answer.text


def test_a_view_of_reporting_is_a_report(studio: Studio) -> None:
    answer = get(studio, "/schema/tables/reporting.metrics_daily")
    assert (answer.status, answer.headers["Location"]) == (303, "/reports/metrics_daily")


def test_tables_that_are_hard_to_show(
    run_studio: Callable[..., Studio], own_shop: str, open_tab: Callable[..., Tab]
) -> None:
    name = 'Odd "<b>/table'
    quoted = '"' + name.replace('"', '""') + '"'
    wide = ", ".join(f"column_{number} integer" for number in range(1_600))
    execute(
        own_shop,
        f"create table crm.wide ({wide})",
        "insert into crm.wide (column_0) values (7)",
        f'create table crm.{quoted} ("<i>&" text, blob bytea) partition by list ("<i>&")',
        f"create table crm.odd_part partition of crm.{quoted} default",
        f"insert into crm.{quoted} values ('<script>alert(1)</script>', repeat('x', 9999)::bytea)",
        f"create index on crm.{quoted} ((\"<i>&\" || 'x'))",
    )
    studio = run_studio(own_shop)
    tab = open_tab(studio)
    page = tab.open("/schema/tables/crm.wide")
    assert page.locator(".columns-table tbody tr").count() == 1_600
    assert "1,540 columns are left out" in page.content()
    page = tab.open("/schema/tables/crm.Odd%20%22%3Cb%3E%2Ftable")
    assert page.locator("h1").inner_text() == f"crm.{name}"
    assert "1 partition" in page.locator(".table-numbers").inner_text()
    cells = page.locator(".rows tbody td").all_inner_texts()
    assert cells[0] == "<script>alert(1)</script>"
    assert len(cells[1]) == 121
    assert get(studio, "/schema/tables/crm.odd_part").status == 200


def test_every_table_has_a_page(studio: Studio, shop_url: str) -> None:
    with connect(shop_url) as connection:
        names = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname in (select module from core.installed_modules)"
        ).fetchall()
    assert len(names) > 50
    assert [name for (name,) in names if get(studio, f"/schema/tables/{name}").status != 200] == []
