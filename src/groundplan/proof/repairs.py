"""What to change in an attempt when a rule other than the attacked one refuses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from psycopg import sql

from groundplan.proof.attempts import Attempt, Refusal, typed
from groundplan.proof.identifiers import all_of, expression, name
from groundplan.proof.laboratory import run
from groundplan.proof.values import breaking_values, combinations, fresh_values
from groundplan.snapshot.model import Constraint, Index, Reference, Table

_PARENTS = 4
"""How many other rows of a referenced table are tried."""


def repairs(
    connection: psycopg.Connection[Any], tried: Attempt, refusal: Refusal
) -> Iterator[Mapping[str, str]]:
    """Changes that might satisfy the rule that refused, leaving the held columns alone."""
    table = tried.table
    if (refusal.schema, refusal.table) != (table.schema, table.name):
        return
    if refusal.sqlstate == "23502":
        if refusal.column not in tried.held:
            column = table.column(refusal.column)
            yield from ({column.name: value} for value in fresh_values(column))
        return
    for constraint in table.constraints:
        if constraint.name == refusal.constraint:
            match constraint.kind:
                case "foreign_key":
                    yield from _nulls(tried, constraint.columns)
                    yield from other_parents(connection, tried, constraint)
                case "check":
                    yield from _conforming(tried, constraint)
                case _:
                    yield from _different(connection, tried, constraint.columns)
            return
    for index in table.indexes:
        if index.name == refusal.constraint:
            yield from _outside(tried, index)
            yield from _different(connection, tried, index.columns)


def base_columns(table: Table, columns: tuple[str, ...]) -> list[str]:
    """The columns one has to write to change these: those that generated ones are made from."""
    found: dict[str, None] = {}
    for each in columns:
        column = table.column(each)
        found.update(dict.fromkeys(column.generated_from if column.generated else (each,)))
    return list(found)


def _free(tried: Attempt, columns: tuple[str, ...]) -> list[str]:
    return [each for each in base_columns(tried.table, columns) if each not in tried.held]


def _nulls(tried: Attempt, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for each in _free(tried, columns):
        if not tried.table.column(each).not_null:
            yield {each: "null"}


def _conforming(tried: Attempt, check: Constraint) -> Iterator[dict[str, str]]:
    table = tried.table
    bases = base_columns(table, check.columns)
    for each in _free(tried, check.columns):
        neighbours = [table.column(other) for other in bases if other != each]
        for value in breaking_values(table.column(each), check.expression or "", neighbours):
            yield {each: value}


def _outside(tried: Attempt, index: Index) -> Iterator[dict[str, str]]:
    """Out of the reach of a partial index."""
    for each in _free(tried, index.columns):
        column = tried.table.column(each)
        if index.predicate and index.predicate.find(each) >= 0 and column.type == "boolean":
            yield {each: "false"}


def _different(
    connection: psycopg.Connection[Any], tried: Attempt, columns: tuple[str, ...]
) -> Iterator[dict[str, str]]:
    """Another key: a fresh value, nothing, another parent; at last a whole other period."""
    table = tried.table
    free = _free(tried, columns)
    referring = {
        column
        for each in table.constraints
        if each.kind == "foreign_key"
        for column in each.columns
    }
    for each in free:
        if each not in referring:
            yield from ({each: value} for value in fresh_values(table.column(each)))
    yield from _nulls(tried, columns)
    for each in table.constraints:
        if each.kind == "foreign_key" and set(each.columns) & set(free):
            yield from other_parents(connection, tried, each)
    moments = [each for each in free if table.column(each).type.startswith(("timestamp", "date"))]
    if len(moments) > 1:
        yield from combinations([(each, fresh_values(table.column(each))) for each in moments])


def other_parents(
    connection: psycopg.Connection[Any], tried: Attempt, key: Constraint
) -> Iterator[dict[str, str]]:
    """The columns of a foreign key moved to other rows that exist, as far as they are not held."""
    reference = key.references
    if reference is None:
        return
    pairs = list(zip(key.columns, reference.columns, strict=True))
    movable = [pair for pair in pairs if pair[0] not in tried.held]
    if not movable:
        return
    for row in _parents(connection, tried, reference, pairs, movable):
        yield {
            ours: typed(tried.table, ours, value)
            for (ours, _), value in zip(movable, row, strict=True)
        }


def _parents(
    connection: psycopg.Connection[Any],
    tried: Attempt,
    reference: Reference,
    pairs: list[tuple[str, str]],
    movable: list[tuple[str, str]],
) -> list[tuple[str | None, ...]]:
    """Rows of the parent that agree with the held columns and are not the present one."""
    table = tried.table

    def present(column: str) -> sql.Composed:
        written = tried.changes.get(column)
        if written is not None and not written.startswith("("):
            return sql.SQL("{}").format(expression(written))
        return sql.SQL("{}").format(expression(typed(table, column, tried.row.values[column])))

    agree = [
        sql.SQL("{} = {}").format(name(theirs), present(ours))
        for ours, theirs in pairs
        if ours in tried.held
    ]
    differ = sql.SQL(" or ").join(
        sql.SQL("{} is distinct from {}").format(name(theirs), present(ours))
        for ours, theirs in movable
    )
    query = sql.SQL("select {} from {} where {} and ({}) order by 1 limit {}").format(
        sql.SQL(", ").join(sql.SQL("{}::text").format(name(theirs)) for _, theirs in movable),
        sql.Identifier(reference.schema, reference.table),
        all_of(agree),
        differ,
        sql.Literal(_PARENTS),
    )
    return run(connection, query.as_string()).fetchall()
