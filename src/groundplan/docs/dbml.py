"""The tables as DBML: for dbdiagram.io, dbdocs and everything else that reads it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from groundplan.docs.foreign_keys import ForeignKey, drawn_tables, foreign_keys
from groundplan.snapshot.model import Column, Index, Snapshot, Table

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN_TYPE = re.compile(r"[a-z_][a-z0-9_]*(\(\d+(,\d+)?\))?")


def dbml(snapshot: Snapshot, only: Container[str] | None = None) -> str:
    """The text; the same for the same snapshot.

    ``only``: the schemas to write down. References to tables of others are left out: DBML refuses
    what is not in the file.
    """
    tables = [t for t in drawn_tables(snapshot) if only is None or t.schema in only]
    within = {(table.schema, table.name) for table in tables}
    lines: list[str] = []
    for table in tables:
        lines += [*_table(table), ""]
    for key in foreign_keys(snapshot):
        if all((t.schema, t.name) in within for t in (key.child, key.parent)):
            lines.append(_reference(key))
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(table: Table) -> Iterator[str]:
    yield f"Table {_place(table)} {{"
    single = {
        each.columns[0]
        for each in table.constraints
        if each.kind == "unique" and len(each.columns) == 1
    }
    for column in table.columns:
        yield "  " + _column(
            column,
            primary=table.primary_key == (column.name,),
            unique=column.name in single,
        )
    indexes = list(_indexes(table))
    if indexes:
        yield ""
        yield "  indexes {"
        yield from (f"    {line}" for line in indexes)
        yield "  }"
    if table.comment:
        yield ""
        yield f"  Note: {_text(table.comment)}"
    yield "}"


def _column(column: Column, *, primary: bool, unique: bool) -> str:
    settings: list[str] = []
    if primary:
        settings.append("pk")
    elif column.not_null:
        settings.append("not null")
    if unique:
        settings.append("unique")
    if column.identity:
        settings.append("increment")
    if column.default is not None:
        settings.append(f"default: {_expression(column.default)}")
    notes = [column.comment or ""]
    if column.generated is not None:
        notes.append(f"Always {column.generated}.")
    note = " ".join(filter(None, notes))
    if note:
        settings.append(f"note: {_text(note)}")
    shown = f" [{', '.join(settings)}]" if settings else ""
    return f"{_name(column.name)} {_type(column.type)}{shown}"


def _indexes(table: Table) -> Iterator[str]:
    """Keys of several columns, and indexes that are no key."""
    for constraint in table.constraints:
        if constraint.kind in ("primary_key", "unique") and len(constraint.columns) > 1:
            kind = "pk" if constraint.kind == "primary_key" else "unique"
            columns = ", ".join(map(_name, constraint.columns))
            yield f"({columns}) [{kind}, name: {_text(constraint.name)}]"
    names = {column.name for column in table.columns}
    for index in table.indexes:
        if index.constraint is None:
            yield _index(index, names)


def _index(index: Index, names: set[str]) -> str:
    keys = ", ".join(_name(key) if key in names else _expression(key) for key in index.keys)
    settings = ["unique"] if index.unique else []
    settings.append(f"name: {_text(index.name)}")
    if index.method in ("btree", "hash"):
        settings.append(f"type: {index.method}")
    notes = [f"Only where {index.predicate}."] if index.predicate else []
    if index.method not in ("btree", "hash"):
        notes.append(f"Method {index.method}.")
    if notes:
        settings.append(f"note: {_text(' '.join(notes))}")
    return f"({keys}) [{', '.join(settings)}]"


def _reference(key: ForeignKey) -> str:
    """Columns and what they refer to stand at the same places."""
    child = _columns(key.child, [column for column, _ in key.pairs])
    parent = _columns(key.parent, [target for _, target in key.pairs])
    settings = [
        f"{event}: {action}"
        for event, action in (("delete", key.on_delete), ("update", key.on_update))
        if action != "no action"
    ]
    shown = f" [{', '.join(settings)}]" if settings else ""
    # Of one to one, those who make SQL of it put the foreign key on the right.
    ends = f"{parent} - {child}" if key.single else f"{child} > {parent}"
    return f"Ref {_name(key.name)}: {ends}{shown}"


def _columns(table: Table, names: list[str]) -> str:
    if len(names) == 1:
        return f"{_place(table)}.{_name(names[0])}"
    return f"{_place(table)}.({', '.join(map(_name, names))})"


def _place(table: Table) -> str:
    return f"{_name(table.schema)}.{_name(table.name)}"


def _name(name: str) -> str:
    """Always quoted, so that no word of the language is in the way."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _type(name: str) -> str:
    return name if _PLAIN_TYPE.fullmatch(name) else _name(name)


def _text(text: str) -> str:
    line = " ".join(text.split())
    return "'" + line.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _expression(text: str) -> str:
    """A backtick ends an expression, and PostgreSQL's own have none."""
    line = " ".join(text.split())
    return f"`{line}`" if "`" not in line else _text(line)
