"""Statements to copy, with names quoted where PostgreSQL wants it."""

from __future__ import annotations

import re

from groundplan.snapshot.model import Table
from groundplan.studio.diagram import TENANT_COLUMN, Reference

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check
    collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable
    desc distinct do else end except false fetch for foreign freeze from full grant group having
    ilike in initially inner intersect into is isnull join lateral leading left like limit
    localtime localtimestamp natural not notnull null offset on only or order outer overlaps
    placing primary references returning right select session_user similar some symmetric
    system_user table tablesample then to trailing true union unique user using variadic verbose
    when where window with
    """,
    )
)


def quoted(name: str) -> str:
    """A name as SQL writes it: "Order" needs quotes, orders does not."""
    if _PLAIN.fullmatch(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def table_name(qualified: str) -> str:
    """schema.table, each quoted where it must be. A dot in a name belongs to the table."""
    schema, _, name = qualified.partition(".")
    return f"{quoted(schema)}.{quoted(name)}"


def newest_rows(table: Table) -> str:
    """The last twenty rows with all columns."""
    columns = ",\n".join(f"    {quoted(column.name)}" for column in table.columns)
    order = _order(table)
    return f"select\n{columns}\nfrom {table_name(table.qualified)}\n{order}limit 20;"


def joined(table: Table, lines: list[Reference]) -> str:
    """With the rows it refers to; empty where it refers to nothing. ``lines`` leave the table."""
    keyed = [line for line in lines if not line.implied and line.parent != table.qualified]
    if not keyed:
        return ""
    own = quoted(table.name)
    parts: list[str] = []
    names: set[str] = {table.name}
    for line in keyed:
        alias = _alias(line, names)
        names.add(alias)
        joins = "join" if line.mandatory else "left join"
        pairs = [
            f"{quoted(alias)}.{quoted(target)} = {own}.{quoted(column)}"
            for column, target in zip(line.columns, line.targets, strict=True)
        ]
        condition = "\n    and ".join(pairs)
        place = table_name(line.parent)
        parts.append(f"{joins} {place} as {quoted(alias)}\n    on {condition}")
    head = f"select {own}.*\nfrom {table_name(table.qualified)} as {own}\n"
    return head + "\n".join(parts) + "\nlimit 20;"


def _order(table: Table) -> str:
    keys = [name for name in table.primary_key if name != TENANT_COLUMN]
    return f"order by {', '.join(f'{quoted(name)} desc' for name in keys)}\n" if keys else ""


def _alias(line: Reference, taken: set[str]) -> str:
    """As the column says: shipping_address_id is the shipping_address."""
    first = line.columns[0]
    for ending in ("_id", "_code"):
        first = first.removesuffix(ending)
    while first in taken:
        first += "_"
    return first
