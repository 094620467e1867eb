"""Read everything there is about one record, as of one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from groundplan.studio.ground import Connection
from groundplan.studio.history.changes import changes_of
from groundplan.studio.history.events import Event, in_order, with_balance
from groundplan.studio.problems import NoSuchThing

Row = tuple[Any, ...]

SHOWN = 100
"""So many orders or movements; more on further pages."""


@dataclass(frozen=True)
class OrderHistory:
    """``lines`` as queries/history_order_lines.sql gives them."""

    facts: dict[str, Any]
    lines: list[Row]
    events: list[Event]


@dataclass(frozen=True)
class SkuHistory:
    """``older`` is the movement before which the next page begins, if there is one."""

    facts: dict[str, Any]
    levels: list[Row]
    costs: list[Row]
    events: list[Event]
    older: str | None


@dataclass(frozen=True)
class CustomerHistory:
    """``has_more``: only the latest orders are among ``orders``."""

    facts: dict[str, Any]
    totals: list[Row]
    orders: list[Row]
    events: list[Event]
    has_more: bool


def ask(connection: Connection, query: str, *values: Any) -> list[Row]:
    """The rows of queries/history_<query>.sql."""
    return psycopg.RawCursor(connection).execute(_text(query), values).fetchall()


def read_order(connection: Connection, schemas: Sequence[str], number: str) -> OrderHistory:
    """Raises NoSuchThing."""
    facts = _one(connection, "order", number, f"There is no order {number}.")
    lines = ask(connection, "order_lines", facts["id"])
    events = _events(ask(connection, "order_sales", facts["id"]))
    if "fulfillment" in schemas:
        events += _events(ask(connection, "order_stock", facts["id"]))
    events += changes_of(connection, "sales.orders", [str(facts["id"])], "Order")
    events += changes_of(connection, "sales.order_items", [line[-1] for line in lines], "Line")
    return OrderHistory(facts, lines, with_balance(in_order(events)))


def read_sku(
    connection: Connection, schemas: Sequence[str], code: str, before: UUID | None
) -> SkuHistory:
    """``before``: a movement; only older ones are told. Raises NoSuchThing."""
    facts = _one(connection, "sku", code, f"There is no SKU {code}.")
    costs = ask(connection, "sku_costs", facts["id"])
    levels: list[Row] = []
    events: list[Event] = []
    older = None
    if "inventory" in schemas:
        levels = ask(connection, "sku_levels", facts["id"])
        movements = ask(connection, "sku_movements", facts["id"], before)
        older = movements[SHOWN - 1][7] if len(movements) > SHOWN else None
        events += [_movement(row) for row in reversed(movements[:SHOWN])]
    if before is None:
        events += changes_of(connection, "catalog.skus", [str(facts["id"])], "SKU")
        events += changes_of(connection, "catalog.products", [str(facts["product_id"])], "Product")
        events += changes_of(connection, "catalog.sku_costs", [cost[-1] for cost in costs], "Cost")
        events.append(_made("SKU made", facts))
    return SkuHistory(facts, levels, costs, in_order(events), older)


def read_customer(connection: Connection, schemas: Sequence[str], number: UUID) -> CustomerHistory:
    """Raises NoSuchThing."""
    facts = _one(connection, "customer", number, "There is no such customer.")
    events = [
        _made("Customer made", facts),
        *changes_of(connection, "crm.customers", [str(number)], "Customer"),
    ]
    totals: list[Row] = []
    orders: list[Row] = []
    if "sales" in schemas:
        totals = ask(connection, "customer_totals", number)
        orders = ask(connection, "customer_orders", number)
        events += [
            Event(
                placed_at,
                "money",
                f"Order {order}",
                status.replace("_", " "),
                total,
                currency,
                actor=actor,
                link=("order", order),
            )
            for order, status, placed_at, total, _, currency, actor in orders[:SHOWN]
            if placed_at is not None
        ]
    return CustomerHistory(
        facts, totals, orders[:SHOWN], in_order(events), has_more=len(orders) > SHOWN
    )


def _made(title: str, facts: dict[str, Any]) -> Event:
    return Event(facts["created_at"], "status", title, actor=facts["created_by"])


def _events(rows: list[Row]) -> list[Event]:
    return [
        Event(
            at,
            kind,
            title,
            detail or "",
            amount,
            currency,
            quantity,
            actor,
            link=("sku", sku) if sku else None,
        )
        for at, kind, title, detail, amount, currency, quantity, actor, sku in rows
    ]


def _movement(row: Row) -> Event:
    at, kind, quantity, source, destination, detail, actor, _, left, arrived = row
    return Event(
        at,
        "stock",
        f"{kind.capitalize()}: {source} → {destination}",
        detail,
        quantity=quantity,
        actor=actor,
        left=tuple(
            (place, there)
            for place, there in ((source, left), (destination, arrived))
            if there is not None
        ),
    )


def _one(connection: Connection, query: str, value: Any, missing: str) -> dict[str, Any]:
    cursor = psycopg.RawCursor(connection, row_factory=dict_row)
    found = cursor.execute(_text(query), [value]).fetchone()
    if found is None:
        raise NoSuchThing(missing, hint="Look for it by a part of its name, code or number.")
    return found


def _text(query: str) -> bytes:
    return files("groundplan.studio").joinpath("queries", f"history_{query}.sql").read_bytes()
