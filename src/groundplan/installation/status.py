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
from groundplan.reports import pending

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Verification:
    """A row of reporting.verifications."""

    verified_at: datetime
    verified_by: str
    rules: int
    violations: int
    rollups: int
    differences: int


@dataclass(frozen=True)
class InstallationStatus:
    """``modules`` is empty when Groundplan is not installed; then the rest is None or empty.

    ``pending`` counts the rows of each source that wait to be folded.
    """

    database: str
    postgresql: str
    modules: tuple[InstalledModule, ...]
    tenancy: Tenancy | None
    pending: dict[str, int]
    last_verification: Verification | None

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
        pending=pending(connection) if "reporting" in names else {},
        last_verification=_last_verification(connection) if "reporting" in names else None,
    )


def require_installed(connection: Connection) -> Plan:
    """The Plan of the installed modules. Raises NotInstalled or OtherVersion."""
    modules = installed_modules(connection)
    if not modules:
        raise NotInstalled(connection.info.dbname)
    return plan_for(modules)


def record_verification(
    connection: Connection, *, rules: int, violations: int, rollups: int, differences: int
) -> None:
    """Write a row to reporting.verifications."""
    try:
        with connection.transaction():
            connection.execute(
                "insert into reporting.verifications (rules, violations, rollups, differences)\n"
                "values (%s, %s, %s, %s)",
                [rules, violations, rollups, differences],
            )
    except psycopg.Error as error:
        raise from_postgres(error) from error


def _last_verification(connection: Connection) -> Verification | None:
    row = _row(
        connection,
        "select verified_at, verified_by, rules, violations, rollups, differences\n"
        "from reporting.verifications order by verified_at desc limit 1",
    )
    return Verification(*row) if row else None


def _row(connection: Connection, query: str) -> tuple[Any, ...]:
    """The first row; empty when there is none."""
    try:
        with connection.transaction():
            return connection.execute(query.encode()).fetchone() or ()
    except psycopg.Error as error:
        raise from_postgres(error) from error
