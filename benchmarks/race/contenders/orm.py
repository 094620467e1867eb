"""Groundplan by an ORM: SQLAlchemy writes order and lines, then sets the status to placed."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ForeignKey, create_engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from .. import shop

GIVEN_BY_DATABASE = text("core.new_id()")


class Base(DeclarativeBase):
    """Tables of Groundplan, with the columns that this program writes."""


class Sku(Base):
    __tablename__ = "skus"
    __table_args__ = ({"schema": "catalog"},)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str]


class Item(Base):
    __tablename__ = "order_items"
    __table_args__ = ({"schema": "sales"},)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=GIVEN_BY_DATABASE)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sales.orders.id"))
    sku_id: Mapped[uuid.UUID]
    position: Mapped[int]
    quantity: Mapped[int]


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = ({"schema": "sales"},)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=GIVEN_BY_DATABASE)
    customer_id: Mapped[uuid.UUID]
    status: Mapped[str] = mapped_column(server_default="draft")
    items: Mapped[list[Item]] = relationship(order_by=Item.position)


class System:
    """One session."""

    def __init__(self, url: str) -> None:
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        self.session = Session(engine, expire_on_commit=False)
        with self.session.begin():
            rows = self.session.execute(text("select n, id from public.race_customers")).tuples()
            self.customers: dict[int, uuid.UUID] = dict(rows.all())
        self.draft: Order | None = None

    def place(self, first: int, count: int) -> None:
        """Place the orders of these numbers, each in a transaction."""
        for number in range(first, first + count):
            wanted = shop.order(number)
            with self.session.begin():
                self._write(wanted.customer, wanted.lines).status = "placed"
            self.session.expunge_all()

    def look(self, sku: int, quantity: int) -> bool:
        """Begin a transaction and write a draft: it is placed by ``buy``."""
        self.draft = self._write(1, ((sku, quantity),))
        return True

    def buy(self, sku: int, quantity: int) -> bool:
        """Place the draft; False if the database refuses."""
        if self.draft is None:
            raise RuntimeError(f"nobody has looked at {sku} ({quantity})")
        try:
            self.draft.status = "placed"
            self.session.commit()
        except IntegrityError:
            self.session.rollback()
            return False
        finally:
            self.draft = None
            self.session.expunge_all()
        return True

    def _write(self, customer: int, lines: tuple[tuple[int, int], ...]) -> Order:
        codes = [shop.code(sku) for sku, _ in lines]
        found = {
            sku.code: sku.id for sku in self.session.scalars(select(Sku).where(Sku.code.in_(codes)))
        }
        items = [
            Item(sku_id=found[shop.code(sku)], position=position, quantity=quantity)
            for position, (sku, quantity) in enumerate(lines, 1)
        ]
        order = Order(customer_id=self.customers[customer], items=items)
        self.session.add(order)
        self.session.flush()
        return order


def open_system(url: str) -> Any:
    """Called by the client's process."""
    return System(url)
