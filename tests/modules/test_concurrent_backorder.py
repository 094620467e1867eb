"""A new stock level and a change of allows_backorder at the same time: in the end they agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.schedules import by_isolation, one_after_the_other, overlap
from tests.modules.shop import Shop

Step = Callable[[Shop], Any]

KEEPER = "inventory.stock_on_hand_is_the_sum_of_its_movements_insert"


def receive(sku: str) -> Step:
    """The first units of a SKU make its level."""
    return lambda shop: shop.do("select inventory.receive_stock(%s, 5)", sku)


def allow(sku: str) -> Step:
    """From now on it may be promised beyond its stock."""
    return lambda shop: shop.do(
        "update catalog.skus set allows_backorder = true where id = %s", shop.sku_id(sku)
    )


def agree(shop: Shop, sku: str) -> bool:
    """Whether every level says what the SKU says."""
    return not shop.rows(
        "select level.id from inventory.stock_levels as level join catalog.skus as sku"
        " on sku.id = level.sku_id where sku.code = %s"
        " and level.allows_backorder <> sku.allows_backorder",
        sku,
    )


@by_isolation
@pytest.mark.parametrize("schedule", [overlap, one_after_the_other])
@pytest.mark.parametrize("order", [(receive, allow), (allow, receive)])
def test_a_new_level_says_what_its_sku_says(
    shop_url: str,
    plain_shop: Shop,
    isolation: str,
    schedule: Callable[..., tuple[str, str]],
    order: tuple[Callable[[str], Step], Callable[[str], Step]],
) -> None:
    sku = plain_shop.sku()
    first, second = order
    early, late = schedule(shop_url, plain_shop, isolation, first(sku), second(sku))
    assert early == "done"
    assert late == ("done" if isolation == "read committed" else "40001")
    assert agree(plain_shop, sku)
    second(sku)(plain_shop)
    assert agree(plain_shop, sku)
    levels = plain_shop.rows(
        "select id from inventory.stock_levels where sku_id = %s", plain_shop.sku_id(sku)
    )
    assert len(levels) == 1


def test_a_level_that_only_looks_at_its_sku_says_something_else(weak_url: str, weak: Shop) -> None:
    """The control: read without a lock, the word of the SKU is an old one."""
    keeper = weak.value("select pg_get_functiondef(%s::regproc)", KEEPER)
    assert "for key share" in keeper
    weak.connection.execute(keeper.replace("for key share", "").encode())
    sku = weak.sku()
    outcome = overlap(weak_url, weak, "read committed", allow(sku), receive(sku))
    assert outcome == ("done", "done")
    assert not agree(weak, sku)


def test_a_change_from_an_old_snapshot_misses_a_level(weak_url: str, weak: Shop) -> None:
    """The control of the other order: an UPDATE alone does not see what was made since."""
    follow = weak.value("select pg_get_functiondef('inventory.follow_sku'::regproc)")
    assert "'read uncommitted'" in follow
    weak.connection.execute(follow.replace("'read uncommitted'", "'repeatable read'").encode())
    sku = weak.sku()
    outcome = one_after_the_other(weak_url, weak, "repeatable read", receive(sku), allow(sku))
    assert outcome == ("done", "done")
    assert not agree(weak, sku)
