"""Whether both sides of the order benchmark write the same rows. If not, it measures nothing."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql
from server import Connection

ORDERS = 100

# Identifiers and times of writing differ by nature; everything else has to be equal.
TABLES: dict[tuple[LiteralString, LiteralString], LiteralString] = {
    ("sales.orders", "bare.orders"): "{id,number,placed_at,created_at}",
    ("sales.order_items", "bare.order_items"): "{id,order_id,created_at}",
    ("sales.order_status_history", "bare.order_status_history"): "{id,order_id,changed_at}",
    ("sales.ledger_entries", "bare.ledger_entries"): "{id,order_id,order_item_id,posted_at}",
    ("inventory.reservations", "bare.reservations"): "{id,created_at}",
    (
        "fulfillment.order_item_fulfillments",
        "bare.order_item_fulfillments",
    ): "{id,reservation_id}",
    ("inventory.stock_levels", "bare.stock_levels"): "{changed_at}",
    ("groundplan.ledger_entries_delta", "bare.delta"): "{}",
}

_PLACE: LiteralString = """
select {verb}(
    (select jsonb_agg(jsonb_build_object(
        'sku', 'sku-' || 1 + (number * 37 + line * 101) %% 10000, 'quantity', line))
     from generate_series(1, 3) as line),
    (select id from public.bench_customers where n = number))
from generate_series(1, %s) as number
"""

_COMPARISON: LiteralString = """
with kit as (select to_jsonb(r) - {ignored}::text[] as content from {kit} as r),
bare as (select to_jsonb(r) - {ignored}::text[] as content from {bare} as r)
select (select count(*) from kit), (select count(*) from bare),
    (select min(content::text) from (table kit except all table bare) as only_kit),
    (select min(content::text) from (table bare except all table kit) as only_bare)
"""


def check(connection: Connection) -> None:
    """Place the same orders on both sides, compare every row, and roll all of it back.

    Raises SystemExit where a row differs.
    """
    with connection.transaction(force_rollback=True):
        connection.execute("set local groundplan.fold_batch = '0'")
        connection.execute(_PLACE.format(verb="sales.place_order"), [ORDERS])
        connection.execute(_PLACE.format(verb="bare.place_order"), [ORDERS])
        for (kit, bare), ignored in TABLES.items():
            _compare(connection, kit, bare, ignored)


def _compare(
    connection: Connection, kit: LiteralString, bare: LiteralString, ignored: LiteralString
) -> None:
    query = sql.SQL(_COMPARISON).format(
        kit=sql.Identifier(*kit.split(".")),
        bare=sql.Identifier(*bare.split(".")),
        ignored=sql.Literal(ignored),
    )
    rows = connection.execute(query).fetchone()
    if rows is None or rows[0] != rows[1] or rows[0] == 0 or (rows[2], rows[3]) != (None, None):
        raise SystemExit(f"{kit} and {bare} do not hold the same rows: {rows}")
