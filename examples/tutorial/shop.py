"""The tea shop: places an order, ships it, refunds a part, and meets two refusals."""

import os

import psycopg
from psycopg.rows import namedtuple_row
from psycopg.types.json import Jsonb


def place_order(connection, email, lines, key):
    """The order. The same key a second time gives the same order, not another one."""
    return connection.execute(
        """
        select * from sales.place_order(
            %s,
            customer_id     => (select id from crm.customers where email = %s),
            shipping_amount => 4,
            idempotency_key => %s)
        """,
        [Jsonb(lines), email, key],
    ).fetchone()


def ship_order(connection, order):
    return connection.execute(
        "select * from fulfillment.ship_order(%s, carrier => 'Parcel')", [order.id]
    ).fetchone()


def refund_order(connection, order, amount, reason):
    return connection.execute(
        "select * from sales.refund_order(%s, %s, %s)", [order.id, amount, reason]
    ).fetchone()


def main():
    with psycopg.connect(
        os.environ["DATABASE_URL"], autocommit=True, row_factory=namedtuple_row
    ) as connection:
        with connection.transaction():
            connection.execute("select set_config('groundplan.actor', 'web shop', true)")
            lines = [{"sku": "POT", "quantity": 1}, {"sku": "TEA-GREEN", "quantity": 2}]
            order = place_order(connection, "ada@example.com", lines, "checkout-1")
        print(f"order {order.number} is {order.status}: {order.total_amount} {order.currency_code}")

        with connection.transaction():
            again = place_order(connection, "ada@example.com", lines, "checkout-1")
        print(f"sent again, it is order {again.number} still")

        with connection.transaction():
            shipment = ship_order(connection, order)
        print(f"its shipment is {shipment.status}")

        with connection.transaction():
            refund = refund_order(connection, order, 3, "a dented tin")
        print(f"{refund.amount} {refund.currency_code} are given back")

        try:
            with connection.transaction():
                place_order(connection, "ada@example.com", [{"sku": "POT", "quantity": 5}], "2")
        except psycopg.IntegrityError as error:
            if error.diag.constraint_name != "stock_is_never_promised_twice":
                raise
            print(f"not placed: {error.diag.message_detail}")

        try:
            with connection.transaction():
                refund_order(connection, order, 500, "a mistake")
        except psycopg.IntegrityError as error:
            print(f"not refunded: {error.sqlstate} {error.diag.constraint_name}")


if __name__ == "__main__":
    main()
