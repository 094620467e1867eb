"""What the diagram is told to draw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from groundplan.snapshot.model import Constraint, Index, Reference
from groundplan.studio.diagram import (
    first_sentence,
    module_graph,
    references,
    whole_graph,
)
from tests.studio.made_up import MANY, many_tables, module, snapshot, table

SHOP = snapshot(
    table("core.tenants"),
    table("crm.customers", "name", "email", unique=(("tenant_id", "email"),)),
    table(
        "sales.orders",
        "customer_id?",
        "number",
        "created_at",
        refers_to={"customer_id": "crm.customers", "tenant_id": "core.tenants"},
    ),
    table(
        "sales.bills",
        "order_id",
        refers_to={"order_id": "sales.orders"},
        unique=(("tenant_id", "order_id"),),
    ),
    table("sales.entries", "order_id", "other_id"),
    table("sales.entries_2026", "order_id", partition=True),
    table("groundplan.orders_base", "order_id"),
)
MODULES = {
    name: module(name, *needs)
    for name, needs in {"core": (), "crm": ("core",), "sales": ("crm",)}.items()
}


def href(name: str) -> str:
    return f"/tables/{name}"


def named(graph: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in graph["tables"] if each["id"] == name]
    return found


def test_ends_of_a_line_follow_from_null_and_unique() -> None:
    lines = {(line.child, line.columns): line for line in references(SHOP.tables())}
    customer = lines["sales.orders", ("customer_id",)]
    assert (customer.parent, customer.targets) == ("crm.customers", ("id",))
    assert (customer.mandatory, customer.single, customer.implied) == (False, False, False)
    bill = lines["sales.bills", ("order_id",)]
    assert (bill.mandatory, bill.single) == (True, True)


def test_a_column_named_after_a_table_implies_a_reference() -> None:
    implied = [line for line in references(SHOP.tables()) if line.implied]
    # Not those of counts, and nothing for other_id.
    assert [(line.child, line.columns, line.parent) for line in implied] == [
        ("sales.entries", ("order_id",), "sales.orders"),
        ("sales.entries_2026", ("order_id",), "sales.orders"),
    ]


def test_the_tenant_is_nowhere() -> None:
    graph = whole_graph(SHOP, MODULES, href)
    assert "core.tenants" in {each["id"] for each in graph["tables"]}
    assert "core.tenants" not in {line["parent"] for line in graph["references"]}
    assert all(
        column["name"] != "tenant_id" for each in graph["tables"] for column in each["columns"]
    )


def test_a_key_with_more_columns_stands_at_its_first() -> None:
    item = table("sales.items", "order_id", "currency_code")
    target = Reference(
        "sales", "orders", ("tenant_id", "id", "currency_code"), "no action", "no action"
    )
    key = Constraint(
        "item_has_the_currency_of_its_order",
        "foreign_key",
        ("tenant_id", "order_id", "currency_code"),
        "",
        None,
        target,
    )
    orders = table("sales.orders", "currency_code")
    (line,) = references([orders, replace(item, constraints=(key,))])
    assert line.columns == ("order_id", "currency_code")
    assert line.targets == ("id", "currency_code")
    assert line.rule == "item_has_the_currency_of_its_order"


def test_a_partial_unique_index_says_nothing_about_all_rows() -> None:
    def index(predicate: str | None) -> Index:
        return Index("one", True, "btree", ("tenant_id", "order_id"), ("order_id",), "", predicate)

    def is_single(predicate: str | None) -> bool:
        bills = table(
            "sales.bills",
            "order_id?",
            refers_to={"order_id": "sales.orders"},
            indexes=(index(predicate),),
        )
        (line,) = references([table("sales.orders"), bills])
        return line.single

    assert is_single(None)
    assert is_single("(order_id IS NOT NULL)")
    assert not is_single("(is_open = true)")


def test_columns_say_what_they_are() -> None:
    columns = {
        column["name"]: column
        for column in named(whole_graph(SHOP, MODULES, href), "sales.orders")["columns"]
    }
    assert columns["id"]["marks"] == ["PK"]
    assert columns["customer_id"]["marks"] == ["FK"]
    entries = named(whole_graph(SHOP, MODULES, href), "sales.entries")["columns"]
    assert [column["marks"] for column in entries] == [["PK"], ["REF"], []]
    assert (columns["customer_id"]["required"], columns["number"]["required"]) == (False, True)
    assert (columns["number"]["key"], columns["number"]["technical"]) == (False, False)
    assert columns["created_at"]["technical"]
    assert columns["number"]["comment"] == "What number means."


def test_partitions_are_folded_into_their_table() -> None:
    graph = whole_graph(SHOP, MODULES, href)
    assert "sales.entries_2026" not in {each["id"] for each in graph["tables"]}
    assert "sales.entries_2026" not in {line["child"] for line in graph["references"]}


def test_a_module_shows_its_tables_and_what_they_refer_to() -> None:
    graph = module_graph(SHOP, MODULES, "sales", href)
    folded = {each["id"]: each["folded"] for each in graph["tables"]}
    assert folded == {
        "crm.customers": True,
        "sales.bills": False,
        "sales.entries": False,
        "sales.orders": False,
    }
    assert named(graph, "crm.customers")["columns"] == []
    assert [each["name"] for each in graph["modules"]] == ["crm", "sales"]


def test_a_schema_that_no_module_has_made_is_there_too() -> None:
    graph = whole_graph(SHOP, MODULES, href)
    assert graph["modules"][-1] == {"name": "groundplan", "colour": 3}


def test_first_sentences() -> None:
    assert first_sentence("Every change\nof stock (e.g. a sale). More.") == (
        "Every change of stock (e.g. a sale)."
    )
    assert first_sentence(None) == ""


def test_many_tables_have_many_references() -> None:
    graph = whole_graph(many_tables(), {"made": module("made")}, href)
    assert len(graph["tables"]) == MANY
    assert 230 < len(graph["references"]) < 300
