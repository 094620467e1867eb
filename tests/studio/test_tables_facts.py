"""What the page of a table tells, from made-up tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groundplan.compose import Plan
from groundplan.proof import build_register
from groundplan.snapshot.model import Constraint, Index, Policy, Trigger
from groundplan.studio import policy_words, snippets, table_facts, table_pictures
from groundplan.studio.diagram import references
from tests.studio.made_up import many_tables, snapshot, table

ORDERS = table("sales.orders", "number", "note?", unique=(("tenant_id", "number"),))
ITEMS = table("sales.order_items", "order_id", refers_to={"order_id": "sales.orders"})
SHOP = snapshot(ORDERS, ITEMS, table("crm.customers", "name"))


def test_a_comment_falls_into_its_parts() -> None:
    found = table_facts.described(
        "What lies where, and\nhow much (synonyms: quant, balance). Written by U. N. Owen. Always."
    )
    assert found.lead == "What lies where, and how much."
    assert found.rest == "Written by U. N. Owen. Always."
    assert found.synonyms == ("quant", "balance")
    assert table_facts.described(None).lead == ""


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("sales.order", "sales.orders"),
        ("orders", "sales.orders"),
        ("shop.orders", "sales.orders"),
        ("crm.costumers", "crm.customers"),
    ],
)
def test_names_that_are_near(asked: str, near: str) -> None:
    assert table_facts.near_names(SHOP, asked)[0] == near


def test_nothing_is_near_to_what_is_far() -> None:
    assert table_facts.near_names(SHOP, "zzz.qqq") == []


def test_marks_and_aims_of_columns() -> None:
    lines = [line for line in references(SHOP.tables()) if line.child == ITEMS.qualified]
    found = {each.name: each for each in table_facts.columns(ITEMS, lines, frozenset({"order_id"}))}
    assert found["id"].marks == ("PK",)
    assert found["order_id"].marks == ("FK",)
    assert found["order_id"].target == "sales.orders"
    assert found["order_id"].is_personal
    assert found["tenant_id"].is_technical
    numbers = {each.name: each for each in table_facts.columns(ORDERS, [], frozenset())}
    assert numbers["number"].marks == ("UQ",)
    assert (numbers["number"].is_null, numbers["note"].is_null) == (False, True)


def test_amounts_are_in_the_currency_of_the_row() -> None:
    money = table("sales.x", "currency_code", "total_amount", "weight")
    columns = tuple(
        replace(each, type="numeric(19,4)")
        if each.name == "total_amount"
        else replace(each, comment="How heavy, in grams.")
        if each.name == "weight"
        else each
        for each in money.columns
    )
    found = table_facts.columns(replace(money, columns=columns), [], frozenset())
    assert {each.name: each.unit for each in found if each.unit} == {
        "total_amount": "in currency_code",
        "weight": "grams",
    }


def test_constraints_are_sentences_that_lead_to_rules() -> None:
    index = Index("order_note_is_unique", True, "btree", ("note",), ("note",), "create …", "(a)")
    check = Constraint(
        "note_is_never_empty", "check", ("note",), "CHECK (note <> '')", "(note <> '')"
    )
    orders = replace(ORDERS, indexes=(index,), constraints=(check, *ORDERS.constraints))
    shop = snapshot(orders, ITEMS)
    found = table_facts.constraints(orders, build_register((), shop))
    assert [each.kind for each in found] == ["primary key", "unique", "check", "unique"]
    by_name = {each.name: each for each in found}
    assert by_name["note_is_never_empty"].sentence == "Note is never empty."
    assert by_name["note_is_never_empty"].rule == "note_is_never_empty"
    assert by_name["order_note_is_unique"].definition == "unique (note) where (a)"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("(a = 1)", "a = 1"),
        ("((a = 1) and (b = 2))", "(a = 1) and (b = 2)"),
        ("(a = 1) and (b = 2)", "(a = 1) and (b = 2)"),
        ("(a = ')')", "a = ')'"),
        ("", ""),
    ],
)
def test_parentheses_around_everything_go(text: str, bare: str) -> None:
    assert policy_words.bare(text) == bare


def test_policies_in_words() -> None:
    own = "(tenant_id = core.current_tenant_id())"
    policies = (
        Policy("of_tenant", "all", True, ("public",), own, None),
        Policy("mine", "update", True, ("shop",), "(a = 1)", "(b = 2)"),
        Policy("new", "insert", False, ("shop", "ada"), None, "(c = 3)"),
    )
    first, second, third = policy_words.policies(replace(ORDERS, policies=policies))
    assert first.roles == "everybody"
    assert "of the tenant of the session" in first.words[0]
    assert second.words == (
        "Rows for which this holds can be changed: a = 1.",
        "A row that is written must meet: b = 2.",
    )
    assert third.words == ("A row that is written must meet: c = 3.",)
    assert (second.restrictive, third.restrictive) == (False, True)


def test_when_a_trigger_fires() -> None:
    definition = (
        "CREATE TRIGGER t10 BEFORE INSERT OR UPDATE OF status ON sales.orders "
        "FOR EACH ROW EXECUTE FUNCTION sales.guard()"
    )
    trigger = Trigger("t10", "sales.guard", definition, enabled=False)
    (found,) = table_facts.triggers(replace(ORDERS, triggers=(trigger,)), ())
    assert found.moment == "before each row: insert or update of status"
    assert (found.function, found.enabled, found.meaning) == ("sales.guard", False, ())


def test_a_row_guard_tells_each_of_its_rules() -> None:
    comment = "order_is_good: An order is\ngood.\norder_is_paid: It is paid."
    trigger = Trigger("t30", "sales.guard", "", comment=comment)
    (found,) = table_facts.triggers(replace(ORDERS, triggers=(trigger,)), ())
    assert found.meaning == ("order_is_good: An order is good.", "order_is_paid: It is paid.")


def test_personal_columns_are_those_declared(shop_plan: Plan) -> None:
    personal = table_facts.personal_columns(shop_plan.rules, table("crm.customers", "email"))
    assert {"display_name", "email"} <= personal
    assert table_facts.personal_columns(shop_plan.rules, table("crm.x", "email")) == set()
    log = table(table_facts.PERSONAL_LOG, "values")
    log = replace(log, columns=(*log.columns[:2], replace(log.columns[2], type="jsonb")))
    assert table_facts.personal_columns(shop_plan.rules, log) == {"values"}


def test_neighbours_stand_beside_the_table_and_never_on_each_other() -> None:
    lines = references(many_tables().tables())
    most = max(many_tables().tables(), key=lambda t: sum(t.qualified == x.parent for x in lines))
    drawn = table_pictures.neighbours(most.qualified, lines, lambda name: f"/{name}")
    assert sum(box.tone == "self" for box in drawn.boxes) == 1
    assert any(box.label.startswith("and ") for box in drawn.boxes if box.tone == "more")
    for place, box in enumerate(drawn.boxes):
        assert 0 <= box.x <= box.x + box.width <= drawn.width + 0.1
        assert 0 <= box.y <= box.y + box.height <= drawn.height + 0.1
        for other in drawn.boxes[:place]:
            assert (
                box.x >= other.x + other.width
                or other.x >= box.x + box.width
                or box.y >= other.y + other.height
                or other.y >= box.y + box.height
            )
    alone = table_pictures.neighbours("crm.customers", [], str)
    assert [box.tone for box in alone.boxes] == ["self"]


def test_the_state_machines_of_a_table(shop_plan: Plan) -> None:
    (machine,) = table_facts.machines(shop_plan.rules, "sales.orders")
    assert machine.name == "order_status_follows_its_path"
    assert table_facts.machines(shop_plan.rules, "crm.customers") == []


def test_snippets_quote_what_must_be_quoted() -> None:
    odd = table('sales.Order "x"', "select", "plain", "order_id", refers_to={"order_id": "a.b"})
    text = snippets.newest_rows(odd)
    assert 'from sales."Order ""x"""\norder by id desc\nlimit 20;' in text
    assert '    "select",\n    plain,\n' in text
    assert snippets.joined(ORDERS, []) == ""
    lines = [line for line in references(SHOP.tables()) if line.child == ITEMS.qualified]
    assert snippets.joined(ITEMS, lines) == (
        "select order_items.*\n"
        "from sales.order_items as order_items\n"
        'join sales.orders as "order"\n'
        '    on "order".id = order_items.order_id\n'
        "limit 20;"
    )
