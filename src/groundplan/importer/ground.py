"""What has to be so before anything is loaded: installed, permitted, and whose books it is."""

from __future__ import annotations

import contextlib
from importlib import resources
from typing import Any

import psycopg
from psycopg import sql

from groundplan.errors import GroundplanError, NotInstalled, PermissionDenied, UnknownSchema
from groundplan.installation import installed_modules

LOCK = 1735418010
"""Two imports into one database run one after the other."""

_SETTINGS = {
    "search_path": "pg_temp, pg_catalog",
    "work_mem": "64MB",
    # Thousands of short statements: compiling them takes longer than running them.
    "jit": "off",
    "client_min_messages": "warning",
    "lock_timeout": "0",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}

_LOOK_AFTER = "1s"

Connection = psycopg.Connection[tuple[Any, ...]]


def notice_lost_clients(connection: Connection) -> None:
    """A client that was killed takes its server process with it, also out of a long wait.

    Without this it would go on until it next talks to the client, and hold its locks meanwhile.
    """
    # Servers on systems that cannot tell refuse the setting.
    with contextlib.suppress(psycopg.errors.InvalidParameterValue), connection.transaction():
        connection.execute(
            "select set_config('client_connection_check_interval', %s, false)", [_LOOK_AFTER]
        )


def prepare_ground(connection: Connection, tenant: int | None, *modules: str) -> None:
    """Act as the owner, for one tenant, with what an import needs; it lasts as long as the session.

    ``modules`` are those whose tables are written, at least one. Raises NotInstalled,
    PermissionDenied, UnknownSchema, or GroundplanError where the tenant is not told or not there.
    """
    connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
    notice_lost_clients(connection)
    connection.execute("set temp_buffers = '64MB'")
    (tenancy,) = {_installed_tenancy(connection, module) for module in modules}
    _become_owner(connection)
    for name, value in _SETTINGS.items():
        connection.execute("select set_config(%s, %s, false)", [name, value])
    _choose_tenant(connection, tenancy, tenant)
    _make_schema(connection)


def _installed_tenancy(connection: Connection, module: str) -> str:
    database = connection.info.dbname
    modules = {found.name: found for found in installed_modules(connection)}
    if not modules:
        raise NotInstalled(database)
    if module not in modules:
        raise GroundplanError(
            f"The database {database} has no module {module}, and the file is for it.",
            hint=f"Install it: `groundplan apply --module {module}`.",
        )
    return modules[module].tenancy


def _not_the_owner(connection: Connection) -> PermissionDenied:
    return PermissionDenied(
        f"The role {connection.info.user} may not import: only the owner of the installation may.",
        hint="Connect as the role that ran `groundplan apply`, or a member of it.",
    )


def _become_owner(connection: Connection) -> None:
    """What the import makes belongs to the owner, whichever member of it is connected."""
    row = connection.execute(
        """
        select owner.rolname, pg_has_role(session_user, owner.oid, 'member')
        from pg_namespace as namespace
        join pg_roles as owner on owner.oid = namespace.nspowner
        where namespace.nspname = 'core'
        """
    ).fetchone()
    if row is None or not row[1]:
        raise _not_the_owner(connection)
    connection.execute(sql.SQL("set role {}").format(sql.Identifier(row[0])))


def _choose_tenant(connection: Connection, tenancy: str, tenant: int | None) -> None:
    if tenancy == "multi" and tenant is None:
        raise GroundplanError(
            f"The database {connection.info.dbname} holds several tenants.",
            hint="Say for which one to import: --tenant 1.",
        )
    if tenancy == "single" and tenant not in (None, 1):
        raise GroundplanError(
            f"There is no tenant {tenant}: this database holds a single company, number 1.",
            hint="Leave --tenant out.",
        )
    number = tenant or 1
    connection.execute("select set_config('groundplan.tenant_id', %s, false)", [str(number)])
    found = connection.execute("select from core.tenants where id = %s", [number]).fetchone()
    if found is None:
        raise GroundplanError(
            f"There is no tenant {number}.",
            hint="Make it with `select core.create_tenant('Name', 'EUR', 'Europe/Berlin')`.",
        )


def _make_schema(connection: Connection) -> None:
    is_ours = _schema_is_ours(connection)
    if is_ours is None:
        # Two imports that are the first both find nothing; one of them makes it.
        connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        is_ours = _schema_is_ours(connection)
    if is_ours is None:
        connection.execute(
            resources.files("groundplan.importer").joinpath("importing.sql").read_bytes()
        )
    elif not is_ours:
        raise UnknownSchema(
            "There is a schema importing in this database that Groundplan did not make.",
            hint="Rename it: `alter schema importing rename to …`.",
        )


def _schema_is_ours(connection: Connection) -> bool | None:
    """None where there is no schema importing."""
    row = connection.execute(
        """
        select coalesce(obj_description(namespace.oid, 'pg_namespace') like 'Groundplan%', false)
        from pg_namespace as namespace where namespace.nspname = 'importing'
        """
    ).fetchone()
    return None if row is None else row[0]
