"""What must be true of a database before anything is put into it, and the errors if it is not."""

from __future__ import annotations

from typing import Any

import psycopg

from groundplan.errors import (
    GroundplanError,
    LocaleProblem,
    PermissionDenied,
    PostgresTooOld,
    UnknownSchema,
    WrongEncoding,
)

MARK = "Groundplan: "
"""What the comment of our schemas starts with."""

OLDEST_VERSION = 150_000

EXTENSION = "btree_gist"


class ExtensionMissing(GroundplanError):
    """The server has no btree_gist, or this role may not install it."""


class OtherVersion(GroundplanError):
    """Another version of Groundplan made the tables of this database."""


class TenancyIsFixed(GroundplanError):
    """The tenancy is chosen when Groundplan is installed."""


class TableInUse(GroundplanError):
    """Another session keeps a lock that is needed."""


class DependedUpon(GroundplanError):
    """Code cannot be replaced, because something of yours stands on it."""


Connection = psycopg.Connection[Any]


def check_server(connection: Connection) -> None:
    """Version, encoding and locale. Raises PostgresTooOld, WrongEncoding or LocaleProblem."""
    version = connection.info.server_version
    if version < OLDEST_VERSION:
        raise PostgresTooOld(
            f"The server is PostgreSQL {version // 10_000}, and Groundplan needs 15 or newer.",
            hint="Upgrade the server.",
        )
    database = connection.info.dbname
    encoding = connection.info.parameter_status("server_encoding") or "unknown"
    if encoding != "UTF8":
        raise WrongEncoding(database, encoding)
    (same,) = _row(connection, "select lower(U&'\\00C9') = U&'\\00E9'")
    if not same:
        raise LocaleProblem(
            f"The locale of the database {database} does not know that é is the small É.",
            hint="Create one with `create database … locale 'C.UTF-8' template template0`.",
        )


def check_schemas(connection: Connection, schemas: list[str], installed: list[str]) -> None:
    """Schemas of our names must be ours, and listed. Raises UnknownSchema."""
    rows = connection.execute(
        "select nspname, coalesce(obj_description(oid, 'pg_namespace'), '') from pg_namespace\n"
        "where nspname = any(%s) order by nspname",
        [schemas],
    ).fetchall()
    for schema, comment in rows:
        if schema in installed:
            continue
        if comment.startswith(MARK):
            raise UnknownSchema(
                f"The database holds the schema {schema}, but core.installed_modules does not "
                "list it: it was copied or restored in part.",
                hint=f"Restore the whole database, or drop the schema {schema}.",
            )
        raise UnknownSchema(
            f"The database holds a schema {schema} that Groundplan did not make.",
            hint=f"Use another database, or rename the schema: "
            f"`alter schema {schema} rename to …`.",
        )


def check_create(connection: Connection) -> None:
    """New schemas need CREATE on the database. Raises PermissionDenied."""
    role, database, allowed = _row(
        connection,
        "select current_user, current_database(),\n"
        "    has_database_privilege(current_database(), 'create')",
    )
    if not allowed:
        raise PermissionDenied(
            f"The role {role} may not create schemas in the database {database}.",
            hint=f"Let the owner of the database run `grant create on database {database} "
            f"to {role}`.",
        )


def become_owner(connection: Connection) -> None:
    """Act as the role that owns the installation, until the end of the transaction.

    Everything then has one owner, whoever applies. Raises PermissionDenied.
    """
    role, owner, is_member = _row(
        connection,
        "select current_user, pg_get_userbyid(nspowner), pg_has_role(nspowner, 'member')\n"
        "from pg_namespace where nspname = 'core'",
    )
    if role == owner:
        return
    refusal = PermissionDenied(
        f"Groundplan belongs to the role {owner}, and {role} may not act for it.",
        hint=f"Connect as {owner}, or let it run `grant {owner} to {role}`.",
    )
    if not is_member:
        raise refusal
    try:
        connection.execute("select set_config('role', %s, true)", [owner])
    except psycopg.errors.InsufficientPrivilege as error:
        raise refusal from error


def require_owner(connection: Connection) -> None:
    """For what reads everything. Raises PermissionDenied for a role that is not the owner's."""
    row = connection.execute(
        "select current_user, pg_get_userbyid(nspowner), pg_has_role(nspowner, 'usage')\n"
        "from pg_namespace where nspname = 'core'"
    ).fetchone()
    if row is None or row[2]:
        return
    role, owner, _ = row
    raise PermissionDenied(
        f"This reads what only the owner of the tables may read, {owner}, and not {role}.",
        hint=f"Connect as {owner}.",
    )


def make_extension(connection: Connection) -> None:
    """Install btree_gist where it is not: in public, or else in core. Raises ExtensionMissing."""
    is_there, is_available, in_public, role = _row(
        connection,
        "select exists (select from pg_extension where extname = 'btree_gist'),\n"
        "    exists (select from pg_available_extensions where name = 'btree_gist'),\n"
        "    coalesce(has_schema_privilege(to_regnamespace('public'), 'create'), false),\n"
        "    current_user",
    )
    if is_there:
        return
    if not is_available:
        raise ExtensionMissing(
            "The server has no extension btree_gist, which keeps periods from overlapping.",
            hint="Install PostgreSQL's contrib modules on the server (on Debian they come with "
            "it, on Fedora the package is postgresql-contrib).",
        )
    place = b"public" if in_public else b"core"
    try:
        connection.execute(b"create extension btree_gist with schema " + place)
    except psycopg.errors.InsufficientPrivilege as error:
        raise ExtensionMissing(
            f"The role {role} may not install the extension btree_gist.",
            hint="Let an administrator run `create extension btree_gist` in this database.",
        ) from error


def _row(connection: Connection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query.encode()).fetchone()
    if row is None:
        raise AssertionError(f"no row: {query}")
    return row
