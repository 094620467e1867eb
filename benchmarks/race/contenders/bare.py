"""SQLAlchemy's ORM on bare tables: primary keys and references, everything else is up to it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, create_engine, func, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from .. import shop


class Base(DeclarativeBase):
    """The tables of sql/bare.sql."""


class Sku(Base):
    __tablename__ = "skus"
    __table_args__ = ({"schema": "shop"},)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    unit_price: Mapped[Decimal]


class Stock(Base):
    __tablename__ = "stock"
    __table_args__ = ({"schema": "shop"},)
    sku_id: Mapped[int] = mapped_column(primary_key=True)
    on_hand: Mapped[int]
    allocated: Mapped[int]


class Item(Base):
    __tablename__ = "order_items"
    __table_args__ = ({"schema": "shop"},)
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop.orders.id"))
    sku_id: Mapped[int]
    quantity: Mapped[int]
    unit_price: Mapped[Decimal]


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = ({"schema": "shop"},)
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int]
    status: Mapped[str]
    placed_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())
    total_amount: Mapped[Decimal]
    items: Mapped[list[Item]] = relationship()


class System:
    """One session."""

    def __init__(self, url: str) -> None:
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        self.session = Session(engine, expire_on_commit=False)

    def place(self, first: int, count: int) -> None:
        """Place the orders of these numbers, each in a transaction."""
        for number in range(first, first + count):
            wanted = shop.order(number)
            self._place(wanted.customer, wanted.lines)

    def look(self, sku: int, quantity: int) -> bool:
        """Whether so many are there."""
        with self.session.begin():
            left = self.session.scalar(
                select(Stock.on_hand - Stock.allocated)
                .join(Sku, Sku.id == Stock.sku_id)
                .where(Sku.code == shop.code(sku))
            )
        return left is not None and left >= quantity

    def buy(self, sku: int, quantity: int) -> bool:
        """Place an order of this SKU alone."""
        self._place(1, ((sku, quantity),))
        return True

    def _place(self, customer: int, lines: tuple[tuple[int, int], ...]) -> None:
        with self.session.begin():
            codes = [shop.code(sku) for sku, _ in lines]
            found = {
                sku.code: sku
                for sku in self.session.scalars(select(Sku).where(Sku.code.in_(codes)))
            }
            items = [
                Item(
                    sku_id=found[shop.code(sku)].id,
                    quantity=quantity,
                    unit_price=found[shop.code(sku)].unit_price,
                )
                for sku, quantity in lines
            ]
            total = sum((item.unit_price * item.quantity for item in items), Decimal(0))
            order = Order(customer_id=customer, status="placed", total_amount=total, items=items)
            self.session.add(order)
            self.session.flush()
            # In the order of the SKUs, so that two orders never wait for each other in a circle.
            for item in sorted(items, key=lambda item: item.sku_id):
                self.session.execute(
                    update(Stock)
                    .where(Stock.sku_id == item.sku_id)
                    .values(allocated=Stock.allocated + item.quantity)
                    .execution_options(synchronize_session=False)
                )
        self.session.expunge_all()


def open_system(url: str) -> Any:
    """Called by the client's process."""
    return System(url)
