"""What happened, in order of time: events of an order, a SKU or a customer, and audited changes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from groundplan.studio.ground import Connection

KINDS = ("statuses", "money", "stock", "changes")
_KEPT_BY_THE_DATABASE = ("version", "updated_at")
CHANGES = 200


@dataclass(frozen=True)
class Difference:
    """A column before and after a change."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Event:
    """``place`` orders what happened in one moment. ``charged`` is money, with its sum so far in
    ``balance``; ``session`` is the user of the database."""

    at: datetime
    place: float
    kind: str
    title: str
    detail: str
    actor: str
    charged: Decimal | None = None
    balance: Decimal | None = None
    session: str = ""
    reason: str = ""
    differences: tuple[Difference, ...] = ()
    stock: str = ""

    @property
    def day(self) -> date:
        """In UTC, as the times are shown."""
        return self.at.astimezone(UTC).date()


def ask(connection: Connection, name: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query of the trace pages."""
    text = files("groundplan.studio").joinpath("queries", f"trace_{name}.sql").read_bytes()
    return psycopg.RawCursor(connection).execute(text, values).fetchall()


def order_events(connection: Connection, modules: Iterable[str], order: UUID) -> list[Event]:
    """Of an order, the first first, with the balance of its money."""
    rows = ask(connection, "order_sales", order)
    if "fulfillment" in modules:
        rows += ask(connection, "order_fulfillment", order)
    events = [
        Event(at, float(place), kind, title, detail or "", actor, charged or None)
        for at, place, kind, title, detail, charged, actor in rows
    ]
    events += changes(connection, "sales.orders", [str(order)])
    lines = connection.execute("select id from sales.order_items where order_id = %s", [order])
    events += changes(connection, "sales.order_items", [str(line) for (line,) in lines])
    events.sort(key=lambda event: (event.at, event.place, event.title))
    return _with_balance(events)


def _with_balance(events: list[Event]) -> list[Event]:
    balance = Decimal(0)
    found: list[Event] = []
    for event in events:
        if event.charged is not None:
            balance += event.charged
            found.append(replace(event, balance=balance))
        else:
            found.append(event)
    return found


def changes(connection: Connection, table: str, rows: list[str]) -> list[Event]:
    """The last audited changes of some rows of a table, as differences.

    Old personal values are read only where the role may read them; elsewhere they are not among
    the columns that are compared.
    """
    schema, name = table.split(".")
    found = connection.execute(
        "select has_table_privilege('core.audit_personal', 'select')"
    ).fetchone()
    personal = sql.SQL("coalesce(personal.old_personal, '{}')" if found == (True,) else "'{}'")
    join = sql.SQL(
        "left join core.audit_personal as personal on personal.audit_id = log.id"
        if found == (True,)
        else ""
    )
    statement = sql.SQL(
        "with images as (\n"
        "    select log.*, coalesce(log.old_row, '{{}}') || {personal} as whole\n"
        "    from core.audit_log as log {join}\n"
        "    where log.schema_name = %s and log.table_name = %s and log.row_id = any(%s)\n"
        ")\n"
        "select image.changed_at, image.operation, image.actor, image.session_role, image.reason,\n"
        "    image.whole, coalesce(\n"
        "        lead(image.whole) over (partition by image.row_id\n"
        "            order by image.changed_at, image.id),\n"
        "        to_jsonb(current))\n"
        "from images as image\n"
        "left join {table} as current on current.id::text = image.row_id\n"
        "order by image.changed_at desc, image.id desc limit {limit}"
    ).format(
        personal=personal,
        join=join,
        table=sql.Identifier(schema, name),
        limit=sql.Literal(CHANGES),
    )
    rows_found = connection.execute(statement, [schema, name, rows]).fetchall()
    return [_change(table, *row) for row in rows_found]


def _change(
    table: str,
    at: datetime,
    operation: str,
    actor: str,
    session: str,
    reason: str | None,
    before: dict[str, Any],
    after: dict[str, Any] | None,
) -> Event:
    after = {} if operation == "delete" or after is None else after
    differences = tuple(
        Difference(name, _shown(before[name]), _shown(after.get(name)))
        for name in sorted(before)
        if name not in _KEPT_BY_THE_DATABASE and before[name] != after.get(name)
    )
    title = f"{table}: {operation}"
    return Event(
        at,
        9,
        "changes",
        title,
        "",
        actor,
        session=session,
        reason=reason or "",
        differences=differences,
    )


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def grouped(events: Iterable[Event]) -> list[tuple[date, list[Event]]]:
    """By day, in their order."""
    found: dict[date, list[Event]] = {}
    for event in events:
        found.setdefault(event.day, []).append(event)
    return list(found.items())
