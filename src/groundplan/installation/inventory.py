"""The code in a database: what is there, what this transaction wrote, and taking it away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, order=True)
class CodeObject:
    """``kind``: function, view, trigger or policy. ``identity`` as DROP takes it."""

    kind: str
    identity: str

    def __str__(self) -> str:
        return f"{self.kind} {self.identity}"


@dataclass(frozen=True)
class Found:
    """``version`` changes whenever the object is written; ``is_new``: by this transaction."""

    version: str
    is_new: bool


def code_objects(connection: Connection, schemas: Sequence[str]) -> dict[CodeObject, Found]:
    """Everything in these schemas that is code, ours and yours."""
    rows = _rows(connection, "code_objects", schemas)
    return {
        CodeObject(kind, identity): Found(version, bool(is_new))
        for kind, identity, _, version, is_new in rows
    }


def recorded_objects(connection: Connection) -> dict[CodeObject, str]:
    """What earlier runs made, with the module it belongs to."""
    rows = connection.execute(
        "select kind, identity, module from core.installed_objects order by kind, identity"
    ).fetchall()
    return {CodeObject(kind, identity): module for kind, identity, module in rows}


def record_objects(connection: Connection, objects: dict[CodeObject, str]) -> None:
    """Replace what core.installed_objects lists; rows that stay are not written again."""
    wanted = {
        "kinds": [each.kind for each in objects],
        "identities": [each.identity for each in objects],
        "modules": list(objects.values()),
    }
    connection.execute(
        "delete from core.installed_objects as recorded where not exists (\n"
        "    select from unnest(%(kinds)s::text[], %(identities)s::text[])\n"
        "        as made (kind, identity)\n"
        "    where (made.kind, made.identity) = (recorded.kind, recorded.identity))",
        wanted,
    )
    connection.execute(
        "insert into core.installed_objects as recorded (kind, identity, module)\n"
        "select * from unnest(%(kinds)s::text[], %(identities)s::text[], %(modules)s::text[])\n"
        "on conflict (kind, identity) do update set module = excluded.module\n"
        "where recorded.module <> excluded.module",
        wanted,
    )


def drop_objects(connection: Connection, objects: Iterable[CodeObject]) -> list[CodeObject]:
    """Drop what nothing else stands on, dependents first; returns what had to stay."""
    remaining = sorted(objects, key=lambda each: (_DROP_ORDER[each.kind], each.identity))
    while remaining:
        stayed = [each for each in remaining if not _drop(connection, each)]
        if len(stayed) == len(remaining):
            break
        remaining = stayed
    return remaining


def dependents(connection: Connection, objects: Iterable[CodeObject]) -> list[str]:
    """Why these objects cannot be dropped, in PostgreSQL's words."""
    reasons: list[str] = []
    for each in objects:
        try:
            with connection.transaction():
                connection.execute(f"drop {each}".encode())
                raise psycopg.Rollback
        except psycopg.errors.DependentObjectsStillExist as error:
            reasons += (error.diag.message_detail or "").splitlines()
    return reasons


def saved_grants(connection: Connection, schemas: Sequence[str]) -> list[tuple[CodeObject, str]]:
    """The statements that give the privileges on code again."""
    rows = _rows(connection, "grants", schemas)
    return [(CodeObject(kind, identity), statement) for kind, identity, statement in rows]


def restore_grants(
    connection: Connection, saved: Iterable[tuple[CodeObject, str]], there: Iterable[CodeObject]
) -> None:
    """Give back what was granted on objects that are there again under the same name."""
    present = set(there)
    for each, statement in saved:
        if each in present:
            connection.execute(statement.encode())


_DROP_ORDER = {"trigger": 0, "policy": 1, "view": 2, "function": 3}


def _drop(connection: Connection, each: CodeObject) -> bool:
    try:
        with connection.transaction():
            connection.execute(f"drop {each}".encode())
    except psycopg.errors.DependentObjectsStillExist:
        return False
    except psycopg.errors.UndefinedObject:
        return True
    return True


def _rows(connection: Connection, query: str, schemas: Sequence[str]) -> list[tuple[Any, ...]]:
    text = files("groundplan.installation").joinpath("queries", f"{query}.sql").read_bytes()
    return psycopg.RawCursor(connection).execute(text, [list(schemas)]).fetchall()
