"""Attacks on plain rules are found, refused with the guard, and succeed without it.

Each way in which a proof can fail has a rule here that fails this way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from groundplan.proof import (
    Outcome,
    TransactionInProgress,
    Verdict,
    build_register,
    mutate,
    run_attack,
)
from groundplan.proof.plain import plain_rules
from groundplan.rules.declaration import Attack, Guard, Rule
from groundplan.snapshot import read_snapshot
from tests.proof.conftest import Connection

GROSS = Guard("constraint", "shop.deliveries", "gross_is_positive")


@dataclass(frozen=True, kw_only=True)
class Told(Rule):
    """A declared rule of which everything is said by the test."""

    kind: ClassVar[str] = "Told"
    sqlstate: ClassVar[str] = "23514"
    table: str = "shop.deliveries"
    sentence: str = "Gross is positive."
    guard: Guard = GROSS
    query: str = "select id from shop.deliveries where not gross > 0;"
    needs_tenancy: str = ""

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return (self.guard,)

    def audit(self) -> str:
        return self.query

    def derived_attacks(self) -> tuple[Attack, ...]:
        return ()


FREE = Attack(("update shop.deliveries set net = -100",))


def one(connection: Connection, name: str) -> Verdict:
    register = build_register([], read_snapshot(connection, ["shop"]))
    (verdict,) = mutate(connection, [register.named(name)])
    return verdict


def test_every_plain_rule_of_the_shop_is_proven(shop: Connection) -> None:
    rules = plain_rules(read_snapshot(shop, ["shop"]))
    verdicts = mutate(shop, rules)
    assert [(each.rule.name, each.message) for each in verdicts if not each.holds] == []
    assert len(verdicts) == len(rules) > 25
    assert all(each.audit_rows for each in verdicts)
    assert {each.rule.kind for each in verdicts} == {
        "NotNull", "Check", "PrimaryKey", "Unique", "ForeignKey", "Exclusion",
    }  # fmt: skip
    assert shop.execute("select count(*) from shop.deliveries").fetchone() == (2,)
    assert read_snapshot(shop, ["shop"]) == read_snapshot(shop, ["shop"])


def test_an_attack_can_be_run_alone(shop: Connection) -> None:
    rule = build_register([], read_snapshot(shop, ["shop"])).named("delivery_ends_later")
    guarded = run_attack(shop, rule)
    assert (guarded.outcome, guarded.sqlstate) == ("refused", "23514")
    assert guarded.constraint == "delivery_ends_later"
    bare = run_attack(shop, rule, without_guard=True)
    assert (bare.outcome, bare.audit_rows) == ("got_through", 1)


def test_a_check_in_the_shadow_of_another_is_not_passed(altered_shop: Connection) -> None:
    altered_shop.execute(
        "alter table shop.deliveries add constraint net_is_not_absurd check (net > -5),"
        " add constraint net_is_positive check (net > 0)"
    )
    verdict = one(altered_shop, "net_is_not_absurd")
    assert (verdict.outcome, verdict.constraint) == ("refused_by_another", "net_is_positive")
    assert one(altered_shop, "net_is_positive").holds


def test_a_condition_that_raises_is_not_passed(altered_shop: Connection) -> None:
    altered_shop.execute(
        "alter table shop.suppliers add zone text not null default 'UTC',"
        " add constraint zone_is_known check (now() at time zone zone is not null)"
    )
    verdict = one(altered_shop, "zone_is_known")
    assert (verdict.outcome, verdict.sqlstate) == ("refused_by_another", "22023")


def test_a_check_that_is_always_true_is_unproven(altered_shop: Connection) -> None:
    altered_shop.execute(
        "alter table shop.suppliers add constraint code_is_code check (code = code)"
    )
    assert one(altered_shop, "code_is_code").outcome == "unproven"


def test_a_table_without_rows_is_unproven(altered_shop: Connection) -> None:
    altered_shop.execute("delete from shop.deliveries")
    verdict = one(altered_shop, "delivery_ends_later")
    assert verdict.outcome == "unproven"
    assert "no sample row" in verdict.message


@pytest.mark.parametrize(
    ("rule", "outcome", "message"),
    [
        (Told(name="gross_stays_positive", attack=(FREE,)), "refused", ""),
        (Told(name="never_attacked"), "unproven", "has no attack"),
        (
            Told(name="attack_is_harmless", attack=(Attack(("select 1",)),)),
            "got_through",
            "",
        ),
        (
            Told(
                name="attack_finds_no_row",
                attack=(Attack(("update shop.deliveries set net = -1 where false",)),),
            ),
            "met_no_row",
            "no row",
        ),
        (
            Told(name="audit_is_blind", attack=(FREE,), query="select id from shop.deliveries"),
            "unproven",
            "audit does not see",
        ),
        (
            Told(
                name="guard_is_another",
                attack=(FREE,),
                guard=Guard("constraint", "shop.deliveries", "delivery_ends_later"),
            ),
            "refused_by_another",
            "",
        ),
        (
            Told(name="first_step_fails", attack=(Attack(("select 1 / 0", *FREE.statements)),)),
            "unproven",
            "Statement 1",
        ),
        (
            Told(
                name="nothing_reached_either_way",
                attack=(Attack(("select 1",), got_through="select false"),),
            ),
            "unproven",
            "nothing changes",
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Rule) else "",
)
def test_declared_rules(shop: Connection, rule: Told, outcome: Outcome, message: str) -> None:
    (verdict,) = mutate(shop, [rule])
    assert verdict.outcome == outcome, verdict.message
    assert message in verdict.message


def test_the_application_role_is_another_session_user(altered_shop: Connection) -> None:
    altered_shop.execute(
        "alter table shop.deliveries enable row level security;"
        "create policy tenant_two_only on shop.deliveries using (tenant_id = 2)"
    )
    aim = "select count(*) = 2 and session_user like 'groundplan_app_%' from shop.deliveries"
    rule = Told(
        name="tenants_see_their_own",
        guard=Guard("policy", "shop.deliveries", "tenant_two_only"),
        query="select relname from pg_class where relname = 'deliveries' and not relrowsecurity",
        attack=(Attack((), got_through=aim, role="app"),),
    )
    (verdict,) = mutate(altered_shop, [rule])
    assert (verdict.outcome, verdict.message) == ("recorded", "")


def test_a_missing_privilege_is_not_the_policy(altered_shop: Connection) -> None:
    rule = Told(
        name="tenants_see_their_own",
        guard=Guard("policy", "shop.deliveries", "tenant_two_only"),
        attack=(Attack(("select count(*) from shop.deliveries",), role="app"),),
    )
    (verdict,) = mutate(altered_shop, [rule], app_grants=lambda role: "select 1")
    assert (verdict.outcome, verdict.sqlstate) == ("refused_by_another", "42501")


def test_rules_of_the_other_tenancy_are_not_in_force(altered_shop: Connection) -> None:
    altered_shop.execute(
        "create schema core; create table core.installed_modules as select 'single' as tenancy"
    )
    rule = Told(name="gross_stays_positive", attack=(FREE,), needs_tenancy="multi")
    assert run_attack(altered_shop, rule).outcome == "not_in_force"
    altered_shop.execute("update core.installed_modules set tenancy = 'multi'")
    assert run_attack(altered_shop, rule).outcome == "refused"


def test_attacks_refuse_a_connection_inside_a_transaction(shop: Connection) -> None:
    with shop.transaction(), pytest.raises(TransactionInProgress):
        mutate(shop, [Told(name="gross_stays_positive", attack=(FREE,))])
