"""SQLAlchemy Core on bare tables: the same statements as contenders/bare.py without an ORM."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import MetaData, Table, bindparam, create_engine, insert, select, update

from .. import shop


class System:
    """One connection."""

    def __init__(self, url: str) -> None:
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        tables = MetaData(schema="shop")
        self.skus = Table("skus", tables, autoload_with=engine)
        self.stock = Table("stock", tables, autoload_with=engine)
        self.orders = Table("orders", tables, autoload_with=engine)
        self.items = Table("order_items", tables, autoload_with=engine)
        self.connection = engine.connect()
        self.promise = (
            update(self.stock)
            .where(self.stock.c.sku_id == bindparam("sku"))
            .values(allocated=self.stock.c.allocated + bindparam("quantity"))
        )

    def place(self, first: int, count: int) -> None:
        """Place the orders of these numbers, each in a transaction."""
        for number in range(first, first + count):
            wanted = shop.order(number)
            with self.connection.begin():
                self._place(wanted.customer, wanted.lines)

    def look(self, sku: int, quantity: int) -> bool:
        """Whether so many are there."""
        left = self.stock.c.on_hand - self.stock.c.allocated
        with self.connection.begin():
            there = self.connection.scalar(
                select(left).join(self.skus).where(self.skus.c.code == shop.code(sku))
            )
        return there is not None and there >= quantity

    def buy(self, sku: int, quantity: int) -> bool:
        """Place an order of this SKU alone."""
        with self.connection.begin():
            self._place(1, ((sku, quantity),))
        return True

    def _place(self, customer: int, lines: tuple[tuple[int, int], ...]) -> None:
        columns = self.skus.c
        codes = [shop.code(sku) for sku, _ in lines]
        found = {
            row.code: row
            for row in self.connection.execute(
                select(columns.id, columns.code, columns.unit_price).where(columns.code.in_(codes))
            )
        }
        items: list[dict[str, Any]] = [
            {
                "sku_id": found[shop.code(sku)].id,
                "quantity": quantity,
                "unit_price": found[shop.code(sku)].unit_price,
            }
            for sku, quantity in lines
        ]
        total = sum((item["unit_price"] * item["quantity"] for item in items), Decimal(0))
        order = self.connection.scalar(
            insert(self.orders)
            .values(customer_id=customer, status="placed", total_amount=total)
            .returning(self.orders.c.id)
        )
        self.connection.execute(insert(self.items), [{"order_id": order, **item} for item in items])
        # In the order of the SKUs, so that two orders never wait for each other in a circle.
        for item in sorted(items, key=lambda item: item["sku_id"]):
            self.connection.execute(
                self.promise, {"sku": item["sku_id"], "quantity": item["quantity"]}
            )


def open_system(url: str) -> Any:
    """Called by the client's process."""
    return System(url)
