"""Two sessions at once, at every isolation level, each with its positive control.

The control is the same schedule with the part of the guard removed that makes one session wait
for, or fail because of, the other: there the anomaly must appear, or the schedule proves nothing.
At SERIALIZABLE PostgreSQL itself refuses most of them, which is said where it is so.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from groundplan.testing import refuses
from tests.modules.schedules import (
    FAILED,
    Schedule,
    by_isolation,
    by_schedule,
    one_after_the_other,
    overlap,
    refused_or_failed,
    settle,
    sold,
    two_sessions,
    weaken,
)
from tests.modules.shop import Shop, fresh

# A line slips into an order while it is placed ----------------------------------------------------

FREEZE = "sales.lines_of_placed_orders_are_frozen_insert"
UNTOUCHED = ("if untouched and closed is null then", "if false then")


def order_disagrees(shop: Shop, order_id: UUID) -> list[str]:
    """What does not add up about an order."""
    order = shop.order(order_id)
    lines = sum((line["gross_amount"] for line in shop.items(order_id)), Decimal(0))
    posted = sum((each["charged"] for each in shop.ledger(order_id)), Decimal(0))
    owed = 0 if order["status"] == "draft" else order["total_amount"]
    wrong = []
    if order["status"] != "draft" and lines != order["total_amount"]:
        wrong.append(f"lines {lines}, total {order['total_amount']}")
    if posted != owed:
        wrong.append(f"ledger {posted}, order {owed}")
    return wrong


def place(order_id: UUID) -> Callable[[Shop], Any]:
    return lambda shop: shop.do("update sales.orders set status = 'placed' where id = %s", order_id)


def add(order_id: UUID, sku: str) -> Callable[[Shop], Any]:
    return lambda shop: shop.add_line(order_id, {"sku": sku, "quantity": 1, "position": 2})


@by_isolation
@by_schedule
@pytest.mark.parametrize("placing_first", [True, False], ids=["placing first", "adding first"])
def test_no_line_slips_into_an_order_that_is_placed(
    shop_url: str, plain_shop: Shop, isolation: str, schedule: Schedule, placing_first: bool
) -> None:
    sku = plain_shop.sku(10, stock=5)
    order_id = plain_shop.draft({"sku": sku, "quantity": 1})
    steps = [place(order_id), add(order_id, sku)]
    if not placing_first:
        steps.reverse()
    first, second = schedule(shop_url, plain_shop, isolation, *steps)
    assert first == "done"
    if placing_first:
        assert refused_or_failed(second, isolation, "lines_of_placed_orders_are_frozen"), second
    else:
        # The line came first: at READ COMMITTED it is placed with the order.
        assert second == ("done" if isolation == "read committed" else FAILED)
    assert order_disagrees(plain_shop, order_id) == []


def more(order_id: UUID) -> Callable[[Shop], Any]:
    return lambda shop: shop.do(
        "update sales.order_items set quantity = quantity + 1 where order_id = %s", order_id
    )


@by_isolation
@by_schedule
@pytest.mark.parametrize("placing_first", [True, False], ids=["placing first", "changing first"])
def test_no_line_changes_in_an_order_that_is_placed(
    shop_url: str, plain_shop: Shop, isolation: str, schedule: Schedule, placing_first: bool
) -> None:
    sku = plain_shop.sku(10, stock=5)
    order_id = plain_shop.draft({"sku": sku, "quantity": 1})
    steps = [place(order_id), more(order_id)]
    if not placing_first:
        steps.reverse()
    first, second = schedule(shop_url, plain_shop, isolation, *steps)
    assert first == "done"
    if placing_first:
        assert refused_or_failed(second, isolation, "lines_of_placed_orders_are_frozen"), second
    else:
        assert second == ("done" if isolation == "read committed" else FAILED)
    assert order_disagrees(plain_shop, order_id) == []


def test_a_change_of_a_line_gives_way_to_placing(shop_url: str, plain_shop: Shop) -> None:
    """Each has what the other needs: the change is asked for again, the order is placed."""
    sku = plain_shop.sku(10, stock=5)
    order_id = plain_shop.draft({"sku": sku, "quantity": 1})
    with two_sessions(shop_url, "read committed") as (one, other):
        # The order is locked before the line is changed, and placed after.
        held = one.start(
            lambda shop: shop.do("select from sales.orders where id = %s for update", order_id)
        )
        assert settle(plain_shop, one, held) == "ended"
        late = other.start(more(order_id))
        assert settle(plain_shop, other, late) == "waits"
        early = one.start(place(order_id))
        assert other.end(late) == "lines_of_placed_orders_are_frozen"
        assert late.exception().sqlstate == FAILED  # type: ignore[union-attr]
        assert one.end(early) == "done"


@by_isolation
def test_without_the_parent_first_a_change_ends_in_a_key(
    weak_url: str, weak: Shop, isolation: str
) -> None:
    """The control: PostgreSQL's own check of the reference speaks, which no retry looks for."""
    weak.do("drop trigger t10_lines_of_placed_orders_are_frozen_keys_update on sales.order_items")
    sku = weak.sku(10, stock=5)
    order_id = weak.draft({"sku": sku, "quantity": 1})
    first, second = overlap(weak_url, weak, isolation, place(order_id), more(order_id))
    assert first == "done"
    if isolation == "serializable":
        assert second == FAILED
    else:
        assert second not in ("done", FAILED, "lines_of_placed_orders_are_frozen"), second


@by_isolation
def test_without_the_touch_a_line_slips_in(weak_url: str, weak: Shop, isolation: str) -> None:
    weaken(weak.connection, FREEZE, UNTOUCHED)
    sku = weak.sku(10, stock=5)
    order_id = weak.draft({"sku": sku, "quantity": 1})
    outcome = overlap(weak_url, weak, isolation, place(order_id), add(order_id, sku))
    if isolation == "serializable":
        assert FAILED in outcome
    else:
        assert outcome == ("done", "done")
        assert order_disagrees(weak, order_id) == ["lines 20.0000, total 10.0000"]


def test_a_lock_in_place_of_the_touch_is_not_enough(weak_url: str, weak: Shop) -> None:
    """Why the guard writes the order: placing with an older snapshot would miss the line."""
    weaken(
        weak.connection,
        FREEZE,
        ("update sales.orders as parent\n        set version = parent.version + 1\n        where",
         "perform from sales.orders as parent where"),
        ("parent.xmin <> pg_current_xact_id()::xid;",
         "parent.xmin <> pg_current_xact_id()::xid for no key update;"),
    )  # fmt: skip
    sku = weak.sku(10, stock=5)
    order_id = weak.draft({"sku": sku, "quantity": 1})
    outcome = one_after_the_other(
        weak_url, weak, "repeatable read", add(order_id, sku), place(order_id)
    )
    assert outcome == ("done", "done")
    assert order_disagrees(weak, order_id) == ["lines 20.0000, total 10.0000"]


# Two moves that close a circle together -----------------------------------------------------------


def two_categories(shop: Shop) -> tuple[UUID, UUID]:
    made = [
        shop.value(
            "insert into catalog.categories (name, slug) values (%s, %s) returning id",
            slug,
            slug,
        )
        for slug in (fresh("tree"), fresh("tree"))
    ]
    return made[0], made[1]


def below(child: UUID, parent: UUID) -> Callable[[Shop], Any]:
    return lambda shop: shop.do(
        "update catalog.categories set parent_id = %s where id = %s", parent, child
    )


def is_circle(shop: Shop, one: UUID, other: UUID) -> bool:
    return shop.value(
        "select count(*) = 2 from catalog.categories"
        " where (id, parent_id) in ((%s, %s), (%s, %s))",
        one, other, other, one,
    )  # fmt: skip


@by_isolation
@by_schedule
def test_two_moves_close_no_circle(
    shop_url: str, plain_shop: Shop, isolation: str, schedule: Schedule
) -> None:
    one, other = two_categories(plain_shop)
    first, second = schedule(shop_url, plain_shop, isolation, below(one, other), below(other, one))
    assert first == "done"
    assert refused_or_failed(second, isolation, "categories_are_a_tree"), second
    assert not is_circle(plain_shop, one, other)


@by_isolation
def test_without_the_tree_lock_they_do(weak_url: str, weak: Shop, isolation: str) -> None:
    weaken(
        weak.connection,
        "catalog.categories_are_a_tree",
        ("insert into core.tree_versions as tree (tenant_id, tree)\n"
         "    values (new.tenant_id, 'catalog.categories')\n"
         "    on conflict (tenant_id, tree) do update set version = tree.version + 1;", ""),
    )  # fmt: skip
    one, other = two_categories(weak)
    outcome = overlap(weak_url, weak, isolation, below(one, other), below(other, one))
    assert is_circle(weak, one, other) == (isolation != "serializable"), outcome
    assert (FAILED in outcome) == (isolation == "serializable")


# Two refunds that are too much together -----------------------------------------------------------


def refund(order_id: UUID, amount: int) -> Callable[[Shop], Any]:
    return lambda shop: shop.do("select sales.refund_order(%s, %s, 'late')", order_id, amount)


@by_isolation
@by_schedule
def test_two_refunds_never_exceed_the_total(
    shop_url: str, plain_shop: Shop, isolation: str, schedule: Schedule
) -> None:
    order_id = plain_shop.place({"sku": plain_shop.sku(100, stock=1), "quantity": 1})
    first, second = schedule(
        shop_url, plain_shop, isolation, refund(order_id, 60), refund(order_id, 60)
    )
    assert first == "done"
    rule = "refunded_is_never_above_the_order_total"
    assert refused_or_failed(second, isolation, rule), second
    assert plain_shop.order(order_id)["refunded_amount"] == 60


@by_isolation
def test_without_the_counter_they_do(weak_url: str, weak: Shop, isolation: str) -> None:
    """The control looks at the refunds that are there, as applications do, and writes no order."""
    weaken(weak.connection, "sales.require_order", (" for no key update", ""))
    weak.do("""
        create or replace function sales.refunded_is_never_above_the_order_total_insert()
        returns trigger language plpgsql as $$
        begin
            if exists (select from new_rows join sales.orders as o on o.id = new_rows.order_id
                where o.total_amount < (select sum(amount) from sales.refunds as r
                                        where r.order_id = o.id)) then
                raise exception using errcode = '23R06',
                    constraint = 'refunded_is_never_above_the_order_total';
            end if;
            return null;
        end $$""")
    order_id = weak.place({"sku": weak.sku(100, stock=1), "quantity": 1})
    outcome = overlap(weak_url, weak, isolation, refund(order_id, 60), refund(order_id, 60))
    given = weak.value("select sum(amount) from sales.refunds where order_id = %s", order_id)
    assert given == (60 if isolation == "serializable" else 120), outcome
    assert (FAILED in outcome) == (isolation == "serializable")


# Two refunds that name more units than the line has -----------------------------------------------


def refund_units(order_id: UUID, units: int) -> Callable[[Shop], Any]:
    """A plain INSERT: the verb locks the order before it looks."""
    return lambda shop: shop.do(
        "insert into sales.refunds (order_id, order_item_id, quantity, merchandise_amount, reason)"
        " select order_id, id, %s, 1, 'late' from sales.order_items where order_id = %s",
        units,
        order_id,
    )


def units_given_back(shop: Shop, order_id: UUID) -> Decimal:
    """What its refunds name."""
    return shop.value("select sum(quantity) from sales.refunds where order_id = %s", order_id)


@by_isolation
@by_schedule
def test_two_refunds_never_name_more_units_than_the_line(
    shop_url: str, plain_shop: Shop, isolation: str, schedule: Schedule
) -> None:
    order_id = plain_shop.place({"sku": plain_shop.sku(100, stock=3), "quantity": 3})
    first, second = schedule(
        shop_url, plain_shop, isolation, refund_units(order_id, 2), refund_units(order_id, 2)
    )
    assert first == "done"
    rule = "refunded_units_are_never_above_the_line"
    assert refused_or_failed(second, isolation, rule), second
    assert units_given_back(plain_shop, order_id) == 2
    assert plain_shop.items(order_id)[0]["refunded_quantity"] == 2
    with refuses(rule, plain_shop.connection):
        refund_units(order_id, 2)(plain_shop)
    refund_units(order_id, 1)(plain_shop)


@by_isolation
def test_without_the_counters_they_do(weak_url: str, weak: Shop, isolation: str) -> None:
    """The control looks at the refunds that are there, and writes neither order nor line."""
    for rule, check in (
        ("refunded_is_never_above_the_order_total", "false"),
        (
            "refunded_units_are_never_above_the_line",
            "exists (select from new_rows join sales.order_items as i"
            " on i.id = new_rows.order_item_id where i.quantity < ("
            "select sum(r.quantity) from sales.refunds as r where r.order_item_id = i.id))",
        ),
    ):
        weak.do(f"""
            create or replace function sales.{rule}_insert()
            returns trigger language plpgsql as $$
            begin
                if {check} then
                    raise exception using errcode = '23R06', constraint = '{rule}';
                end if;
                return null;
            end $$""")
    order_id = weak.place({"sku": weak.sku(100, stock=3), "quantity": 3})
    outcome = overlap(
        weak_url, weak, isolation, refund_units(order_id, 2), refund_units(order_id, 2)
    )
    given = units_given_back(weak, order_id)
    assert given == (2 if isolation == "serializable" else 4), outcome
    assert (FAILED in outcome) == (isolation == "serializable")


# The same request twice at once -------------------------------------------------------------------


@by_isolation
def test_the_same_request_at_once_is_one_order(
    shop_url: str, plain_shop: Shop, isolation: str
) -> None:
    sku, key = plain_shop.sku(stock=5), fresh("key")

    def ask(shop: Shop) -> UUID:
        return shop.place({"sku": sku, "quantity": 1}, idempotency_key=key)

    with two_sessions(shop_url, isolation) as (one, other):
        one.look()
        other.look()
        early = one.start(ask)
        assert settle(plain_shop, one, early) == "ended"
        late = other.start(ask)
        assert settle(plain_shop, other, late) == "waits"
        outcome = one.end(early), other.end(late)
        found = late.result() if outcome[1] == "done" else ask(plain_shop)
    assert outcome[0] == "done"
    # Above READ COMMITTED the order is not in the snapshot: the next attempt finds it.
    assert outcome[1] == ("done" if isolation == "read committed" else FAILED)
    assert found == early.result()
    assert sold(plain_shop, sku) == 1


@by_isolation
def test_the_same_refund_at_once_is_one(shop_url: str, plain_shop: Shop, isolation: str) -> None:
    order_id = plain_shop.place({"sku": plain_shop.sku(100, stock=1), "quantity": 1})

    def ask(shop: Shop) -> UUID:
        return shop.value(
            "select (sales.refund_order(%s, 10, 'late', idempotency_key => %s)).id",
            order_id,
            f"once-{order_id}",
        )

    with two_sessions(shop_url, isolation) as (one, other):
        one.look()
        other.look()
        early = one.start(ask)
        assert settle(plain_shop, one, early) == "ended"
        late = other.start(ask)
        assert settle(plain_shop, other, late) == "waits"
        outcome = one.end(early), other.end(late)
        found = late.result() if outcome[1] == "done" else ask(plain_shop)
    assert outcome == ("done", "done" if isolation == "read committed" else FAILED)
    assert found == early.result()
    assert plain_shop.order(order_id)["refunded_amount"] == 10


@by_isolation
@by_schedule
def test_the_same_receipt_at_once_is_one(
    shop_url: str, plain_shop: Shop, isolation: str, schedule: Schedule
) -> None:
    sku, key = plain_shop.sku(), fresh("receipt")

    def ask(shop: Shop) -> UUID:
        return shop.value(
            "select (inventory.receive_stock(%s, 7, idempotency_key => %s)).id", sku, key
        )

    first, second = schedule(shop_url, plain_shop, isolation, ask, ask)
    assert first == "done"
    # Done at READ COMMITTED: its statement may have begun too early to see the other's row.
    assert second in ("done", "movement_idempotency_key_is_unique", FAILED)
    assert second == FAILED or isolation == "read committed"
    ask(plain_shop)
    assert plain_shop.level(sku) == (7, 0)


@by_isolation
@by_schedule
def test_a_number_taken_by_hand_fails_no_order(
    shop_url: str, plain_shop: Shop, isolation: str, schedule: Schedule
) -> None:
    sku = plain_shop.sku(stock=50)
    nearest = plain_shop.value("select last_value + 2 from sales.order_numbers")

    def by_hand(shop: Shop) -> Any:
        for number in range(nearest, nearest + 3):
            shop.draft({"sku": sku, "quantity": 1}, number=str(number))

    def order(shop: Shop) -> Any:
        for _ in range(4):
            shop.place({"sku": sku, "quantity": 1})

    first, second = schedule(shop_url, plain_shop, isolation, by_hand, order)
    assert first == "done"
    assert second == ("done" if isolation == "read committed" else FAILED)
    assert order(plain_shop) is None


@by_isolation
def test_without_the_key_it_is_two(weak_url: str, weak: Shop, isolation: str) -> None:
    """The verb waits for the same key at an advisory lock, and the unique index stands behind."""
    index = weak.value("select pg_get_indexdef('sales.order_idempotency_key_is_unique'::regclass)")
    weaken(
        weak.connection,
        "sales.place_order",
        ("perform pg_advisory_xact_lock(", "perform abs("),
        ("        on conflict do nothing\n", ""),
    )
    weak.do("drop index sales.order_idempotency_key_is_unique")
    sku, key = weak.sku(stock=5), fresh("key")

    def ask(shop: Shop) -> UUID:
        return shop.place({"sku": sku, "quantity": 1}, idempotency_key=key)

    try:
        outcome = overlap(weak_url, weak, isolation, ask, ask)
        times = weak.value("select count(*) from sales.orders where idempotency_key = %s", key)
        stock_failed = FAILED in outcome
        # Both take the same stock row: above READ COMMITTED that alone makes the second fail.
        assert times == (1 if stock_failed else 2), outcome
        assert stock_failed == (isolation != "read committed")
    finally:
        weak.do("set groundplan.maintenance = 'after a control'")
        weak.do("update sales.orders set idempotency_key = null where idempotency_key = %s", key)
        weak.do("reset groundplan.maintenance")
        weak.do(index)
