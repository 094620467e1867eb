"""Bring an export back into an empty database, or as a new tenant, with equal checksums."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from groundplan.database import connect
from groundplan.errors import BadFile, from_postgres
from groundplan.exporter import parquet
from groundplan.exporter.checksum import Connection
from groundplan.exporter.export import Progress
from groundplan.exporter.loading import Loader
from groundplan.exporter.manifest import NAME, Manifest, check_files, read_manifest
from groundplan.exporter.relations import TENANTS, Circle
from groundplan.exporter.target import Target, prepared_target


@dataclass(frozen=True)
class Restored:
    """What a restore has brought: ``rows`` in so many ``tables``, as the tenant ``tenant``."""

    manifest: Manifest
    tenant: int
    tables: int
    rows: int


def restore_export(
    directory: Path, url: str, *, tenant: int | None = None, progress: Progress | None = None
) -> Restored:
    """Restore the export in ``directory`` into the database at ``url``, whole or not at all.

    The database must have the same modules and be empty; where it holds several tenants, the tenant
    must be new or empty, and ``tenant`` may give it another number. Rows are written as they were,
    past the rules, through the maintenance door; reports are counted again. Then rows and checksums
    of every table are compared with the manifest's.

    Raises BadFile for the files, OtherDatabase, WrongTenant, NotEmpty or NotInstalled for the
    database, PermissionDenied, ChecksumDiffers, ParquetMissing, CannotConnect, DiskFull.
    """
    manifest = read_manifest(directory)
    _check_purpose(directory, manifest)
    if manifest.format == "parquet":
        parquet.demand_polars()
    check_files(directory, manifest)
    with contextlib.closing(connect(url)) as connection:
        try:
            target = prepared_target(connection, manifest, tenant)
            _load(target, manifest, directory, progress)
            connection.commit()
            _analyze(target)
        except psycopg.Error as error:
            raise from_postgres(error) from error
    return Restored(manifest, target.tenant, len(manifest.tables), manifest.rows)


def _check_purpose(directory: Path, manifest: Manifest) -> None:
    if manifest.spreadsheets:
        reason = "it was written for spreadsheets: restore an export without --for-spreadsheets."
    elif manifest.contents == "tables":
        reason = "it holds chosen tables only: restore an export without --table."
    else:
        return
    raise BadFile(directory / NAME, None, None, reason)


def _load(target: Target, manifest: Manifest, directory: Path, progress: Progress | None) -> None:
    tables = {table.qualified: table for table in manifest.tables}
    loader = Loader(target, manifest, directory)
    _clear(target)
    for circle in target.circles:
        _set_deferrable(target.connection, circle, "deferrable initially deferred")
    for number, relation in enumerate(target.order, 1):
        if progress is not None:
            progress(relation.qualified, number, len(target.order))
        loader.load(relation, tables[relation.qualified])
    # References and other deferred checks speak now, not at the commit.
    target.connection.execute("set constraints all immediate")
    for circle in target.circles:
        _set_deferrable(target.connection, circle, _as_it_was(circle))
    for relation in target.order:
        loader.check(relation, tables[relation.qualified])
    _set_sequences(target, manifest)
    _count_reports(target.connection)


def _clear(target: Target) -> None:
    """Take away what a new tenant begins with: the export has its own."""
    for relation in reversed(target.order):
        if relation.kind == "tenant" and relation.qualified != TENANTS:
            target.connection.execute(
                sql.SQL("delete from {table} as t where {condition}").format(
                    table=sql.Identifier(relation.schema, relation.name),
                    condition=target.condition(relation),
                )
            )


def _as_it_was(circle: Circle) -> str:
    if circle.constraint.initially_deferred:
        return "deferrable initially deferred"
    return "deferrable initially immediate" if circle.constraint.deferrable else "not deferrable"


def _set_deferrable(connection: Connection, circle: Circle, timing: str) -> None:
    statement = "alter table {table} alter constraint {name} " + timing
    connection.execute(
        sql.SQL(statement).format(  # pyright: ignore[reportArgumentType]
            table=sql.Identifier(circle.schema, circle.table),
            name=sql.Identifier(circle.constraint.name),
        )
    )


_SEQUENCES = """
    select namespace.nspname, class.relname, sequence.seqincrement > 0,
        owning_namespace.nspname, owning.relname, attribute.attname
    from pg_sequence as sequence
    join pg_class as class on class.oid = sequence.seqrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    left join pg_depend as dependency on dependency.objid = class.oid
        and dependency.classid = 'pg_class'::regclass and dependency.refobjsubid > 0
        and dependency.refclassid = 'pg_class'::regclass and dependency.deptype in ('a', 'i')
    left join pg_class as owning on owning.oid = dependency.refobjid
    left join pg_namespace as owning_namespace on owning_namespace.oid = owning.relnamespace
    left join pg_attribute as attribute on attribute.attrelid = dependency.refobjid
        and attribute.attnum = dependency.refobjsubid
    where namespace.nspname = any (%s)
    order by 1, 2
"""


def _set_sequences(target: Target, manifest: Manifest) -> None:
    """Numbers go on behind those that were taken, here and there; never backwards."""
    taken = {(each.schema, each.name): each.last_value for each in manifest.sequences}
    schemas = sorted({relation.schema for relation in target.order})
    for row in target.connection.execute(_SEQUENCES, [schemas]).fetchall():
        schema, name, is_rising, *owner = row
        known: list[sql.Composable] = []
        # The number of a tenant is chosen here; those given out there do not matter.
        if (schema, name) in taken and f"{owner[0]}.{owner[1]}" != TENANTS:
            known.append(sql.Literal(taken[schema, name]))
        if owner[0] is not None:
            known.append(
                sql.SQL("(select {furthest}({column}) from {table})").format(
                    furthest=sql.SQL("max" if is_rising else "min"),
                    column=sql.Identifier(owner[2]),
                    table=sql.Identifier(owner[0], owner[1]),
                )
            )
        _set_on(target.connection, sql.Identifier(schema, name), is_rising, known)


def _set_on(
    connection: Connection, name: sql.Identifier, is_rising: bool, known: list[sql.Composable]
) -> None:
    sequence = sql.SQL("{}::regclass").format(sql.Literal(name.as_string(connection)))
    last = sql.SQL("pg_sequence_last_value({})").format(sequence)
    connection.execute(
        sql.SQL(
            "select setval({sequence}, furthest) from (select {furthest}({values}) as furthest)"
            " as numbers where furthest is not null"
        ).format(
            sequence=sequence,
            furthest=sql.SQL("greatest" if is_rising else "least"),
            values=sql.SQL(", ").join([last, *known]),
        )
    )


def _count_reports(connection: Connection) -> None:
    """Count every report again from its source, in this transaction."""
    rebuilders = connection.execute(
        """
        select routine.proname from pg_proc as routine
        join pg_namespace as namespace on namespace.oid = routine.pronamespace
        where namespace.nspname = 'groundplan' and routine.proname like 'rebuild\\_%'
            and routine.pronargs = 0
        order by routine.proname
        """
    ).fetchall()
    for (name,) in rebuilders:
        connection.execute(sql.SQL("select {}()").format(sql.Identifier("groundplan", name)))


def _analyze(target: Target) -> None:
    """The planner knows nothing of the new rows yet."""
    connection = target.connection
    tables = sql.SQL(", ").join(
        sql.Identifier(relation.schema, relation.name) for relation in target.order
    )
    connection.execute(sql.SQL("analyze {}").format(tables))
    connection.commit()
