"""Names and pieces of SQL as psycopg composes them, so that no name is ever pasted into a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString, cast

from psycopg import sql

from groundplan.snapshot.model import Table


def expression(text: str) -> sql.SQL:
    """An expression that PostgreSQL itself printed, or a declaration wrote: SQL already."""
    return sql.SQL(cast("LiteralString", text))


def query_of(audit: str) -> sql.SQL:
    """A query to stand in brackets: without the semicolon."""
    return expression(audit.strip().rstrip(";"))


def name(identifier: str) -> sql.Identifier:
    """One quoted name."""
    return sql.Identifier(identifier)


def table_name(table: Table) -> sql.Identifier:
    """ "schema"."table" """
    return sql.Identifier(table.schema, table.name)


def names(identifiers: Iterable[str], alias: str | None = None) -> sql.Composed:
    """Quoted names with commas between, each behind the alias if there is one."""
    return sql.SQL(", ").join(
        sql.Identifier(alias, each) if alias else sql.Identifier(each) for each in identifiers
    )


def row_id(table: Table, alias: str | None = None) -> sql.Composed:
    """A row's primary key as one text; where the table has none, its physical place."""
    key = table.primary_key or ("ctid",)
    joined = sql.SQL(" || ' ' || ").join(
        sql.SQL("{}::text").format(sql.Identifier(alias, each) if alias else sql.Identifier(each))
        for each in key
    )
    return sql.SQL("{}").format(joined)


def all_of(conditions: Iterable[sql.Composable]) -> sql.Composed:
    """The conditions with AND between; true when there are none."""
    listed = list(conditions)
    return sql.SQL(" and ").join(listed) if listed else sql.SQL("true").format()
