"""All verbs and plain statements at once: no deadlock, and every rule holds afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from deadlocks import (
    STATEMENTS,
    VERBS,
    World,
    load,
    place_order,
    prepared,
    return_items,
    ship_order,
)

from groundplan.compose import closure, compose, load_modules
from groundplan.database import EmbeddedServer, connect
from groundplan.proof import build_register, verify_rules
from groundplan.snapshot import read_snapshot
from groundplan.testing import installed
from tests.modules.schedules import weaken
from tests.modules.shop import Shop

ANSWERS = ("23", "40001")
"""What may become of an operation: a rule refuses it, or it is to be tried again."""


@pytest.fixture
def world(server: EmbeddedServer) -> Iterator[World]:
    with installed("ecommerce", url=server.url()) as url:
        yield prepared(url)


def test_mixed_trade_never_deadlocks(world: World) -> None:
    load(world, VERBS + STATEMENTS, sessions=4, times=120)
    assert world.operations == 480
    assert world.count("40P01") == 0, world.outcomes
    odd = {each for each in world.outcomes if each[1] != "done" and not each[1].startswith(ANSWERS)}
    assert odd == set()
    for operation in {*VERBS, *STATEMENTS}:
        assert world.outcomes[operation.__name__, "done"] > 0, operation.__name__
    plan = compose(closure(["ecommerce"], load_modules()), "single")
    with connect(world.url, autocommit=True) as connection:
        register = build_register(plan.rules, read_snapshot(connection, plan.schemas))
        assert verify_rules(connection, register) == []


def test_without_the_one_order_they_do(weak_url: str, weak: Shop) -> None:
    """The control: a return that takes stock before its order meets a shipment."""
    weaken(weak.connection, "sales.require_order", (" for no key update", ""))
    weaken(
        weak.connection,
        "fulfillment.follow_return",
        ("    order by o.id\n    for no key update;", "    order by o.id;"),
    )
    world = prepared(weak_url, skus=2)
    for seed in range(1, 21):
        load(world, (place_order, ship_order, return_items), sessions=4, times=25, seed=seed)
        if world.count("40P01"):
            return
    raise AssertionError(f"no deadlock in {world.operations} operations")
