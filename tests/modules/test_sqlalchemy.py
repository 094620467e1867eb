"""The same facts through an ORM: order, lines, placed, shipped, returned, refunded."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import FetchedValue, ForeignKey, create_engine, insert, select, text, update
from sqlalchemy.engine import URL, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from groundplan.testing import refuses
from tests.modules.shop import Shop, entry


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = {"schema": "sales"}  # noqa: RUF012
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=FetchedValue())
    currency_code: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=FetchedValue())
    shipping_amount: Mapped[Decimal] = mapped_column(server_default=FetchedValue())
    total_amount: Mapped[Decimal | None] = mapped_column(
        server_default=FetchedValue(), server_onupdate=FetchedValue()
    )
    items: Mapped[list[Item]] = relationship(back_populates="order", order_by="Item.position")


class Item(Base):
    __tablename__ = "order_items"
    __table_args__ = {"schema": "sales"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=FetchedValue())
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sales.orders.id"))
    sku_id: Mapped[UUID]
    position: Mapped[int]
    quantity: Mapped[Decimal]
    gross_amount: Mapped[Decimal] = mapped_column(server_default=FetchedValue())
    order: Mapped[Order] = relationship(back_populates="items")


@pytest.fixture
def engine(shop_url: str) -> Iterator[Engine]:
    given: dict[str, Any] = conninfo_to_dict(shop_url)
    url = URL.create(
        "postgresql+psycopg",
        username=given["user"],
        database=given["dbname"],
        query={"host": given["host"], "port": str(given["port"])},
    )
    made = create_engine(url)
    yield made
    made.dispose()


def test_an_order_lives_its_life_in_an_orm(plain_shop: Shop, engine: Engine) -> None:
    shop = plain_shop
    sku = shop.sku(10, tax="0.2", cost=4, stock=5)
    sku_id = shop.sku_id(sku)
    with Session(engine) as session:
        order = Order(currency_code="EUR", shipping_amount=Decimal(5))
        order.items = [
            Item(sku_id=sku_id, position=1, quantity=Decimal(3)),
            Item(sku_id=sku_id, position=2, quantity=Decimal(1)),
        ]
        session.add(order)
        session.commit()
        assert order.total_amount is None
        assert [item.gross_amount for item in order.items] == [36, 12]
        order.status = "placed"
        session.commit()
        # 4 x 12 + 5
        assert order.total_amount == 53
        assert shop.level(sku) == (5, 4)
        order.items.append(Item(sku_id=sku_id, position=3, quantity=Decimal(1)))
        with refuses("lines_of_placed_orders_are_frozen"):
            session.commit()
        session.rollback()
        order_id = order.id
        lines = {item.position: item.id for item in order.items}
    with engine.begin() as connection:
        run = connection.execute
        main = run(text("select id from inventory.locations where is_default")).scalar_one()
        shipment = run(
            text(
                "insert into fulfillment.shipments (order_id, source_location_id)"
                " values (:order_id, :main) returning id"
            ),
            {"order_id": order_id, "main": main},
        ).scalar_one()
        for position, quantity in ((1, 3), (2, 1)):
            run(
                text(
                    "insert into fulfillment.shipment_items (shipment_id, order_item_id, quantity)"
                    " values (:shipment, :line, :quantity)"
                ),
                {"shipment": shipment, "line": lines[position], "quantity": quantity},
            )
        run(
            text("update fulfillment.shipments set status = 'shipped' where id = :id"),
            {"id": shipment},
        )
        assert run(select(Order.status).where(Order.id == order_id)).scalar_one() == "fulfilled"
        back = run(
            text(
                "insert into fulfillment.returns (order_id, destination_location_id)"
                " values (:order_id, :main) returning id"
            ),
            {"order_id": order_id, "main": main},
        ).scalar_one()
        run(
            text(
                "insert into fulfillment.return_items (return_id, order_item_id, quantity)"
                " values (:back, :line, 2)"
            ),
            {"back": back, "line": lines[1]},
        )
        run(text("update fulfillment.returns set status = 'received' where id = :id"), {"id": back})
        run(
            text(
                "insert into sales.refunds (order_id, order_item_id, quantity, merchandise_amount,"
                " tax_amount, reason) values (:order_id, :line, 2, 20, 4, 'returned')"
            ),
            {"order_id": order_id, "line": lines[1]},
        )
    assert shop.level(sku) == (3, 0)
    found = sorted(
        (each for each in shop.ledger(order_id) if each["kind"] in ("cogs", "return")),
        key=lambda each: (each["kind"], each.get("cogs", 0)),
    )
    assert found == [
        entry("cogs", 1, cogs=-8),
        entry("cogs", 2, cogs=4),
        entry("cogs", 1, cogs=12),
        entry(
            "return", 1, returned_quantity=2, returns=20, tax=-4, charged=-24, base_amount=-24
        ),
    ]  # fmt: skip
    assert shop.order(order_id)["refunded_amount"] == 24


def test_core_statements_over_many_rows(plain_shop: Shop, engine: Engine) -> None:
    shop = plain_shop
    sku = shop.sku(10, stock=5)
    sku_id = shop.sku_id(sku)
    with engine.begin() as connection:
        ids = (
            connection.execute(
                insert(Order).returning(Order.id), [{"currency_code": "EUR"} for _ in range(5)]
            )
            .scalars()
            .all()
        )
        connection.execute(
            insert(Item),
            [{"order_id": each, "sku_id": sku_id, "position": 1, "quantity": 1} for each in ids],
        )
        connection.execute(update(Order).where(Order.id.in_(ids)).values(status="placed"))
    assert shop.level(sku) == (5, 5)
    assert [shop.order(each)["total_amount"] for each in ids] == [10] * 5
    with refuses("stock_is_never_promised_twice"), engine.begin() as connection:
        one = connection.execute(
            insert(Order).values(currency_code="EUR").returning(Order.id)
        ).scalar_one()
        connection.execute(insert(Item).values(order_id=one, sku_id=sku_id, position=1, quantity=1))
        connection.execute(update(Order).where(Order.id == one).values(status="placed"))
