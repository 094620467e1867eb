"""The record of what apply made: core.installed_catalog."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from groundplan.installation.inventory import CodeObject
from groundplan.snapshot.differences import digested
from groundplan.snapshot.inventory import Inventory, Place

Connection = psycopg.Connection[Any]

_CODE = frozenset({"function", "view", "trigger", "policy"})
_NEVER = frozenset({"event trigger", "setting", "extension"})


def recorded_inventory(connection: Connection) -> Inventory | None:
    """What apply recorded; None when it recorded nothing. Texts of code are digests.

    The version is the oldest that definitions in it were written by.
    """
    found = connection.execute(
        "select pg_catalog.to_regclass('core.installed_catalog') is not null"
    ).fetchone()
    if found is None or not found[0]:
        return None
    rows = connection.execute(
        "select kind, inside, name, aspects, server_version from core.installed_catalog"
    ).fetchall()
    if not rows:
        return None
    objects = {Place(kind, inside, name): aspects for kind, inside, name, aspects, _ in rows}
    return Inventory(objects, min(int(row[4]) for row in rows))


def record_inventory(
    connection: Connection,
    *,
    recorded: Inventory | None,
    before: Inventory | None,
    after: Inventory,
    made: Iterable[CodeObject],
) -> Inventory:
    """Record what a run made: the code it wrote, and all that was not there before it.

    What it found there keeps the record it has. Where there is none at all, as after an
    installation with psql, what is there is taken as it is.
    """
    written = {str(each) for each in made}
    old = recorded.objects if recorded is not None else {}
    known = before.objects if before is not None and recorded is not None else {}
    wanted: dict[Place, Any] = {}
    versions: dict[Place, int] = {}
    for place, aspects in after.objects.items():
        if place.kind in _NEVER:
            continue
        if place.kind in _CODE:
            if _as_code(place) in written:
                wanted[place] = digested(place, aspects)
        elif place not in known:
            wanted[place] = aspects
    for place, aspects in old.items():
        if place not in wanted and place.kind not in _CODE:
            wanted[place] = aspects
            versions[place] = recorded.version if recorded is not None else after.version
    _write(connection, wanted, versions, after.version)
    return Inventory(wanted, min([after.version, *versions.values()]))


def _as_code(place: Place) -> str:
    match place.kind:
        case "trigger" | "policy":
            return f"{place.kind} {place.name} on {place.inside}"
        case _:
            return str(place)


def _write(
    connection: Connection, wanted: dict[Place, Any], versions: dict[Place, int], version: int
) -> None:
    """Replace the rows; those that stay as they are are not written again."""
    listed = list(wanted)
    values = {
        "kinds": [place.kind for place in listed],
        "insides": [place.inside for place in listed],
        "names": [place.name for place in listed],
        "aspects": [Jsonb(wanted[place]) for place in listed],
        "versions": [versions.get(place, version) for place in listed],
    }
    connection.execute(
        "delete from core.installed_catalog as recorded where not exists (\n"
        "    select from unnest(%(kinds)s::text[], %(insides)s::text[], %(names)s::text[])\n"
        "        as made (kind, inside, name)\n"
        "    where (made.kind, made.inside, made.name)\n"
        "        = (recorded.kind, recorded.inside, recorded.name))",
        values,
    )
    connection.execute(
        "insert into core.installed_catalog as recorded\n"
        "    (kind, inside, name, aspects, server_version)\n"
        "select * from unnest(%(kinds)s::text[], %(insides)s::text[], %(names)s::text[],\n"
        "    %(aspects)s::jsonb[], %(versions)s::integer[])\n"
        "on conflict (kind, inside, name) do update\n"
        "set aspects = excluded.aspects, server_version = excluded.server_version\n"
        "where (recorded.aspects, recorded.server_version)\n"
        "    is distinct from (excluded.aspects, excluded.server_version)",
        values,
    )
