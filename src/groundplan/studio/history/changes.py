"""Audited changes as differences: what a row was, beside what it became."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from psycopg import sql

from groundplan.studio.ground import Connection
from groundplan.studio.history.events import Difference, Event

MOST = 200
"""The latest so many changes are told."""

Image = dict[str, Any]
"""A row as it was: column to value."""

_BOOKKEEPING = frozenset({"version", "updated_at", "updated_by"})

_CHANGES = """
    with latest as (
        select log.id, log.changed_at, log.operation, log.row_id, log.actor, log.session_role,
            log.reason, log.old_row, {personal} as old_personal
        from core.audit_log as log
        {join}
        where log.schema_name = {schema} and log.table_name = {name} and log.row_id = any(%s)
        order by log.changed_at desc, log.id desc
        limit {most}
    )
    select latest.changed_at, latest.operation, latest.row_id, latest.actor, latest.session_role,
        latest.reason, latest.old_row, latest.old_personal,
        lead(latest.old_row) over later, lead(latest.old_personal) over later,
        (select to_jsonb(row_now) from {table} as row_now where row_now.id::text = latest.row_id)
    from latest
    window later as (partition by latest.row_id order by latest.changed_at, latest.id)
    order by latest.changed_at, latest.id
"""
_JOIN = "left join core.audit_personal as personal on personal.audit_id = log.id"
_READABLE = "select has_table_privilege('core.audit_personal', 'select')"


def changes_of(connection: Connection, table: str, ids: Sequence[str], called: str) -> list[Event]:
    """The changes of rows of schema.table. ``called``: what a row of it is, in words."""
    if not ids:
        return []
    schema, name = table.split(".")
    (is_readable,) = connection.execute(_READABLE.encode()).fetchone() or (False,)
    query = sql.SQL(_CHANGES).format(
        personal=sql.SQL("personal.old_personal" if is_readable else "null::jsonb"),
        join=sql.SQL(_JOIN if is_readable else ""),
        schema=sql.Literal(schema),
        name=sql.Literal(name),
        most=sql.Literal(MOST),
        table=sql.Identifier(schema, name),
    )
    return [event for row in connection.execute(query, [list(ids)]) for event in _told(row, called)]


def _told(row: tuple[Any, ...], called: str) -> Iterable[Event]:
    """Nothing where only the book-keeping of the row changed."""
    at, operation, row_id, actor, role, reason, old, personal, later, later_personal, now = row
    images: tuple[Image, ...] = (old or {}, later or now or {})
    kept_apart: tuple[Image, ...] = (personal or {}, later_personal or now or {})
    differences: tuple[Difference, ...] = ()
    if operation == "update":
        differences = (
            *_differences(*images),
            *_personal_differences(*kept_apart),
        )
        if not differences:
            return
    yield _event(at, operation, called, row_id, (actor, role, reason), differences)


def _event(
    at: datetime,
    operation: str,
    called: str,
    row_id: str,
    who: tuple[str | None, str | None, str | None],
    differences: tuple[Difference, ...],
) -> Event:
    actor, role, reason = who
    words = {"update": "changed", "delete": "deleted"}.get(operation, operation)
    return Event(
        at,
        "change",
        f"{called} {words}",
        "" if operation == "update" else row_id,
        actor=actor,
        role=role,
        reason=reason,
        differences=differences,
    )


def _differences(old: Image, new: Image) -> list[Difference]:
    return [
        Difference(column, shown(value), shown(new.get(column)))
        for column, value in sorted(old.items())
        if column not in _BOOKKEEPING and value != new.get(column)
    ]


def _personal_differences(old: Image, new: Image) -> list[Difference]:
    """Which personal columns changed. Their values can be erased, so they are not spread."""
    return [
        Difference(column, "", "", is_personal=True)
        for column, value in sorted(old.items())
        if value != new.get(column)
    ]


def shown(value: Any) -> str:
    """A value of an image, as one reads it."""
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
