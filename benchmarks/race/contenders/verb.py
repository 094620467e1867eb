"""Groundplan by its verb: one call of sales.place_order per order."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from groundplan.database import connect

from .. import shop


class System:
    """One connection in autocommit."""

    def __init__(self, url: str) -> None:
        self.connection = connect(url, autocommit=True)
        rows = self.connection.execute("select n, id from public.race_customers").fetchall()
        self.customers = dict(rows)

    def place(self, first: int, count: int) -> None:
        """Place the orders of these numbers."""
        for number in range(first, first + count):
            wanted = shop.order(number)
            self._place(wanted.customer, wanted.lines)

    def look(self, sku: int, quantity: int) -> bool:
        """Whether so many are there."""
        row = self.connection.execute(
            "select sum(level.on_hand - level.allocated) from inventory.stock_levels as level"
            " join catalog.skus as sku on sku.id = level.sku_id where sku.code = %s",
            [shop.code(sku)],
        ).fetchone()
        return row is not None and row[0] >= quantity

    def buy(self, sku: int, quantity: int) -> bool:
        """Place an order of this SKU alone; False if the database refuses."""
        try:
            self._place(1, ((sku, quantity),))
        except psycopg.IntegrityError:
            return False
        return True

    def _place(self, customer: int, lines: tuple[tuple[int, int], ...]) -> None:
        named = [{"sku": shop.code(sku), "quantity": quantity} for sku, quantity in lines]
        self.connection.execute(
            "select id, number, total_amount from sales.place_order(%s::jsonb, %s)",
            [json.dumps(named), self.customers[customer]],
        ).fetchone()


def open_system(url: str) -> Any:
    """Called by the client's process."""
    return System(url)
