"""What an export reads: one snapshot, in which nothing changes and nothing is hidden."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from groundplan.database import connect
from groundplan.errors import GroundplanError, NotInstalled, PermissionDenied, from_postgres
from groundplan.exporter.checksum import of_tenant, set_text_form
from groundplan.exporter.manifest import ExportedSequence
from groundplan.exporter.refusals import RowsHidden, WrongTenant
from groundplan.exporter.relations import Relation, chosen, everything
from groundplan.installation import InstalledModule, installed_modules
from groundplan.snapshot import Snapshot, read_snapshot

Connection = psycopg.Connection[Any]

_OWN_POLICY = "({column} = core.current_tenant_id())"
"""What every policy of ours says; whatever else a policy says may hide rows."""


@dataclass(frozen=True)
class Source:
    """A connection inside a REPEATABLE READ transaction, and what is to be read in it."""

    connection: Connection
    modules: tuple[InstalledModule, ...]
    tenant: int
    relations: tuple[Relation, ...]
    sequences: tuple[ExportedSequence, ...]

    @property
    def is_multi(self) -> bool:
        """Whether the database holds several tenants."""
        return self.modules[0].tenancy == "multi"

    def condition(self, relation: Relation) -> sql.Composable:
        """Which rows (of ``t``) are exported: in single tenancy all."""
        return of_tenant(relation, self.tenant if self.is_multi else None)


@contextlib.contextmanager
def opened_source(url: str, tables: Sequence[str], tenant: int | None) -> Generator[Source]:
    """Everything of the tenant, or the tables and views named, as of one moment.

    Raises NotInstalled, WrongTenant, UnknownTable, PermissionDenied, RowsHidden, CannotConnect.
    """
    with contextlib.closing(connect(url)) as connection:
        try:
            modules = installed_modules(connection)
            if not modules:
                raise NotInstalled(connection.info.dbname)
            number = _tenant(connection, modules, tenant)
            schemas = [module.name for module in modules]
            listed = _relations(read_snapshot(connection, schemas), tables)
            connection.rollback()
            _check_rights(connection, listed)
            _check_tenant(connection, modules, number, listed)
            connection.rollback()
            _begin(connection, listed, number)
            snapshot = read_snapshot(connection, schemas)
            if _relations(snapshot, tables) != listed:
                raise GroundplanError(
                    "The tables were changed at this moment.", hint="Export again."
                )
            sequences = () if tables else _sequences(connection, snapshot)
            yield Source(connection, modules, number, listed, sequences)
        except psycopg.Error as error:
            raise from_postgres(error) from error


def _relations(snapshot: Snapshot, tables: Sequence[str]) -> tuple[Relation, ...]:
    return chosen(snapshot, tables) if tables else everything(snapshot)


def _tenant(connection: Connection, modules: Sequence[InstalledModule], tenant: int | None) -> int:
    if modules[0].tenancy == "single":
        if tenant not in (None, 1):
            raise WrongTenant(
                f"There is no tenant {tenant}: this database holds a single company, number 1.",
                hint="Leave --tenant out.",
            )
        return 1
    if tenant is None:
        raise WrongTenant(
            f"The database {connection.info.dbname} holds several tenants.",
            hint="Say which one to export: --tenant 1.",
        )
    return tenant


def _check_rights(connection: Connection, relations: Sequence[Relation]) -> None:
    """Raises PermissionDenied for the first table the role may not read."""
    for relation in relations:
        row = connection.execute(
            """
            select current_user, has_schema_privilege(namespace.oid, 'usage')
                and has_table_privilege(class.oid, 'select')
            from pg_class as class
            join pg_namespace as namespace on namespace.oid = class.relnamespace
            where namespace.nspname = %s and class.relname = %s
            """,
            [relation.schema, relation.name],
        ).fetchone()
        if row is None or not row[1]:
            raise PermissionDenied(
                f"The role {row and row[0]} may not read {relation.qualified}, so the export would "
                "not be whole.",
                hint="Connect as the owner of the installation, or export what the role may read "
                "with --table.",
            )


def _check_tenant(
    connection: Connection,
    modules: Sequence[InstalledModule],
    tenant: int,
    relations: Sequence[Relation],
) -> None:
    """The tenant is there, and the views answer for it. Raises WrongTenant."""
    if modules[0].tenancy == "single":
        return
    connection.execute("select set_config('groundplan.tenant_id', %s, true)", [str(tenant)])
    if connection.execute("select from core.tenants where id = %s", [tenant]).rowcount == 0:
        raise WrongTenant(
            f"There is no tenant {tenant}.", hint="`select id, name from core.tenants` lists them."
        )
    if any(relation.kind == "view" for relation in relations):
        row = connection.execute("select core.reporting_tenant_id(), session_user").fetchone()
        if row is not None and row[0] != tenant:
            raise WrongTenant(
                f"The role {row[1]} reads the reports of tenant {row[0]}, whatever --tenant says.",
                hint=f"Name that tenant, --tenant {row[0]}, or use another role.",
            )


def _begin(connection: Connection, relations: Sequence[Relation], tenant: int) -> None:
    """Begin the transaction, with locks first: a TRUNCATE after the snapshot would empty it."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    tables = [relation for relation in relations if relation.kind != "view"]
    if tables:
        connection.execute(
            sql.SQL("lock table {} in access share mode").format(
                sql.SQL(", ").join(
                    sql.Identifier(relation.schema, relation.name) for relation in tables
                )
            )
        )
    set_text_form(connection)
    connection.execute("select set_config('groundplan.tenant_id', %s, true)", [str(tenant)])
    if not _hiding(connection, tables):
        # Nothing is hidden from this role; if that is a mistake, reading fails.
        connection.execute("set local row_security = off")


def _hiding(connection: Connection, tables: Sequence[Relation]) -> bool:
    """Whether policies choose rows for this role: none but ours may. Raises RowsHidden."""
    is_hiding = False
    for relation in tables:
        rows = connection.execute(
            """
            select policy.polname, policy.polpermissive,
                pg_get_expr(policy.polqual, policy.polrelid)
            from pg_class as class
            join pg_namespace as namespace on namespace.oid = class.relnamespace
            left join pg_policy as policy on policy.polrelid = class.oid
                and policy.polcmd in ('r', '*')
                and (policy.polroles = '{0}'
                    or exists (select from unnest(policy.polroles) as member (role)
                               where pg_has_role(member.role, 'usage')))
            where namespace.nspname = %s and class.relname = %s
                and row_security_active(class.oid)
            """,
            [relation.schema, relation.name],
        ).fetchall()
        is_hiding = is_hiding or bool(rows)
        ours = _OWN_POLICY.format(column=relation.tenant_column)
        plain = [row for row in rows if row[1] and row[2] == ours]
        restricting = [row[0] for row in rows if row[1] is False]
        if rows and (not plain or restricting):
            raise RowsHidden(
                f"Row-level security of {relation.qualified} hides rows from the role "
                f"{connection.info.user}, so the export would not be whole.",
                hint="Connect as the owner of the installation.",
            )
    return is_hiding


def _sequences(connection: Connection, snapshot: Snapshot) -> tuple[ExportedSequence, ...]:
    """The numbers taken so far. A number is only ever taken forward, so later is right as well."""
    found: list[ExportedSequence] = []
    for schema in snapshot.schemas:
        for sequence in schema.sequences:
            row = connection.execute(
                """
                select current_user, has_sequence_privilege(class.oid, 'usage, select'),
                    case when has_sequence_privilege(class.oid, 'usage, select')
                        then pg_sequence_last_value(class.oid) end
                from pg_class as class
                join pg_namespace as namespace on namespace.oid = class.relnamespace
                where namespace.nspname = %s and class.relname = %s
                """,
                [sequence.schema, sequence.name],
            ).fetchone()
            if row is None or not row[1]:
                raise PermissionDenied(
                    f"The role {row and row[0]} may not read the sequence "
                    f"{sequence.schema}.{sequence.name}, so the export would not be whole.",
                    hint="Connect as the owner of the installation.",
                )
            if row[2] is not None:
                found.append(ExportedSequence(sequence.schema, sequence.name, row[2]))
    return tuple(found)
