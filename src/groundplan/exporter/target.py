"""The database an export is restored into: is it the right one, and is the tenant empty?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql

from groundplan.errors import NotInstalled, PermissionDenied
from groundplan.exporter.checksum import Connection, of_tenant, set_text_form
from groundplan.exporter.manifest import ExportedTable, Manifest
from groundplan.exporter.refusals import NotEmpty, OtherDatabase, WrongTenant
from groundplan.exporter.relations import Circle, Relation, everything, parents_first
from groundplan.installation import InstalledModule, installed_modules
from groundplan.snapshot import read_snapshot

_LOCK = 1735418011
"""Two restores into one database come one after the other."""


@dataclass(frozen=True)
class Target:
    """``order`` are the tables, parents first; ``circles`` the references no order satisfies.

    ``takes_number``: the rows become those of ``tenant``. A database of a single company that goes
    into another one keeps what it has.
    """

    connection: Connection
    tenant: int
    is_multi: bool
    takes_number: bool
    order: tuple[Relation, ...]
    circles: tuple[Circle, ...]

    def condition(self, relation: Relation) -> sql.Composable:
        """Which rows (of ``t``) are the tenant's."""
        return of_tenant(relation, self.tenant if self.is_multi else None)


def prepared_target(connection: Connection, manifest: Manifest, tenant: int | None) -> Target:
    """Begin the transaction of a restore: as owner, through the maintenance door.

    Raises NotInstalled, PermissionDenied, OtherDatabase, WrongTenant, NotEmpty.
    """
    modules = installed_modules(connection)
    if not modules:
        raise NotInstalled(connection.info.dbname)
    _check_modules(connection, modules, manifest)
    is_multi = modules[0].tenancy == "multi"
    number = _tenant(connection, is_multi, manifest, tenant)
    _become_owner(connection)
    connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    set_text_form(connection)
    connection.execute("select set_config('groundplan.tenant_id', %s, true)", [str(number)])
    # Whatever a policy would hide from this role: better no restore than half of one.
    connection.execute("set local row_security = off")
    snapshot = read_snapshot(connection, [module.name for module in modules])
    relations = everything(snapshot)
    _check_tables(relations, manifest)
    order, circles = parents_first(snapshot, relations)
    takes_number = is_multi or manifest.tenancy == "multi"
    target = Target(connection, number, is_multi, takes_number, order, circles)
    _check_empty(target)
    connection.execute(
        "select set_config('groundplan.maintenance', %s, true)",
        [f"restore of the export of {manifest.created_at}"],
    )
    return target


def _check_modules(
    connection: Connection, modules: Sequence[InstalledModule], manifest: Manifest
) -> None:
    here = {module.name: module for module in modules}
    there = {module.name: module for module in manifest.modules}
    database = connection.info.dbname
    if missing := sorted(there.keys() - here.keys()):
        raise OtherDatabase(
            f"The export has the module {missing[0]}, and the database {database} has not.",
            hint=f"Install it first: `groundplan apply --module {missing[0]}`.",
        )
    if extra := sorted(here.keys() - there.keys()):
        raise OtherDatabase(
            f"The database {database} has the module {extra[0]}, and the export has not.",
            hint=f"Restore into a database with these modules only: {', '.join(there)}.",
        )
    for name, module in there.items():
        if module.state_digest != here[name].state_digest:
            raise OtherDatabase(
                f"The export is of the tables of {name} as Groundplan {module.version} makes them, "
                f"and those of the database {database}, made by {here[name].version}, are "
                "different.",
                hint=f"Restore into a database that Groundplan {module.version} has installed.",
            )


def _tenant(connection: Connection, is_multi: bool, manifest: Manifest, tenant: int | None) -> int:
    """The number the rows get here. An export of one tenant may become another one."""
    if is_multi:
        return tenant or manifest.tenant
    if tenant not in (None, 1):
        raise WrongTenant(
            f"The database {connection.info.dbname} holds a single company, number 1, and cannot "
            f"take a tenant {tenant}.",
            hint="Leave --tenant out.",
        )
    return 1


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
            f"The role {connection.info.user} may not restore: only the owner of the installation "
            "may.",
            hint="Connect as the role that ran `groundplan apply`, or a member of it.",
        )
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(row[0])))


def _check_tables(relations: Sequence[Relation], manifest: Manifest) -> None:
    """The same tables with the same columns, your own included. Raises OtherDatabase."""
    here = {relation.qualified: relation for relation in relations}
    there = {table.qualified: table for table in manifest.tables}
    if missing := sorted(there.keys() - here.keys()):
        raise OtherDatabase(
            f"The export has a table {missing[0]}, and the database has not.",
            hint="Create it first, as it was.",
        )
    if extra := sorted(here.keys() - there.keys()):
        raise OtherDatabase(
            f"The database has a table {extra[0]}, and the export has not.",
            hint="Restore into a database without it, and create it afterwards.",
        )
    for name, table in there.items():
        for reason in _differences(here[name], table):
            raise OtherDatabase(reason, hint="Alter the table to what it was, and restore then.")


def _differences(relation: Relation, table: ExportedTable) -> Iterator[str]:
    here = {column.name: column for column in relation.columns}
    there = {column.name: column for column in table.columns}
    for name in there.keys() - here.keys():
        yield f"{table.qualified} has a column {name} in the export, and not in the database."
    for name in here.keys() - there.keys():
        yield f"{table.qualified} has a column {name} in the database, and not in the export."
    for name in there.keys() & here.keys():
        if here[name].type != there[name].type:
            yield (
                f"The column {name} of {table.qualified} is {there[name].type} in the export and "
                f"{here[name].type} in the database."
            )
        if (here[name].generated is not None) != there[name].generated:
            where = "export" if there[name].generated else "database"
            yield f"The column {name} of {table.qualified} is generated in the {where} only."


def _check_empty(target: Target) -> None:
    """The tenant has no more than what a new one begins with. Raises NotEmpty."""
    connection = target.connection
    found = connection.execute("select from core.tenants where id = %s", [target.tenant])
    if found.rowcount == 0:
        return
    owned = [relation for relation in target.order if relation.kind == "tenant"]
    with connection.transaction(force_rollback=True):
        newcomer = _newcomer(connection)
        first = {
            relation.qualified: _count(connection, relation, of_tenant(relation, newcomer), None)
            for relation in owned
        }
    for relation in owned:
        begun = first[relation.qualified]
        if _count(connection, relation, target.condition(relation), begun + 1) > begun:
            whose = f"Tenant {target.tenant}" if target.is_multi else "The database"
            raise NotEmpty(
                f"{whose} has rows already, in {relation.qualified}, and an export is restored "
                "into an empty one only.",
                hint="Name a number that is free: --tenant N."
                if target.is_multi
                else "Make a new database, install the same modules with `groundplan apply`, and "
                "restore into that.",
            )


def _newcomer(connection: Connection) -> int:
    """Make a tenant, for comparison, as core.create_tenant does, but without taking a number."""
    row = connection.execute(
        "insert into core.tenants (id, name) overriding system value"
        " select max(id) + 1, 'For comparison' from core.tenants returning id"
    ).fetchone()
    assert row is not None
    preparers = connection.execute(
        """
        select routine.proname from core.installed_modules as installed
        join pg_proc as routine on routine.proname = 'prepare_' || installed.module
        where routine.pronamespace = 'groundplan'::regnamespace
        order by installed.module
        """
    ).fetchall()
    for (name,) in preparers:
        connection.execute(
            sql.SQL("select {}(%s)").format(sql.Identifier("groundplan", name)), [row[0]]
        )
    return int(row[0])


def _count(
    connection: Connection, relation: Relation, condition: sql.Composable, limit: int | None
) -> int:
    query = sql.SQL(
        "select count(*) from (select from {table} as t where {condition} limit {limit}) as rows"
    ).format(
        table=sql.Identifier(relation.schema, relation.name),
        condition=condition,
        limit=sql.Literal(limit),
    )
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
