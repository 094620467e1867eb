"""Statements tried out inside one transaction and taken back again."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Generator, Iterable
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from groundplan.proof.attempts import Refusal, SampleRow, row_of
from groundplan.proof.identifiers import expression, names, query_of, row_id, table_name
from groundplan.snapshot.model import Table

DOOR = "select set_config('groundplan.maintenance', 'restore: attack', true)"
"""Opens the maintenance door, for the rest of the transaction or savepoint."""


def run(connection: psycopg.Connection[Any], statement: str) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run SQL text as it is, several statements if it holds several; nothing is substituted."""
    return connection.cursor(row_factory=tuple_row).execute(statement.encode())


@contextlib.contextmanager
def taken_back(connection: psycopg.Connection[Any], mark: str) -> Generator[None]:
    """Whatever happens inside is undone, also after an error of PostgreSQL."""
    run(connection, f"savepoint {mark}")
    try:
        yield
    finally:
        if not connection.closed:
            run(connection, f"rollback to savepoint {mark}; release savepoint {mark}")


def attempt(connection: psycopg.Connection[Any], statements: Iterable[str]) -> Refusal | None:
    """Run statements, deferred constraints included; None when nothing was refused.

    After a refusal the caller has to roll back to its savepoint.
    """
    try:
        run(connection, ";\n".join([*statements, "set constraints all immediate"]))
    except psycopg.Error as error:
        return refusal_of(error)
    return None


def refusal_of(error: psycopg.Error) -> Refusal:
    """The diagnostic fields of an error; a lost connection is raised again."""
    if error.sqlstate is None:
        raise error
    diag = error.diag
    return Refusal(
        sqlstate=error.sqlstate,
        schema=diag.schema_name or "",
        table=diag.table_name or "",
        column=diag.column_name or "",
        constraint=diag.constraint_name or "",
        message=diag.message_primary or "",
        detail=diag.message_detail or "",
        hint=diag.message_hint or "",
        raised_in=diag.source_function or "",
    )


def audit_rows(connection: psycopg.Connection[Any], audit: str) -> Counter[str]:
    """The rows of an audit as texts, with how often each occurs."""
    query = sql.SQL("select to_jsonb(found)::text from (\n{}\n) as found").format(query_of(audit))
    return Counter(row[0] for row in run(connection, query.as_string()).fetchall())


def sample_rows(
    connection: psycopg.Connection[Any], table: Table, condition: str = "true", limit: int = 8
) -> list[SampleRow]:
    """Rows of a table as texts, from both ends of the order of their keys."""
    columns = [column.name for column in table.columns]
    shown = sql.SQL(", ").join(
        [sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns]
    )
    query = sql.SQL(
        "with matching as (\n"
        "    select ctid, *, row_number() over (order by {key}) as first_place,\n"
        "        row_number() over (order by {key} desc) as last_place\n"
        "    from {table} where ({condition})\n"
        ")\n"
        "select ctid::text, {shown} from matching\n"
        "where first_place <= {half} or last_place <= {half}\n"
        "order by first_place"
    ).format(
        key=names(table.primary_key) if table.primary_key else row_id(table),
        table=table_name(table),
        condition=expression(condition),
        shown=shown,
        half=sql.Literal(max(1, limit // 2)),
    )
    found = run(connection, query.as_string()).fetchall()
    return [row_of(table, dict(zip(["ctid", *columns], row, strict=True))) for row in found]
