"""Attacks in the studio: on a scratch copy, with the guard and without it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from markupsafe import escape
from playwright.sync_api import expect

from groundplan.compose import Plan
from groundplan.database import EmbeddedServer, connect, drop_database
from groundplan.errors import ServerStartFailed
from groundplan.installation import add_sample_rows, apply, plan_for
from groundplan.proof import PlainRule, Provable, run_attack
from groundplan.proof.attack_copy import application_grants, attack_copy
from groundplan.snapshot import read_snapshot
from groundplan.studio import attacking
from groundplan.studio.attacking import ScratchCopy, StudioEnds
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.links import LiveLinks
from groundplan.studio.outcomes import told
from groundplan.studio.rule_list import page_names
from groundplan.studio.settings import Settings
from tests.studio.asking import Answer, ask, cookie, get, post
from tests.studio.running import Studio, Tab, execute, running

RULE = "refunded_is_never_above_the_order_total"


@pytest.fixture(scope="module")
def knowledge(shop_url: str, shop_plan: Plan) -> Knowledge:
    with connect(shop_url) as connection:
        return Knowledge.of(shop_plan, read_snapshot(connection, shop_plan.schemas))


@pytest.fixture(scope="module")
def laboratory(server: EmbeddedServer, shop_plan: Plan) -> Iterator[psycopg.Connection[Any]]:
    """A scratch copy of the tests' own."""
    with (
        attack_copy(server.url(), shop_plan, keeps_template=True) as url,
        contextlib.closing(connect(url, autocommit=True)) as connection,
    ):
        yield connection


def copies(url: str) -> set[str]:
    """The databases that studios of this process attack in."""
    with connect(url) as connection:
        rows = connection.execute(
            "select datname from pg_stat_activity where application_name = %s",
            [f"groundplan studio {os.getpid()}: attacks"],
        ).fetchall()
    return {name for (name,) in rows}


def databases(url: str) -> set[str]:
    with connect(url) as connection:
        return {name for (name,) in connection.execute("select datname from pg_database")}


def one_of_each_kind(knowledge: Knowledge) -> list[Provable]:
    found: dict[str, Provable] = {}
    for rule in knowledge.register:
        found.setdefault(rule.kind, rule)
    return list(found.values())


def panels(answer: Answer) -> tuple[str, str]:
    """The HTML of both."""
    _, guarded, rest = answer.text.partition('id="guarded"')
    guarded, _, unguarded = (guarded + rest).partition('id="unguarded"')
    return guarded, unguarded.split("Its four faces")[0]


# What is shown is what came of it --------------------------------------------------------------


def test_the_page_says_what_the_attack_came_to(
    studio: Studio, knowledge: Knowledge, laboratory: psycopg.Connection[Any]
) -> None:
    names = page_names(knowledge.register)
    grants = application_grants(knowledge.plan)
    outcomes: set[str] = set()
    for rule in one_of_each_kind(knowledge):
        address = LiveLinks().link("attack", name=names[rule.table, rule.name])
        answer = post(studio, address)
        assert answer.status == 200, rule.name
        for text, without in zip(panels(answer), (False, True), strict=True):
            verdict = run_attack(laboratory, rule, without_guard=without, app_grants=grants)
            outcome = told(verdict, "unguarded" if without else "guarded")
            assert f"<strong>{outcome.word}</strong>" in text, (rule.name, verdict)
            assert f"{outcome.tone}-text" in text
            assert f"<code>{verdict.sqlstate}</code>" in text or not verdict.sqlstate
            assert f"<code>{escape(verdict.constraint)}</code>" in text or not verdict.constraint
            assert str(escape(verdict.hint)) in text
            assert text.count("sql-word") > 0 or not verdict.statements
            if verdict.audit_rows:
                assert "What the audit found" in text
            outcomes.add(f"{without} {verdict.outcome}")
    assert {"False refused", "False recorded", "True got_through"} <= outcomes
    assert "False not_in_force" in outcomes


def test_refused_and_got_through(studio: Studio) -> None:
    guarded, unguarded = panels(post(studio, f"/rules/{RULE}/attack"))
    assert "<strong>Refused</strong>" in guarded
    assert "<code>23R06</code>" in guarded
    assert f"<code>{RULE}</code>" in guarded
    assert "See orders.total_amount - orders.refunded_amount for what is left." in guarded
    assert " ms</span>" in guarded
    assert "<strong>Got through</strong>" in unguarded
    assert "Only the audit sees it: it finds 1 row." in unguarded
    assert "the rows say" in unguarded


def test_rules_of_several_tenants_are_attacked_where_there_are_several(
    run_studio: Callable[..., Studio], empty_database: str
) -> None:
    plan = plan_for((), ["crm"], tenancy="multi")
    with connect(empty_database, autocommit=True) as connection:
        apply(connection, plan)
        add_sample_rows(connection, plan.modules)
    studio = run_studio(empty_database)
    assert "In force" in get(studio, "/rules/customers_of_one_tenant").text
    guarded, unguarded = panels(post(studio, "/rules/customers_of_one_tenant/attack"))
    assert "<strong>Held</strong>" in guarded
    assert "<strong>Got through</strong>" in unguarded


# The live data and the copy --------------------------------------------------------------------


def contents(url: str, plan: Plan) -> dict[str, str]:
    """A checksum of every table."""
    with connect(url) as connection:
        found: dict[str, str] = {}
        for table in read_snapshot(connection, plan.schemas).tables():
            rows = connection.execute(
                f"select t::text from {table.qualified} as t order by 1".encode()
            ).fetchall()
            found[table.qualified] = hashlib.sha256(repr(rows).encode()).hexdigest()
        sequences = connection.execute(
            "select schemaname, sequencename, last_value from pg_sequences order by 1, 2"
        ).fetchall()
        return {**found, "sequences": repr(sequences)}


def test_attacks_touch_nothing_but_the_copy(
    run_studio: Callable[..., Studio], own_shop: str, shop_plan: Plan
) -> None:
    studio = run_studio(own_shop)
    assert "Your data are not touched." in get(studio, f"/rules/{RULE}").text
    before = contents(own_shop, shop_plan)
    for name in (RULE, "order_status_follows_its_path", "ledger_entries_are_append_only"):
        if name in {rule.name for rule in shop_plan.rules}:
            assert "<strong>Refused</strong>" in panels(post(studio, f"/rules/{name}/attack"))[0]
    assert contents(own_shop, shop_plan) == before


def test_the_copy_is_kept_and_ends_with_the_studio(own_shop: str) -> None:
    before = copies(own_shop)
    with running(own_shop) as studio:
        assert get(studio, f"/rules/{RULE}").status == 200
        assert copies(own_shop) == before
        post(studio, f"/rules/{RULE}/attack")
        (first,) = copies(own_shop) - before
        post(studio, f"/rules/{RULE}/attack")
        assert copies(own_shop) - before == {first}
        assert first in databases(own_shop)
    assert first not in databases(own_shop)


def test_a_copy_that_is_lost_is_made_anew(run_studio: Callable[..., Studio], own_shop: str) -> None:
    studio = run_studio(own_shop)
    before = copies(own_shop)
    post(studio, f"/rules/{RULE}/attack")
    (first,) = copies(own_shop) - before
    drop_database(own_shop, first)
    assert "<strong>Refused</strong>" in post(studio, f"/rules/{RULE}/attack").text
    (second,) = copies(own_shop) - before
    assert second != first


def test_another_installation_has_another_copy(own_shop: str, knowledge: Knowledge) -> None:
    copy = ScratchCopy(Settings(own_shop, makes_roles=True))
    rule = knowledge.register.named(RULE)
    before = copies(own_shop)
    try:
        assert not copy.is_ready(knowledge)
        copy.prepare(knowledge)
        assert copy.is_ready(knowledge)
        (first,) = copies(own_shop) - before
        applied = replace(knowledge, plan=replace(knowledge.plan))
        assert not copy.is_ready(applied)
        assert copy.attack(applied, rule, without_guard=False).outcome == "refused"
        (second,) = copies(own_shop) - before
        assert second != first
    finally:
        copy.close()
    assert copies(own_shop) == before
    with pytest.raises(StudioEnds):
        copy.prepare(knowledge)


def test_two_at_once_wait_for_each_other(run_studio: Callable[..., Studio], own_shop: str) -> None:
    studio = run_studio(own_shop)
    before = copies(own_shop)
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(post(studio, f"/rules/{RULE}/attack")))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [panels(each)[0].count("<strong>Refused</strong>") for each in answers] == [1, 1, 1]
    assert len(copies(own_shop) - before) == 1


# Where no copy can be made ---------------------------------------------------------------------


@pytest.fixture
def modest_shop(own_shop: str) -> Iterator[str]:
    """The shop, for a user who is no superuser."""
    role = "studio_modest"
    with connect(own_shop, autocommit=True) as connection:
        connection.execute(f"create role {role} login in role pg_read_all_data".encode())
    yield own_shop.replace("postgres@", f"{role}@", 1)
    execute(own_shop, f"drop role {role}")


def test_who_is_no_superuser_attacks_on_the_embedded_server(
    run_studio: Callable[..., Studio],
    modest_shop: str,
    server: EmbeddedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def embedded() -> str:
        asked.append(1)
        return server.url()

    monkeypatch.setattr(attacking, "embedded_server_url", embedded)
    studio = run_studio(modest_shop, makes_roles=False)
    answer = post(studio, f"/rules/{RULE}/attack")
    assert "<strong>Refused</strong>" in panels(answer)[0]
    assert asked == [1]


def test_where_no_copy_can_be_made_the_page_says_why(
    run_studio: Callable[..., Studio],
    open_tab: Callable[..., Tab],
    modest_shop: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def impossible() -> str:
        raise ServerStartFailed("There is no PostgreSQL here.", hint="Install <one>.")

    monkeypatch.setattr(attacking, "embedded_server_url", impossible)
    studio = run_studio(modest_shop, makes_roles=False)
    answer = post(studio, f"/rules/{RULE}/attack")
    assert answer.status == 500
    for words in ("There is no PostgreSQL here.", "Install &lt;one&gt;.", "Nothing was attacked."):
        assert words in answer.text
    assert "<strong>Refused</strong>" not in answer.text
    page = open_tab(studio).open(f"/rules/{RULE}")
    page.get_by_role("button", name="Attack it").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no PostgreSQL here.")
    expect(page.locator("#unguarded")).to_contain_text("Comes second")


# In a browser ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_click_shows_both_sides(
    open_tab: Callable[..., Tab], studio: Studio, scheme: str
) -> None:
    tab = open_tab(studio, color_scheme=scheme)
    page = tab.open(f"/rules/{RULE}")
    page.get_by_role("button", name="Attack it").click()
    expect(page.locator("#guarded .verdict")).to_contain_text("Refused")
    expect(page.locator("#unguarded .verdict")).to_contain_text("Got through")
    expect(page.locator("#attack-said")).to_have_text(
        "Without the guard: Got through. Nothing else stands in the way. "
        "Only the audit sees it: it finds 1 row."
    )
    expect(page.locator("#duel [aria-busy=true]")).to_have_count(0)
    assert page.url.endswith(RULE)
    tab.demand_accessible()
    left = page.locator("#guarded").bounding_box()
    right = page.locator("#unguarded").bounding_box()
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]


def test_progress_is_seen_on_the_way(
    run_studio: Callable[..., Studio], open_tab: Callable[..., Tab], shop_url: str
) -> None:
    """Each step is an answer of its own: the copy, the attack, the attack without the guard."""
    studio = run_studio(shop_url)
    headers = {"Cookie": cookie(studio), "Origin": studio.origin, "HX_Request": "true"}
    begun = ask(studio, f"/rules/{RULE}/attack?step=begin", "POST", **headers).text
    assert "Making a scratch copy" in begun
    assert "step=copy" in begun
    made = ask(studio, f"/rules/{RULE}/attack?step=copy", "POST", **headers).text
    assert "Attacking …" in made
    assert "step=guarded" in made
    again = ask(studio, f"/rules/{RULE}/attack?step=begin", "POST", **headers).text
    assert "step=guarded" in again
    page = open_tab(studio).open(f"/rules/{RULE}")
    waited: list[str] = []
    page.on("request", lambda request: waited.append(request.url.partition("step=")[2]))
    page.get_by_role("button", name="Attack it").click()
    expect(page.locator("#unguarded .verdict")).to_contain_text("Got through")
    assert [step for step in waited if step] == ["begin", "guarded", "unguarded"]


def test_attack_by_keyboard_alone(tab: Tab) -> None:
    page = tab.open(f"/rules/{RULE}")
    button = page.get_by_role("button", name="Attack it")
    for _ in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("each => each === document.activeElement"):
            break
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#unguarded .verdict")).to_contain_text("Got through")
    expect(button).to_be_enabled()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_without_javascript_one_answer_has_both(
    open_tab: Callable[..., Tab], studio: Studio
) -> None:
    page = open_tab(studio, java_script_enabled=False).open(f"/rules/{RULE}")
    page.get_by_role("button", name="Attack it").click()
    expect(page.locator("#guarded .verdict")).to_contain_text("Refused")
    expect(page.locator("#unguarded .verdict")).to_contain_text("Got through")


def test_nothing_moves_for_those_who_want_it_so(
    open_tab: Callable[..., Tab], studio: Studio
) -> None:
    page = open_tab(studio, reduced_motion="reduce").open(f"/rules/{RULE}")
    page.get_by_role("button", name="Attack it").click()
    expect(page.locator("#unguarded .verdict")).to_contain_text("Got through")
    name = page.locator("#guarded").evaluate("each => getComputedStyle(each).animationName")
    assert name == "none"


def test_on_a_phone_one_stands_below_the_other(
    open_tab: Callable[..., Tab], studio: Studio
) -> None:
    page = open_tab(studio, viewport={"width": 390, "height": 844}).open(f"/rules/{RULE}")
    page.get_by_role("button", name="Attack it").click()
    expect(page.locator("#unguarded .verdict")).to_contain_text("Got through")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    left = page.locator("#guarded").bounding_box()
    right = page.locator("#unguarded").bounding_box()
    assert left
    assert right
    assert left["y"] + left["height"] < right["y"]


def test_a_plain_rule_shows_the_attack_that_was_found(tab: Tab, knowledge: Knowledge) -> None:
    rule = knowledge.register.named("customers_country_code_fkey")
    assert isinstance(rule, PlainRule)
    page = tab.open(f"/rules/{rule.name}")
    expect(page.locator("#guarded .code")).to_have_count(0)
    page.get_by_role("button", name="Attack it").click()
    expect(page.locator("#unguarded .verdict")).to_contain_text("Got through")
    expect(page.locator("#guarded .code").first).to_contain_text("crm")
