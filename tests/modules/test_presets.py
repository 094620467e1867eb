"""Fewer modules, other moments: without fulfillment, cost is posted when an order is placed."""

from __future__ import annotations

from groundplan.database import connect
from groundplan.testing import refuses
from tests.modules.shop import Shop, entry


def test_sales_alone_posts_cost_when_an_order_is_placed(sales_url: str) -> None:
    with connect(sales_url, autocommit=True) as connection:
        for way in ("verb", "plain"):
            shop = Shop(connection, way)
            sku = shop.sku(10, tax="0.2", cost=4)
            order_id = shop.place({"sku": sku, "quantity": 3}, shipping_amount=5)
            sale = entry(
                "sale", 1, quantity=3, gross_sales=30, tax=6, costed_sales=30, cogs=12,
                charged=36, base_amount=36, order_count=1, line_count=1,
            )  # fmt: skip
            shipping = entry("order", shipping=5, charged=5, base_amount=5)
            assert shop.ledger(order_id) == [sale, shipping]
            for statement in (
                "update sales.order_items set quantity = 2 where order_id = %s",
                "delete from sales.order_items where order_id = %s",
            ):
                with refuses("lines_of_placed_orders_are_frozen", connection):
                    shop.do(statement, order_id)
            shop.do("select sales.refund_order(%s, 41, 'all')", order_id)
            assert sum(each["charged"] for each in shop.ledger(order_id)) == 0
            other = shop.place({"sku": sku, "quantity": 1})
            shop.cancel(other)
            assert sum(each["cogs"] for each in shop.ledger(other)) == 0
            last = shop.place({"sku": sku, "quantity": 1})
            shop.do("update sales.orders set status = 'completed' where id = %s", last)
            assert shop.order(last)["status"] == "completed"
