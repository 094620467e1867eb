"""A number that tells whether two tables hold the same rows, in whatever order.

The text of a row is PostgreSQL's text of ``row(…)`` over its columns, sorted by name, the number of
the tenant left out (see groundplan.exporter.numbering), with the settings of `SETTINGS`: it keeps
null and the empty string apart. The SHA-256 of that text, in UTF-8, gives two numbers: its first 15
hexadecimal digits and the 15 after them. The checksum is the sum of the first and the sum of the
second number over all rows, in hexadecimal with a point between. PostgreSQL computes it, generated
columns included.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from groundplan.exporter.numbering import unnumbered
from groundplan.exporter.relations import Relation

Connection = psycopg.Connection[Any]

SETTINGS = {
    "search_path": "",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "jit": "off",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
"""What the text of a value depends on, and what must not end a transaction that takes long."""

EVERY_ROW = sql.SQL("true")

_QUERY = sql.SQL(
    # offset 0 keeps the planner from computing the digest once for each half.
    """
    select count(*),
        coalesce(sum(('x' || substr(digest, 1, 15))::bit(60)::bigint), 0),
        coalesce(sum(('x' || substr(digest, 16, 15))::bit(60)::bigint), 0)
    from (
        select encode(sha256(convert_to(row({columns})::text, 'UTF8')), 'hex') as digest
        from {table} as t
        where {condition}
        offset 0
    ) as rows
    """
)


def set_text_form(connection: Connection) -> None:
    """Make values read the same in every session, until the end of the transaction."""
    connection.execute("set local client_encoding = 'UTF8'")
    for name, value in SETTINGS.items():
        connection.execute("select set_config(%s, %s, true)", [name, value])


def rows_and_checksum(
    connection: Connection, relation: Relation, condition: sql.Composable = EVERY_ROW
) -> tuple[int, str]:
    """How many rows satisfy the condition (on ``t``), and their checksum.

    `set_text_form` must hold.
    """
    query = _QUERY.format(
        columns=sql.SQL(", ").join(_counted(relation)),
        table=sql.Identifier(relation.schema, relation.name),
        condition=condition,
    )
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0]), f"{int(row[1]):x}.{int(row[2]):x}"


def of_tenant(relation: Relation, tenant: int | None) -> sql.Composable:
    """The condition (on ``t``) that a row belongs to the tenant; None: to anybody."""
    if tenant is None or relation.tenant_column is None:
        return EVERY_ROW
    return sql.SQL("{column} = {tenant}").format(
        column=sql.Identifier("t", relation.tenant_column), tenant=sql.Literal(tenant)
    )


def _counted(relation: Relation) -> Iterator[sql.Composable]:
    for name in sorted(column.name for column in relation.columns):
        value = unnumbered(relation, name)
        if value is not None:
            yield value
