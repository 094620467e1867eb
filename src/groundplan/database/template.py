"""Databases that are built once and cloned many times: a clone takes about a tenth of a second."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import psycopg
from psycopg import sql

from groundplan.database.connection import connect
from groundplan.database.scratch import create_database, database_url, drop_database
from groundplan.errors import from_postgres


def template_database(url: str, key: str, build: Callable[[str], None]) -> str:
    """The name of a database that ``build`` has filled; built once per server and ``key``.

    ``build`` is given the URL of an empty database and has to close its connections. ``key`` says
    what the result depends on: put a digest of the sources into it. Whoever comes while it is
    being built waits; a build that fails leaves nothing behind. ``url`` has to be the same
    database for all callers, because PostgreSQL's advisory locks are per database.

    Nobody can connect to a template, so cloning it never fails because somebody uses it. Clone it
    with `scratch_database` or `create_database`.
    """
    with connect(url, autocommit=True) as connection:
        # Each role has its own: a database of somebody else's cannot be copied.
        digest = hashlib.sha256(f"{connection.info.user} {key}".encode()).hexdigest()
        name = f"groundplan_template_{digest[:16]}"
        lock = int.from_bytes(bytes.fromhex(digest[:16]), signed=True)
        connection.execute("select pg_advisory_lock(%s)", [lock])
        if not _exists(connection, name):
            unfinished = f"{name}_unfinished"
            drop_database(url, unfinished)
            create_database(url, unfinished)
            try:
                build(database_url(url, unfinished))
                _finish(connection, unfinished, name)
            except BaseException:
                drop_database(url, unfinished)
                raise
    return name


def _exists(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("select from pg_database where datname = %s", [name])
    return found.fetchone() is not None


def _finish(connection: psycopg.Connection, unfinished: str, name: str) -> None:
    try:
        connection.execute(
            sql.SQL("alter database {} rename to {}").format(
                sql.Identifier(unfinished), sql.Identifier(name)
            )
        )
        connection.execute(
            sql.SQL("alter database {} allow_connections false").format(sql.Identifier(name))
        )
    except psycopg.Error as error:
        raise from_postgres(error) from error
