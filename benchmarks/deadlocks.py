"""How often verbs and plain statements of several sessions lock each other up: never, it should be.

    python benchmarks/deadlocks.py 100000
    python benchmarks/deadlocks.py 100000 480     (for 480 seconds at most)

Every session does one random operation after another, each in a transaction of its own, on a few
SKUs and the orders that all of them work on. What a rule refuses is part of trade; a deadlock is
not.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg

from groundplan.database import EmbeddedServer, connect
from groundplan.testing import installed

SKUS = 12
RECENT = 24
"""How many orders the sessions fight over."""


@dataclass
class World:
    """What all sessions share: where the database is, its SKUs, and the orders in play."""

    url: str
    codes: list[str]
    orders: deque[str] = field(default_factory=lambda: deque(maxlen=RECENT))
    drafts: deque[str] = field(default_factory=lambda: deque(maxlen=4))
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def operations(self) -> int:
        """How many operations have ended."""
        return sum(self.outcomes.values())

    def count(self, sqlstate: str) -> int:
        """How many of them ended in this SQLSTATE."""
        return sum(n for (_, state), n in self.outcomes.items() if state == sqlstate)


class Session:
    """One client: a connection, its own luck, and the operations it knows."""

    def __init__(
        self, world: World, seed: int, operations: tuple[Operation, ...], isolation: str
    ) -> None:
        self.world = world
        self.connection = connect(world.url, autocommit=True)
        self.connection.execute(
            "select set_config('default_transaction_isolation', %s, false)", [isolation]
        )
        self.luck = random.Random(seed)
        self.operations = operations

    def run(self, times: int, until: float) -> None:
        """So many operations, one after the other; what became of each is counted."""
        with self.connection:
            for _ in range(times):
                if time.monotonic() > until:
                    break
                operation = self.luck.choice(self.operations)
                outcome = "done"
                try:
                    operation(self)
                except psycopg.Error as error:
                    outcome = error.sqlstate or "unknown"
                with self.world.lock:
                    self.world.outcomes[operation.__name__, outcome] += 1

    def do(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement in a transaction of its own."""
        cursor = self.connection.execute(cast(LiteralString, statement), values or None)
        return cursor.fetchall() if cursor.description else []

    def sku(self) -> str:
        return self.luck.choice(self.world.codes)

    def skus(self, most: int = 5) -> list[str]:
        return self.luck.sample(
            self.world.codes, self.luck.randint(2, min(most, len(self.world.codes)))
        )

    def order(self) -> str | None:
        with self.world.lock:
            return self.luck.choice(self.world.orders) if self.world.orders else None

    def orders(self) -> list[str]:
        with self.world.lock:
            return self.luck.sample(list(self.world.orders), min(4, len(self.world.orders)))

    def draft(self) -> str | None:
        with self.world.lock:
            return self.luck.choice(self.world.drafts) if self.world.drafts else None

    def remember(self, order: object) -> None:
        with self.world.lock:
            self.world.orders.append(str(order))


Operation = Callable[[Session], None]

# Verbs --------------------------------------------------------------------------------------------


def place_order(session: Session) -> None:
    lines = [{"sku": code, "quantity": session.luck.randint(1, 3)} for code in session.skus()]
    key = f"key {session.luck.randint(1, 10**6)}" if session.luck.random() < 0.3 else None
    [(order,)] = session.do(
        "select (sales.place_order(%s, idempotency_key => %s)).id", json.dumps(lines), key
    )
    session.remember(order)


def ship_order(session: Session) -> None:
    lines = [{"position": 1, "quantity": 1}] if session.luck.random() < 0.5 else None
    session.do(
        "select fulfillment.ship_order(%s, %s::jsonb)",
        session.order(),
        json.dumps(lines) if lines else None,
    )


def return_items(session: Session) -> None:
    lines = [{"position": 1, "quantity": 1}] if session.luck.random() < 0.7 else None
    session.do(
        "select fulfillment.return_items(%s, %s::jsonb)",
        session.order(),
        json.dumps(lines) if lines else None,
    )


def cancel_order(session: Session) -> None:
    session.do("select sales.cancel_order(%s, 'changed mind')", session.order())


def refund_order(session: Session) -> None:
    session.do("select sales.refund_order(%s, 0.5, 'goodwill')", session.order())


def receive_stock(session: Session) -> None:
    session.do("select inventory.receive_stock(%s, 20)", session.sku())


def adjust_stock(session: Session) -> None:
    session.do("select inventory.adjust_stock(%s, -1, 'lost')", session.sku())


def transfer_stock(session: Session) -> None:
    ends = ["MAIN", "TRANSIT"]
    session.luck.shuffle(ends)
    session.do("select inventory.transfer_stock(%s, 1, %s, %s)", session.sku(), *ends)


def reserve(session: Session) -> None:
    session.do(
        "select inventory.reserve(%s, 1, now() + make_interval(secs => %s))",
        session.sku(),
        session.luck.choice((0.05, 0.2, 5)),
    )


def release(session: Session) -> None:
    session.do(
        "select inventory.release(id) from inventory.reservations"
        " where status = 'active' and expires_at is not null order by created_at desc limit 1"
    )


# Plain statements, as an ORM or a person sends them -----------------------------------------------


def place_drafts(session: Session) -> None:
    """Two drafts, lines in any order, placed by one statement."""
    made: list[Any] = []
    for _ in range(2):
        [(order,)] = session.do(
            "insert into sales.orders (currency_code) values ('EUR') returning id"
        )
        session.do(
            "insert into sales.order_items (order_id, sku_id, quantity)"
            " select %s, sku.id, 1 from unnest(%s::text[]) with ordinality as wanted (code, place)"
            " join catalog.skus as sku on sku.code = wanted.code order by wanted.place",
            order,
            session.skus(),
        )
        made.append(order)
    session.do("update sales.orders set status = 'placed' where id = any (%s)", made)
    for order in made:
        session.remember(order)


def fill_cart(session: Session) -> None:
    """A draft that everybody may change and place."""
    [(order,)] = session.do("insert into sales.orders (currency_code) values ('EUR') returning id")
    session.do(
        "insert into sales.order_items (order_id, sku_id, quantity)"
        " select %s, id, 1 from catalog.skus where code = any (%s)",
        order,
        session.skus(),
    )
    with session.world.lock:
        session.world.drafts.append(str(order))


def change_cart(session: Session) -> None:
    session.do(
        "update sales.order_items set quantity = 3 - quantity where order_id = %s", session.draft()
    )


def add_to_cart(session: Session) -> None:
    session.do(
        "insert into sales.order_items (order_id, sku_id, quantity)"
        " select %s, id, 1 from catalog.skus where code = %s",
        session.draft(),
        session.sku(),
    )


def place_cart(session: Session) -> None:
    cart = session.draft()
    placed = session.do(
        "update sales.orders set status = 'placed' where id = %s and status = 'draft' returning id",
        cart,
    )
    for (order,) in placed:
        session.remember(order)


def cancel_many(session: Session) -> None:
    session.do(
        "update sales.orders set status = 'cancelled'"
        " where id = any (%s::uuid[]) and status = 'placed'",
        sorted(session.orders()[:2]),
    )


def note_many(session: Session) -> None:
    session.do(
        "update sales.orders set note = 'seen' where id = any (%s::uuid[])",
        sorted(session.orders()),
    )


def pack_and_send(session: Session) -> None:
    """Shipments of two orders, sent by one statement."""
    made: list[Any] = []
    for order in session.orders()[:2]:
        made += session.do(
            "with made as (insert into fulfillment.shipments (order_id, source_location_id)"
            " select %s, id from inventory.locations where is_default returning id)"
            " insert into fulfillment.shipment_items (shipment_id, order_item_id, quantity)"
            " select made.id, item.id, 1 from made, sales.order_items as item"
            " where item.order_id = %s and item.position <= 2 returning shipment_id",
            order,
            order,
        )
    session.do(
        "update fulfillment.shipments set status = 'shipped' where id = any (%s)",
        sorted({each for (each,) in made}),
    )


def take_back(session: Session) -> None:
    """Returns of two orders, received by one statement."""
    made: list[Any] = []
    for order in session.orders()[:2]:
        made += session.do(
            "with made as (insert into fulfillment.returns (order_id, destination_location_id)"
            " select %s, id from inventory.locations where is_default returning id)"
            " insert into fulfillment.return_items (return_id, order_item_id, quantity)"
            " select made.id, item.id, 1 from made, sales.order_items as item"
            " join fulfillment.order_item_fulfillments as progress on progress.id = item.id"
            " and progress.shipped_quantity > progress.returned_quantity"
            " where item.order_id = %s returning return_id",
            order,
            order,
        )
    session.do(
        "update fulfillment.returns set status = 'received' where id = any (%s)",
        sorted({each for (each,) in made}),
    )


def refund_many(session: Session) -> None:
    session.do(
        "insert into sales.refunds (order_id, merchandise_amount, reason)"
        " select id, 0.25, 'goodwill' from unnest(%s::uuid[]) as id",
        session.orders(),
    )


def count_shelves(session: Session) -> None:
    session.do(
        "insert into inventory.inventory_movements (sku_id, source_location_id,"
        " destination_location_id, kind, quantity, reason_code)"
        " select sku.id, lost.id, main.id, 'adjustment', 2, 'found'"
        " from unnest(%s::text[]) as wanted join catalog.skus as sku on sku.code = wanted,"
        " inventory.locations as lost, inventory.locations as main"
        " where lost.code = 'ADJUSTMENT' and main.code = 'MAIN'",
        session.skus(),
    )


def hold_many(session: Session) -> None:
    session.do(
        "insert into inventory.reservations (location_id, sku_id, quantity, expires_at)"
        " select place.id, sku.id, 1, now() + interval '100 ms' from unnest(%s::text[]) as wanted"
        " join catalog.skus as sku on sku.code = wanted, inventory.locations as place"
        " where place.is_default",
        session.skus(),
    )


def release_many(session: Session) -> None:
    session.do(
        "update inventory.reservations set status = 'released' where id in ("
        " select id from inventory.reservations where status = 'active' and expires_at is not null"
        " order by id limit 5 for update)"
    )


def price_many(session: Session) -> None:
    session.do(
        "update catalog.skus set unit_price = unit_price + 0.01 where code = any (%s)",
        session.skus(),
    )


def archive_many(session: Session) -> None:
    """Between archived and active, some at once, and back."""
    chosen = session.skus(3)
    session.do("update catalog.skus set status = 'archived' where code = any (%s)", chosen)
    session.do("update catalog.skus set status = 'active' where status <> 'active'")


def backorder_many(session: Session) -> None:
    session.do(
        "update catalog.skus set allows_backorder = not allows_backorder where code = any (%s)",
        session.skus(3),
    )


VERBS: tuple[Operation, ...] = (
    place_order, place_order, place_order, ship_order, ship_order, return_items, return_items,
    cancel_order, refund_order, receive_stock, receive_stock, adjust_stock, transfer_stock, reserve,
    release,
)  # fmt: skip
STATEMENTS: tuple[Operation, ...] = (
    place_drafts, fill_cart, change_cart, add_to_cart, place_cart,
    cancel_many, note_many, pack_and_send, take_back, refund_many, count_shelves,
    hold_many, release_many, price_many, archive_many, backorder_many,
)  # fmt: skip


def prepared(url: str, skus: int = SKUS) -> World:
    """A world with SKUs and stock."""
    codes = [f"MIX-{number}" for number in range(skus)]
    with connect(url, autocommit=True) as connection:
        for code in codes:
            connection.execute(
                "with made as (insert into catalog.products (name, slug)"
                " values (%s, %s) returning id)"
                " insert into catalog.skus (product_id, code, name, unit_price)"
                " select id, %s, %s, 10 from made",
                [code, code.lower(), code, code],
            )
            connection.execute("select inventory.receive_stock(%s, 500)", [code])
    return World(url, codes)


def load(
    world: World,
    operations: tuple[Operation, ...],
    *,
    sessions: int = 4,
    times: int = 100,
    seed: int = 1,
    seconds: float = 3600,
) -> World:
    """Let so many sessions do so many operations each, at once; one of four has snapshots."""
    clients = [
        Session(
            world,
            seed * 1000 + number,
            operations,
            "repeatable read" if number % 4 == 3 else "read committed",
        )
        for number in range(sessions)
    ]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=each.run, args=(times, until)) for each in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return world


def main() -> None:
    """Run as many operations as asked for, and print what became of them."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3600.0
    sessions = 4
    with tempfile.TemporaryDirectory(prefix="groundplan-deadlocks-") as directory:
        server = EmbeddedServer(
            Path(directory), options={"fsync": "off", "synchronous_commit": "off"}
        )
        server.start()
        try:
            with installed("ecommerce", url=server.url()) as url:
                world = prepared(url)
                began = time.monotonic()
                load(
                    world,
                    VERBS + STATEMENTS,
                    sessions=sessions,
                    times=wanted // sessions,
                    seconds=seconds,
                )
                report(world, time.monotonic() - began)
        finally:
            server.stop()


def report(world: World, seconds: float) -> None:
    """Deadlocks first, then every operation with what became of it."""
    print(
        f"{world.count('40P01')} deadlocks in {world.operations} operations,"
        f" {world.count('40001')} to be tried again, {seconds:.0f} s"
    )
    for (name, outcome), number in sorted(world.outcomes.items()):
        print(f"{name:16}{outcome:8}{number:8}")


if __name__ == "__main__":
    main()
