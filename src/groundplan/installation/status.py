"""What is installed, how much waits to be folded, and when it was last verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from groundplan.compose import Plan
from groundplan.compose.plan import Tenancy
from groundplan.errors import NotInstalled, from_postgres
from groundplan.installation.manifest import InstalledModule, installed_modules, plan_for
from groundplan.installation.record import recorded_inventory
from groundplan.reports import pending
from groundplan.snapshot.differences import Finding, differences
from groundplan.snapshot.inventory import read_inventory

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Verification:
    """A row of reporting.verifications."""

    verified_at: datetime
    verified_by: str
    rules: int
    violations: int
    reports: int
    differences: int
    faults: int


@dataclass(frozen=True)
class InstallationStatus:
    """``modules`` is empty when Groundplan is not installed; then the rest is None or empty.

    ``pending`` counts the rows of each source that wait to be folded. ``faults`` are the objects
    that are not as apply recorded them. Both are None where the role may not look.
    """

    database: str
    postgresql: str
    modules: tuple[InstalledModule, ...]
    tenancy: Tenancy | None
    pending: dict[str, int] | None
    last_verification: Verification | None
    faults: tuple[Finding, ...] | None = None

    @property
    def version(self) -> str | None:
        """The version of Groundplan that applied it last."""
        return self.modules[0].version if self.modules else None


def installation_status(connection: Connection) -> InstallationStatus:
    """Ask a database; on a connection with no transaction in progress, else RuntimeError."""
    modules = installed_modules(connection)
    names = {module.name for module in modules}
    database, version = _row(
        connection, "select current_database(), current_setting('server_version')"
    )
    return InstallationStatus(
        database=database,
        postgresql=str(version).split()[0],
        modules=modules,
        tenancy=modules[0].tenancy if modules else None,
        pending=_pending(connection) if "reporting" in names else {},
        last_verification=_last_verification(connection) if "reporting" in names else None,
        faults=_faults(connection, modules) if modules else None,
    )


def require_installed(connection: Connection) -> Plan:
    """The Plan of the installed modules. Raises NotInstalled or OtherVersion."""
    modules = installed_modules(connection)
    if not modules:
        raise NotInstalled(connection.info.dbname)
    return plan_for(modules)


def record_verification(
    connection: Connection,
    *,
    rules: int,
    violations: int,
    reports: int,
    differences: int,
    faults: int = 0,
) -> None:
    """Write a row to reporting.verifications."""
    try:
        with connection.transaction():
            connection.execute(
                "insert into reporting.verifications \n"
                "    (rules, violations, reports, differences, faults)\n"
                "values (%s, %s, %s, %s, %s)",
                [rules, violations, reports, differences, faults],
            )
    except psycopg.Error as error:
        raise from_postgres(error) from error


def _pending(connection: Connection) -> dict[str, int] | None:
    (allowed,) = _row(connection, "select has_function_privilege('reporting.pending()', 'execute')")
    return pending(connection) if allowed else None


def _last_verification(connection: Connection) -> Verification | None:
    (allowed,) = _row(connection, "select has_table_privilege('reporting.verifications', 'select')")
    if not allowed:
        return None
    row = _row(
        connection,
        "select verified_at, verified_by, rules, violations, reports, differences, faults\n"
        "from reporting.verifications order by verified_at desc limit 1",
    )
    return Verification(*row) if row else None


def _faults(
    connection: Connection, modules: tuple[InstalledModule, ...]
) -> tuple[Finding, ...] | None:
    """What is not as apply left it. Quick: the record is enough, no second installation is made."""
    try:
        with connection.transaction():
            recorded = recorded_inventory(connection)
            if recorded is None:
                return None
            live = read_inventory(connection, [module.name for module in modules])
    except psycopg.Error:
        return None
    return tuple(each for each in differences(recorded, live) if not each.is_note)


def _row(connection: Connection, query: str) -> tuple[Any, ...]:
    """The first row; empty when there is none."""
    try:
        with connection.transaction():
            return connection.execute(query.encode()).fetchone() or ()
    except psycopg.Error as error:
        raise from_postgres(error) from error
