"""A project adds a status of its own between ours, and everything goes on working."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from groundplan.compose import load_modules
from groundplan.database import EmbeddedServer, connect
from groundplan.modules.sales.rules import ORDER_STATUS
from groundplan.rules import DeclarationError, StateMachine
from groundplan.rules.row_guard import row_guard
from groundplan.testing import installed, refuses
from tests.modules.shop import Shop


def extended(**moves: tuple[str, ...]) -> StateMachine:
    return ORDER_STATUS.extend(moves)


def test_extending_keeps_what_was_there() -> None:
    machine = extended(placed=("picking",), picking=("fulfilled", "cancelled"))
    assert machine.moves["placed"] == (*ORDER_STATUS.moves["placed"], "picking")
    assert machine.moves["draft"] == ORDER_STATUS.moves["draft"]
    assert "picking" not in ORDER_STATUS.moves
    assert machine.name == ORDER_STATUS.name
    with pytest.raises(DeclarationError, match=r"without an entry in moves: \['nowhere'\]"):
        extended(placed=("nowhere",))


def test_extending_twice_changes_nothing() -> None:
    more: Any = {"placed": ("picking",), "picking": ("fulfilled",)}
    assert ORDER_STATUS.extend(more).extend(more) == ORDER_STATUS.extend(more)


@pytest.fixture
def picking(server: EmbeddedServer) -> Iterator[Shop]:
    """A shop that picks between placing and sending."""
    machine = extended(
        placed=("picking", "on_hold"),
        picking=("partially_fulfilled", "fulfilled", "cancelled"),
        on_hold=("placed",),
    )
    rules = [
        replace(machine, neighbours=()) if rule.name == machine.name else rule
        for rule in load_modules()["sales"].rules
        if rule.table == "sales.orders"
    ]
    with installed("ecommerce", url=server.url()) as url, connect(url, autocommit=True) as owner:
        owner.execute(row_guard("sales.orders", rules).encode())
        owner.execute(machine.compile().encode())
        yield Shop(owner)


def test_coming_back_to_a_status_of_ours_sells_nothing_twice(picking: Shop) -> None:
    shop = picking
    sku = shop.sku(10, stock=5)
    order_id = shop.place({"sku": sku, "quantity": 2})
    before = shop.order(order_id), shop.ledger(order_id), shop.level(sku)
    for status in ("on_hold", "placed"):
        shop.do("update sales.orders set status = %s where id = %s", status, order_id)
    after = shop.order(order_id), shop.ledger(order_id), shop.level(sku)
    assert after[1:] == before[1:]
    assert after[0]["placed_at"] == before[0]["placed_at"]
    assert after[0]["total_amount"] == before[0]["total_amount"]


def test_a_status_between_ours(picking: Shop) -> None:
    shop = picking
    sku = shop.sku(10, cost=4, stock=5)
    sent, cancelled, other = (shop.place({"sku": sku, "quantity": 1}) for _ in range(3))
    pick = "update sales.orders set status = 'picking' where id = %s"
    for order_id in (sent, cancelled):
        shop.do(pick, order_id)
    with refuses("order_status_follows_its_path", shop.connection):
        shop.do("update sales.orders set status = 'placed' where id = %s", sent)
    with refuses("placed_orders_keep_their_terms", shop.connection):
        shop.do("update sales.orders set shipping_amount = 1 where id = %s", sent)
    with refuses("lines_of_placed_orders_are_frozen", shop.connection):
        shop.add_line(sent, {"sku": sku, "quantity": 1})
    shop.ship(sent)
    assert shop.order(sent)["status"] == "fulfilled"
    shop.cancel(cancelled)
    assert sum(each.get("charged", 0) for each in shop.ledger(cancelled)) == 0
    assert shop.level(sku) == (4, 1)
    assert shop.rows(
        "select to_status from sales.order_status_history where order_id = %s"
        " order by entity_version",
        sent,
    ) == [{"to_status": "placed"}, {"to_status": "picking"}, {"to_status": "fulfilled"}]
    machine = extended(placed=("picking",), picking=("fulfilled", "cancelled"))
    assert shop.connection.execute(machine.audit().encode()).fetchall() == []
    assert shop.order(other)["status"] == "placed"
