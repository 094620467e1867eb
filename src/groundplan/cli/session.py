"""The database a command works on."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator
from typing import Any

import click
import psycopg

from groundplan.database import connect, resolve_url

Connection = psycopg.Connection[Any]


@contextlib.contextmanager
def opened(database: str | None, tenant: int | None = None) -> Generator[Connection]:
    """A connection in autocommit, acting for the tenant; closed at the end."""
    connection = connect(url_of(database), autocommit=True)
    with contextlib.closing(connection):
        if tenant is not None:
            _act_for(connection, tenant)
        yield connection


def url_of(database: str | None) -> str:
    """What --database says, be it empty; else the embedded server, which is started."""
    return resolve_url() if database is None else database


def as_user(url: str, user: str | None) -> str:
    """The URL for another role, if one is named."""
    from groundplan.database import url_as

    return url if user is None else url_as(url, user)


def demand_tenant(tenancy: str, tenant: int | None) -> None:
    """With several tenants, rows are read for one of them. Raises UsageError."""
    if tenancy == "multi" and tenant is None:
        raise click.UsageError("This database holds several tenants: name one with --tenant N.")


def reads_reports_alone(connection: Connection) -> bool:
    """Whether the role may use reporting and not core, as `groundplan grants --report` has it."""
    row = connection.execute(
        "select has_schema_privilege(reporting.oid, 'usage')"
        " and not has_schema_privilege(core.oid, 'usage')\n"
        "from pg_namespace as reporting cross join pg_namespace as core\n"
        "where reporting.nspname = 'reporting' and core.nspname = 'core'"
    ).fetchone()
    return row is not None and bool(row[0])


def plain_url(url: str) -> str:
    """The URL as libpq's own programs read it: without the driver SQLAlchemy writes into it."""
    return re.sub(r"^postgres(ql)?\+\w+://", "postgresql://", url)


def shown_url(url: str) -> str:
    """The URL without its password."""
    hidden = re.sub(r"^(\w+(?:\+\w+)?://[^:/@?]*):[^@/]*@", r"\1:***@", url)
    return re.sub(r"(password=)('(?:[^'\\]|\\.)*'|[^\s&]+)", r"\1***", hidden)


def _act_for(connection: Connection, tenant: int) -> None:
    connection.execute("select set_config('groundplan.tenant_id', %s, false)", [str(tenant)])
    if reads_reports_alone(connection):
        return  # It reads the tenant that it is bound to, or the one that is set.
    found = connection.execute("select to_regclass('core.tenants') is not null").fetchone()
    if found is None or not found[0]:
        return
    known = connection.execute("select from core.tenants where id = %s", [tenant]).fetchone()
    if known is None:
        raise click.BadParameter(f"there is no tenant {tenant}", param_hint="--tenant")
