"""Two sessions at once, at every isolation level, each with its positive control.

The control is the same schedule with the part of the guard removed that makes one session wait
for, or fail because of, the other: there the anomaly must appear, or the schedule proves nothing.
At SERIALIZABLE PostgreSQL itself refuses most of them, which is said where it is so.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from groundplan.compose import closure, load_modules
from groundplan.database import EmbeddedServer, connect, retry
from groundplan.testing import installed
from tests.modules.schedules import (
    ISOLATIONS,
    one_after_the_other,
    overlap,
    settle,
    two_sessions,
    weaken,
)
from tests.modules.shop import Shop, fresh

FAILED = "40001"
Schedule = Callable[..., tuple[str, str]]
SCHEDULES: tuple[Schedule, ...] = (overlap, one_after_the_other)
by_isolation = pytest.mark.parametrize("isolation", ISOLATIONS)
by_schedule = pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda each: each.__name__)


def refused_or_failed(outcome: str, isolation: str, rule: str) -> bool:
    """By the rule at READ COMMITTED; above it the snapshot is stale, and a retry is asked for."""
    return outcome == rule if isolation == "read committed" else outcome == FAILED


@pytest.fixture(scope="module")
def weak_url(server: EmbeddedServer) -> Generator[str]:
    """A database of its own for the controls."""
    with installed("ecommerce", url=server.url()) as url:
        yield url


@pytest.fixture
def weak(weak_url: str) -> Generator[Shop]:
    """A shop whose guards a control takes apart; they are whole again afterwards."""
    code = [
        module.text(name)
        for module in closure(["ecommerce"], load_modules())
        for name in ("functions.sql", "rules.sql")
    ]
    with connect(weak_url, autocommit=True) as connection:
        yield Shop(connection)
        connection.execute("begin; " + "".join(code) + "; commit")  # type: ignore[arg-type]


# (a) A line slips into an order while it is placed -----------------------------------------------

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


# (b) Two moves that close a circle together ------------------------------------------------------


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


# (c) Two refunds that are too much together ------------------------------------------------------


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


# (d) Two buyers, one unit ------------------------------------------------------------------------

LOOK_THEN_TAKE = """
    create or replace function inventory.stock_allocated_is_the_sum_of_reservations_insert()
    returns trigger language plpgsql as $$
    begin
        if exists (
            select from new_rows as r
            join inventory.stock_levels as level using (location_id, sku_id)
            where level.on_hand < (
                select sum(held.quantity) from inventory.reservations as held
                where held.sku_id = r.sku_id and held.status = 'active')) then
            raise exception using errcode = '23514', constraint = 'stock_is_never_promised_twice';
        end if;
        return null;
    end $$"""


def buy(sku: str, quantity: int = 1) -> Callable[[Shop], Any]:
    return lambda shop: shop.place({"sku": sku, "quantity": quantity})


def sold(shop: Shop, sku: str) -> int:
    return int(
        shop.value(
            "select coalesce(sum(item.quantity), 0) from sales.order_items as item"
            " join sales.orders as o on o.id = item.order_id and o.status = 'placed'"
            " where item.sku_id = %s",
            shop.sku_id(sku),
        )
    )


@by_isolation
@by_schedule
def test_one_unit_is_sold_once(
    shop_url: str, plain_shop: Shop, isolation: str, schedule: Schedule
) -> None:
    sku = plain_shop.sku(stock=1)
    first, second = schedule(shop_url, plain_shop, isolation, buy(sku), buy(sku))
    assert first == "done"
    assert refused_or_failed(second, isolation, "stock_is_never_promised_twice"), second
    assert sold(plain_shop, sku) == 1
    assert plain_shop.level(sku) == (1, 1)


@by_isolation
def test_looking_before_taking_sells_it_twice(weak_url: str, weak: Shop, isolation: str) -> None:
    weak.do(LOOK_THEN_TAKE)
    sku = weak.sku(stock=1)
    outcome = overlap(weak_url, weak, isolation, buy(sku), buy(sku))
    assert sold(weak, sku) == (1 if isolation == "serializable" else 2), outcome
    assert (FAILED in outcome) == (isolation == "serializable")


# (e) Cancelled while it is sent ------------------------------------------------------------------

TAKES_THE_ORDER = """    perform from sales.orders as o
    where o.id in (
        select shipment.order_id from fulfillment.shipments as shipment
        where shipment.id = any (sent))
    order by o.id
    for no key update;
"""


def cancel(order_id: UUID) -> Callable[[Shop], Any]:
    return lambda shop: shop.cancel(order_id)


def ship(order_id: UUID, *positions: int) -> Callable[[Shop], Any]:
    quantities = dict.fromkeys(positions, 1) if positions else None
    return lambda shop: shop.ship(order_id, quantities)


def sent(shop: Shop, order_id: UUID) -> int:
    return int(
        shop.value(
            "select coalesce(sum(progress.shipped_quantity), 0)"
            " from fulfillment.order_item_fulfillments as progress"
            " join sales.order_items as item on item.id = progress.id where item.order_id = %s",
            order_id,
        )
    )


@by_isolation
@pytest.mark.parametrize("stocked", [True, False], ids=["goods", "service"])
@pytest.mark.parametrize("cancel_first", [True, False], ids=["cancel first", "ship first"])
def test_an_order_is_cancelled_or_sent(
    shop_url: str,
    plain_shop: Shop,
    isolation: str,
    stocked: bool,
    cancel_first: bool,
) -> None:
    sku = plain_shop.sku(stock=3) if stocked else plain_shop.sku(kind="service", is_stocked=False)
    order_id = plain_shop.place({"sku": sku, "quantity": 1})
    steps = [cancel(order_id), ship(order_id)]
    if not cancel_first:
        steps.reverse()
    first, second = overlap(shop_url, plain_shop, isolation, *steps)
    assert first == "done"
    assert refused_or_failed(second, isolation, "order_status_follows_its_path"), second
    status = plain_shop.order(order_id)["status"]
    assert (status, sent(plain_shop, order_id)) == (
        ("cancelled", 0) if cancel_first else ("fulfilled", 1)
    )
    on_hand = 3 if stocked else 0
    assert plain_shop.level(sku) == (on_hand - (1 if stocked and not cancel_first else 0), 0)


@by_isolation
def test_without_the_order_it_is_both(weak_url: str, weak: Shop, isolation: str) -> None:
    weaken(weak.connection, "fulfillment.follow_shipments", (TAKES_THE_ORDER, ""))
    weaken(
        weak.connection,
        "fulfillment.advance_orders",
        ("\nbegin\n", "\nbegin\n    return;\n"),
    )
    order_id = weak.place({"sku": weak.sku(kind="service", is_stocked=False), "quantity": 1})
    outcome = overlap(weak_url, weak, isolation, cancel(order_id), ship(order_id))
    both = (weak.order(order_id)["status"], sent(weak, order_id)) == ("cancelled", 1)
    # Nothing here reads what the other has written: SERIALIZABLE does not help either, unless
    # some read happens to meet a write.
    assert both or (isolation == "serializable" and FAILED in outcome), outcome


# (g) Two shipments at once -----------------------------------------------------------------------


@by_isolation
@pytest.mark.parametrize("stocked", [True, False], ids=["goods", "service"])
def test_one_line_is_sent_once(
    shop_url: str, plain_shop: Shop, isolation: str, stocked: bool
) -> None:
    sku = plain_shop.sku(stock=9) if stocked else plain_shop.sku(kind="service", is_stocked=False)
    order_id = plain_shop.place({"sku": sku, "quantity": 1})
    first, second = overlap(shop_url, plain_shop, isolation, ship(order_id, 1), ship(order_id, 1))
    assert first == "done"
    assert refused_or_failed(second, isolation, "shipped_is_never_above_ordered"), second
    assert sent(plain_shop, order_id) == 1


@by_isolation
@by_schedule
def test_two_lines_sent_at_once_fulfil_the_order(
    shop_url: str, plain_shop: Shop, isolation: str, schedule: Schedule
) -> None:
    skus = [plain_shop.sku(stock=9) for _ in range(3)]
    order_id = plain_shop.place(*({"sku": sku, "quantity": 1} for sku in skus))
    plain_shop.ship(order_id, {3: 1})
    assert plain_shop.order(order_id)["status"] == "partially_fulfilled"
    outcome = schedule(shop_url, plain_shop, isolation, ship(order_id, 1), ship(order_id, 2))
    assert outcome == ("done", "done" if isolation == "read committed" else FAILED)
    if outcome[1] == FAILED:
        plain_shop.ship(order_id, {2: 1})
    assert sent(plain_shop, order_id) == 3
    assert plain_shop.order(order_id)["status"] == "fulfilled"


def test_without_the_order_two_lines_leave_it_open(weak_url: str, weak: Shop) -> None:
    weaken(weak.connection, "fulfillment.follow_shipments", (TAKES_THE_ORDER, ""))
    skus = [weak.sku(stock=9) for _ in range(2)]
    order_id = weak.place(*({"sku": sku, "quantity": 1} for sku in skus))
    outcome = overlap(weak_url, weak, "read committed", ship(order_id, 1), ship(order_id, 2))
    assert outcome == ("done", "done")
    assert sent(weak, order_id) == 2
    assert weak.order(order_id)["status"] == "partially_fulfilled"


@by_isolation
def test_without_the_counter_a_line_is_sent_twice(
    weak_url: str, weak: Shop, isolation: str
) -> None:
    weaken(weak.connection, "fulfillment.follow_shipments", (TAKES_THE_ORDER, ""))
    weak.do("""
        create or replace function fulfillment.advance_orders(shipment_ids uuid[]) returns void
        language plpgsql as 'begin end'""")
    weak.do("""
        create or replace function fulfillment.shipped_is_never_above_ordered_update()
        returns trigger language plpgsql as $$
        begin
            if exists (
                select from new_rows as r
                join fulfillment.order_item_fulfillments as progress
                    on progress.id = r.order_item_id
                where progress.quantity < (
                    select sum(other.quantity) from fulfillment.shipment_items as other
                    where other.order_item_id = r.order_item_id and other.is_shipped)) then
                raise exception using errcode = '23R06',
                    constraint = 'shipped_is_never_above_ordered';
            end if;
            return null;
        end $$""")
    order_id = weak.place({"sku": weak.sku(kind="service", is_stocked=False), "quantity": 1})
    outcome = overlap(weak_url, weak, isolation, ship(order_id, 1), ship(order_id, 1))
    times = weak.value(
        "select count(*) from fulfillment.shipment_items as sent"
        " join sales.order_items as item on item.id = sent.order_item_id"
        " where item.order_id = %s and sent.is_shipped",
        order_id,
    )
    assert times == (1 if isolation == "serializable" else 2), outcome
    assert (FAILED in outcome) == (isolation == "serializable")


# (f) The same request twice at once --------------------------------------------------------------


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
    rule = "order_idempotency_key_is_unique"
    assert outcome[0] == "done"
    # Above READ COMMITTED the order is not in the snapshot: the unique index refuses it then.
    assert outcome[1] in (("done",) if isolation == "read committed" else (FAILED, rule))
    assert found == early.result()
    assert sold(plain_shop, sku) == 1


def test_the_same_refund_at_once_is_one(shop_url: str, plain_shop: Shop) -> None:
    order_id = plain_shop.place({"sku": plain_shop.sku(100, stock=1), "quantity": 1})

    def ask(shop: Shop) -> UUID:
        return shop.value(
            "select (sales.refund_order(%s, 10, 'late', idempotency_key => %s)).id",
            order_id,
            f"once-{order_id}",
        )

    with two_sessions(shop_url, "read committed") as (one, other):
        early = one.start(ask)
        assert settle(plain_shop, one, early) == "ended"
        late = other.start(ask)
        assert settle(plain_shop, other, late) == "waits"
        assert (one.end(early), other.end(late)) == ("done", "done")
        assert early.result() == late.result()
    assert plain_shop.order(order_id)["refunded_amount"] == 10


@by_isolation
def test_without_the_key_it_is_two(weak_url: str, weak: Shop, isolation: str) -> None:
    """The verb waits for the same key at an advisory lock, and the unique index stands behind."""
    index = weak.value("select pg_get_indexdef('sales.order_idempotency_key_is_unique'::regclass)")
    weaken(weak.connection, "sales.place_order", ("perform pg_advisory_xact_lock(", "perform abs("))
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


# (h) An expired hold -----------------------------------------------------------------------------


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read"])
def test_what_has_expired_goes_to_one_of_two(
    shop_url: str, plain_shop: Shop, isolation: str
) -> None:
    sku = plain_shop.sku(stock=1)
    held = plain_shop.value("select (inventory.reserve(%s, 1, now() + interval '20 ms')).id", sku)
    plain_shop.do("select pg_sleep(0.03)")
    first, second = overlap(shop_url, plain_shop, isolation, buy(sku), buy(sku))
    assert first == "done"
    assert refused_or_failed(second, isolation, "stock_is_never_promised_twice"), second
    status = plain_shop.value("select status from inventory.reservations where id = %s", held)
    assert status == "expired"
    assert plain_shop.level(sku) == (1, 1)


def test_what_has_not_expired_is_kept(plain_shop: Shop) -> None:
    sku = plain_shop.sku(stock=1)
    plain_shop.do("select inventory.reserve(%s, 1, now() + interval '1 hour')", sku)
    with pytest.raises(psycopg.errors.CheckViolation):
        plain_shop.place({"sku": sku, "quantity": 1})


def test_without_the_release_nobody_gets_it(weak: Shop) -> None:
    weaken(
        weak.connection,
        "inventory.stock_allocated_is_the_sum_of_reservations_insert",
        ("set status = 'expired'", "set status = 'active'"),
    )
    sku = weak.sku(stock=1)
    weak.do("select inventory.reserve(%s, 1, now() + interval '10 ms')", sku)
    weak.do("select pg_sleep(0.02)")
    with pytest.raises(psycopg.errors.CheckViolation):
        weak.place({"sku": sku, "quantity": 1})


# (i), (j) Crowds ---------------------------------------------------------------------------------

THREADS = 8


def crowd(url: str, work: Callable[[Shop, int], None]) -> None:
    """The work in eight sessions at once; raises what any of them raises."""
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> None:
        with connect(url, autocommit=True) as connection:
            barrier.wait(10)
            work(Shop(connection), number)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(run, range(THREADS)))


@pytest.mark.parametrize("way", ["verb", "single statements"])
def test_orders_with_lines_in_any_order_never_deadlock(
    shop_url: str, plain_shop: Shop, way: str
) -> None:
    skus = [plain_shop.sku(10, stock=1000) for _ in range(20)]
    ids = {sku: plain_shop.sku_id(sku) for sku in skus}

    def by_statements(shop: Shop, chosen: list[str]) -> None:
        with shop.connection.transaction():
            order_id = shop.draft()
            shop.do(
                "insert into sales.order_items (order_id, sku_id, position, quantity)"
                " select %s, wanted.id, wanted.position, 1"
                " from unnest(%s::uuid[]) with ordinality as wanted (id, position)",
                order_id,
                [ids[sku] for sku in chosen],
            )
            shop.do("update sales.orders set status = 'placed' where id = %s", order_id)

    def work(shop: Shop, number: int) -> None:
        chance = random.Random(number)
        for _ in range(40):
            chosen = chance.sample(skus, 3)
            if way == "verb":
                shop.place(*({"sku": sku, "quantity": 1} for sku in chosen))
            else:
                by_statements(shop, chosen)

    crowd(shop_url, work)
    promised = [plain_shop.level(sku)[1] for sku in skus]
    assert sum(promised) == THREADS * 40 * 3
    assert promised == [sold(plain_shop, sku) for sku in skus]
    assert promised == [
        plain_shop.value(
            "select sum(quantity) from inventory.reservations where sku_id = %s", ids[sku]
        )
        for sku in skus
    ]


def test_claims_one_by_one_can_deadlock_and_retry_helps(shop_url: str, plain_shop: Shop) -> None:
    """The control, and the limit of the promise: line by line, two can wait in a circle."""
    skus = [plain_shop.sku(stock=9) for _ in range(2)]

    def claim(sku: str) -> Callable[[Shop], Any]:
        return lambda shop: shop.do("select inventory.reserve(%s, 1)", sku)

    with two_sessions(shop_url, "read committed") as (one, other):
        for session in (one, other):
            session.connection.execute("set deadlock_timeout = '50ms'")
        one.start(claim(skus[0])).result()
        other.start(claim(skus[1])).result()
        waiting = one.start(claim(skus[1]))
        assert settle(plain_shop, one, waiting) == "waits"
        circle = other.start(claim(skus[0]))
        outcome = {other.end(circle), one.end(waiting)}
    assert outcome == {"done", "40P01"}
    assert [plain_shop.level(sku)[1] for sku in skus] == [1, 1]


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_a_hot_sku_is_sold_exactly_as_often_as_it_is_there(
    shop_url: str, plain_shop: Shop, isolation: str
) -> None:
    sku = plain_shop.sku(10, stock=50)
    level = psycopg.IsolationLevel[isolation.upper().replace(" ", "_")]
    placed: list[UUID] = []
    refused: list[str | None] = []

    def work(shop: Shop, number: int) -> None:
        shop.connection.isolation_level = level
        for _ in range(25):
            try:
                placed.append(retry(lambda: shop.place({"sku": sku, "quantity": 1}), attempts=99))
            except psycopg.errors.CheckViolation as error:
                refused.append(error.diag.constraint_name)

    crowd(shop_url, work)
    assert len(placed) == 50
    assert refused == ["stock_is_never_promised_twice"] * 150
    assert plain_shop.level(sku) == (50, 50)
    assert sold(plain_shop, sku) == 50


def test_without_the_balance_row_a_hot_sku_is_oversold(weak_url: str, weak: Shop) -> None:
    weak.do(LOOK_THEN_TAKE)
    # Thinking time between looking and taking, as an application has.
    weaken(
        weak.connection,
        "inventory.stock_allocated_is_the_sum_of_reservations_insert",
        ("return null;", "perform pg_sleep(0.005); return null;"),
    )
    sku = weak.sku(10, stock=5)

    def work(shop: Shop, number: int) -> None:
        for _ in range(4):
            with contextlib.suppress(psycopg.errors.CheckViolation):
                shop.place({"sku": sku, "quantity": 1})

    crowd(weak_url, work)
    assert sold(weak, sku) > 5
