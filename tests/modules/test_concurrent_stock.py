"""Stock under contention: two buyers, expired holds, crowds; each with its positive control."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest

from groundplan.database import connect, retry
from tests.modules.schedules import (
    FAILED,
    ISOLATIONS,
    LOOK_THEN_TAKE,
    Schedule,
    buy,
    by_isolation,
    by_schedule,
    overlap,
    refused_or_failed,
    settle,
    sold,
    two_sessions,
    weaken,
)
from tests.modules.shop import Shop

# Two buyers, one unit -----------------------------------------------------------------------------


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


# An expired hold ----------------------------------------------------------------------------------


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


# Crowds -------------------------------------------------------------------------------------------

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
