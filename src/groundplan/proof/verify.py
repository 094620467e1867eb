"""Verify rules on a live database: run their audits and list the rows that break them.

Read-only, at one snapshot of the data. For rows that were there before a rule was, came in through
the maintenance door, or were restored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from groundplan.proof.identifiers import expression, name, query_of, table_name
from groundplan.proof.laboratory import refusal_of, run
from groundplan.proof.plain import PlainRule
from groundplan.proof.provable import Provable
from groundplan.snapshot.model import Column, Constraint

SAMPLES = 5
"""How many ids a violation lists."""

_SCANNED_TOGETHER = 500
"""Conditions in one scan; PostgreSQL returns at most 1,664 columns."""


_NEUTRAL = (
    "search_path = pg_catalog, pg_temp",
    "timezone = 'UTC'",
    "datestyle = 'ISO, YMD'",
    "intervalstyle = 'postgres'",
    "extra_float_digits = 1",
    "bytea_output = 'hex'",
    "lc_monetary = 'C'",
    "lc_numeric = 'C'",
    "lc_time = 'C'",
    "transform_null_equals = off",
    "array_nulls = on",
    "quote_all_identifiers = off",
    "groundplan.tenant_id = ''",
    "groundplan.maintenance = ''",
)
"""What is found must not depend on how a session likes dates to be written, or acts for whom."""


@dataclass(frozen=True)
class Violation:
    """``count`` rows of the rule's audit; ``sample_ids`` are the ids of the first few.

    With ``problem`` the audit could not be run, and it says why: nothing is known of the rows.
    """

    rule: Provable
    count: int
    sample_ids: tuple[str, ...]
    problem: str = ""


def settle(connection: psycopg.Connection[Any]) -> None:
    """Give the session the settings that everything is verified under, whatever its role has."""
    with connection.transaction():
        run(connection, ";\n".join(f"set {each}" for each in _NEUTRAL))


def verify_rules(
    connection: psycopg.Connection[Any],
    rules: Iterable[Provable],
    progress: Callable[[Provable], None] | None = None,
) -> list[Violation]:
    """The rules that rows break, in the order given; empty when all hold.

    ``progress`` is called with each rule that has been verified, in whatever order. The connection
    must not be inside a transaction that has read already (25001). A role that row-level security
    would show only a part of the rows is refused (42501) instead of being told that all is well.
    """
    listed = tuple(rules)
    found: dict[int, Violation] = {}
    with connection.transaction():
        run(
            connection,
            "set transaction isolation level repeatable read, read only;\n"
            "set local row_security = off;\nset local jit = off;\n"
            + ";\n".join(f"set local {each}" for each in _NEUTRAL),
        )
        held = _held_by_every_row(connection, listed, progress)
        for place, rule in enumerate(listed):
            if place in held:
                continue
            violation = _violation(connection, rule)
            if violation is not None:
                found[place] = violation
            if progress is not None:
                progress(rule)
    return [found[place] for place in sorted(found)]


def _held_by_every_row(
    connection: psycopg.Connection[Any],
    rules: Sequence[Provable],
    progress: Callable[[Provable], None] | None,
) -> set[int]:
    """Places of the NOT NULL and CHECK rules that no row breaks: one scan for each table."""
    by_table: dict[str, list[tuple[int, PlainRule]]] = defaultdict(list)
    for place, rule in enumerate(rules):
        if isinstance(rule, PlainRule) and _is_row_condition(rule):
            by_table[rule.table].append((place, rule))
    held: set[int] = set()
    for together in by_table.values():
        for first in range(0, len(together), _SCANNED_TOGETHER):
            part = together[first : first + _SCANNED_TOGETHER]
            broken = _broken(connection, [rule for _, rule in part])
            for (place, rule), is_broken in zip(part, broken, strict=True):
                if not is_broken:
                    held.add(place)
                    if progress is not None:
                        progress(rule)
    return held


def _is_row_condition(rule: PlainRule) -> bool:
    """Whether a row alone can break the rule."""
    subject = rule.subject
    return isinstance(subject, Column) or (
        isinstance(subject, Constraint) and subject.kind == "check"
    )


def _broken(connection: psycopg.Connection[Any], rules: Sequence[PlainRule]) -> list[bool]:
    """For each of the rules, all on one table, whether some row breaks it."""
    conditions: list[sql.Composable] = []
    for rule in rules:
        subject = rule.subject
        if isinstance(subject, Column):
            conditions.append(sql.SQL("bool_or({} is null)").format(name(subject.name)))
        elif isinstance(subject, Constraint):
            conditions.append(
                sql.SQL("bool_or(not ({}))").format(expression(subject.expression or "true"))
            )
    query = sql.SQL("select {}\nfrom {}").format(
        sql.SQL(",\n    ").join(conditions), table_name(rules[0].source)
    )
    try:
        with connection.transaction():
            row = run(connection, query.as_string()).fetchone() or ()
    except psycopg.errors.InsufficientPrivilege:
        raise
    except (psycopg.ProgrammingError, psycopg.DataError):
        return [True] * len(rules)  # Each by itself will tell.
    return [value is True for value in row]  # null: the table is empty


def _violation(connection: psycopg.Connection[Any], rule: Provable) -> Violation | None:
    audit = query_of(rule.audit())
    # Materialized, or else the planner would hope to find the first few rows soon and read on in
    # ways that take minutes where there are none.
    query = sql.SQL("with broken as materialized (\n{}\n)\nselect * from broken limit {}")
    try:
        with connection.transaction():
            rows = run(
                connection, query.format(audit, sql.Literal(SAMPLES + 1)).as_string()
            ).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        raise
    except (psycopg.ProgrammingError, psycopg.DataError) as error:
        # A table or column is gone, or a value is none that can be reckoned with.
        return Violation(rule, 0, (), problem=refusal_of(error).message)
    if not rows:
        return None
    count = len(rows)
    if count > SAMPLES:
        query = sql.SQL("select count(*) from (\n{}\n) as broken").format(audit)
        ((count,),) = run(connection, query.as_string()).fetchall()
    return Violation(rule, count, tuple(str(row[0]) for row in rows[:SAMPLES]))
