"""Verification lists the rows that were there before a rule was."""

from __future__ import annotations

import psycopg
import pytest

from groundplan.proof import plain_rules, verify_rules
from groundplan.snapshot import read_snapshot
from tests.conftest import by_superuser
from tests.proof.conftest import Connection


def test_a_shop_in_order_has_no_violations(shop: Connection) -> None:
    rules = plain_rules(read_snapshot(shop, ["shop"]))
    told: list[str] = []
    assert verify_rules(shop, rules, lambda rule: told.append(rule.name)) == []
    assert sorted(told) == sorted(rule.name for rule in rules)


ONE_SUPPLIER = "supplier_id = (select min(id::text) from shop.suppliers)::uuid"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("deliveries.status is never null", "status = null"),
        ("delivery_ends_later", "ends_on = starts_on"),
        ("deliveries_pkey", "id = (select min(id::text) from shop.deliveries)::uuid"),
        ("lot_arrives_once", "supplier_id = null, lot = null"),
        ("supplier_has_one_first_delivery", f"is_first = true, {ONE_SUPPLIER}"),
        ("deliveries_parent_id_fkey", "parent_id = gen_random_uuid()"),
        ("delivery_is_of_a_supplier_of_the_tenant", "tenant_id = 2"),
        ("open_deliveries_never_overlap", ONE_SUPPLIER),
    ],
)
def test_every_kind_of_violation_is_found(altered_shop: Connection, name: str, wrong: str) -> None:
    rules = plain_rules(read_snapshot(altered_shop, ["shop"]))
    # Without guards rows can be as wrong as those of a database that never had any.
    for rule in sorted(rules, key=lambda rule: rule.kind != "ForeignKey"):
        altered_shop.execute(rule.removal().encode())
    altered_shop.execute(f"update shop.deliveries set {wrong}".encode())
    (rule,) = (rule for rule in rules if rule.name == name)
    (violation,) = verify_rules(altered_shop, [rule])
    assert violation.count >= 1
    assert len(violation.sample_ids) == violation.count


def test_violations_name_rows_and_count_them(altered_shop: Connection) -> None:
    altered_shop.execute(
        "insert into shop.tenants (name) select 'x' from generate_series(1, 20);"
        "alter table shop.tenants add constraint name_is_long check (length(name) > 1) not valid"
    )
    rules = plain_rules(read_snapshot(altered_shop, ["shop"]))
    (violation,) = verify_rules(altered_shop, rules)
    assert (violation.rule.name, violation.count) == ("name_is_long", 20)
    assert violation.sample_ids == ("3", "4", "5", "6", "7")


def test_who_does_not_see_every_row_gets_no_clean_bill(altered_shop: Connection) -> None:
    rules = plain_rules(read_snapshot(altered_shop, ["shop"]))
    by_superuser(altered_shop, "create role blind; grant blind to groundplan_owner")
    altered_shop.execute(
        "grant usage on schema shop to blind;"
        "grant select on all tables in schema shop to blind;"
        "alter table shop.suppliers enable row level security; set role blind"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        verify_rules(altered_shop, rules)
    altered_shop.execute("reset role")
    by_superuser(altered_shop, "drop owned by blind; drop role blind")
