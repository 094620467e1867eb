"""The same changes of rows, kept in three ways: what that adds, and what is caught."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import LiteralString

import psycopg
from psycopg import sql
from server import Bench

from . import ground
from .measure import Spread, spread, turns
from .sizes import Sizes
from .workers import Client, clients

KINDS = ("insert", "update", "delete")


@dataclass(frozen=True)
class Way:
    """A way to keep changes, and the same client on the same table without it.

    ``kept`` counts the kept versions whose name and slug are like its parameters.
    """

    title: str
    audited: str
    plain: str
    table: str
    log: str
    kept: bytes


WAYS = (
    Way(
        "django-pghistory",
        "pghistory_rows",
        "django_rows",
        "history_app_trackedproduct",
        "history_app_trackedproductevent",
        b"select count(*) from history_app_trackedproductevent where name like %s and slug like %s",
    ),
    Way(
        "SQLAlchemy-Continuum",
        "continuum",
        "plain_rows",
        "products",
        "products_version",
        b"select count(*) from products_version where name like %s and slug like %s"
        b" and operation_type <> 2",
    ),
    Way(
        "SQLAlchemy-Continuum, native",
        "continuum_native",
        "plain_rows",
        "products",
        "products_version",
        b"select count(*) from products_version where name like %s and slug like %s"
        b" and operation_type <> 2",
    ),
    Way(
        "Groundplan",
        "groundplan_rows",
        "groundplan_rows",
        "catalog.products",
        "core.audit_log",
        b"select count(*) from core.audit_log where table_name = 'products'"
        b" and old_row ->> 'name' like %s and old_row ->> 'slug' like %s",
    ),
)

FIRST = "a row is inserted and updated: its first version is kept"
GONE = "a row is deleted: the history says so"
TRUNCATE = "the table is truncated: the history says so"
HISTORY = "the history itself is deleted"


_STATEMENTS: dict[str, LiteralString] = {
    "insert": "insert into {} (name, slug) values ('First', 'by-sql')",
    "update": "update {} set name = 'Last' where slug = 'by-sql'",
    "delete": "delete from {} where slug = 'by-sql'",
    "truncate": "truncate {}",
}
_INSERT_ALL: LiteralString = """
insert into {} (name, slug, status, created_at) values ('First', 'by-sql', 'active', now())
"""


@dataclass
class Cost:
    """Of one way, with it and without it, by round.

    Milliseconds per change of each kind; ``cpu``, for one change of each kind together, is the
    client's and the server's time on a core.
    """

    title: str
    audited: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    plain: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    audited_cpu: list[float] = field(default_factory=list[float])
    plain_cpu: list[float] = field(default_factory=list[float])

    def added(self, kind: str) -> Spread:
        """Milliseconds more than without it, paired by round."""
        pairs = zip(self.audited[kind], self.plain[kind], strict=True)
        return spread([with_it - without for with_it, without in pairs])

    def added_cpu_rounds(self) -> list[float]:
        """Milliseconds of CPU more for one insert, one update and one delete together."""
        pairs = zip(self.audited_cpu, self.plain_cpu, strict=True)
        return [with_it - without for with_it, without in pairs]

    def added_cpu(self) -> Spread:
        """Of these rounds."""
        return spread(self.added_cpu_rounds())


@dataclass(frozen=True)
class Audits:
    """What the part found out.

    ``caught``: way -> what is done with SQL -> yes, no, done or refused.
    """

    costs: tuple[Cost, ...]
    caught: dict[str, dict[str, str]]


def measure(bench: Bench, sizes: Sizes) -> Audits:
    """Change rows with and without each way, then change them with plain SQL."""
    costs = {way.title: Cost(way.title) for way in WAYS}
    with ExitStack() as stack:
        urls: dict[str, str] = {}
        teams: dict[tuple[str, bool], Client] = {}
        for way in WAYS:
            for audited in (True, False):
                url = _database(bench, way, audited=audited)
                urls[way.title] = urls.get(way.title, url)
                module = way.audited if audited else way.plain
                client = stack.enter_context(clients(module, url, 1))[0]
                client.call("change", 1, 10)
                teams[way.title, audited] = client
        for number in range(sizes.rounds):
            first = 100 + number * sizes.changes
            for title in turns([way.title for way in WAYS], number):
                cost = costs[title]
                # Who is first alternates, too.
                for audited in (True, False)[:: 1 if number % 2 else -1]:
                    client = teams[title, audited]
                    _one_round(bench, cost, client, audited=audited, span=(first, sizes.changes))
        changed = 10 + sizes.rounds * sizes.changes
        caught = {way.title: _caught(way, urls[way.title], changed) for way in WAYS}
    return Audits(tuple(costs.values()), caught)


def _one_round(
    bench: Bench, cost: Cost, client: Client, *, audited: bool, span: tuple[int, int]
) -> None:
    before = ground.server_seconds(bench) or 0.0
    timed = client.call("change", *span)
    cpu = timed.cpu + (ground.server_seconds(bench) or 0.0) - before
    times = cost.audited if audited else cost.plain
    for kind in KINDS:
        times.setdefault(kind, []).append(timed.answer[kind] / span[1] * 1000)
    (cost.audited_cpu if audited else cost.plain_cpu).append(cpu / span[1] * 1000)


def _database(bench: Bench, way: Way, *, audited: bool) -> str:
    name = f"audit_{WAYS.index(way)}_{'with' if audited else 'without'}"
    if way.title != "Groundplan":
        return ground.empty(bench, name)
    url = ground.groundplan(bench, name)
    if not audited:
        with ground.opened(url) as connection:
            connection.execute("drop trigger t70_audit_update on catalog.products")
            connection.execute("drop trigger t70_audit_delete on catalog.products")
    return url


def _caught(way: Way, url: str, changed: int) -> dict[str, str]:
    """Try plain SQL; raises SystemExit if not even the ORM's changes were all kept."""
    with ground.opened(url) as connection:
        for pattern, count in (("Product %", changed), ("Renamed", changed)):
            kept = _kept(connection, way, pattern, "p-%")
            if kept < count:
                raise SystemExit(f"{way.title} has kept {kept} of {count} versions ({pattern})")
        found = {
            FIRST: _tried(connection, way, "insert", "update"),
            GONE: _tried(connection, way, "insert", "delete"),
            TRUNCATE: _tried(connection, way, "insert", "truncate"),
        }
        try:
            with connection.transaction(force_rollback=True):
                connection.execute(sql.SQL("delete from {}").format(_name(way.log)))
            found[HISTORY] = "done"
        except psycopg.Error as error:
            found[HISTORY] = f"refused ({error.sqlstate})"
        return found


def _kept(connection: ground.Connection, way: Way, name: str, slug: str) -> int:
    row = connection.execute(way.kept, [name, slug]).fetchone()
    return int(row[0]) if row else 0


def _tried(connection: ground.Connection, way: Way, *steps: str) -> str:
    """What has become of a row after the steps; all is rolled back.

    After an update: whether the version before is kept. After other steps: whether the last of
    them has left anything in the history.
    """
    statements: dict[str, LiteralString] = dict(_STATEMENTS)
    if way.title == "django-pghistory":  # Django's defaults are not in the database.
        statements["insert"] = _INSERT_ALL
    table = _name(way.table)
    try:
        with connection.transaction(force_rollback=True):
            for step in steps[:-1]:
                connection.execute(sql.SQL(statements[step]).format(table))
            before = _entries(connection, way)
            connection.execute(sql.SQL(statements[steps[-1]]).format(table))
            if steps[-1] == "update":
                return "yes" if _kept(connection, way, "First", "by-sql") else "no"
            return "yes" if _entries(connection, way) > before else "no"
    except psycopg.Error as error:
        return f"refused ({error.sqlstate})"


def _entries(connection: ground.Connection, way: Way) -> int:
    query = sql.SQL("select count(*) from {}").format(_name(way.log))
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))
