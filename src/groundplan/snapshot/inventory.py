"""The inventory: every object of some schemas, with all that makes it what it is, for comparing.

A Snapshot says what a model is; an Inventory is there to notice that something of it was changed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from groundplan.snapshot.settings import written_alike

OWNER = "the owner"
"""What stands for the owner of schema core, so that installations of two owners are equal."""

PRIVATE_SCHEMA = "groundplan"
"""The schema that nobody but the owner may use."""


ROWS = ("row", "year")
"""Kinds of what apply writes into tables, and rules rest on."""

_ON_TABLES = ("column", "constraint", "index", "trigger", "rule", "policy", *ROWS)


@dataclass(frozen=True, order=True)
class Place:
    """Where an object is. ``kind``: table, view, column, constraint, index, trigger, rule, policy,
    function, sequence, schema, type, extension, event trigger, setting, role, row or year.
    ``inside`` is the table as schema.table, or the schema. The name of a function has its argument
    types; that of a row is its key, and years are those of the calendar."""

    kind: str
    inside: str
    name: str

    def __str__(self) -> str:
        match self.kind:
            case "table" | "view" | "sequence" | "type":
                return f"{self.kind} {self.inside}.{self.name}"
            case "column":
                return f"column {self.inside}.{self.name}"
            case "setting" | "row" | "year":
                return f"{self.kind} {self.name} of {self.inside}"
            case "function" | "schema" | "extension" | "event trigger" | "role":
                return f"{self.kind} {self.name}"
            case _:
                return f"{self.kind} {self.name} on {self.inside}"

    @property
    def table(self) -> str:
        """schema.table that it belongs to, or is; empty when it belongs to none."""
        if self.kind in ("table", "view"):
            return f"{self.inside}.{self.name}"
        if self.kind in _ON_TABLES:
            return self.inside
        return ""


Aspects = Mapping[str, Any]
"""What makes an object what it is, by name: texts, booleans, and lists of who holds a right."""


class Inventory:
    """Objects by their place. ``version`` is the server's: 180006.

    ``calls`` has the functions, but for PostgreSQL's own, that run while rows are written because
    an object of a table calls them. ``unread`` are the tables whose rows could not be read.
    """

    def __init__(
        self,
        objects: Mapping[Place, Aspects],
        version: int,
        calls: Mapping[Place, Sequence[str]] | None = None,
        unread: Collection[str] = (),
    ) -> None:
        self.objects = dict(objects)
        self.version = version
        self.calls = dict(calls or {})
        self.unread = frozenset(unread)

    def __iter__(self) -> Iterator[Place]:
        return iter(sorted(self.objects))

    def __len__(self) -> int:
        return len(self.objects)

    @property
    def major(self) -> int:
        """18, of 18.6: how definitions are written depends on it."""
        return self.version // 10_000


def read_inventory(connection: psycopg.Connection[Any], schemas: Sequence[str]) -> Inventory:
    """What is there now in these schemas and in the private one, and what acts on all of them."""
    wanted = {"schemas": sorted({*schemas, PRIVATE_SCHEMA})}
    objects: dict[Place, Aspects] = {}
    unread: list[str] = []
    with written_alike(connection), connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(
            "select coalesce((select pg_get_userbyid(nspowner) from pg_namespace\n"
            "    where nspname = 'core'), current_user)"
        ).fetchone()
        assert found is not None
        (owner,) = found
        for query in _QUERIES:
            for kind, inside, name, aspects in cursor.execute(query, wanted).fetchall():
                objects[Place(kind, inside, name)] = _of_the_owner(aspects, owner)
        calls = {
            Place(kind, inside, name): functions
            for kind, inside, name, functions in cursor.execute(_CODE, wanted).fetchall()
        }
        for table, query in _ROWS.items():
            if table.partition(".")[0] not in schemas:
                continue
            try:
                with connection.transaction():
                    rows = cursor.execute(query).fetchall()
            except psycopg.ProgrammingError:
                # The role may not read it, or the table has another shape, which is told with it.
                unread.append(table)
            else:
                objects |= {
                    Place(kind, inside, name): aspects for kind, inside, name, aspects in rows
                }
    return Inventory(objects, connection.info.server_version, calls, unread)


def _of_the_owner(aspects: dict[str, Any], owner: str) -> Aspects:
    if aspects.get("owner") == owner:
        aspects = {**aspects, "owner": OWNER}
    if "definition" in aspects:
        aspects = {**aspects, "definition": canonical(aspects["definition"])}
    return aspects


_NESTED = re.compile(r"\((\([^()]*\) (OR|AND) \([^()]*\)(?: \2 \([^()]*\))*)\) \2 (?=\()")
_NAMED_AS_ITS_TYPE = re.compile(r"::([a-z_]+) AS \"?\1\"?(?=,|\n|$)")


def canonical(definition: str) -> str:
    """The same for what PostgreSQL wrote of our source, and of its own text after a restored dump.

    In that text ``((a OR b) OR c)`` has become ``(a OR b OR c)``, and what a query of a union had
    left without a name has that of its type.
    """
    flat, found = _NESTED.subn(r"\1 \2 ", definition)
    while found:
        flat, found = _NESTED.subn(r"\1 \2 ", flat)
    return _NAMED_AS_ITS_TYPE.sub(r"::\1", flat)


def _queries(folder: str) -> Iterator[tuple[str, bytes]]:
    where = files("groundplan.snapshot").joinpath("queries", folder)
    for file in sorted(where.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".sql"):
            yield file.name.removesuffix(".sql"), file.read_bytes()


_QUERIES = tuple(text for _, text in _queries("inventory"))
_ROWS = dict(_queries("rows"))
_CODE = files("groundplan.snapshot").joinpath("queries", "code.sql").read_bytes()
