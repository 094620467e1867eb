"""What was written past the rules is what they derive: the same trade through the front door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from groundplan.database import connect
from groundplan.seed.trade import TradeOptions, generate_trade

Connection = psycopg.Connection[Any]

COPIED = (
    "catalog.sales_channels",
    "catalog.brands",
    "catalog.categories",
    "catalog.products",
    "catalog.product_categories",
    "catalog.product_options",
    "catalog.skus",
    "catalog.product_option_values",
    "catalog.sku_option_values",
    "catalog.sku_costs",
    "core.addresses",
    "crm.customers",
    "crm.contacts",
    "crm.customer_addresses",
)
"""Nothing follows from these."""

TOLD = (
    "sales.orders",
    "sales.order_items",
    "sales.refunds",
    "inventory.inventory_movements",
    "fulfillment.shipments",
    "fulfillment.shipment_items",
    "fulfillment.returns",
    "fulfillment.return_items",
)
"""These are told again, without what the rules fill in."""

# All parcels are sent before anything comes back, so some stock is lent meanwhile.
# Receipts are put back under their own numbers, which the verb does not take.
REPLAY = """
set groundplan.maintenance = 'receipts told again';
insert into inventory.inventory_movements (id, destination_location_id, sku_id,
    source_location_id, kind, quantity, unit_cost, note, moved_at, request_hash)
select id, destination_location_id, sku_id, source_location_id, kind, quantity, unit_cost, note,
    moved_at, request_hash
from told.inventory_movements where kind = 'receipt';
set groundplan.maintenance = '';
select inventory.adjust_stock(code, 1000, 'found', note => 'lent') from catalog.skus
where id in (select sku_id from told.inventory_movements);
insert into sales.orders (id, billing_address_id, customer_id, shipping_address_id, number,
    channel_code, currency_code, prices_include_tax, discount_amount, shipping_amount,
    shipping_tax_amount, surcharge_amount, reserves_stock, source)
select id, billing_address_id, customer_id, shipping_address_id, number, channel_code,
    currency_code, prices_include_tax, discount_amount, shipping_amount, shipping_tax_amount,
    surcharge_amount, reserves_stock, source
from told.orders;
insert into sales.order_items (id, order_id, sku_id, position, quantity, unit_price,
    discount_amount, tax_rate, expected_unit_cost)
select id, order_id, sku_id, position, quantity, unit_price, discount_amount, tax_rate,
    expected_unit_cost
from told.order_items;
update sales.orders as o set status = 'placed', placed_at = told.placed_at,
    exchange_rate = told.exchange_rate
from told.orders as told where told.id = o.id;
update sales.orders as o set status = 'cancelled', cancelled_at = told.cancelled_at
from told.orders as told where told.id = o.id and told.status = 'cancelled';
insert into fulfillment.shipments (id, order_id, source_location_id, number, carrier,
    tracking_number)
select id, order_id, source_location_id, number, carrier, tracking_number from told.shipments;
insert into fulfillment.shipment_items (id, order_item_id, shipment_id, quantity)
select id, order_item_id, shipment_id, quantity from told.shipment_items;
update fulfillment.shipments as parcel set status = 'shipped', shipped_at = told.shipped_at
from told.shipments as told where told.id = parcel.id and told.number like '%-1';
update fulfillment.shipments as parcel set status = 'shipped', shipped_at = told.shipped_at
from told.shipments as told where told.id = parcel.id and told.number like '%-2';
update fulfillment.shipments as parcel set status = 'delivered'
from told.shipments as told where told.id = parcel.id and told.status = 'delivered';
insert into fulfillment.returns (id, order_id, destination_location_id, number, reason_code)
select id, order_id, destination_location_id, number, reason_code from told.returns;
insert into fulfillment.return_items (id, order_item_id, return_id, quantity, disposition)
select id, order_item_id, return_id, quantity, disposition from told.return_items;
update fulfillment.returns as back set status = 'received', received_at = told.received_at
from told.returns as told where told.id = back.id;
insert into inventory.inventory_movements (id, destination_location_id, sku_id,
    source_location_id, kind, quantity, unit_cost, reason_code, note, moved_at)
select id, destination_location_id, sku_id, source_location_id, kind, quantity, unit_cost,
    reason_code, note, moved_at
from told.inventory_movements where kind = 'adjustment';
select inventory.adjust_stock(code, -1000, 'lost', note => 'lent') from catalog.skus
where id in (select sku_id from told.inventory_movements);
insert into sales.refunds (id, order_id, order_item_id, quantity, merchandise_amount, tax_amount,
    shipping_amount, reason, refunded_at)
select id, order_id, order_item_id, quantity, merchandise_amount, tax_amount, shipping_amount,
    reason, refunded_at
from told.refunds;
update sales.orders as o set status = 'completed'
from told.orders as told where told.id = o.id and told.status = 'completed';
"""

COMPARED = {
    "sales.orders": (
        "id, status, placed_at, cancelled_at, business_date, item_count, items_net_amount,"
        " items_tax_amount, total_amount, refunded_amount, exchange_rate, version"
    ),
    "sales.order_items": (
        "id, position, currency_code, sku_code, sku_kind, name, price_includes_tax, tax_rate,"
        " subtotal_amount, net_amount, tax_amount, gross_amount, expected_unit_cost"
    ),
    "sales.order_status_history": "order_id, from_status, to_status, entity_version",
    "sales.refunds": "id, currency_code, amount, business_date",
    "sales.ledger_entries": (
        "customer_id, order_id, order_item_id, sku_id, kind, channel_code, currency_code,"
        " business_date, order_date, posted_at, order_count, line_count, quantity, gross_sales,"
        " discounts, returned_quantity, returns, tax, shipping, surcharges, costed_sales, cogs,"
        " payment_costs, shipping_costs, charged, exchange_rate, base_amount,"
        " reverses_id is not null"
    ),
    "fulfillment.order_item_fulfillments": (
        "id, sku_id, quantity, shipped_quantity, returned_quantity, reservation_id is not null"
    ),
    "fulfillment.shipments": "id, currency_code, status, shipped_at, business_date, version",
    "fulfillment.shipment_items": "id, sku_id, is_shipped, movement_id is not null",
    "fulfillment.returns": "id, currency_code, status, received_at, business_date, version",
    "fulfillment.return_items": "id, sku_id, is_received, movement_id is not null",
    "inventory.inventory_movements": (
        "destination_location_id, sku_id, source_location_id, kind, quantity, unit_cost,"
        " reason_code, note, moved_at, business_date"
    ),
    "inventory.reservations": "location_id, sku_id, quantity, consumed_quantity, status, version",
    "inventory.stock_levels": "location_id, sku_id, on_hand, allocated, allows_backorder",
}


@pytest.mark.parametrize("seed", [11, 12])
def test_the_rules_derive_the_same(
    clone: Callable[[str | None], str], shop_template: str, seed: int
) -> None:
    written, derived = clone(shop_template), clone(shop_template)
    generate_trade(written, TradeOptions(400, years=1, seed=seed, until=date(2026, 3, 15)))
    with connect(written) as source, connect(derived) as target:
        for table in COPIED:
            _copy(source, target, table, table)
        target.execute("create schema told")
        for table in TOLD:
            told = f"told.{table.partition('.')[2]}"
            target.execute(sql.SQL("create table {} (like {})").format(_name(told), _name(table)))
            _copy(source, target, table, told)
        for statement in REPLAY.split(";\n"):
            if statement.strip():
                target.execute(statement.encode())
        for table, columns in COMPARED.items():
            mine, theirs = (_rows(connection, table, columns) for connection in (source, target))
            assert len(mine) > 0, table
            assert mine == theirs, table


def _copy(source: Connection, target: Connection, table: str, into: str) -> None:
    """Rows that are not there yet, without columns that are computed."""
    names = [
        name
        for (name,) in source.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0"
            " and not attisdropped and attgenerated = '' order by attnum",
            [table],
        )
    ]
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    rows = source.execute(sql.SQL("select {} from {}").format(columns, _name(table))).fetchall()
    known = "" if into.startswith("told.") else " on conflict (id) do nothing"
    insert = sql.SQL("insert into {} ({}) values ({})" + known).format(
        _name(into), columns, sql.SQL(", ").join(sql.Placeholder() for _ in names)
    )
    with target.cursor() as cursor:
        cursor.executemany(insert, [[_sent(value) for value in row] for row in rows])


def _sent(value: object) -> object:
    return Jsonb(value) if isinstance(value, dict) else value


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


def _rows(connection: Connection, table: str, columns: str) -> Sequence[Any]:
    lent = " where note is distinct from 'lent'" if "moved_at" in columns else ""
    query = f"select row({columns})::text from {table}{lent} order by 1"
    return connection.execute(query.encode()).fetchall()
