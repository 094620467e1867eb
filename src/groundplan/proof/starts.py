"""Where the search for an attack begins, for each kind of plain rule.

Each list is a stage: the next one is tried only when nothing came of the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from typing import Any

import psycopg
from psycopg import sql

from groundplan.proof.attempts import Attempt, SampleRow, typed, update_statement
from groundplan.proof.identifiers import all_of, expression
from groundplan.proof.laboratory import sample_rows
from groundplan.proof.plain import PlainRule
from groundplan.proof.repairs import base_columns
from groundplan.proof.values import (
    breaking_values,
    fresh_uuid,
    fresh_values,
    literal,
    unknown_values,
)
from groundplan.proof.values import combinations as assignments
from groundplan.snapshot.model import Column, Constraint, Index, Table

_SHAPES = ("update", "copy")
_FEW = 3
"""How many rows more than one column is changed in."""
_SETUPS = 60
"""How many ways of preparing a row are tried."""


def stages(connection: psycopg.Connection[Any], rule: PlainRule) -> Iterator[Iterator[Attempt]]:
    """First attempts, plainest stage first. Nothing comes out when the table has no rows."""
    table = rule.source
    match rule.subject:
        case Column() as column:
            yield _changed(table, sample_rows(connection, table), [{column.name: "null"}])
        case Constraint(kind="check") as check:
            yield from _of_check(table, sample_rows(connection, table), check)
        case Constraint(kind="foreign_key") as key:
            yield from _of_reference(table, sample_rows(connection, table), key)
        case Constraint() | Index():
            yield from _of_key(connection, rule)


def _changed(
    table: Table, rows: Sequence[SampleRow], changes: Sequence[dict[str, str]]
) -> Iterator[Attempt]:
    for shape in _SHAPES:
        for change in changes:
            for row in rows:
                held = frozenset(change)
                if shape == "update":
                    yield Attempt(table, "update", row, change, held)
                else:
                    yield copy(table, row, change, held)


def copy(table: Table, row: SampleRow, changes: dict[str, str], held: frozenset[str]) -> Attempt:
    """A copy with an id of its own."""
    fresh = {
        each: f"{literal(fresh_uuid(1))}::uuid"
        for each in table.primary_key
        if table.column(each).type == "uuid" and each not in held
    }
    return Attempt(table, "copy", row, {**fresh, **changes}, held)


def _of_check(
    table: Table, rows: Sequence[SampleRow], check: Constraint
) -> Iterator[Iterator[Attempt]]:
    bases = base_columns(table, check.columns)
    options: list[tuple[str, list[str]]] = []
    for each in bases:
        neighbours = [table.column(other) for other in bases if other != each]
        values = breaking_values(table.column(each), _words_about(table, each), neighbours)
        options.append((each, values))
    yield _changed(table, rows, [{each: value} for each, values in options for value in values])
    few = rows[:_FEW]
    for size in (2, 3):
        for chosen in combinations(options, size):
            yield (
                Attempt(table, "update", row, change, frozenset(change))
                for change in assignments(chosen)
                for row in few
            )


def _words_about(table: Table, column: str) -> str:
    """All checks that mention the column: the values that one allows may break the other."""
    return " ".join(
        each.expression or ""
        for each in table.constraints
        if each.kind == "check" and column in base_columns(table, each.columns)
    )


def _of_reference(
    table: Table, rows: Sequence[SampleRow], key: Constraint
) -> Iterator[Iterator[Attempt]]:
    """Into the void by one column, the others given a value where they have none."""
    others = [each for each in table.constraints if each.kind == "foreign_key" and each != key]

    def shared(column: str) -> int:
        return sum(column in other.columns for other in others)

    for target in sorted(key.columns, key=shared):
        for value in unknown_values(table.column(target)):
            for row in rows:
                absent = [
                    each for each in key.columns if each != target and row.values[each] is None
                ]
                filled = [(each, fresh_values(table.column(each))[:1]) for each in absent]
                yield _changed(
                    table, [row], [{**rest, target: value} for rest in assignments(filled)]
                )


def _of_key(connection: psycopg.Connection[Any], rule: PlainRule) -> Iterator[Iterator[Attempt]]:
    """A copy of a row that keeps the key; a row given another's key; the same after a setup."""
    table = rule.source
    key, predicate, nulls = _key_of(rule)
    assert not isinstance(rule.subject, Column)
    written = base_columns(table, tuple(dict.fromkeys((*key, *rule.subject.columns))))
    held = frozenset((*key, *written))
    present = [sql.SQL("{} is not null").format(sql.Identifier(each)) for each in key]
    conditions = [] if nulls else present
    if predicate is not None:
        conditions = [*conditions, sql.SQL("({})").format(expression(predicate))]
    ready = sample_rows(connection, table, all_of(conditions).as_string())
    everything = sample_rows(connection, table)
    yield (copy(table, row, {}, held) for row in ready)
    yield (
        Attempt(
            table,
            "update",
            row,
            {each: typed(table, each, model.values[each]) for each in written},
            held,
        )
        for model in ready
        for row in everything
        if row != model
    )
    for row in everything:
        yield _prepared(row, rule, key, predicate, held)


def _key_of(rule: PlainRule) -> tuple[tuple[str, ...], str | None, bool]:
    """The columns of a key, the rows it is about, and whether null counts as a value."""
    subject = rule.subject
    if isinstance(subject, Index):
        plain = {column.name for column in rule.source.columns}
        if set(subject.keys) <= plain:
            return subject.keys, subject.predicate, subject.nulls_not_distinct
        return subject.columns, subject.predicate, subject.nulls_not_distinct
    assert isinstance(subject, Constraint)
    # A null in an exclusion's expression may be an open end: nothing is asked of its columns.
    open_ended = subject.nulls_not_distinct or subject.kind == "exclusion"
    return subject.columns, subject.predicate, open_ended


def _prepared(
    row: SampleRow,
    rule: PlainRule,
    key: tuple[str, ...],
    predicate: str | None,
    held: frozenset[str],
) -> Iterator[Attempt]:
    """The row is first given values where it has none, and what the index asks of its rows."""
    table = rule.source
    assert not isinstance(rule.subject, Column)
    options: list[tuple[str, list[str]]] = []
    for each in base_columns(table, key):
        if row.values[each] is None:
            options.append((each, fresh_values(table.column(each))))
    if predicate is not None:
        for each in base_columns(table, rule.subject.columns):
            if each not in base_columns(table, key):
                values = breaking_values(table.column(each), predicate, [])
                options.append((each, [value for value in values if value != "null"]))
    if not options:
        return
    for changes in islice(assignments(options), _SETUPS):
        prepared = copy(table, row, {}, held | frozenset(changes))
        setup = update_statement(table, row, changes)
        yield Attempt(table, "copy", row, prepared.changes, prepared.held, (setup,))
