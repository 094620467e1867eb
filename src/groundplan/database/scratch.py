"""Databases that are made, used and dropped again.

Attacks on the rules never run on live data: even a refused TRUNCATE takes its lock. They run in a
scratch database on the same server, usually a clone of a template.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from collections.abc import Generator
from datetime import timedelta
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from groundplan.database.connection import connect
from groundplan.database.embedded import OWNER, SUPERUSER
from groundplan.errors import GroundplanError, PermissionDenied, StatementFailed, from_postgres

_MARK = "groundplan scratch database, made at "
"""What the comment of a scratch database starts with; Unix seconds follow."""

_URL = re.compile(
    r"^(?P<server>postgres(?:ql)?(?:\+\w+)?://[^/?]*)(?:/[^?]*)?(?:\?(?P<query>.*))?$", re.DOTALL
)

_USER = re.compile(
    r"^(?P<scheme>postgres(?:ql)?(?:\+\w+)?://)(?:[^/?@]*@)?(?P<rest>.*)$", re.DOTALL
)
_USER_DRIVER = re.compile(r"^postgres(?:ql)?(?:\+\w+)?://")


def database_url(url: str, name: str) -> str:
    """The same server, user and settings with another database; a URL stays a URL."""
    found = _URL.match(url)
    if found is None:
        return make_conninfo(url, dbname=name)
    settings = [
        part
        for part in (found["query"] or "").split("&")
        if part and not part.startswith("dbname=")
    ]
    query = f"?{'&'.join(settings)}" if settings else ""
    return f"{found['server']}/{quote(name, safe='')}{query}"


def url_as(url: str, user: str) -> str:
    """The same server, database and settings for another role, without a password."""
    found = _USER.match(url)
    if found is None:
        return make_conninfo(url, user=user, password=None)
    return f"{found['scheme']}{quote(user, safe='')}@{found['rest']}"


def superuser_url(url: str) -> str | None:
    """The superuser's URL where ``url`` is that of the owner on an embedded server; else None.

    Only there is it known that a socket lets whoever reaches it be any role.
    """
    given = conninfo_to_dict(_USER_DRIVER.sub("postgresql://", url))
    is_embedded = given.get("user") == OWNER and str(given.get("host", "")).startswith("/")
    return url_as(url, SUPERUSER) if is_embedded else None


def create_database(admin_url: str, name: str, template: str | None = None) -> str:
    """Create a database and return its URL.

    ``template`` is a database that nobody is connected to. Raises PermissionDenied when the role
    has no CREATEDB, StatementFailed when the name is taken (42P04) or the template in use (55006).
    """
    command = sql.SQL("create database {}").format(sql.Identifier(name))
    with connect(admin_url, autocommit=True) as connection:
        if template is not None:
            command += sql.SQL(" template {}").format(sql.Identifier(template))
            if connection.execute("show fsync").fetchone() == ("off",):
                # Copying files beats copying through the log when nothing has to reach the disk.
                command += sql.SQL(" strategy file_copy")
        try:
            connection.execute(command)
        except psycopg.errors.InsufficientPrivilege as error:
            raise PermissionDenied(
                f"The role {connection.info.user} may not create databases.",
                hint=f"Let a superuser run `alter role {connection.info.user} createdb`.",
            ) from error
        except psycopg.errors.ObjectInUse as error:
            raise StatementFailed(
                f"The database {template} is in use, so that it cannot be copied.",
                sqlstate=error.sqlstate,
                hint="Disconnect from it and try again.",
            ) from error
        except psycopg.Error as error:
            raise from_postgres(error) from error
    return database_url(admin_url, name)


def drop_database(admin_url: str, name: str) -> None:
    """Drop a database and disconnect whoever uses it; nothing happens when there is none."""
    named = sql.SQL("drop database if exists {}").format(sql.Identifier(name))
    forced = named + sql.SQL(" with (force)")
    with connect(admin_url, autocommit=True) as connection:
        try:
            try:
                connection.execute(forced)
            except psycopg.errors.InsufficientPrivilege:
                # An autovacuum worker is there: only a superuser may end it, but it gives way to
                # whoever waits. Meanwhile nobody else is disconnected.
                with contextlib.suppress(psycopg.errors.ObjectInUse):
                    connection.execute(named)
                connection.execute(forced)
        except psycopg.Error as error:
            raise from_postgres(error) from error


@contextlib.contextmanager
def scratch_database(
    url: str, *, template: str | None = None, prefix: str = "groundplan_scratch"
) -> Generator[str]:
    """The URL of a new database on the server of ``url``; it is dropped at the end.

    Also dropped on errors and Ctrl-C; what a killed process leaves is dropped by the next one a day
    later. Needs the CREATEDB privilege, else PermissionDenied is raised.
    """
    drop_leftovers(url)
    name = f"{prefix}_{secrets.token_hex(6)}"
    try:
        made = create_database(url, name, template)
        _mark(url, name)
        yield made
    except BaseException:
        # The first error is the one to tell, such as that the server is gone.
        with contextlib.suppress(GroundplanError, psycopg.Error):
            drop_database(url, name)
        raise
    else:
        drop_database(url, name)


def drop_leftovers(url: str, older_than: timedelta = timedelta(days=1)) -> list[str]:
    """Drop scratch databases that nobody dropped, and return their names.

    Only databases that carry our mark, belong to this role, are old enough and have no session.
    """
    with connect(url, autocommit=True) as connection:
        found = connection.execute(
            """
            select d.datname, shobj_description(d.oid, 'pg_database')
            from pg_database as d
            where starts_with(shobj_description(d.oid, 'pg_database'), %s)
              and pg_has_role(d.datdba, 'member')
              and not exists (select from pg_stat_activity as a where a.datid = d.oid)
            """,
            [_MARK],
        ).fetchall()
    oldest = time.time() - older_than.total_seconds()
    dropped: list[str] = []
    for name, comment in found:
        made_at = comment.removeprefix(_MARK)
        if made_at.isdigit() and int(made_at) <= oldest:
            drop_database(url, name)
            dropped.append(name)
    return dropped


def _mark(url: str, name: str) -> None:
    with connect(url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("comment on database {} is {}").format(
                sql.Identifier(name), sql.Literal(f"{_MARK}{int(time.time())}")
            )
        )
