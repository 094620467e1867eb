"""Plain constraints in words: from the comment, a hand-written name, or the definition."""

from __future__ import annotations

import re

from groundplan.snapshot.model import Column, Constraint, Index, Table

_MADE_UP = re.compile(r"_(pkey|key|fkey|check|excl|idx)\d*$")
"""How the names end that PostgreSQL makes up."""


def is_made_up(name: str) -> bool:
    """Whether PostgreSQL made up the name; hand-written names are sentences."""
    return _MADE_UP.search(name) is not None


def of_not_null(table: Table, column: Column) -> str:
    """brands.name is never null."""
    return f"{table.name}.{column.name} is never null."


def of_constraint(table: Table, constraint: Constraint) -> str:
    """The promise of a constraint, ending with a full stop."""
    if constraint.comment:
        return _stopped(constraint.comment)
    if not is_made_up(constraint.name):
        return _from_name(constraint.name)
    place = _place(table.name, constraint.columns)
    reference = constraint.references
    if reference is not None:
        return f"{place} refers to an existing {_place(reference.qualified, reference.columns)}."
    match constraint.kind:
        case "primary_key" | "unique":
            return f"{place} is unique."
        case "check":
            return f"In {table.name}, {constraint.expression} is never false."
        case _:
            return f"{table.name} keeps {constraint.definition}."


def of_index(table: Table, index: Index) -> str:
    """The promise of a unique index, ending with a full stop."""
    if index.comment:
        return _stopped(index.comment)
    if not is_made_up(index.name):
        return _from_name(index.name)
    condition = f" where {index.predicate}" if index.predicate else ""
    return f"{_place(table.name, index.keys)} is unique{condition}."


def _place(table: str, columns: tuple[str, ...]) -> str:
    return f"{table}.{columns[0]}" if len(columns) == 1 else f"{table} ({', '.join(columns)})"


def _from_name(name: str) -> str:
    words = name.replace("_", " ")
    return f"{words[0].upper()}{words[1:]}."


def _stopped(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
