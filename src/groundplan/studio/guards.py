"""The guards of a rule: whether they are in force, and their SQL as it can be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from groundplan.compose.plan import Tenancy
from groundplan.proof import Provable
from groundplan.rules.declaration import Guard, row_guard_name
from groundplan.snapshot import Snapshot
from groundplan.snapshot.model import Function, Policy, Table
from groundplan.studio.ground import Connection
from groundplan.studio.sql_words import Sql

_QUERY = files("groundplan.studio").joinpath("queries", "guards.sql")

_KINDS = {
    "trigger": "Trigger",
    "constraint": "Constraint",
    "index": "Unique index",
    "not_null": "NOT NULL",
    "policy": "Row-level security",
    "function": "Function",
}


@dataclass(frozen=True)
class Standing:
    """``state``: off means that ``missing`` guards are gone or switched off; elsewhere, that the
    rule belongs to another mode of installation."""

    state: Literal["in_force", "off", "elsewhere"]
    missing: tuple[Guard, ...] = ()


@dataclass(frozen=True)
class GuardText:
    """``sql`` is what concerns the rule, ``whole`` the function it stands in, if that is more."""

    kind: str
    name: str
    table: str
    sql: Sql
    whole: Sql | None = None


def read_guards(connection: Connection, schemas: tuple[str, ...]) -> frozenset[Guard]:
    """The guards that refuse now, of all tables in the schemas."""
    rows = connection.execute(_QUERY.read_bytes(), {"schemas": list(schemas)}).fetchall()
    return frozenset(Guard(kind, table, name) for kind, table, name in rows)


def guards_of(snapshot: Snapshot) -> frozenset[Guard]:
    """The same from a Snapshot, as of its reading."""
    return frozenset(guard for table in snapshot.tables() for guard in _guards(table))


def standing(rule: Provable, tenancy: Tenancy, present: Collection[Guard]) -> Standing:
    """Whether every guard of the rule is there."""
    if getattr(rule, "needs_tenancy", tenancy) != tenancy:
        return Standing("elsewhere")
    missing = tuple(guard for guard in rule.guards() if guard not in present)
    return Standing("off", missing) if missing else Standing("in_force")


def guard_texts(rule: Provable, snapshot: Snapshot) -> list[GuardText]:
    """The SQL of each guard; that of one which is not in the Snapshot says so."""
    functions = {
        f"{function.schema}.{function.name}": function
        for schema in snapshot.schemas
        for function in schema.functions
    }
    tables = {table.qualified: table for table in snapshot.tables()}
    return [
        _text(rule, guard, tables[guard.table], functions)
        if guard.table in tables
        else _missing(guard)
        for guard in rule.guards()
    ]


def _guards(table: Table) -> Iterator[Guard]:
    place = table.qualified
    for trigger in table.triggers:
        if trigger.enabled:
            yield Guard("trigger", place, trigger.name)
    for constraint in table.constraints:
        if constraint.validated:
            yield Guard("constraint", place, constraint.name)
    for index in table.indexes:
        if index.unique and index.valid:
            yield Guard("index", place, index.name)
    for column in table.columns:
        if column.not_null:
            yield Guard("not_null", place, column.name)
    if table.row_security:
        for policy in table.policies:
            yield Guard("policy", place, policy.name)


def _text(rule: Provable, guard: Guard, table: Table, functions: dict[str, Function]) -> GuardText:
    kind = _KINDS[guard.kind]
    match guard.kind:
        case "trigger":
            for trigger in table.triggers:
                if trigger.name == guard.name:
                    function = functions.get(trigger.function)
                    whole = _unindented(function.definition or "") if function else ""
                    part = _blocks_of(rule, whole) if _is_shared(guard) else ""
                    made = _spread(trigger.definition)
                    if part:
                        return GuardText(kind, guard.name, guard.table, Sql(part), Sql(whole))
                    both = "\n\n".join(filter(None, (made, whole)))
                    return GuardText(kind, guard.name, guard.table, Sql(both))
        case "constraint":
            for constraint in table.constraints:
                if constraint.name == guard.name:
                    text = f"constraint {constraint.name}\n    {constraint.definition}"
                    return GuardText(kind, guard.name, guard.table, Sql(text))
        case "index":
            for index in table.indexes:
                if index.name == guard.name:
                    return GuardText(kind, guard.name, guard.table, Sql(_spread(index.definition)))
        case "not_null":
            for column in table.columns:
                if column.name == guard.name:
                    text = f"{column.name} {column.type} not null"
                    return GuardText(kind, guard.name, guard.table, Sql(text))
        case "policy":
            for policy in table.policies:
                if policy.name == guard.name:
                    return GuardText(kind, guard.name, guard.table, Sql(_policy(policy, table)))
        case "function":
            pass
    return _missing(guard)


def _missing(guard: Guard) -> GuardText:
    return GuardText(
        _KINDS[guard.kind], guard.name, guard.table, Sql("-- It is not in this database.")
    )


def _is_shared(guard: Guard) -> bool:
    return guard.name == row_guard_name(guard.table)


def _blocks_of(rule: Provable, function: str) -> str:
    """The blocks of a rule in the function that the row rules of its table share."""
    lines = function.split("\n")
    found: list[str] = []
    inside = False
    for line in lines:
        heading = re.fullmatch(r" {4}-- ([a-z_][a-z0-9_]*)", line)
        if heading:
            inside = heading[1] == rule.name
        elif re.match(r" {4}return\b", line):
            inside = False
        if inside:
            found.append(line.removeprefix("    "))
    return "\n".join(found).strip()


def _spread(definition: str) -> str:
    """PostgreSQL writes a trigger or an index on one line."""
    return re.sub(
        r" (?=(BEFORE|AFTER|FOR EACH|REFERENCING|EXECUTE|WHEN|USING|WHERE)\b)",
        "\n    ",
        definition,
    )


def _unindented(definition: str) -> str:
    """PostgreSQL begins the lines of a function's head with a blank."""
    head, body, rest = definition.strip().partition("\nAS ")
    return re.sub(r"(?m)^ ", "", head) + body.lower() + rest


def _policy(policy: Policy, table: Table) -> str:
    lines = [f"create policy {policy.name} on {table.qualified}"]
    if not policy.permissive:
        lines.append("    as restrictive")
    lines.append(f"    for {policy.command}")
    if policy.using:
        lines.append(f"    using ({policy.using})")
    if policy.check:
        lines.append(f"    with check ({policy.check})")
    switch = "enable" if table.row_security else "disable"
    return "\n".join(lines) + f";\n\nalter table {table.qualified}\n    {switch} row level security"
