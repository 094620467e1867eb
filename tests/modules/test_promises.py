"""What is promised to a placed order stays promised until it is sent, cancelled or closed."""

from __future__ import annotations

from uuid import UUID

import pytest

from groundplan.testing import refuses
from tests.modules.shop import Row, Shop

WAITS = "promised_stock_waits_for_its_order"
USED = "reservations_are_used_by_shipments_alone"


def hold_of(shop: Shop, order_id: UUID) -> Row:
    """The reservation of its only line."""
    return shop.row(
        "select held.* from inventory.reservations as held"
        " join fulfillment.order_item_fulfillments as progress on progress.reservation_id = held.id"
        " join sales.order_items as item on item.id = progress.id where item.order_id = %s",
        order_id,
    )


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("status = 'released'", WAITS),
        ("status = 'expired'", WAITS),
        ("expires_at = now()", WAITS),
        ("expires_at = now() + interval '1 year'", WAITS),
        ("status = 'consumed', consumed_quantity = quantity", USED),
        ("consumed_quantity = 1", USED),
        ("is_promised = false", USED),
        ("quantity = 1", "reservations_keep_what_they_hold"),
    ],
)
def test_nobody_ends_or_shortens_a_promise(plain_shop: Shop, change: str, rule: str) -> None:
    shop = plain_shop
    sku = shop.sku(stock=5)
    order = shop.place({"sku": sku, "quantity": 3})
    held = hold_of(shop, order)
    with refuses(rule, shop.connection):
        shop.do(f"update inventory.reservations set {change} where id = %s", held["id"])
    assert shop.level(sku) == (5, 3)
    assert hold_of(shop, order) == held


def test_the_verb_that_releases_refuses_a_promise(plain_shop: Shop) -> None:
    shop = plain_shop
    sku = shop.sku(stock=5)
    order = shop.place({"sku": sku, "quantity": 3})
    with refuses(WAITS, shop.connection):
        shop.do("select inventory.release(%s)", hold_of(shop, order)["id"])
    assert shop.level(sku) == (5, 3)


def test_a_hold_of_nobody_is_released_and_expires_but_is_not_used(plain_shop: Shop) -> None:
    shop = plain_shop
    sku = shop.sku(stock=5)
    held = shop.value("select (inventory.reserve(%s, 3)).id", sku)
    with refuses(USED, shop.connection):
        shop.do(
            "update inventory.reservations set status = 'consumed', consumed_quantity = quantity"
            " where id = %s",
            held,
        )
    shop.do("select inventory.release(%s)", held)
    assert shop.level(sku) == (5, 0)


def test_who_claims_stock_releases_what_expired_and_no_promise(plain_shop: Shop) -> None:
    shop = plain_shop
    sku = shop.sku(stock=5)
    order = shop.place({"sku": sku, "quantity": 3})
    shop.do(
        "update inventory.reservations set expires_at = now() - interval '1 hour' where id = %s",
        shop.value("select (inventory.reserve(%s, 2)).id", sku),
    )
    # As a dump from elsewhere might bring it: a promise with an end.
    with shop.connection.transaction():
        shop.do("set local groundplan.maintenance = 'a promise with an end'")
        shop.do(
            "update inventory.reservations set expires_at = now() - interval '1 hour'"
            " where id = %s",
            hold_of(shop, order)["id"],
        )
    assert shop.level(sku) == (5, 5)
    shop.place({"sku": sku, "quantity": 2})
    assert shop.level(sku) == (5, 5)
    assert hold_of(shop, order)["status"] == "active"
    with shop.connection.transaction():
        shop.do("set local groundplan.maintenance = 'its end taken back'")
        shop.do("update inventory.reservations set expires_at = null where is_promised")


def test_a_promise_ends_with_its_order(shop: Shop) -> None:
    sku = shop.sku(stock=9)
    cancelled, sent, closed = (shop.place({"sku": sku, "quantity": 3}) for _ in range(3))
    assert shop.level(sku) == (9, 9)
    shop.cancel(cancelled)
    assert (hold_of(shop, cancelled)["status"], shop.level(sku)) == ("released", (9, 6))
    shop.ship(sent)
    assert (hold_of(shop, sent)["status"], shop.level(sku)) == ("consumed", (6, 3))
    shop.ship(closed, {1: 1})
    assert hold_of(shop, closed)["consumed_quantity"] == 1
    shop.do("update sales.orders set status = 'completed' where id = %s", closed)
    assert (hold_of(shop, closed)["status"], shop.level(sku)) == ("released", (5, 0))


def test_an_order_of_stocked_goods_needs_a_place(trial: Shop) -> None:
    shop = trial
    stocked = shop.sku(stock=5)
    service = shop.sku(kind="service", is_stocked=False)
    shop.do("update inventory.locations set is_default = false where is_default")
    with refuses("order_of_stocked_goods_has_a_place_for_them", shop.connection):
        shop.place({"sku": service, "quantity": 1}, {"sku": stocked, "quantity": 1})
    with refuses("order_of_stocked_goods_has_a_place_for_them", shop.connection):
        draft = shop.draft({"sku": stocked, "quantity": 1})
        shop.do("update sales.orders set status = 'placed' where id = %s", draft)
    for free in (
        shop.place({"sku": service, "quantity": 1}),
        shop.place({"sku": stocked, "quantity": 1}, is_test=True),
    ):
        assert shop.order(free)["status"] == "placed"
    elsewhere = shop.draft({"sku": stocked, "quantity": 1}, reserves_stock=False)
    shop.do("update sales.orders set status = 'placed' where id = %s", elsewhere)
    assert shop.order(elsewhere)["status"] == "placed"
