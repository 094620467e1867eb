"""Every rule of the whole model is proven: plain and declared, with one tenant and with many."""

from __future__ import annotations

from collections.abc import Callable

from groundplan.compose import Plan, RoleNames, compose, grants, load_modules
from groundplan.proof import PlainRule, Verdict, build_register, mutate, verify_rules
from groundplan.proof.attack_copy import open_copy
from groundplan.snapshot import read_snapshot
from tests.proof.conftest import Connection

# Goods must have arrived before the sample orders can promise and send them.
SAMPLES = ("core", "reporting", "catalog", "crm", "inventory", "sales", "fulfillment")

# Tables that only commands write to.
WRITTEN_BY_COMMANDS = """
insert into reporting.verifications (rules, violations, reports, differences)
values (1, 0, 1, 0);
insert into core.installed_objects (kind, identity, module)
values ('view', 'reporting.one', 'core'), ('view', 'reporting.two', 'core');
insert into core.installed_catalog (kind, inside, name, aspects, server_version)
values ('view', 'reporting', 'one', '{}', 180000), ('view', 'reporting', 'two', '{}', 180000);
select groundplan.fold();
"""


def installed(connection: Connection, plan: Plan) -> None:
    """The Plan with its sample rows."""
    connection.execute(plan.text().encode())
    modules = {module.name: module for module in plan.modules}
    if plan.tenancy == "multi":
        connection.execute("set groundplan.tenant_id = '1'")
    for name in SAMPLES:
        connection.execute(modules[name].text("sample.sql").encode())
    connection.execute(WRITTEN_BY_COMMANDS)


def granted(plan: Plan) -> Callable[[str], str]:
    return lambda role: grants(plan.modules, RoleNames(app=role))


def assert_proven(verdicts: list[Verdict]) -> None:
    """Rules of the other tenancy aside."""
    failures = [
        f"{each.rule.table} {each.rule.name}: {each.outcome} {each.constraint} {each.message}"
        for each in verdicts
        if not each.holds and each.outcome != "not_in_force"
    ]
    assert not failures, "\n".join(failures)


def test_every_rule_is_proven(empty_database: str) -> None:
    plan = compose(tuple(load_modules().values()), "single")
    with open_copy(empty_database) as connection:
        installed(connection, plan)
        register = build_register(plan.rules, read_snapshot(connection, plan.schemas))
        assert verify_rules(connection, register) == []
        verdicts = mutate(connection, register, app_grants=granted(plan))
        assert_proven(verdicts)
    assert sum(isinstance(each.rule, PlainRule) for each in verdicts) > 600


def test_declared_rules_are_proven_with_many_tenants(empty_database: str) -> None:
    plan = compose(tuple(load_modules().values()), "multi")
    with open_copy(empty_database) as connection:
        installed(connection, plan)
        verdicts = mutate(connection, plan.rules, app_grants=granted(plan))
    assert_proven(verdicts)
    assert {each.outcome for each in verdicts} == {"refused", "recorded"}
