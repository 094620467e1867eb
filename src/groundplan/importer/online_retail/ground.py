"""What has to be so before anything is loaded: installed, permitted, whose books, in pounds."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from groundplan.errors import GroundplanError, NotInstalled, PermissionDenied, UnknownSchema
from groundplan.importer.online_retail.scripts import statements
from groundplan.installation import installed_modules

_MODULE = "fulfillment"
"""The module that needs all others the import writes to."""

_CURRENCY = "GBP"
_ZONE = "Europe/London"

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

Connection = psycopg.Connection[tuple[Any, ...]]


def prepare_ground(connection: Connection, tenant: int | None) -> None:
    """Begin the transaction in which everything is loaded, as the owner and for one tenant.

    Raises NotInstalled, PermissionDenied, UnknownSchema, or GroundplanError where the tenant is not
    told, not there, or keeps its books in another currency.
    """
    connection.execute("set temp_buffers = '64MB'")
    tenancy = _installed_tenancy(connection)
    _become_owner(connection)
    for name, value in _SETTINGS.items():
        connection.execute("select set_config(%s, %s, true)", [name, value])
    _choose_tenant(connection, tenancy, tenant)
    _demand_pounds(connection)
    _make_schema(connection)


def _installed_tenancy(connection: Connection) -> str:
    database = connection.info.dbname
    modules = {module.name: module for module in installed_modules(connection)}
    if not modules:
        raise NotInstalled(database)
    if _MODULE not in modules:
        raise GroundplanError(
            f"The database {database} has no module {_MODULE}, and the file holds shipments.",
            hint=f"Install it: `groundplan apply --module {_MODULE}`.",
        )
    return modules[_MODULE].tenancy


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
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(row[0])))


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
    connection.execute("select set_config('groundplan.tenant_id', %s, true)", [str(number)])
    found = connection.execute("select from core.tenants where id = %s", [number]).fetchone()
    if found is None:
        raise GroundplanError(
            f"There is no tenant {number}.",
            hint="Make it with `select core.create_tenant('Online Retail', 'GBP',"
            " 'Europe/London')`.",
        )


def _demand_pounds(connection: Connection) -> None:
    """The file is in pounds; a tenant that has nothing yet keeps its books in pounds from now on.

    Raises GroundplanError where the books are in something else.
    """
    row = connection.execute(
        """
        select tenant.id, tenant.currency_code, tenant.currency_code = %s,
            exists (select from catalog.skus as sku where sku.tenant_id = tenant.id)
            or exists (select from sales.orders as o where o.tenant_id = tenant.id)
        from core.tenants as tenant where tenant.id = core.current_tenant_id()
        """,
        [_CURRENCY],
    ).fetchone()
    assert row is not None
    tenant, currency, in_pounds, has_something = row
    if in_pounds:
        return
    if has_something:
        raise GroundplanError(
            f"The books of tenant {tenant} are in {currency}, and the file is in {_CURRENCY}.",
            hint="Import it into an empty database, or for a tenant whose books are in GBP.",
        )
    connection.execute(
        "update core.tenants set currency_code = %s, time_zone = %s"
        " where id = core.current_tenant_id()",
        [_CURRENCY, _ZONE],
    )


def _make_schema(connection: Connection) -> None:
    row = connection.execute(
        """
        select obj_description(namespace.oid, 'pg_namespace') like 'Groundplan%'
        from pg_namespace as namespace where namespace.nspname = 'importing'
        """
    ).fetchone()
    if row is None:
        connection.execute(statements("importing"))
    elif not row[0]:
        raise UnknownSchema(
            "There is a schema importing in this database that Groundplan did not make.",
            hint="Rename it: `alter schema importing rename to …`.",
        )
