"""Shipping, returns and refunds: stock, cost and ledger follow, whichever way they are written."""

from __future__ import annotations

import time
from decimal import Decimal

import psycopg
import pytest

from groundplan.testing import refuses
from tests.modules.shop import Shop, entry


def test_cost_is_posted_when_goods_leave(shop: Shop) -> None:
    sku = shop.sku(10, tax="0.2", cost="4.125", stock=5)
    order_id = shop.place({"sku": sku, "quantity": 3})
    assert "cogs" not in shop.ledger(order_id)[0]
    shipment = shop.ship(order_id)
    # 3 x 4.125 = 12.375, half away from zero 12.38
    assert shop.ledger(order_id)[1:] == [entry("cogs", 1, cogs="12.38")]
    assert shop.order(order_id)["status"] == "fulfilled"
    assert shop.level(sku) == (2, 0)
    sent = shop.row("select * from fulfillment.shipments where id = %s", shipment)
    assert sent["status"] == "shipped"
    assert sent["business_date"] is not None
    movement = shop.row(
        "select movement.kind, movement.quantity, movement.unit_cost"
        " from inventory.inventory_movements as movement"
        " join fulfillment.shipment_items as item on item.movement_id = movement.id"
        " where item.shipment_id = %s",
        shipment,
    )
    assert movement == {"kind": "issue", "quantity": 3, "unit_cost": Decimal("4.125")}
    with refuses("order_status_follows_its_path", shop.connection):
        shop.cancel(order_id)


def test_an_order_is_sent_in_parts(shop: Shop) -> None:
    first, second = shop.sku(10, cost=4, stock=5), shop.sku(20, stock=5)
    order_id = shop.place({"sku": first, "quantity": 3}, {"sku": second, "quantity": 1})
    shop.ship(order_id, {1: 2})
    assert shop.order(order_id)["status"] == "partially_fulfilled"
    assert shop.level(first) == (3, 1)
    assert shop.level(second) == (5, 1)
    with refuses("shipped_is_never_above_ordered", shop.connection):
        shop.ship(order_id, {1: 2})
    shop.ship(order_id)
    assert shop.order(order_id)["status"] == "fulfilled"
    assert [each["cogs"] for each in shop.ledger(order_id) if each["kind"] == "cogs"] == [8, 4]
    assert shop.level(first) == (2, 0)
    # By plain statements, a shipment without an item; the function knows why it has none.
    rule = "lines_to_send_are_open" if shop.way == "verb" else "shipment_that_leaves_has_an_item"
    with refuses(rule, shop.connection):
        shop.ship(order_id)


def test_goods_come_back_to_the_shelf_or_are_written_off(shop: Shop) -> None:
    sku = shop.sku(10, tax="0.2", cost=4, stock=5)
    order_id = shop.place({"sku": sku, "quantity": 3}, shipping_amount=5)
    shop.ship(order_id)
    shop.take_back(order_id, (1, 1, "restock"), refund=True)
    assert shop.level(sku) == (3, 0)
    # One of three: 10 net, 2 tax; its cost is taken back.
    assert shop.ledger(order_id)[-2:] == [
        entry("cogs", 1, cogs=-4),
        entry(
            "return", 1, returned_quantity=1, returns=10, tax=-2, charged=-12, base_amount=-12
        ),
    ]  # fmt: skip
    shop.take_back(order_id, (1, 1, "discard"), refund=True)
    assert shop.level(sku) == (3, 0)
    found = shop.ledger(order_id)
    assert sum(each.get("cogs", 0) for each in found) == 8
    assert sum(each.get("charged", 0) for each in found) == 41 - 24
    assert shop.order(order_id)["refunded_amount"] == 24
    with refuses("returned_is_never_above_shipped", shop.connection):
        shop.take_back(order_id, (1, 2, "restock"))
    shop.take_back(order_id, (1, 1, "restock"), refund=True)
    assert shop.order(order_id)["refunded_amount"] == 36
    assert shop.order(order_id)["status"] == "fulfilled"


@pytest.mark.parametrize(
    "change",
    [
        "set quantity = quantity + 1",
        "set sku_id = core.new_id()",
        "set created_by = 'nobody'",
        None,
    ],
)
def test_what_was_sent_or_came_back_stays(plain_shop: Shop, change: str | None) -> None:
    """A refusal names this rule, also where a foreign key would refuse the change as well."""
    shop = plain_shop
    sku = shop.sku(10, stock=5)
    order_id = shop.place({"sku": sku, "quantity": 2})
    shop.ship(order_id)
    shop.take_back(order_id, (1, 1, "restock"))
    for items, parents, key, rule in (
        ("shipment_items", "shipments", "shipment_id", "items_of_sent_shipments_are_frozen"),
        ("return_items", "returns", "return_id", "items_of_received_returns_are_frozen"),
    ):
        which = f"where {key} in (select id from fulfillment.{parents} where order_id = %s)"
        verb = (
            f"update fulfillment.{items} {change}" if change else f"delete from fulfillment.{items}"
        )
        with refuses(rule, shop.connection):
            shop.do(f"{verb} {which}", order_id)


def test_parts_of_a_line_give_back_all_that_was_paid_for_it(plain_shop: Shop) -> None:
    sku = plain_shop.sku("3.333333", stock=3)
    order_id = plain_shop.place({"sku": sku, "quantity": 3})
    # 3 x 3.333333 = 10.00: 3.33, then 6.67 - 3.33, then the rest.
    assert plain_shop.order(order_id)["total_amount"] == 10
    plain_shop.ship(order_id)
    for _ in range(3):
        plain_shop.take_back(order_id, (1, 1, "restock"), refund=True)
    amounts = plain_shop.rows(
        "select amount from sales.refunds where order_id = %s order by refunded_at, id", order_id
    )
    assert sorted(each["amount"] for each in amounts) == [
        Decimal("3.33"), Decimal("3.33"), Decimal("3.34"),
    ]  # fmt: skip


def test_a_return_gives_back_no_more_than_was_paid(plain_shop: Shop) -> None:
    """A discount on the whole order lessens what each line gives back, to the cent."""
    shop = plain_shop
    skus = [shop.sku("33.33", tax="0.19", stock=9) for _ in range(3)]
    order_id = shop.place(
        *({"sku": sku, "quantity": 1} for sku in skus),
        discount_amount="10",
        shipping_amount="4.90",
    )
    # 3 x (33.33 + 6.33) = 118.98, - 10 + 4.90 = 113.88; the goods were 108.98.
    assert shop.order(order_id)["total_amount"] == Decimal("113.88")
    shop.ship(order_id)
    for position in (2, 1, 3):
        shop.take_back(order_id, (position, 1, "restock"), refund=True)
    assert shop.order(order_id)["refunded_amount"] == Decimal("108.98")


def test_a_whole_return_of_a_discounted_order(plain_shop: Shop) -> None:
    sku = plain_shop.sku(100, stock=1)
    order_id = plain_shop.place({"sku": sku, "quantity": 1}, discount_amount=10)
    plain_shop.ship(order_id)
    plain_shop.take_back(order_id, (1, 1, "restock"), refund=True)
    assert plain_shop.order(order_id)["refunded_amount"] == 90


def test_a_refund_of_the_order_takes_tax_and_shipping_in_their_share(plain_shop: Shop) -> None:
    shop = plain_shop
    sku = shop.sku(10, tax="0.2", stock=5)
    order_id = shop.place({"sku": sku, "quantity": 3}, shipping_amount=5)
    # Half of 41: shipping 2.50, tax 3.00, goods 15.00
    shop.do("select sales.refund_order(%s, 20.50, 'late')", order_id)
    assert shop.ledger(order_id)[-1] == entry(
        "return", returns=15, tax=-3, shipping="-2.5", charged="-20.5", base_amount="-20.5"
    )
    with refuses("refunded_is_never_above_the_order_total", shop.connection):
        shop.do("select sales.refund_order(%s, 20.51, 'too much')", order_id)
    shop.do("select sales.refund_order(%s, 20.50, 'all of it')", order_id)
    assert shop.order(order_id)["refunded_amount"] == 41
    assert sum(each["charged"] for each in shop.ledger(order_id)) == 0


def test_a_refund_of_a_line(plain_shop: Shop) -> None:
    shop = plain_shop
    sku = shop.sku(10, tax="0.2", stock=5)
    order_id = shop.place({"sku": sku, "quantity": 3})
    other = shop.place({"sku": sku, "quantity": 1})
    item, foreign = shop.items(order_id)[0]["id"], shop.items(other)[0]["id"]
    shop.do("select sales.refund_order(%s, 12, 'scratch', %s, 1)", order_id, item)
    assert shop.ledger(order_id)[-1] == entry(
        "return", 1, returned_quantity=1, returns=10, tax=-2, charged=-12, base_amount=-12
    )
    with refuses("refund_line_belongs_to_its_order", shop.connection):
        shop.do("select sales.refund_order(%s, 1, 'wrong line', %s)", order_id, foreign)
    with refuses("refund_is_positive", shop.connection):
        shop.do("select sales.refund_order(%s, -1, 'charge again')", order_id)
    with refuses("refunds_are_append_only", shop.connection):
        shop.do("update sales.refunds set reason = 'other' where order_id = %s", order_id)


def test_the_same_refund_is_made_once(plain_shop: Shop) -> None:
    shop = plain_shop
    sku = shop.sku(10, stock=5)
    order_id = shop.place({"sku": sku, "quantity": 3})
    call = "select (sales.refund_order(%s, %s, 'late', idempotency_key => %s)).id"
    first = shop.value(call, order_id, 5, f"refund-{order_id}")
    assert shop.value(call, order_id, 5, f"refund-{order_id}") == first
    with refuses("refund_idempotency_key_is_unique", shop.connection):
        shop.do(call, order_id, 6, f"refund-{order_id}")
    assert shop.order(order_id)["refunded_amount"] == 5


def test_a_draft_has_nothing_to_refund(plain_shop: Shop) -> None:
    order_id = plain_shop.draft({"sku": plain_shop.sku(10), "quantity": 1})
    with refuses("refunded_is_never_above_the_order_total", plain_shop.connection):
        plain_shop.do("select sales.refund_order(%s, 1, 'early')", order_id)


def test_more_may_be_promised_where_backorders_are_allowed(shop: Shop) -> None:
    scarce, patient = shop.sku(stock=1), shop.sku(stock=1, allows_backorder=True)
    with refuses("stock_is_never_promised_twice", shop.connection):
        shop.place({"sku": scarce, "quantity": 2})
    order_id = shop.place({"sku": patient, "quantity": 3})
    assert shop.level(patient) == (1, 3)
    with refuses("stock_on_hand_is_never_negative", shop.connection):
        shop.ship(order_id)
    shop.ship(order_id, {1: 1})
    shop.do("select inventory.receive_stock(%s, 2)", patient)
    shop.ship(order_id)
    assert shop.level(patient) == (0, 0)


def test_allowing_backorders_later_takes_effect(shop: Shop) -> None:
    sku = shop.sku(stock=1)
    allow = "update catalog.skus set allows_backorder = %s where code = %s"
    shop.do(allow, True, sku)
    shop.place({"sku": sku, "quantity": 2})
    assert shop.level(sku) == (1, 2)
    with refuses("stock_is_never_promised_twice", shop.connection):
        shop.do(allow, False, sku)
    shop.do("select inventory.receive_stock(%s, 1)", sku)
    shop.do(allow, False, sku)
    with refuses("stock_is_never_promised_twice", shop.connection):
        shop.place({"sku": sku, "quantity": 1})


def test_services_are_sold_without_stock(shop: Shop) -> None:
    chair = shop.sku(10, stock=1)
    service = shop.sku(15, kind="service", is_stocked=False, cost=6)
    order_id = shop.place({"sku": chair, "quantity": 1}, {"sku": service, "quantity": 2})
    assert shop.level(service) == (0, 0)
    shop.ship(order_id)
    assert shop.ledger(order_id)[-1] == entry("cogs", 2, cogs=12)
    assert shop.order(order_id)["status"] == "fulfilled"
    held = shop.rows(
        "select reservation_id is null as free from fulfillment.order_item_fulfillments"
        " where sku_id = %s",
        shop.sku_id(service),
    )
    assert held == [{"free": True}]


def test_what_was_not_ordered_is_not_sent(plain_shop: Shop) -> None:
    shop = plain_shop
    sku = shop.sku(10, stock=9)
    mine = shop.place({"sku": sku, "quantity": 1})
    other = shop.place({"sku": sku, "quantity": 1})
    shipment = shop.value(
        "insert into fulfillment.shipments (order_id, source_location_id)"
        " select %s, id from inventory.locations where is_default returning id",
        mine,
    )
    with refuses("shipment_item_is_of_the_shipments_order", shop.connection):
        shop.do(
            "insert into fulfillment.shipment_items (shipment_id, order_item_id, quantity)"
            " values (%s, %s, 1)",
            shipment,
            shop.items(other)[0]["id"],
        )
    for status in ("delivered", "lost"):
        with refuses("shipment_status_follows_its_path", shop.connection):
            shop.do("update fulfillment.shipments set status = %s where id = %s", status, shipment)
    with refuses("fulfilled_order_has_been_sent", shop.connection):
        shop.do("update sales.orders set status = 'fulfilled' where id = %s", mine)


def test_a_draft_is_not_sent(plain_shop: Shop) -> None:
    order_id = plain_shop.draft({"sku": plain_shop.sku(10, stock=1), "quantity": 1})
    with refuses("order_that_is_sent_is_placed", plain_shop.connection):
        plain_shop.do("select fulfillment.ship_order(%s)", order_id)
    with refuses("order_that_is_sent_is_placed", plain_shop.connection):
        plain_shop.do("select fulfillment.return_items(%s)", order_id)


def test_what_is_not_open_is_not_sent(plain_shop: Shop) -> None:
    shop = plain_shop
    sku = shop.sku(10, stock=3)
    cancelled, order_id = (shop.place({"sku": sku, "quantity": 1}) for _ in range(2))
    shop.cancel(cancelled)
    one = '[{"position": 1}]'
    for lines in (None, one):
        for verb in ("ship_order", "return_items"):
            with refuses("order_that_is_sent_is_placed", shop.connection) as refusal:
                shop.do(f"select fulfillment.{verb}(%s, %s)", cancelled, lines)
            assert isinstance(refusal.error, psycopg.Error)
            assert "is cancelled." in (refusal.error.diag.message_detail or "")
        with refuses("lines_to_take_back_were_sent", shop.connection):
            shop.do("select fulfillment.return_items(%s, %s)", order_id, lines)
    shop.ship(order_id)
    for lines in (None, one):
        with refuses("lines_to_send_are_open", shop.connection):
            shop.do("select fulfillment.ship_order(%s, %s)", order_id, lines)
    shop.do("select fulfillment.return_items(%s)", order_id)
    with refuses("lines_to_take_back_were_sent", shop.connection):
        shop.do("select fulfillment.return_items(%s)", order_id)


def test_imported_orders_hold_nothing(plain_shop: Shop) -> None:
    sku = plain_shop.sku(10)
    order_id = plain_shop.draft({"sku": sku, "quantity": 7}, reserves_stock=False)
    plain_shop.do(
        "update sales.orders set status = 'placed', placed_at = '2011-12-09 12:00Z' where id = %s",
        order_id,
    )
    assert plain_shop.level(sku) == (0, 0)
    assert str(plain_shop.order(order_id)["business_date"]) == "2011-12-09"


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        ("select inventory.receive_stock('{sku}', 0)", "movement_quantity_is_positive"),
        ("select inventory.receive_stock('{sku}', 'NaN')", "movement_quantity_is_positive"),
        ("select inventory.receive_stock('{sku}', 1, -1)", "movement_cost_is_not_negative"),
        ("select inventory.receive_stock('nothing', 1)", "sku_is_known"),
        ("select inventory.receive_stock('{sku}', 1, location => 'MOON')",
         "location_is_known"),
        ("select inventory.adjust_stock('{sku}', -6, 'lost')", "stock_on_hand_is_never_negative"),
        ("select inventory.adjust_stock('{sku}', 1, 'because')", "movement_reason_is_known"),
        ("select inventory.transfer_stock('{sku}', 1, 'MAIN', 'MAIN')",
         "movement_goes_somewhere_else"),
        ("select inventory.transfer_stock('{sku}', 1, 'MAIN', 'CUSTOMER')",
         "movement_fits_its_locations"),
        ("select inventory.receive_stock('{sku}', 1, location => 'SUPPLIER')",
         "movement_fits_its_locations"),
        ("select inventory.receive_stock('{sku}', 1, location => 'CUSTOMER')",
         "movement_fits_its_locations"),
        ("select inventory.adjust_stock('{sku}', 1, 'found', 'ADJUSTMENT')",
         "movement_fits_its_locations"),
        ("select inventory.adjust_stock('{sku}', -1, 'lost', 'TRANSIT')",
         "movement_fits_its_locations"),
        ("select inventory.adjust_stock('{sku}', 1, null)", "adjustment_names_its_reason"),
        ("select inventory.receive_stock('{sku}', 999999999999.9999999)",
         "movement_quantity_is_positive"),
        ("select inventory.receive_stock('{sku}', 999999999999)",
         "stock_level_is_below_the_limit"),
        ("select inventory.transfer_stock('{sku}', 6, 'MAIN', 'TRANSIT')",
         "stock_on_hand_is_never_negative"),
        ("select inventory.reserve('{sku}', 6)", "stock_is_never_promised_twice"),
        ("select inventory.reserve('{sku}', 0)", "reservation_quantity_is_positive"),
        ("update inventory.stock_levels set on_hand = 9 where sku_id = '{id}'",
         "stock_on_hand_is_the_sum_of_its_movements"),
        ("update inventory.inventory_movements set quantity = 9 where sku_id = '{id}'",
         "movements_are_append_only"),
        ("delete from inventory.stock_levels where sku_id = '{id}'",
         "stock_on_hand_is_the_sum_of_its_movements"),
    ],
)  # fmt: skip
def test_stock_is_what_was_moved(plain_shop: Shop, call: str, rule: str) -> None:
    sku = plain_shop.sku(stock=5)
    with refuses(rule, plain_shop.connection):
        plain_shop.do(call.format(sku=sku, id=plain_shop.sku_id(sku)))
    assert plain_shop.level(sku) == (5, 0)


def test_the_verbs_of_stock(plain_shop: Shop) -> None:
    shop = plain_shop
    sku = shop.sku(stock=5)
    shop.do("select inventory.adjust_stock(%s, -2, 'damaged')", sku)
    shop.do("select inventory.adjust_stock(%s, 1, 'found')", sku)
    shop.do("select inventory.transfer_stock(%s, 1, 'MAIN', 'TRANSIT')", sku)
    assert shop.level(sku) == (4, 0)
    held = shop.value("select (inventory.reserve(%s, 3)).id", sku)
    assert shop.level(sku) == (4, 3)
    with refuses("reservations_keep_what_they_hold", shop.connection):
        shop.do("update inventory.reservations set quantity = 1 where id = %s", held)
    shop.do("select inventory.release(%s)", held)
    shop.do("select inventory.release(%s)", held)
    assert shop.level(sku) == (4, 0)
    with refuses("reservation_status_follows_its_path", shop.connection):
        shop.do("update inventory.reservations set status = 'active' where id = %s", held)
    key = f"receipt-{sku}"
    call = "select (inventory.receive_stock(%s, %s, idempotency_key => %s)).id"
    first = shop.value(call, sku, 2, key)
    assert shop.value(call, sku, 2, key) == first
    assert shop.level(sku) == (6, 0)
    with refuses("movement_idempotency_key_is_unique", shop.connection):
        shop.do(call, sku, 3, key)


def test_the_line_of_an_expired_hold_is_free(plain_shop: Shop) -> None:
    sku = plain_shop.sku(stock=1)
    held = plain_shop.value("select (inventory.reserve(%s, 1, now() + interval '20 ms')).id", sku)
    time.sleep(0.03)
    order_id = plain_shop.place({"sku": sku, "quantity": 1})
    assert plain_shop.order(order_id)["status"] == "placed"
    status = plain_shop.value("select status from inventory.reservations where id = %s", held)
    assert status == "expired"
    assert plain_shop.level(sku) == (1, 1)
