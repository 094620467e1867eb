"""A session that names another tenant in the middle of a statement changes nothing it should not.

RETURNING is computed before the triggers of the statement fire, and WHERE before the new row is
checked: what looks at other rows there, must not look with the eyes of the session.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from groundplan.testing import refuses
from tests.tenancy.conftest import Enter
from tests.tenancy.world import ROLES

SWITCH = "set_config('groundplan.tenant_id', '1', false)"
PLACED = "(select id from sales.orders where status = 'placed' order by number limit 1)"
SENT = "(select id from fulfillment.shipments where status = 'shipped' order by number limit 1)"
BACK = "(select id from fulfillment.returns where status = 'received' order by number limit 1)"

CLOSED = [
    (
        "lines_of_placed_orders_are_frozen",
        "insert into sales.order_items (order_id, sku_id, position, quantity, unit_price)"
        f" select {PLACED}, id, 99, 1, 1 from catalog.skus where code = 'CHAIR-S'"
        f" returning {SWITCH}",
    ),
    (
        "lines_of_placed_orders_are_frozen",
        "update sales.order_items set custom_fields = '{\"x\": 1}'"
        f" where order_id = {PLACED} returning {SWITCH}",
    ),
    (
        "items_of_sent_shipments_are_frozen",
        f"update fulfillment.shipment_items set created_by = 'x' where shipment_id = {SENT}"
        f" returning {SWITCH}",
    ),
    (
        "items_of_received_returns_are_frozen",
        "update fulfillment.return_items set disposition = 'discard'"
        f" where return_id = {BACK} and disposition = 'restock' returning {SWITCH}",
    ),
]


@pytest.mark.parametrize(("rule", "statement"), CLOSED)
def test_rows_of_closed_parents_stay_frozen(enter: Enter, rule: str, statement: str) -> None:
    app: psycopg.Connection[Any] = enter(ROLES.app, 2)
    with refuses(rule, app):
        app.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        f"update core.addresses set tenant_id = 1 where {SWITCH} is not null",
        f"update catalog.categories set tenant_id = 1 where {SWITCH} is not null",
        f"update crm.customers set tenant_id = 1 where {SWITCH} is not null",
    ],
)
def test_a_row_stays_with_its_tenant(enter: Enter, statement: str) -> None:
    app = enter(ROLES.app, 2)
    with pytest.raises(psycopg.errors.Error) as refusal, app.transaction():
        app.execute(statement.encode())
    table = statement.split()[1].split(".")[1]
    assert (refusal.value.sqlstate, refusal.value.diag.constraint_name) == (
        "23R03",
        f"{table}_of_one_tenant",
    )


def test_every_tenant_table_keeps_its_rows(enter: Enter) -> None:
    missing = (
        enter()
        .execute(
            "select class.oid::regclass::text from pg_class as class"
            " where class.relkind = 'r' and class.relrowsecurity"
            " and exists (select from pg_attribute where attrelid = class.oid"
            "  and attname = 'tenant_id' and not attisdropped)"
            " and not exists (select from pg_trigger where tgrelid = class.oid"
            "  and tgfoid = 'core.keep_tenant'::regproc)"
        )
        .fetchall()
    )
    assert missing == []
