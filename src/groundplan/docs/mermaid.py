"""The tables as an entity-relationship diagram that Mermaid draws, in Markdown for instance."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from groundplan.docs.foreign_keys import ForeignKey, drawn_tables, foreign_keys
from groundplan.snapshot.model import Column, Snapshot, Table

TENANTS = "core.tenants"
"""Nearly every table refers to it: lines to it would hide all others."""

_NO_WORD = re.compile(r"[^A-Za-z0-9_\-\u00C0-\uD7FF\uF900-\uFFEF]")
_BEGINS_WELL = re.compile(r"[A-Za-z_\u00C0-\uD7FF\uF900-\uFFEF]")
_CODES = {'"': "#quot;", "%": "#37;", "\\": "#92;", "#": "#35;", ";": "#59;"}
_SHORT = {
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "character varying": "varchar",
    "double precision": "float8",
}


def mermaid(snapshot: Snapshot, only: Container[str] | None = None) -> str:
    """The text of an erDiagram; the same for the same snapshot.

    ``only``: the schemas to draw; tables of others that they refer to are there without columns.
    """
    tables = [t for t in drawn_tables(snapshot) if only is None or t.schema in only]
    keys = [
        key
        for key in foreign_keys(snapshot)
        if (only is None or key.child.schema in only) and key.parent.qualified != TENANTS
    ]
    lines = ["erDiagram"]
    for table in tables:
        lines += _entity(table, [key for key in keys if key.child == table])
    lines += [_relationship(key) for key in keys]
    return "\n".join(lines) + "\n"


def _entity(table: Table, keys: list[ForeignKey]) -> Iterator[str]:
    foreign = {column for key in keys for column, _ in key.without_tenant}
    unique = {
        each.columns[0]
        for each in table.constraints
        if each.kind == "unique" and len(each.columns) == 1
    }
    yield f"    {_quoted(table.qualified)} {{"
    for column in table.columns:
        marks = [
            mark
            for mark, holds in (
                ("PK", column.name in table.primary_key),
                ("FK", column.name in foreign),
                ("UK", column.name in unique and column.name not in table.primary_key),
            )
            if holds
        ]
        yield "        " + " ".join(_attribute(column, marks))
    yield "    }"


def _attribute(column: Column, marks: list[str]) -> Iterator[str]:
    """Type and name are words; a name that is none is in the comment as it really is."""
    word = _word(column.name)
    yield _type(column.type)
    yield word
    if marks:
        yield ", ".join(marks)
    if word != column.name:
        yield _quoted(column.name)


def _type(name: str) -> str:
    """numeric(19,4) is numeric: a comma cannot be in a word."""
    for long, short in _SHORT.items():
        name = name.replace(long, short)
    suffix = "[]" if name.endswith("[]") else ""
    return _word(re.sub(r"\(.*?\)", "", name.removesuffix("[]")).strip()) + suffix


def _word(name: str) -> str:
    word = _NO_WORD.sub("_", name)
    return word if _BEGINS_WELL.match(word) else f"_{word}"


def _quoted(text: str) -> str:
    """Mermaid has no escapes in quotes, but reads codes of characters."""
    line = "".join(_CODES.get(letter, letter) for letter in text)
    return '"' + " ".join(line.split()) + '"'


def _relationship(key: ForeignKey) -> str:
    parent = "||" if key.mandatory else "|o"
    child = "o|" if key.single else "o{"
    names = ", ".join(column for column, _ in key.without_tenant)
    return (
        f"    {_quoted(key.parent.qualified)} {parent}--{child} "
        f"{_quoted(key.child.qualified)} : {_quoted(names)}"
    )
