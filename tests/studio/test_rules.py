"""The rules and their four faces."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

import pytest
from markupsafe import escape
from playwright.sync_api import expect

from groundplan.compose import Plan
from groundplan.database import connect
from groundplan.proof import PlainRule
from groundplan.rules import Rule, StateMachine
from groundplan.rules.declaration import Guard
from groundplan.snapshot import read_snapshot
from groundplan.studio.guards import guard_texts, guards_of, read_guards
from groundplan.studio.kinds import KINDS
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.links import LiveLinks, StaticLinks
from groundplan.studio.pages.rules import rule_context, rules_context
from groundplan.studio.rendering import render
from groundplan.studio.rule_list import AT_ONCE, page_names
from groundplan.studio.sql_words import Sql
from groundplan.studio.state_path import state_path
from tests.studio.asking import get, post
from tests.studio.running import Studio, Tab, execute

RULE = "refunded_is_never_above_the_order_total"
NAUGHTY = "<img src=x onerror=alert(1)>/\"'"
OVER_REFUND = (
    "set local session_replication_role = replica",
    "update sales.orders set refunded_amount = total_amount + 1 where id = ("
    "select id from sales.orders where status = 'placed' order by number limit 1)",
)


@pytest.fixture(scope="module")
def knowledge(shop_url: str, shop_plan: Plan) -> Knowledge:
    with connect(shop_url) as connection:
        return Knowledge.of(shop_plan, read_snapshot(connection, shop_plan.schemas))


def listed(text: str) -> list[str]:
    """The sentences of a list, in its order."""
    return [unescape(each) for each in re.findall(r'class="rule-sentence"[^>]*>([^<]*)<', text)]


# The list --------------------------------------------------------------------------------------


def test_every_declared_rule_is_listed_and_plain_ones_are_counted(
    studio: Studio, knowledge: Knowledge
) -> None:
    text = get(studio, "/rules").text
    assert sorted(listed(text)) == sorted(rule.sentence for rule in knowledge.plan.rules)
    counts = re.findall(r"([\d,]+) plain rules?:", text)
    plain = [rule for rule in knowledge.register if isinstance(rule, PlainRule)]
    assert sum(int(each) for each in counts) == len(plain)
    assert f"{len(knowledge.register)} rules" in text


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("table=sales.orders", lambda rule: rule.table == "sales.orders"),
        ("kind=StateMachine", lambda rule: rule.kind == "StateMachine"),
        ("kind=ForeignKey&module=crm", lambda r: r.kind == "ForeignKey" and "crm." in r.table[:4]),
        (
            "words=refunded+ABOVE",
            lambda rule: rule.name in (RULE, "refunded_units_are_never_above_the_line"),
        ),
        ("words=23R06", lambda rule: rule.sqlstate == "23R06"),
    ],
)
def test_the_url_chooses(
    studio: Studio, knowledge: Knowledge, query: str, fits: Callable[..., bool]
) -> None:
    expected = [rule for rule in knowledge.register if fits(rule)]
    assert expected
    answer = get(studio, f"/rules?{query}")
    assert sorted(listed(answer.text)) == sorted(rule.sentence for rule in expected)
    assert f"{len(listed(answer.text))} of {knowledge.register.figures}" in answer.text


def test_many_plain_rules_are_behind_links(studio: Studio, knowledge: Knowledge) -> None:
    text = get(studio, "/rules?kind=NotNull").text
    shown = len(listed(text))
    assert 0 < shown <= AT_ONCE
    more = unescape(re.findall(r'class="plain-more" href="([^"]*)"', text)[-1])
    table = more.split("table=")[1]
    wanted = [r for r in knowledge.register.of_table(table) if r.kind == "NotNull"]
    assert len(listed(get(studio, more).text)) == len(wanted)


def test_nothing_fits(studio: Studio, knowledge: Knowledge) -> None:
    text = get(studio, "/rules?words=zebra&kind=Total").text
    assert "No rule is like that." in text
    assert f"0 of {knowledge.register.figures}" in text
    assert listed(text) == []


@pytest.mark.parametrize("name", ["words", "module", "table", "kind", "tenant"])
def test_what_is_asked_for_stays_text(studio: Studio, name: str) -> None:
    answer = get(studio, f"/rules?{name}={quote(NAUGHTY)}")
    assert answer.status == 200
    assert "<img" not in answer.text


# One rule --------------------------------------------------------------------------------------


def test_every_rule_renders_without_a_studio(knowledge: Knowledge) -> None:
    names = page_names(knowledge.register)
    for rule in knowledge.register:
        context = rule_context(knowledge, rule)
        text = render("rules/rule.html", StaticLinks(1), is_live=False, path="", **context)
        assert str(escape(rule.sentence)) in text
        assert "<form" not in text
        assert "audited" not in text.lower() or "audited" in rule.kind.lower() + rule.name
        assert "It is not in this database." not in text
        assert knowledge.register.named(names[rule.table, rule.name]) is rule
        assert rule.kind in KINDS


def test_the_list_renders_without_a_studio(knowledge: Knowledge) -> None:
    context = rules_context(knowledge)
    text = render("rules/rules.html", StaticLinks(0), is_live=False, path="", **context)
    assert len(listed(text)) == len(knowledge.register)
    assert "<form" not in text
    assert 'href="/' not in text


def test_every_kind_of_rule_has_a_page(studio: Studio, knowledge: Knowledge) -> None:
    names = page_names(knowledge.register)
    seen: dict[str, str] = {}
    for rule in knowledge.register:
        seen.setdefault(rule.kind, names[rule.table, rule.name])
    assert len(seen) > 20
    for kind, name in seen.items():
        answer = get(studio, LiveLinks().link("rule", name=name))
        assert answer.status == 200, name
        for words in (name, kind, KINDS[kind], "Attack it", "scratch copy", "Audit now"):
            assert str(escape(words)) in answer.text


def test_a_rule_of_a_shared_guard_shows_its_own_blocks(knowledge: Knowledge) -> None:
    rule = knowledge.register.named("order_status_follows_its_path")
    (guard,) = guard_texts(rule, knowledge.snapshot)
    headings = set(re.findall(r"(?m)^-- ([a-z_]+)$", guard.sql.text))
    assert headings == {rule.name}
    assert "Allowed from placed: " in guard.sql.text
    assert guard.whole is not None
    assert "-- placed_orders_keep_their_terms" in guard.whole.text


def test_the_path_of_a_status_has_every_move(studio: Studio, knowledge: Knowledge) -> None:
    for rule in knowledge.register:
        if isinstance(rule, StateMachine):
            path = state_path(rule)
            assert {state.name for state in path.states} == set(rule.moves)
            moves = {(s, e) for s, ends in rule.moves.items() for e in ends}
            assert {(move.start, move.end) for move in path.moves} == moves
            boxes = [(s.x, s.y, s.x + s.width, s.y + s.height) for s in path.states]
            for place, (left, top, right, bottom) in enumerate(boxes):
                assert 0 <= left < right <= path.width
                assert 0 <= top < bottom <= path.height
                for other in boxes[place + 1 :]:
                    is_beside = right <= other[0] or other[2] <= left
                    assert is_beside or bottom <= other[1] or other[3] <= top
    text = get(studio, "/rules/order_status_follows_its_path").text
    assert "<title>placed to cancelled</title>" in text


def test_an_unknown_rule_names_those_that_are_near(studio: Studio) -> None:
    answer = get(studio, "/rules/order_status_follows_its_pat")
    assert answer.status == 404
    assert "order_status_follows_its_path" in answer.text
    assert post(studio, "/rules/nothing_at_all/attack").status == 404


def test_two_rules_of_one_name(run_studio: Callable[..., Studio], own_shop: str) -> None:
    execute(
        own_shop,
        "alter table crm.customers add constraint twice check (true)",
        "alter table sales.orders add constraint twice check (true)",
    )
    studio = run_studio(own_shop)
    answer = get(studio, "/rules/twice")
    assert answer.status == 404
    assert "crm.customers.twice, sales.orders.twice" in answer.text
    assert 'href="/rules/crm.customers.twice"' in get(studio, "/rules?words=twice").text
    assert get(studio, "/rules/crm.customers.twice").status == 200


def test_names_are_only_names(
    run_studio: Callable[..., Studio], open_tab: Callable[..., Tab], own_shop: str
) -> None:
    with connect(own_shop) as connection:
        name = NAUGHTY.replace('"', '""')
        connection.execute(
            f'alter table crm.customers add constraint "{name}" check (true)'.encode()
        )
        connection.execute(
            f"""comment on constraint "{name}" on crm.customers is '<script>x</script>'""".encode()
        )
    tab = open_tab(run_studio(own_shop))
    page = tab.open("/rules?words=onerror")
    page.get_by_role("link", name="<script>x</script>").click()
    page.get_by_role("heading", name="<script>x</script>", level=1).wait_for()
    page.get_by_role("button", name="Attack it").click()
    page.locator("#unguarded .verdict strong").wait_for()
    assert page.locator("img, main script").count() == 0
    assert "only what Groundplan installs" in page.locator("#guarded").inner_text()
    assert "UNPROVEN" in page.locator("#guarded").inner_text().upper()


# Whether it is in force ------------------------------------------------------------------------


def test_catalog_and_snapshot_agree_on_what_is_in_force(
    shop_url: str, knowledge: Knowledge
) -> None:
    with connect(shop_url) as connection:
        now = read_guards(connection, knowledge.plan.schemas)
    assert now == guards_of(knowledge.snapshot)
    assert Guard("trigger", "sales.orders", "t30_guard_orders") in now


@pytest.mark.parametrize(
    ("off", "on", "rule"),
    [
        (
            "alter table sales.orders disable trigger t30_guard_orders",
            "alter table sales.orders enable trigger t30_guard_orders",
            RULE,
        ),
        (
            "alter table sales.orders enable replica trigger t30_guard_orders",
            "alter table sales.orders enable always trigger t30_guard_orders",
            RULE,
        ),
        (
            "alter table crm.customers disable trigger all",
            "alter table crm.customers enable trigger all",
            "customers_country_code_fkey",
        ),
    ],
)
def test_a_guard_that_was_switched_off_is_seen_at_once(
    run_studio: Callable[..., Studio], own_shop: str, off: str, on: str, rule: str
) -> None:
    studio = run_studio(own_shop)
    assert "The guard is off" not in get(studio, f"/rules/{rule}").text
    assert "Guard is off" not in get(studio, "/rules").text
    execute(own_shop, off)
    assert "The guard is off in this database." in get(studio, f"/rules/{rule}").text
    assert f'href="/rules/{rule}"' in get(studio, "/rules").text.split("rule-filters")[0]
    execute(own_shop, on)
    assert "The guard is off" not in get(studio, f"/rules/{rule}").text


def test_a_rule_of_another_tenancy_says_so(studio: Studio) -> None:
    text = get(studio, "/rules/orders_of_one_tenant").text
    assert "Not in force here" in text
    assert "belongs to installations with several tenants" in text
    assert "The guard is off" not in text


# Audits ----------------------------------------------------------------------------------------


def test_an_audit_finds_a_row_and_then_does_not(
    run_studio: Callable[..., Studio], own_shop: str
) -> None:
    studio = run_studio(own_shop)
    assert "Not audited since the studio began." in get(studio, f"/rules/{RULE}").text
    assert "<strong>Holds</strong>" in post(studio, f"/rules/{RULE}/audit").text
    assert "none audited since" not in get(studio, "/rules").text
    execute(own_shop, *OVER_REFUND)
    with connect(own_shop) as connection:
        row = connection.execute(
            "select id from sales.orders where refunded_amount > total_amount"
        ).fetchone()
        assert row is not None
    text = post(studio, f"/rules/{RULE}/audit").text
    assert "1 row breaks it" in text
    assert f"<code>{row[0]}</code>" in text
    assert "1 row breaks it" in get(studio, f"/rules?words={RULE}").text
    assert "1 rule is broken by rows, says the last audit" in get(studio, "/rules").text
    execute(
        own_shop,
        OVER_REFUND[0],
        f"update sales.orders set refunded_amount = 0 where id = '{row[0]}'",
    )
    assert "<strong>Holds</strong>" in post(studio, f"/rules/{RULE}/audit").text
    assert "breaks" not in get(studio, f"/rules?words={RULE}").text


# Small pieces ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("SELECT 1", [("sql-word", "select"), ("", " "), ("sql-number", "1")]),
        ("'it''s -- no'", [("sql-string", "'it''s -- no'")]),
        ("-- from\nx1", [("sql-comment", "-- from"), ("", "\nx1")]),
        ('"select" null', [("", '"select" '), ("sql-word", "null")]),
        ("", []),
    ],
)
def test_sql_is_coloured(text: str, pieces: list[tuple[str, str]]) -> None:
    assert Sql(text).pieces == pieces


def test_coloured_sql_is_the_same_sql(knowledge: Knowledge) -> None:
    for rule in knowledge.register:
        for text in (rule.audit(), *(g.sql.text for g in guard_texts(rule, knowledge.snapshot))):
            joined = "".join(piece for _, piece in Sql(text).pieces)
            assert joined.lower() == text.lower()


# In a browser ----------------------------------------------------------------------------------


def test_the_list_follows_what_is_typed(tab: Tab, knowledge: Knowledge) -> None:
    page = tab.open("/rules")
    words = page.get_by_label("Words")
    words.press_sequentially("refund never above its total", delay=10)
    expect(page.locator(".rule-sentence")).to_have_count(1)
    expect(page.locator("#rules-said")).to_have_text(f"1 of {knowledge.register.figures}")
    assert page.url.endswith("/rules?words=refund+never+above+its+total")
    expect(words).to_be_focused()
    words.fill("")
    declared = sum(isinstance(rule, Rule) for rule in knowledge.register)
    expect(page.locator(".rule-sentence")).to_have_count(declared)
    assert page.url.endswith("/rules")
    page.get_by_label("Kind").select_option("StateMachine")
    expect(page.locator(".rule-sentence")).to_have_count(4)
    page.get_by_role("link", name="A shipment goes from draft").click()
    page.get_by_role("button", name="Attack it").wait_for()
    page.go_back()
    expect(page.locator(".rule-sentence")).to_have_count(4)
    expect(page.get_by_label("Kind")).to_have_value("StateMachine")


def test_plain_rules_open_in_their_place(tab: Tab) -> None:
    page = tab.open("/rules")
    link = page.locator(".rule-table", has_text="sales.refunds").locator(".plain-more").first
    link.focus()
    page.keyboard.press("Enter")
    page.locator("details.plain-rules[open]").wait_for()
    assert page.url.endswith("/rules")
    expect(page.locator("details.plain-rules summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("details.plain-rules[open]")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/rules?table=sales.orders", f"/rules/{RULE}"])
def test_the_pages_are_accessible(
    open_tab: Callable[..., Tab], studio: Studio, scheme: str, path: str
) -> None:
    tab = open_tab(studio, color_scheme=scheme)
    tab.open(path)
    tab.demand_accessible()


@pytest.mark.parametrize(
    "path", ["/rules", "/rules/order_status_follows_its_path", "/verify", f"/rules/{RULE}"]
)
def test_nothing_is_cut_off_on_a_phone(
    open_tab: Callable[..., Tab], studio: Studio, path: str
) -> None:
    page = open_tab(studio, viewport={"width": 390, "height": 844}).open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_javascript_the_form_filters(open_tab: Callable[..., Tab], studio: Studio) -> None:
    page = open_tab(studio, java_script_enabled=False).open("/rules")
    page.get_by_label("Words").fill("refund never above its total")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".rule-sentence")).to_have_count(1)
    page.goto(page.url.split("?")[0])
    page.locator(".plain-more").first.click()
    page.locator("details[open] .rule-sentence").nth(5).wait_for()
    page.goto(page.url.split("?")[0] + f"/{RULE}")
    page.get_by_role("button", name="Audit now").click()
    expect(page.locator("#audited")).to_contain_text("Holds for every row")


def test_audit_now(tab: Tab) -> None:
    page = tab.open(f"/rules/{RULE}")
    page.get_by_role("button", name="Audit now").click()
    page.locator("#audited .notice.good").wait_for()
    expect(page.locator("#audited")).to_have_count(1)
    assert page.url.endswith(RULE)
