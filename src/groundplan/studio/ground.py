"""The database as the studio reads it: read-only, at one snapshot, as a role that may only read.

On the kit's own server the studio makes two roles and becomes one of them in every transaction:
one reads schema reporting alone, the other reads everything. Elsewhere nothing is made; the user
of the URL, or the role that was named, reads.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Generator
from typing import Any

import psycopg
from psycopg import sql

from groundplan.compose import RoleNames, grants
from groundplan.database import OWNER, connect, superuser_url
from groundplan.errors import NotInstalled, from_postgres
from groundplan.installation import installed_modules, plan_for
from groundplan.snapshot import read_snapshot
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]

REPORT_ROLE = "groundplan_studio_report"
AUDITOR_ROLE = "groundplan_studio_auditor"

PATIENCE = "20s"
"""How long a statement of a page may take."""

_TENANTS = """
    select id, name from core.tenants order by id limit 1000
"""


@contextlib.contextmanager
def _told_when_not_installed(connection: Connection) -> Generator[None]:
    """A table that does not exist may mean that nothing of Groundplan does."""
    try:
        yield
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        connection.rollback()
        if not installed_modules(connection):
            raise NotInstalled(connection.info.dbname) from None
        raise


class Ground:
    """Opens a connection for each page: a lost one costs the next page nothing."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._knowledge: tuple[object, Knowledge] | None = None
        self._has_roles = False

    @contextlib.contextmanager
    def reading(
        self, tenant: int | None = None, *, only_reports: bool = False
    ) -> Generator[Connection]:
        """A read-only REPEATABLE READ transaction, for one tenant where there are several.

        Raises the errors of groundplan.errors: CannotConnect, PermissionDenied, StatementFailed.
        """
        try:
            role = self._role(only_reports)
            with contextlib.closing(connect(self.settings.url, autocommit=True)) as connection:
                connection.execute("set application_name = 'groundplan studio'")
                connection.execute("set default_transaction_read_only = on")
                connection.execute("begin transaction isolation level repeatable read, read only")
                self._prepare(connection, role, tenant)
                with _told_when_not_installed(connection):
                    yield connection
                connection.rollback()
        except psycopg.Error as error:
            raise from_postgres(error) from error

    def _prepare(self, connection: Connection, role: str | None, tenant: int | None) -> None:
        connection.execute("select set_config('statement_timeout', %s, true)", [PATIENCE])
        if tenant is not None:
            connection.execute("select set_config('groundplan.tenant_id', %s, true)", [str(tenant)])
        if role is not None:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))

    @contextlib.contextmanager
    def verifying(self) -> Generator[Connection]:
        """A read-only connection in autocommit as the user of the URL: audits read every row, also
        those that a policy hides from others."""
        try:
            with contextlib.closing(connect(self.settings.url, autocommit=True)) as connection:
                connection.execute("set application_name = 'groundplan studio: verify'")
                connection.execute("set default_transaction_read_only = on")
                yield connection
        except psycopg.Error as error:
            raise from_postgres(error) from error

    def knowledge(self) -> Knowledge:
        """Read again when something was applied. Raises NotInstalled, OtherVersion and others."""
        with self.reading() as connection:
            modules = installed_modules(connection)
            if not modules:
                raise NotInstalled(connection.info.dbname)
            with self._lock:
                if self._knowledge is None or self._knowledge[0] != modules:
                    plan = plan_for(modules)
                    snapshot = read_snapshot(connection, plan.schemas)
                    self._knowledge = (modules, Knowledge.of(plan, snapshot))
                return self._knowledge[1]

    def tenants(self) -> list[tuple[int, str]]:
        """Number and name of each; one where the installation has a single tenant.

        Read as the user of the URL: from the roles that read for one tenant, a policy hides the
        others.
        """
        with self.verifying() as connection, _told_when_not_installed(connection):
            return [(int(number), str(name)) for number, name in connection.execute(_TENANTS)]

    def _role(self, only_reports: bool) -> str | None:
        if self.settings.role is not None:
            return self.settings.role
        if not self.settings.makes_roles:
            return None
        if not self._has_roles:
            self._make_roles()
        return REPORT_ROLE if only_reports else AUDITOR_ROLE

    def _make_roles(self) -> None:
        """Roles nobody can log in as, with the grants that `groundplan grants` prints."""
        url = self.settings.url
        with self._lock, contextlib.closing(connect(superuser_url(url) or url)) as connection:
            modules = installed_modules(connection)
            if not modules:
                raise NotInstalled(connection.info.dbname)
            # Two studios on this database must not grant the same at once.
            connection.execute("select pg_advisory_xact_lock(4747)")
            for role in (REPORT_ROLE, AUDITOR_ROLE):
                # Roles are the server's: one on another database may make them just now.
                with (
                    contextlib.suppress(
                        psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation
                    ),
                    connection.transaction(),
                ):
                    connection.execute(
                        sql.SQL("create role {} nologin").format(sql.Identifier(role))
                    )
                if superuser_url(url) is not None:  # The owner becomes the role by being a member.
                    connection.execute(
                        sql.SQL("grant {} to {}").format(
                            sql.Identifier(role), sql.Identifier(OWNER)
                        )
                    )
            roles = RoleNames(report=REPORT_ROLE, auditor=AUDITOR_ROLE)
            connection.execute(grants(plan_for(modules).modules, roles).encode())
            connection.commit()
            self._has_roles = True
