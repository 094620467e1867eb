"""Queries whose rows break a plain constraint. First column: the row's id; then what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from groundplan.proof.identifiers import all_of, expression, name, names, row_id, table_name
from groundplan.snapshot.model import Column, Constraint, Reference, Table


def null_rows(table: Table, column: Column) -> sql.Composed:
    """Rows without a value in the column."""
    return sql.SQL("select {} as id\nfrom {}\nwhere {} is null").format(
        row_id(table), table_name(table), name(column.name)
    )


def failing_rows(table: Table, constraint: Constraint) -> sql.Composed:
    """Rows for which the condition of a check is false; null is not false."""
    shown = [column for column in constraint.columns if column not in table.primary_key]
    return sql.SQL("select {}\nfrom {}\nwhere not ({})").format(
        sql.SQL(", ").join(
            [sql.SQL("{} as id").format(row_id(table)), *(name(column) for column in shown)]
        ),
        table_name(table),
        expression(constraint.expression or "true"),
    )


def duplicate_rows(
    table: Table, keys: Sequence[str], predicate: str | None, nulls_not_distinct: bool
) -> sql.Composed:
    """One row for each value that occurs more than once, with the smallest id that has it.

    ``keys`` are expressions. Nulls are values only under NULLS NOT DISTINCT.
    """
    values = [sql.SQL("({})").format(expression(key)) for key in keys]
    wanted = [sql.SQL("{} is not null").format(value) for value in values]
    conditions = [] if nulls_not_distinct else wanted
    if predicate is not None:
        conditions = [*conditions, sql.SQL("({})").format(expression(predicate))]
    return sql.SQL(
        "select min({}) as id, {}, count(*) as occurrences\n"
        "from {}\nwhere {}\ngroup by {}\nhaving count(*) > 1"
    ).format(
        row_id(table),
        sql.SQL(", ").join(
            sql.SQL("{} as {}").format(value, name(f"key_{place}"))
            for place, value in enumerate(values, 1)
        ),
        table_name(table),
        all_of(conditions),
        sql.SQL(", ").join(values),
    )


def orphan_rows(table: Table, constraint: Constraint, reference: Reference) -> sql.Composed:
    """Rows whose reference points nowhere. One null column: not checked, unless MATCH FULL."""
    columns = constraint.columns
    present = all_of(sql.SQL("child.{} is not null").format(name(each)) for each in columns)
    found = all_of(
        sql.SQL("parent.{} = child.{}").format(name(theirs), name(ours))
        for ours, theirs in zip(columns, reference.columns, strict=True)
    )
    broken = sql.SQL("{}\n  and not exists (select from {} as parent where {})").format(
        present, sql.Identifier(reference.schema, reference.table), found
    )
    if reference.match_full:
        some = sql.SQL(" or ").join(
            sql.SQL("child.{} is not null").format(name(each)) for each in columns
        )
        broken = sql.SQL("(({}) and not ({}))\n   or ({})").format(some, present, broken)
    return sql.SQL("select {} as id, {}\nfrom {} as child\nwhere {}").format(
        row_id(table, "child"), names(columns, "child"), table_name(table), broken
    )


def conflicting_rows(table: Table, constraint: Constraint) -> sql.Composed:
    """Pairs of rows that an exclusion forbids to stand side by side, each pair once."""
    values = [
        sql.SQL("({}) as {}").format(expression(element), name(f"element_{place}"))
        for place, (element, _) in enumerate(constraint.elements, 1)
    ]
    conflict = all_of(
        sql.SQL("one.{0} {1} other.{0}").format(name(f"element_{place}"), expression(operator))
        for place, (_, operator) in enumerate(constraint.elements, 1)
    )
    where = sql.SQL("")
    if constraint.predicate is not None:
        where = sql.SQL("\n    where ({})").format(expression(constraint.predicate))
    return sql.SQL(
        "with candidates as materialized (\n"
        "    select {} as id, row_number() over () as place, {}\n    from {}{}\n)\n"
        "select one.id, other.id as other_id\n"
        "from candidates as one\n"
        "join candidates as other on one.place < other.place and {}"
    ).format(row_id(table), sql.SQL(", ").join(values), table_name(table), where, conflict)
