"""Which plain rules a database has, and what they are called."""

from __future__ import annotations

import pytest

from groundplan.proof import Register, UnknownRule, build_register
from groundplan.proof.plain import PlainRule, plain_rules
from groundplan.rules.declaration import Attack, Guard, Rule
from groundplan.snapshot import read_snapshot
from tests.proof.conftest import Connection


class LotRule(Rule):
    """A declared rule that stands on a plain constraint."""

    kind = "Lot"
    sqlstate = "23505"

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return (Guard("index", self.table, "lot_arrives_once"),)

    def audit(self) -> str:
        return "select null::text where false"

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()


def registered(shop: Connection, *declared: Rule) -> Register:
    return build_register(declared, read_snapshot(shop, ["shop"]))


def test_each_constraint_is_one_rule(shop: Connection) -> None:
    rules = plain_rules(read_snapshot(shop, ["shop"]))
    told = sorted(f"{rule.kind} {rule.name}" for rule in rules if rule.table == "shop.suppliers")
    assert told == [
        "Check supplier_code_has_no_blank",
        "ForeignKey suppliers_tenant_id_fkey",
        "NotNull suppliers.code is never null",
        "NotNull suppliers.tenant_id is never null",
        "PrimaryKey suppliers_pkey",
        "Unique suppliers_tenant_id_code_key_key",
    ]


def test_a_key_that_contains_the_primary_key_is_a_guard_of_it(shop: Connection) -> None:
    rule = registered(shop).named("suppliers_pkey")
    assert [guard.name for guard in rule.guards()] == [
        "suppliers_pkey",
        "suppliers_tenant_id_id_key",
    ]
    assert rule.removal().count("cascade") == 2


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("delivery_ends_later", "Delivery ends later."),
        ("gross_is_positive", "A delivery is worth something."),
        ("suppliers.code is never null", "suppliers.code is never null."),
        (
            "deliveries_parent_id_fkey",
            "deliveries.parent_id refers to an existing shop.deliveries.id.",
        ),
        ("suppliers_tenant_id_code_key_key", "suppliers (tenant_id, code_key) is unique."),
        ("supplier_has_one_first_delivery", "Supplier has one first delivery."),
    ],
)
def test_sentences(shop: Connection, name: str, sentence: str) -> None:
    assert registered(shop).named(name).sentence == sentence


def test_a_declared_rule_absorbs_its_constraint(shop: Connection) -> None:
    declared = LotRule(name="lots_are_new", table="shop.deliveries", sentence="Lots are new.")
    with_it = registered(shop, declared)
    without = registered(shop)
    assert len(with_it) == len(without)
    assert with_it.named("lots_are_new") is declared
    with pytest.raises(UnknownRule):
        with_it.named("lot_arrives_once")


def test_an_unknown_name_brings_up_the_near_ones(shop: Connection) -> None:
    with pytest.raises(UnknownRule) as caught:
        registered(shop).named("delivery_ends_late")
    assert "delivery_ends_later" in (caught.value.hint or "")


def test_one_name_on_two_tables_must_be_qualified(shop: Connection) -> None:
    rules = registered(shop).of_table("shop.tenants")
    twin = [rule for rule in rules if isinstance(rule, PlainRule)]
    register = Register([*twin, LotRule(name="tenants_pkey", table="shop.lots", sentence="Once.")])
    with pytest.raises(UnknownRule):
        register.named("tenants_pkey")
    assert register.named("shop.tenants.tenants_pkey") in twin
