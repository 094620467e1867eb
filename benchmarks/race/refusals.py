"""What each system refuses: tried for real, on the databases the orders were placed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from . import ground, shop
from .workers import Client, together

# What is tried with plain SQL, as the owner of the tables; every attempt is rolled back.
ATTEMPTS: dict[str, tuple[bytes, bytes, bytes]] = {
    "the total of a placed order is set to 1": (
        b"update order_order set total_excl_tax = 1, total_incl_tax = 1"
        b" where id = (select min(id) from order_order)",
        b"update shop.orders set total_amount = 1 where id = (select min(id) from shop.orders)",
        b"update sales.orders set total_amount = 1"
        b" where id = (select id from sales.orders where status = 'placed' limit 1)",
    ),
    "a line of a placed order is changed to 50 units": (
        b"update order_line set quantity = 50 where id = (select min(id) from order_line)",
        b"update shop.order_items set quantity = 50"
        b" where id = (select min(id) from shop.order_items)",
        b"update sales.order_items set quantity = 50"
        b" where id = (select id from sales.order_items limit 1)",
    ),
    "a line of a placed order is changed to -1 units": (
        b"update order_line set quantity = -1 where id = (select min(id) from order_line)",
        b"update shop.order_items set quantity = -1"
        b" where id = (select min(id) from shop.order_items)",
        b"update sales.order_items set quantity = -1"
        b" where id = (select id from sales.order_items limit 1)",
    ),
    "the status of an order becomes `banana`": (
        b"update order_order set status = 'banana' where id = (select min(id) from order_order)",
        b"update shop.orders set status = 'banana' where id = (select min(id) from shop.orders)",
        b"update sales.orders set status = 'banana'"
        b" where id = (select id from sales.orders where status = 'placed' limit 1)",
    ),
    "more units are promised than there are": (
        b"update partner_stockrecord set num_allocated = num_in_stock + 1"
        b" where id = (select min(id) from partner_stockrecord)",
        b"update shop.stock set allocated = on_hand + 1"
        b" where sku_id = (select min(sku_id) from shop.stock)",
        b"update inventory.stock_levels set allocated = on_hand + 1"
        b" where id = (select id from inventory.stock_levels limit 1)",
    ),
    "an order is given to a customer who does not exist": (
        b"update order_order set user_id = 999999999 where id = (select min(id) from order_order)",
        b"update shop.orders set customer_id = 999999999"
        b" where id = (select min(id) from shop.orders)",
        b"update sales.orders set customer_id = '00000000-0000-7000-8000-000000000000'"
        b" where id = (select id from sales.orders where status = 'placed' limit 1)",
    ),
}
_COLUMN = {"oscar": 0, "bare": 1, "core": 1, "verb": 2, "orm": 2}


@dataclass(frozen=True)
class Refusals:
    """``outcomes``: attempt -> the SQLSTATE it was refused with, or None where it got through.

    ``oversold`` of ``trials`` times, both of two sessions bought the last unit.
    """

    system: str
    oversold: int
    trials: int
    outcomes: dict[str, str | None]


def last_units(pair: Sequence[Client], url: str, promised: bytes, trials: int) -> int:
    """How often two sessions both buy the one unit that is there.

    Both have looked before either of them buys; then both buy at the same moment. Raises
    SystemExit if a unit was bought by none of them, or if it was not there when they looked.
    """
    skus = range(shop.SKUS + 1, shop.SKUS + 1 + trials)
    for sku in skus:
        looked = together(pair, "look", [(sku, 1), (sku, 1)]).answer
        if looked != [True, True]:
            raise SystemExit(f"SKU {sku} was not there for both: {looked}")
        bought = together(pair, "buy", [(sku, 1), (sku, 1)]).answer
        if not any(bought):
            raise SystemExit(f"nobody has got SKU {sku}")
    with ground.opened(url) as connection:
        kept = {int(sku): int(quantity) for sku, quantity in connection.execute(promised)}
    return sum(kept[sku] > shop.stock(sku) for sku in skus)


def attempt_all(system: str, url: str, oversold: int, trials: int) -> Refusals:
    """Every attempt, each in a transaction that is rolled back."""
    outcomes: dict[str, str | None] = {}
    with ground.opened(url) as connection:
        for what, statements in ATTEMPTS.items():
            outcomes[what] = _refusal(connection, statements[_COLUMN[system]])
    return Refusals(system, oversold, trials, outcomes)


def _refusal(connection: ground.Connection, statement: bytes) -> str | None:
    try:
        with connection.transaction(force_rollback=True):
            done = connection.execute(statement)
            if done.rowcount != 1:
                raise SystemExit(f"{statement.decode()} has found no row")
            connection.execute("set constraints all immediate")
    except psycopg.IntegrityError as error:
        return error.sqlstate or "refused"
    return None
