"""Two sessions at once, step by step: each step runs in its session's own thread."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, LiteralString, cast

import psycopg
import pytest

from groundplan.database import connect
from tests.modules.shop import Shop

ISOLATIONS = ("read committed", "repeatable read", "serializable")
PATIENCE = 20.0
"""Seconds after which a step counts as stuck."""


class Session:
    """A session in a transaction; ``end`` commits it and says how it went."""

    def __init__(self, url: str, isolation: str) -> None:
        self.connection = connect(url)
        self.connection.isolation_level = psycopg.IsolationLevel[
            isolation.upper().replace(" ", "_")
        ]
        self.shop = Shop(self.connection)
        self.pid = self.connection.info.backend_pid
        self._thread = ThreadPoolExecutor(max_workers=1)

    def look(self) -> None:
        """Begin the transaction and take its snapshot."""
        self.connection.execute("select count(*) from sales.orders").fetchone()

    def start(self, step: Callable[[Shop], Any]) -> Future[Any]:
        """Begin a step, which may have to wait for the other session."""
        return self._thread.submit(step, self.shop)

    def end(self, *steps: Future[Any]) -> str:
        """Wait for the steps and commit: "done", or rule or SQLSTATE of what refused it."""
        try:
            for step in steps:
                step.result(PATIENCE)
            self._thread.submit(self.connection.commit).result(PATIENCE)
        except psycopg.Error as error:
            self.connection.rollback()
            return error.diag.constraint_name or str(error.sqlstate)
        return "done"

    def close(self) -> None:
        """Leave nothing running."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self.connection.close()


@contextlib.contextmanager
def two_sessions(url: str, isolation: str) -> Generator[tuple[Session, Session]]:
    """Two sessions at an isolation level, not yet in a transaction."""
    first, second = Session(url, isolation), Session(url, isolation)
    try:
        yield first, second
    finally:
        for session in (first, second):
            with contextlib.suppress(psycopg.Error):
                session.connection.cancel()
            session.close()


def settle(watcher: Shop, session: Session, step: Future[Any]) -> str:
    """Wait until a step has ended or waits for a lock; says which: "waits" or "ended"."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if step.done():
            return "ended"
        waiting = watcher.rows(
            "select pid from pg_stat_activity where pid = %s and wait_event_type = 'Lock'",
            session.pid,
        )
        if waiting:
            return "waits"
        time.sleep(0.002)
    raise AssertionError("a step neither ended nor waits")


def overlap(
    url: str,
    watcher: Shop,
    isolation: str,
    first: Callable[[Shop], Any],
    second: Callable[[Shop], Any],
) -> tuple[str, str]:
    """Both look; ``first`` writes, ``second`` writes, ``first`` commits, ``second`` commits."""
    with two_sessions(url, isolation) as (one, other):
        one.look()
        other.look()
        early = one.start(first)
        assert settle(watcher, one, early) == "ended"
        late = other.start(second)
        settle(watcher, other, late)
        return one.end(early), other.end(late)


def one_after_the_other(
    url: str,
    watcher: Shop,
    isolation: str,
    first: Callable[[Shop], Any],
    second: Callable[[Shop], Any],
) -> tuple[str, str]:
    """Both look; ``first`` writes and commits, only then ``second``, with its older snapshot."""
    with two_sessions(url, isolation) as (one, other):
        one.look()
        other.look()
        early = one.end(one.start(first))
        return early, other.end(other.start(second))


def weaken(connection: psycopg.Connection[Any], function: str, *changes: tuple[str, str]) -> None:
    """Replace parts of a function's source; every part must be there, or nothing was weakened."""
    row = connection.execute("select pg_get_functiondef(%s::regproc)", [function]).fetchone()
    assert row is not None
    source: str = row[0]
    for old, new in changes:
        assert old in source, f"{function} has no {old!r}"
        source = source.replace(old, new)
    connection.execute(cast(LiteralString, source))


FAILED = "40001"
Schedule = Callable[..., tuple[str, str]]
SCHEDULES: tuple[Schedule, ...] = (overlap, one_after_the_other)
by_isolation = pytest.mark.parametrize("isolation", ISOLATIONS)
by_schedule = pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda each: each.__name__)


def refused_or_failed(outcome: str, isolation: str, rule: str) -> bool:
    """By the rule at READ COMMITTED; above it the snapshot is stale, and a retry is asked for."""
    return outcome == rule if isolation == "read committed" else outcome == FAILED


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
