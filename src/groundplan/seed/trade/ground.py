"""The database to trade in: is it ours, is it empty, and may this role write past the rules?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg import sql

from groundplan.compose import load_modules
from groundplan.errors import GroundplanError, NotInstalled, PermissionDenied
from groundplan.installation import installed_modules
from groundplan.seed.trade.options import TradeOptions

Connection = psycopg.Connection[tuple[Any, ...]]

# Where rows of trade begin: none of these may have one.
_BEGINNINGS = (
    ("catalog", "products"),
    ("crm", "customers"),
    ("sales", "orders"),
    ("inventory", "inventory_movements"),
)
_LOCK = 1735418012
"""Two seeds in one database come one after the other: the second finds the first one's rows."""


class NotEmptyForTrade(GroundplanError):
    """Trade is generated into an empty database only."""


class WrongTenants(GroundplanError):
    """The installation is for one company, and several were asked for."""


def prepared_modules(connection: Connection, options: TradeOptions) -> list[str]:
    """Begin the transaction: as owner, through the maintenance door. The installed modules.

    Raises NotInstalled, WrongTenants, PermissionDenied, NotEmptyForTrade, ValueError.
    """
    modules = installed_modules(connection)
    if not modules:
        raise NotInstalled(connection.info.dbname)
    if modules[0].tenancy == "single" and options.tenants not in (None, 1):
        raise WrongTenants(
            f"The database {connection.info.dbname} is for one company and cannot hold "
            f"{options.tenants:,} tenants.",
            hint="Leave --tenants out, or install with `groundplan apply --tenancy multi`.",
        )
    names = [module.name for module in modules]
    if not {"catalog", "crm"} & set(names):
        raise GroundplanError(
            f"No module of the database {connection.info.dbname} has rows to generate.",
            hint="Install more: `groundplan apply --preset ecommerce`.",
        )
    _become_owner(connection)
    connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    connection.execute("set local row_security = off")
    _check_empty(connection, names)
    connection.execute(
        "select set_config('groundplan.maintenance', 'restore: generated trade', true),"
        " set_config('groundplan.actor', 'seed', true)"
    )
    return [name for name in load_modules() if name in names]


def last_day(connection: Connection, options: TradeOptions) -> date:
    """``until``, or the last day that is over everywhere. Raises ValueError for a later one."""
    row = connection.execute("select (now() at time zone 'Etc/GMT+12')::date").fetchone()
    over = _only(row) - timedelta(days=1)
    until = options.until or over
    if until > over:
        raise ValueError(f"until must be a day that is over everywhere: {over} or before")
    first = until.replace(day=1, year=until.year - options.years)
    known = connection.execute("select min(day), max(day) from reporting.calendar").fetchone()
    if known is None or known[0] is None or first < known[0] or until > known[1]:
        raise ValueError(f"{options.years} years until {until} leave the calendar of the reports")
    return until


def _become_owner(connection: Connection) -> None:
    row = connection.execute(
        """
        select owner.rolname, pg_has_role(session_user, owner.oid, 'member')
        from pg_namespace as namespace
        join pg_roles as owner on owner.oid = namespace.nspowner
        where namespace.nspname = 'core'
        """
    ).fetchone()
    if row is None or not row[1]:
        raise PermissionDenied(
            f"The role {connection.info.user} may not generate trade: only the owner of the "
            "installation may.",
            hint="Connect as the role that ran `groundplan apply`, or a member of it.",
        )
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(row[0])))


def _check_empty(connection: Connection, modules: Sequence[str]) -> None:
    for schema, table in _BEGINNINGS:
        if schema in modules:
            query = sql.SQL("select exists (select from {})").format(sql.Identifier(schema, table))
            if _only(connection.execute(query).fetchone()):
                raise NotEmptyForTrade(
                    f"There are rows in {schema}.{table} of the database "
                    f"{connection.info.dbname} already.",
                    hint="Generate trade in a database of its own.",
                )


def _only(row: tuple[Any, ...] | None) -> Any:
    return row[0] if row is not None else None
