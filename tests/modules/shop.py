"""A shop to test with: makes SKUs and stock of its own, orders by verb or by plain statements."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, LiteralString, cast
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

Row = dict[str, Any]
Line = Mapping[str, Any]
Way = str
"""How orders are made and moved: "verb" or "plain", the statements an ORM sends."""

_numbers = itertools.count(1)

AMOUNTS = (
    "quantity", "gross_sales", "discounts", "returned_quantity", "returns", "tax", "shipping",
    "surcharges", "costed_sales", "cogs", "charged", "base_amount", "order_count", "line_count",
)  # fmt: skip


def fresh(prefix: str) -> str:
    """A code nobody has used in this run."""
    return f"{prefix}-{os.getpid()}-{next(_numbers)}"


@dataclass
class Shop:
    """Everything over one connection, in autocommit unless the test begins a transaction."""

    connection: psycopg.Connection[Any]
    way: Way = "verb"

    def rows(self, query: str, *values: object) -> list[Row]:
        """All rows as dictionaries."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(cast(LiteralString, query), values or None)
            return cursor.fetchall() if cursor.description else []

    def row(self, query: str, *values: object) -> Row:
        """The one row there must be."""
        (row,) = self.rows(query, *values)
        return row

    def value(self, query: str, *values: object) -> Any:
        """The one value there must be."""
        (value,) = self.row(query, *values).values()
        return value

    def do(self, statement: str, *values: object) -> int:
        """Run a statement; how many rows it wrote."""
        return self.connection.execute(cast(LiteralString, statement), values or None).rowcount

    def sku(
        self,
        price: str | int | None = 10,
        *,
        tax: str | int = 0,
        cost: str | int | None = None,
        stock: int = 0,
        **columns: object,
    ) -> str:
        """A new SKU with this much stock; its code."""
        code = fresh("SKU")
        product = self.value(
            "insert into catalog.products (name, slug) values (%s, %s) returning id",
            code,
            code.lower(),
        )
        given = {
            "product_id": product,
            "code": code,
            "name": f"Thing {code}",
            "unit_price": price,
            "tax_rate": tax,
            **columns,
        }
        sku_id = self.value(
            f"insert into catalog.skus ({', '.join(given)})"
            f" values ({', '.join(['%s'] * len(given))}) returning id",
            *given.values(),
        )
        if cost is not None:
            self.do(
                "insert into catalog.sku_costs (sku_id, unit_cost, valid_from)"
                " values (%s, %s, '2000-01-01')",
                sku_id,
                cost,
            )
        if stock:
            self.do("select inventory.receive_stock(%s, %s)", code, stock)
        return code

    def keep_books(self, **settings: object) -> None:
        """Other settings of the tenant, past the rule that keeps them once there are facts."""
        self.do("select set_config('groundplan.maintenance', 'other books', true)")
        self.do(
            "update core.tenants set "
            + ", ".join(f"{name} = %s" for name in settings)
            + " where id = 1",
            *settings.values(),
        )
        self.do("select set_config('groundplan.maintenance', '', true)")

    def sku_id(self, code: str) -> UUID:
        """Its id."""
        return self.value("select id from catalog.skus where code = %s", code)

    def level(self, code: str) -> tuple[Decimal, Decimal]:
        """Units on hand and promised, at all places."""
        row = self.row(
            "select coalesce(sum(on_hand), 0) as on_hand, coalesce(sum(allocated), 0) as allocated"
            " from inventory.stock_levels where sku_id = %s",
            self.sku_id(code),
        )
        return row["on_hand"], row["allocated"]

    def order(self, order_id: UUID) -> Row:
        """The order as it is now."""
        return self.row("select * from sales.orders where id = %s", order_id)

    def items(self, order_id: UUID) -> list[Row]:
        """Its lines in order."""
        return self.rows(
            "select * from sales.order_items where order_id = %s order by position", order_id
        )

    def draft(self, *lines: Line, **columns: object) -> UUID:
        """A draft with these lines, by plain statements; its id."""
        columns.setdefault("currency_code", "EUR")
        order_id = self.value(
            f"insert into sales.orders ({', '.join(columns)})"
            f" values ({', '.join(['%s'] * len(columns))}) returning id",
            *columns.values(),
        )
        for line in lines:
            self.add_line(order_id, line)
        return order_id

    def add_line(self, order_id: UUID, line: Line) -> UUID:
        """A line of an order; its id."""
        given: Row = {"order_id": order_id, "sku_id": self.sku_id(str(line["sku"]))}
        given.update({name: value for name, value in line.items() if name != "sku"})
        return self.value(
            f"insert into sales.order_items ({', '.join(given)})"
            f" values ({', '.join(['%s'] * len(given))}) returning id",
            *given.values(),
        )

    def place(self, *lines: Line, **terms: object) -> UUID:
        """A placed order; its id. ``terms`` are parameters of the verb and columns alike."""
        if self.way == "verb":
            named = "".join(f", {name} => %s" for name in terms)
            return self.value(
                f"select (sales.place_order(%s::jsonb{named})).id",
                json.dumps(list(lines), default=str),
                *terms.values(),
            )
        late = {name: terms.pop(name) for name in ("placed_at", "exchange_rate") if name in terms}
        order_id = self.draft(*lines, **terms)
        more = "".join(f", {name} = %s" for name in late)
        self.do(
            f"update sales.orders set status = 'placed'{more} where id = %s",
            *late.values(),
            order_id,
        )
        return order_id

    def cancel(self, order_id: UUID) -> None:
        """Cancel it."""
        if self.way == "verb":
            self.do("select sales.cancel_order(%s, 'changed mind')", order_id)
        else:
            self.do("update sales.orders set status = 'cancelled' where id = %s", order_id)

    def ship(self, order_id: UUID, quantities: Mapping[int, object] | None = None) -> UUID:
        """Send everything open, or quantities by position; the shipment's id."""
        if self.way == "verb":
            lines = None
            if quantities is not None:
                lines = json.dumps(
                    [{"position": at, "quantity": str(n)} for at, n in quantities.items()]
                )
            return self.value("select (fulfillment.ship_order(%s, %s::jsonb)).id", order_id, lines)
        shipment = self.value(
            "insert into fulfillment.shipments (order_id, source_location_id)"
            " select %s, id from inventory.locations where is_default"
            " and tenant_id = core.current_tenant_id() returning id",
            order_id,
        )
        for item in self.items(order_id):
            open_quantity = self.value(
                "select quantity - shipped_quantity from fulfillment.order_item_fulfillments"
                " where id = %s",
                item["id"],
            )
            quantity = open_quantity if quantities is None else quantities.get(item["position"], 0)
            if quantity:
                self.do(
                    "insert into fulfillment.shipment_items (shipment_id, order_item_id, quantity)"
                    " values (%s, %s, %s)",
                    shipment,
                    item["id"],
                    quantity,
                )
        self.do("update fulfillment.shipments set status = 'shipped' where id = %s", shipment)
        return shipment

    def take_back(self, order_id: UUID, *lines: tuple[int, int, str], refund: bool = False) -> UUID:
        """Receive (position, quantity, disposition) back; the return's id."""
        if self.way == "verb":
            told = [{"position": at, "quantity": n, "disposition": how} for at, n, how in lines]
            return self.value(
                "select (fulfillment.return_items(%s, %s::jsonb, refund => %s)).id",
                order_id,
                json.dumps(told),
                refund,
            )
        back = self.value(
            "insert into fulfillment.returns (order_id, destination_location_id)"
            " select %s, id from inventory.locations where is_default"
            " and tenant_id = core.current_tenant_id() returning id",
            order_id,
        )
        items = {item["position"]: item for item in self.items(order_id)}
        for at, quantity, disposition in lines:
            self.do(
                "insert into fulfillment.return_items"
                " (return_id, order_item_id, quantity, disposition) values (%s, %s, %s, %s)",
                back,
                items[at]["id"],
                quantity,
                disposition,
            )
        self.do("update fulfillment.returns set status = 'received' where id = %s", back)
        if refund:
            for at, quantity, _ in lines:
                item = items[at]
                share = quantity / item["quantity"]
                self.do(
                    "insert into sales.refunds (order_id, order_item_id, quantity,"
                    " merchandise_amount, tax_amount, reason)"
                    " values (%s, %s, %s, %s, %s, 'returned')",
                    order_id,
                    item["id"],
                    quantity,
                    round(item["net_amount"] * share, 2),
                    round(item["tax_amount"] * share, 2),
                )
        return back

    def ledger(self, order_id: UUID) -> list[Row]:
        """Its entries in the order they were posted, with what is not zero."""
        entries = self.rows(
            "select entry.*, item.position from sales.ledger_entries as entry"
            " left join sales.order_items as item on item.id = entry.order_item_id"
            " where entry.order_id = %s"
            " order by entry.posted_at, entry.reverses_id is not null, entry.kind <> 'sale',"
            " entry.kind, item.position",
            order_id,
        )
        return [
            {"kind": entry["kind"], "position": entry["position"]}
            | {name: entry[name] for name in AMOUNTS if entry[name]}
            for entry in entries
        ]


def entry(kind: str, position: int | None = None, **amounts: object) -> Row:
    """An expected ledger entry: what is not zero, amounts as text."""
    return {"kind": kind, "position": position} | {
        name: value if isinstance(value, int) else Decimal(str(value))
        for name, value in amounts.items()
    }


def totals(order: Row) -> Sequence[Decimal]:
    """Net and tax of its lines, and the total."""
    return order["items_net_amount"], order["items_tax_amount"], order["total_amount"]
