"""Put back constraints, indexes and NOT NULL that are missing, renamed or altered.

Each by itself and without a long lock: a constraint is added for new rows first, and then checked
on those that are there. Where rows stand in the way, it is said which; a check or a reference then
still refuses new ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg import sql

from groundplan.compose import Plan
from groundplan.database import retry
from groundplan.errors import GroundplanError, from_postgres
from groundplan.installation.reference import reference
from groundplan.installation.refusals import become_owner
from groundplan.proof.identifiers import name
from groundplan.proof.laboratory import run
from groundplan.proof.plain import PlainRule, rules_of
from groundplan.proof.verify import verify_rules
from groundplan.snapshot import read_snapshot
from groundplan.snapshot.differences import Finding, differences
from groundplan.snapshot.inventory import Aspects, Inventory, Place, read_inventory
from groundplan.snapshot.model import Column, Table

Connection = psycopg.Connection[Any]

_ROUNDS = 3
"""A key that is put back takes the references that stood on it along; they come next."""

_PATIENCE = "set local lock_timeout = '10s'"
_TEMPORARY = "groundplan_not_null"

_NAME_IS_TAKEN = ("42P07", "42710")

_ORDER = ("column", "constraint", "index", "table")


@dataclass(frozen=True)
class Restored:
    """``problem`` says why it could not be put back; ``sample_ids`` are rows that break it.
    ``for_new_rows``: it refuses new rows all the same."""

    finding: Finding
    problem: str = ""
    sample_ids: tuple[str, ...] = ()
    for_new_rows: bool = False


def put_back_constraints(connection: Connection, plan: Plan, url: str | None) -> list[Restored]:
    """Make constraints, indexes, NOT NULL, defaults and logging what the Plan says they are.

    On a connection in autocommit, as the owner. Returns what was tried, with what came of it.
    Code is put back by apply. Raises the errors of groundplan.errors where a lock cannot be had.
    """
    expected = reference(connection, plan, url)
    done: dict[Place, Restored] = {}
    if expected.inventory is None:
        return []
    for _ in range(_ROUNDS):
        live = read_inventory(connection, plan.schemas)
        waiting = [
            each
            for each in _restorable(expected.inventory, live)
            if each.place not in done or not done[each.place].problem
        ]
        if not waiting:
            break
        for finding in waiting:
            done[finding.place] = _put_back(connection, plan, expected.inventory, live, finding)
    return list(done.values())


def _restorable(expected: Inventory, live: Inventory) -> list[Finding]:
    """Keys before the references that stand on them."""
    found = [
        each
        for each in differences(expected, live)
        if each.what != "foreign" and _statements(each, expected.objects[each.place])
    ]

    def order(finding: Finding) -> tuple[int, bool, Place]:
        definition = str(expected.objects[finding.place].get("definition", ""))
        place = finding.place
        return (_ORDER.index(place.kind), definition.startswith("FOREIGN KEY"), place)

    return sorted(found, key=order)


def _put_back(
    connection: Connection, plan: Plan, expected: Inventory, live: Inventory, finding: Finding
) -> Restored:
    place = finding.place
    renamed = _renamed(place, expected, live) if finding.what == "missing" else None
    if renamed is not None:
        del live.objects[renamed]
        steps = [(_renaming(renamed, place),)]
    else:
        problem = _in_the_way(connection, expected, live, finding)
        if problem:
            return Restored(finding, problem)
        steps = _statements(finding, expected.objects[place])
    taken = 0
    try:
        for taken, step in enumerate(steps):  # noqa: B007 - how far it came counts below
            retry(lambda step=step: _run(connection, step), attempts=3)
    except psycopg.Error as error:
        done = _refused(connection, plan, finding, error)
        _take_away(connection, finding)
        is_there = place.kind == "constraint" and (taken > 0 or finding.aspects == ("validated",))
        return replace(done, for_new_rows=is_there)
    return Restored(finding)


def _renamed(place: Place, expected: Inventory, live: Inventory) -> Place | None:
    """What is missing, under a name that we gave to nothing."""
    if place.kind not in ("constraint", "index"):
        return None
    wanted = _nameless(place, expected.objects[place])
    return next(
        (
            each
            for each in live
            if (each.kind, each.inside) == (place.kind, place.inside)
            and each not in expected.objects
            and _nameless(each, live.objects[each]) == wanted
        ),
        None,
    )


def _nameless(place: Place, aspects: Aspects) -> str:
    definition = str(aspects["definition"])
    if place.kind == "index":
        return re.sub(r" INDEX .+? ON ", " INDEX ON ", definition, count=1)
    return definition


def _renaming(before: Place, now: Place) -> str:
    if now.kind == "index":
        index = _quoted(before.inside.partition(".")[0], before.name)
        return f"alter index {index} rename to {_name(now.name)}"
    table = _quoted_table(now.inside)
    return f"alter table {table} rename constraint {_name(before.name)} to {_name(now.name)}"


def _in_the_way(
    connection: Connection, expected: Inventory, live: Inventory, finding: Finding
) -> str:
    """What of yours would have to go first, and the statement for it; empty for nothing."""
    place = finding.place
    if place.kind not in ("constraint", "index"):
        return ""
    if finding.what == "different":
        yours = [
            (table, key)
            for table, key in _referring(connection, place)
            if Place("constraint", table, key) not in expected.objects
        ]
        what = "A reference of yours stands on it"
    else:
        definition = str(expected.objects[place]["definition"])
        yours = [
            (each.inside, each.name)
            for each in live
            if (each.kind, each.inside) == ("constraint", place.inside)
            and definition.startswith("PRIMARY KEY")
            and str(live.objects[each]["definition"]).startswith("PRIMARY KEY")
        ]
        what = "The table has another primary key, of yours"
    if not yours:
        return ""
    statements = " ".join(
        f"alter table {_quoted_table(table)} drop constraint {_name(key)};" for table, key in yours
    )
    return f"{what}. Run this, and the command again: {statements}"


def _referring(connection: Connection, key: Place) -> list[tuple[str, str]]:
    """The references that stand on a key, as schema.table and name."""
    return run(
        connection,
        sql.SQL(
            "select n.nspname || '.' || c.relname, o.conname\n"
            "from pg_catalog.pg_constraint as o\n"
            "join pg_catalog.pg_class as c on c.oid = o.conrelid\n"
            "join pg_catalog.pg_namespace as n on n.oid = c.relnamespace\n"
            "where o.contype = 'f' and o.conindid = pg_catalog.to_regclass({})\n"
            "order by 1, 2"
        )
        .format(sql.Literal(_quoted(key.inside.partition(".")[0], key.name)))
        .as_string(),
    ).fetchall()


def _run(connection: Connection, statements: tuple[str, ...]) -> None:
    if len(statements) == 1 and "concurrently" in statements[0]:
        run(connection, statements[0])
        return
    with connection.transaction():
        become_owner(connection)
        run(connection, ";\n".join((_PATIENCE, "set local search_path = pg_catalog", *statements)))


def _statements(finding: Finding, expected: Aspects) -> list[tuple[str, ...]]:
    """The transactions that put an object back; empty for what is not put back here."""
    place = finding.place
    match place.kind:
        case "constraint":
            return _constraint(finding, str(expected["definition"]))
        case "index":
            return _index(finding, str(expected["definition"]))
        case "column" if finding.what == "different":
            return _column(finding, expected)
        case "table" if finding.what == "different" and "persistence" in finding.aspects:
            return [(f"alter table {_quoted(place.inside, place.name)} set logged",)]
        case _:
            return []


def _constraint(finding: Finding, definition: str) -> list[tuple[str, ...]]:
    place = finding.place
    table = _quoted_table(place.inside)
    key = _name(place.name)
    first: list[str] = []
    if finding.aspects == ("validated",):
        return [(f"alter table {table} validate constraint {key}",)]
    if finding.what == "different":
        first = [f"alter table {table} drop constraint {key} cascade"]
    add = f"alter table {table} add constraint {key} {definition}"
    if definition.startswith(("CHECK", "FOREIGN KEY")):
        return [
            (*first, f"{add} not valid"),
            (f"alter table {table} validate constraint {key}",),
        ]
    return [(*first, add)]


def _index(finding: Finding, definition: str) -> list[tuple[str, ...]]:
    place = finding.place
    drop = f"drop index if exists {_quoted(place.inside.partition('.')[0], place.name)}"
    # In one transaction: what cannot be made anew is not dropped either.
    return [(drop, definition) if finding.what == "different" else (definition,)]


def _column(finding: Finding, expected: Aspects) -> list[tuple[str, ...]]:
    place = finding.place
    table = _quoted_table(place.inside)
    column = _name(place.name)
    steps: list[tuple[str, ...]] = []
    if "not_null" in finding.aspects and expected.get("not_null"):
        check = f"alter table {table} add constraint {_TEMPORARY} check ({column} is not null)"
        steps += [
            (f"alter table {table} drop constraint if exists {_TEMPORARY}", f"{check} not valid"),
            (f"alter table {table} validate constraint {_TEMPORARY}",),
            (
                f"alter table {table} alter column {column} set not null",
                f"alter table {table} drop constraint {_TEMPORARY}",
            ),
        ]
    if "default" in finding.aspects and "generated" not in finding.aspects:
        default = expected.get("default")
        change = f"set default {default}" if default is not None else "drop default"
        steps.append((f"alter table {table} alter column {column} {change}",))
    return steps


def _refused(
    connection: Connection, plan: Plan, finding: Finding, error: psycopg.Error
) -> Restored:
    """Rows stand in the way, or something else does."""
    known: GroundplanError = from_postgres(error)
    said = " ".join(filter(None, (known.message, error.diag.message_detail)))
    if error.sqlstate in _NAME_IS_TAKEN:
        place = finding.place
        said += f" Rename or drop what is named {place.name} in the schema of {place.inside}, and"
        said += " run the command again."
    if not (error.sqlstate or "").startswith("23"):
        return Restored(finding, said)
    table = next(
        (
            each
            for each in read_snapshot(connection, plan.schemas).tables()
            if each.qualified == finding.place.inside
        ),
        None,
    )
    ids: tuple[str, ...] = ()
    rule = None if table is None else _rule(table, finding.place)
    if rule is not None:
        found = verify_rules(connection, [rule])
        ids = found[0].sample_ids if found else ()
    if ids:
        said = f"Rows break it: {', '.join(ids)}."
    return Restored(finding, said, ids)


def _rule(table: Table, place: Place) -> PlainRule | None:
    """The plain rule of what was added without looking at the rows; None for a key."""
    if place.kind == "column":
        column = replace(table.column(place.name), not_null=True)
        return PlainRule(table, column)
    for rule in rules_of(table):
        if not isinstance(rule.subject, Column) and rule.subject.name == place.name:
            return rule
    return None


def _take_away(connection: Connection, finding: Finding) -> None:
    """What was only there for finding out."""
    if finding.place.kind == "column":
        table = _quoted_table(finding.place.inside)
        statement = f"alter table {table} drop constraint if exists {_TEMPORARY}"
        retry(lambda: _run(connection, (statement,)), attempts=3)


def _name(text: str) -> str:
    return name(text).as_string()


def _quoted(schema: str, table: str) -> str:
    return sql.Identifier(schema, table).as_string()


def _quoted_table(qualified: str) -> str:
    schema, _, table = qualified.partition(".")
    return _quoted(schema, table)
