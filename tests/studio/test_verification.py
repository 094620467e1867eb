"""Verify, on demand."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import expect

from groundplan.compose import RoleNames, grants
from groundplan.database import connect
from groundplan.installation import add_sample_rows, apply, plan_for, record_verification
from tests.studio.asking import Answer, ask, cookie, get, post
from tests.studio.running import Studio, Tab, execute

RULE = "refunded_is_never_above_the_order_total"
REPLICA = "set local session_replication_role = replica"


def ended(studio: Studio) -> str:
    """The page, once no run is under way."""
    for _ in range(600):
        text = get(studio, "/verify").text
        if 'aria-busy="true"' not in text:
            return text
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def asked(studio: Studio, method: str, path: str) -> Answer:
    """As htmx asks."""
    headers = {"Cookie": cookie(studio), "Origin": studio.origin, "HX_Request": "true"}
    return ask(studio, path, method, **headers)


@contextlib.contextmanager
def held_up(url: str) -> Generator[None]:
    """The rules of sales.refunds wait: planning a query locks every index of its tables.

    The table itself would hold up the comparison of the guards, too: it asks for the expressions
    of defaults, for which PostgreSQL opens their table, but no index.
    """
    with connect(url) as connection:
        # It is there already; what matters is the lock.
        connection.execute("alter index sales.refunds_order set tablespace pg_default")
        yield
        connection.rollback()


def waiting(url: str) -> int:
    """The process of the run, once it waits for a lock."""
    with connect(url, autocommit=True) as connection:
        for _ in range(300):
            row = connection.execute(
                "select pid from pg_stat_activity where wait_event_type = 'Lock'\n"
                "and application_name = 'groundplan studio: verify'\n"
                "and datname = current_database()"
            ).fetchone()
            if row is not None:
                return int(row[0])
            time.sleep(0.1)
    raise AssertionError("no run waits")


def test_everything_holds_and_nothing_is_recorded(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    studio = run_studio(own_shop)
    text = get(studio, "/verify").text
    assert "Nothing was verified since the studio began." in text
    assert "No verification is recorded." in text
    answer = post(studio, "/verify")
    assert (answer.status, answer.headers["Location"]) == (303, "/verify")
    text = ended(studio)
    assert "Everything holds" in text
    told = re.search(
        r"([\d,]+) declared rules and ([\d,]+) plain constraints on every row, 11 reports", text
    )
    assert told is not None
    assert "Every guard is as it was installed" in text
    assert "No verification is recorded." in text
    audited = int(told[1].replace(",", "")) + int(told[2].replace(",", ""))
    assert f"<strong>{audited:,}</strong> audited" in get(studio, "/rules").text
    assert "<strong>Holds</strong>" in get(studio, f"/rules/{RULE}").text


def test_what_the_command_recorded_is_shown(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    with connect(own_shop, autocommit=True) as connection:
        record_verification(
            connection, rules=793, violations=2, reports=11, differences=1, faults=3
        )
    text = get(run_studio(own_shop), "/verify").text
    assert (
        "793 rules and constraints, 2 rows that break one; 11 reports, 1 difference; 3 guards"
        in text
    )


def test_a_broken_row_is_found_and_when_it_is_repaired_it_is_gone(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    studio = run_studio(own_shop)
    with connect(own_shop) as connection:
        row = connection.execute(
            "select id, refunded_amount from sales.orders\n"
            "where status = 'placed' order by number limit 1"
        ).fetchone()
    assert row is not None
    change = "update sales.orders set refunded_amount = {} where id = '{}'"
    execute(own_shop, REPLICA, change.format("total_amount + 1", row[0]))
    post(studio, "/verify")
    text = ended(studio)
    assert "Everything holds" not in text
    (line,) = re.findall(rf'<tr>(?:(?!</tr>).)*href="/rules/{RULE}".*?</tr>', text, re.DOTALL)
    assert '<td class="number">1</td>' in line
    assert f"<code>{row[0]}</code>" in line
    assert "groundplan.maintenance" in text
    assert "1 row breaks it" in get(studio, f"/rules?words={RULE}").text
    execute(own_shop, REPLICA, change.format(row[1], row[0]))
    post(studio, "/verify")
    assert "Everything holds" in ended(studio)
    assert "breaks it" not in get(studio, f"/rules?words={RULE}").text


def test_a_number_that_differs_is_shown_with_what_to_do(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    studio = run_studio(own_shop)
    execute(
        own_shop,
        REPLICA,
        "update groundplan.sales_daily_base set orders = orders + 7\n"
        "where ctid = (select min(ctid) from groundplan.sales_daily_base)",
    )
    post(studio, "/verify")
    text = ended(studio)
    assert "1 number differs" in text
    assert "Numbers that differ from their source" in text
    assert "<td>orders</td>" in text
    assert "groundplan verify --repair" in text
    assert "all rows keep the rules" in text


def test_a_guard_that_is_off_is_shown_with_its_rules_and_no_attack_vouches_for_it(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    studio = run_studio(own_shop)
    execute(own_shop, "alter table sales.orders disable trigger t30_guard_orders")
    post(studio, "/verify")
    text = ended(studio)
    assert "Everything holds" not in text
    assert "1 object is not as it should be" in text
    assert "trigger t30_guard_orders on sales.orders" in text
    assert "is switched off" in text
    assert "groundplan apply --restore-constraints" in text
    attacked = post(studio, f"/rules/{RULE}/attack").text
    assert "Guard off" in attacked
    assert "t30_guard_orders" in attacked


# While it runs ---------------------------------------------------------------------------------


def test_two_tabs_watch_one_run(
    run_studio: Callable[..., Studio], open_tab: Callable[..., Tab], own_shop: str
) -> None:
    studio = run_studio(own_shop)
    first, second = open_tab(studio), open_tab(studio)
    page = first.open("/verify")
    with held_up(own_shop):
        page.get_by_role("button", name="Verify now").click()
        expect(page.locator("#run[aria-busy=true]")).to_have_count(1)
        waiting(own_shop)
        other = second.open("/verify")
        expect(other.get_by_role("progressbar")).to_have_count(2)
        other.get_by_role("button", name="Verify now").click()
        expect(other.locator("#run[aria-busy=true]")).to_have_count(1)
        with connect(own_shop) as connection:
            runs = connection.execute(
                "select count(*) from pg_stat_activity where datname = current_database()\n"
                "and application_name = 'groundplan studio: verify'"
            ).fetchone()
        assert runs == (1,)
        done = page.get_by_role("progressbar", name=re.compile("^Rules"))
        expect(done).not_to_have_attribute("value", "0")
        assert 0 < float(done.get_attribute("value") or 0) < float(done.get_attribute("max") or 0)
        first.demand_accessible()
    for each in (page, other):
        expect(each.locator(".result")).to_contain_text("Everything holds")
        expect(each.locator("#verify-said")).to_have_text("Everything holds")
        expect(each.get_by_role("button", name="Verify now")).to_be_enabled()
    first.demand_accessible()


def test_a_lost_connection_ends_the_run_and_it_can_be_started_again(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    studio = run_studio(own_shop)
    assert get(studio, "/verify").status == 200
    with held_up(own_shop):
        post(studio, "/verify")
        execute(own_shop, f"select pg_terminate_backend({waiting(own_shop)})")
        text = ended(studio)
    assert "Everything holds" not in text
    assert "The run ended after" in text
    assert "It can be started again." in text
    post(studio, "/verify")
    assert "Everything holds" in ended(studio)


def test_progress_is_a_page_for_those_who_have_no_javascript(studio: Studio) -> None:
    answer = get(studio, "/verify/progress")
    assert (answer.status, answer.headers["Location"]) == (303, "/verify")


def test_a_fragment_asks_again_until_it_is_over(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    studio = run_studio(own_shop)
    assert get(studio, "/verify").status == 200
    with held_up(own_shop):
        assert 'hx-get="/verify/progress"' in asked(studio, "POST", "/verify").text
        waiting(own_shop)
        fragment = asked(studio, "GET", "/verify/progress").text
        assert 'hx-get="/verify/progress"' in fragment
        assert "<html" not in fragment
    ended(studio)
    assert "hx-get" not in asked(studio, "GET", "/verify/progress").text


def test_without_javascript_it_is_looked_at_again(
    run_studio: Callable[..., Studio], open_tab: Callable[..., Tab], own_shop: str
) -> None:
    studio = run_studio(own_shop)
    page = open_tab(studio, java_script_enabled=False).open("/verify")
    with held_up(own_shop):
        page.get_by_role("button", name="Verify now").click()
        waiting(own_shop)
        page.get_by_role("link", name="Look again").click()
        expect(page.get_by_role("progressbar")).to_have_count(2)
    ended(studio)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator(".result")).to_contain_text("Everything holds")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_by_keyboard_alone(open_tab: Callable[..., Tab], studio: Studio, scheme: str) -> None:
    tab = open_tab(studio, color_scheme=scheme)
    page = tab.open("/verify")
    button = page.get_by_role("button", name="Verify now")
    for _ in range(20):
        page.keyboard.press("Tab")
        if button.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".result")).to_contain_text("Everything holds")
    tab.demand_accessible()


# Who may see -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["app", "auditor"])
def test_a_role_that_may_not_see_all_rows_is_told(
    run_studio: Callable[..., Studio], empty_database: str, kind: str
) -> None:
    role = "studio_partial"
    plan = plan_for((), ["crm"], tenancy="multi")
    with connect(empty_database, autocommit=True) as connection:
        apply(connection, plan)
        add_sample_rows(connection, plan.modules)
        connection.execute(f"create role {role} login".encode())
        connection.execute(grants(plan.modules, RoleNames(**{kind: role})).encode())
    try:
        url = empty_database.replace("postgres@", f"{role}@", 1)
        studio = run_studio(url, makes_roles=False, tenant=1)
        assert post(studio, "/verify").status == 303
        text = ended(studio)
        assert "This role may not read it." in text
        assert "Everything holds" not in text
        answer = post(studio, "/rules/customers_country_code_fkey/audit")
        assert "This role may not read it" in answer.text
        assert "<strong>Holds</strong>" not in answer.text
        assert answer.status == 403
    finally:
        execute(empty_database, f"drop owned by {role}", f"drop role {role}")
