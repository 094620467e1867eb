"""Open connections, and decide to which database."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from groundplan.database.binaries import OLDEST_SUPPORTED
from groundplan.database.embedded import EmbeddedServer
from groundplan.database.far_times import load_far_times
from groundplan.errors import (
    CannotConnect,
    GroundplanError,
    HostUnreachable,
    InvalidUrl,
    PostgresTooOld,
    UnknownDatabase,
    WrongPassword,
    from_postgres,
)

URL_VARIABLE = "GROUNDPLAN_DATABASE_URL"
EMBEDDED_DIRECTORY = Path(".groundplan")
"""Where the embedded server lives, under the current directory."""

_CONNECT_SECONDS = 10


def connect(url: str, *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a connection to a PostgreSQL of at least version 15.

    ``url`` is a URL or a libpq connection string; SQLAlchemy's ``postgresql+psycopg://`` is
    understood. Raises InvalidUrl, HostUnreachable, WrongPassword, UnknownDatabase, PostgresTooOld
    or CannotConnect; passwords never appear in them.
    """
    given = _parse(url)
    extra: dict[str, Any] = {}
    if "application_name" not in given:
        extra["application_name"] = "groundplan"
    if "connect_timeout" not in given and "PGCONNECT_TIMEOUT" not in os.environ:
        extra["connect_timeout"] = _CONNECT_SECONDS
    try:
        connection = psycopg.connect(_plain(url), autocommit=autocommit, **extra)
    except psycopg.Error as error:
        raise _connect_error(error, given) from error
    _write_times_plainly(connection)
    load_far_times(connection)
    version = server_version(connection)
    if version < OLDEST_SUPPORTED * 10_000:
        connection.close()
        raise PostgresTooOld(
            f"The server is PostgreSQL {version // 10_000}, and Groundplan needs "
            f"{OLDEST_SUPPORTED} or newer.",
            hint="Upgrade the server, or leave out the URL to use the embedded PostgreSQL.",
        )
    return connection


def _write_times_plainly(connection: psycopg.Connection[Any]) -> None:
    """The driver reads dates in ISO form only, and databases and roles may prefer another."""
    if (connection.info.parameter_status("DateStyle") or "ISO").startswith("ISO"):
        return
    before = connection.autocommit
    connection.autocommit = True
    connection.execute("set datestyle = 'ISO'")
    connection.autocommit = before


def server_version(connection: psycopg.Connection[Any]) -> int:
    """The server's version as a number: 180006 for 18.6."""
    return connection.info.server_version


def resolve_url(option: str | None = None) -> str:
    """The database to work on: ``option``, else GROUNDPLAN_DATABASE_URL, else the embedded one.

    The embedded server lives in ./.groundplan and is started when it does not run.
    """
    chosen = option or os.environ.get(URL_VARIABLE)
    if chosen:
        return chosen
    server = EmbeddedServer(EMBEDDED_DIRECTORY)
    server.start()
    return server.url()


def _plain(url: str) -> str:
    """Without the driver that SQLAlchemy writes into a URL."""
    return re.sub(r"^postgres(ql)?\+\w+://", "postgresql://", url)


def _parse(url: str) -> dict[str, Any]:
    hint = "Write it as postgresql://user:password@host:5432/database."
    scheme = re.match(r"^([\w+.-]+)://", _plain(url))
    if not url.strip():
        raise InvalidUrl("The database URL is empty.", hint=hint)
    if scheme is not None and scheme[1] not in ("postgresql", "postgres"):
        raise InvalidUrl(
            f"The database URL starts with {scheme[1]}://, and Groundplan needs PostgreSQL.",
            hint=hint,
        )
    try:
        return conninfo_to_dict(_plain(url))
    except psycopg.Error as error:
        # libpq repeats the text it could not read, and that may hold a password.
        raise InvalidUrl("The database URL cannot be read.", hint=hint) from error


def _connect_error(error: psycopg.Error, given: dict[str, Any]) -> GroundplanError:
    """Name the cause of a failed attempt.

    libpq gives no SQLSTATE here. What the protocol tells is used first; the words of the server
    come second, and when they are in another language, they are shown as they are.
    """
    if error.sqlstate is not None:
        return from_postgres(error)
    said = " ".join(str(error).split())
    place = _place(given)
    used = error.pgconn is not None and (error.pgconn.used_password or error.pgconn.needs_password)
    if "does not exist" in said and "database" in said:
        return UnknownDatabase(
            f"There is no database {given.get('dbname')} on {place}.",
            hint="Create it with `create database`, or correct the URL.",
        )
    if used or "authentication failed" in said or "no password supplied" in said:
        return WrongPassword(
            f"{place} does not accept the user {given.get('user', 'of the system')} with this "
            "password.",
            hint="Correct user and password in the URL.",
        )
    unreachable = isinstance(error, psycopg.errors.ConnectionTimeout) or any(
        words in said
        for words in ("failed to resolve", "refused", "No such file", "timeout", "unreachable")
    )
    if unreachable:
        return HostUnreachable(
            f"No PostgreSQL answers on {place}.",
            hint="Check host and port in the URL, and that the server runs.",
        )
    return CannotConnect(f"No connection to {place}: {said}")


def _place(given: dict[str, Any]) -> str:
    host = given.get("host") or given.get("hostaddr") or os.environ.get("PGHOST") or "localhost"
    return f"{host}:{given.get('port') or os.environ.get('PGPORT') or 5432}"
