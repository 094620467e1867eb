"""Load one file into its table: COPY into a table beside it, and from there in one statement."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator
from pathlib import Path

import psycopg
from psycopg import sql

from groundplan.errors import BadFile
from groundplan.exporter.checksum import Connection, rows_and_checksum
from groundplan.exporter.manifest import ExportedTable, Manifest
from groundplan.exporter.numbering import numbered
from groundplan.exporter.parquet import arrived, parquet_to_csv, staged_type
from groundplan.exporter.refusals import ChecksumDiffers, NotEmpty, OtherDatabase
from groundplan.exporter.relations import TENANTS, Relation
from groundplan.exporter.target import Target

_STAGED = "groundplan_restored"
_BLOCK = 1 << 20


class Loader:
    """Loads the files of an export into the tables of a target."""

    def __init__(self, target: Target, manifest: Manifest, directory: Path) -> None:
        self._target = target
        self._connection: Connection = target.connection
        self._manifest = manifest
        self._directory = directory

    def load(self, relation: Relation, table: ExportedTable) -> None:
        """Raises BadFile, OtherDatabase, ChecksumDiffers and psycopg.Error."""
        file = self._directory / table.file
        with self._staged(relation):
            self._copy(relation, table, file)
            if relation.kind == "shared":
                self._share(relation, table)
            else:
                self._check_owner(relation, file)
                self._insert_own(relation)

    def check(self, relation: Relation, table: ExportedTable) -> None:
        """What is in the table now is what was exported. Raises ChecksumDiffers."""
        if relation.kind != "shared":
            found = rows_and_checksum(self._connection, relation, self._target.condition(relation))
            _compare(relation, table, found)

    @contextlib.contextmanager
    def _staged(self, relation: Relation) -> Generator[None]:
        """A temporary table of the file's columns, gone with the block."""
        is_parquet = self._manifest.format == "parquet"
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(
                sql.Identifier(column.name),
                # The type is PostgreSQL's own text, from the catalog of this database.
                sql.SQL(staged_type(column.type) if is_parquet else column.type),  # pyright: ignore[reportArgumentType]
            )
            for column in relation.given
        )
        name = sql.Identifier("pg_temp", _STAGED)
        self._connection.execute(
            sql.SQL("create temporary table {} ({}) on commit drop").format(
                sql.Identifier(_STAGED), columns
            )
        )
        yield
        self._connection.execute(sql.SQL("drop table {}").format(name))

    def _copy(self, relation: Relation, table: ExportedTable, file: Path) -> None:
        names = [column.name for column in table.columns if column.in_file]
        statement = sql.SQL("copy {} ({}) from stdin (format csv, header {})").format(
            sql.Identifier("pg_temp", _STAGED),
            sql.SQL(", ").join(sql.Identifier(name) for name in names),
            sql.SQL("false" if self._manifest.format == "parquet" else "match"),
        )
        try:
            with self._connection.cursor().copy(statement) as copy:
                if self._manifest.format == "parquet":
                    parquet_to_csv(file, names, _Counting(copy))
                else:
                    with file.open("rb") as content:
                        while block := content.read(_BLOCK):
                            copy.write(block)
        except psycopg.DataError as error:
            place = re.search(r"line (\d+)(?:, column (\w+))?", error.diag.context or "")
            raise BadFile(
                file,
                int(place[1]) if place else None,
                place[2] if place else None,
                f"{error.diag.message_primary}: take the original of the export.",
            ) from error

    def _check_owner(self, relation: Relation, file: Path) -> None:
        """Every row is of the tenant that the manifest names. Raises BadFile."""
        if relation.tenant_column is None or not self._target.takes_number:
            return
        found = self._connection.execute(
            sql.SQL("select {column} from {table} where {column} <> {tenant} limit 1").format(
                column=sql.Identifier(relation.tenant_column),
                table=sql.Identifier("pg_temp", _STAGED),
                tenant=sql.Literal(self._manifest.tenant),
            )
        ).fetchone()
        if found is not None:
            raise BadFile(
                file,
                None,
                relation.tenant_column,
                f"it holds rows of tenant {found[0]}, and the export is of tenant "
                f"{self._manifest.tenant}: take the original.",
            )

    def _insert_own(self, relation: Relation) -> None:
        try:
            self._insert(relation, update=relation.qualified == TENANTS)
        except psycopg.errors.UniqueViolation as error:
            raise NotEmpty(
                f"Rows of {relation.qualified} of the export are in this database already, as "
                "another tenant's.",
                hint="Restore into a database that does not hold them.",
            ) from error

    def _insert(self, relation: Relation, *, update: bool) -> None:
        """Insert what is staged; ``update`` writes over rows of the same key that differ."""
        names = [column.name for column in relation.given]
        conflict = sql.SQL("")
        if relation.key and relation.kind == "shared":
            conflict = sql.SQL("on conflict ({}) do nothing").format(_list(relation.key))
        if relation.key and update:
            conflict = sql.SQL(
                "on conflict ({key}) do update set {changes}"
                " where row({old})::text is distinct from row({new})::text"
            ).format(
                key=_list(relation.key),
                changes=sql.SQL(", ").join(
                    sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names
                ),
                old=sql.SQL(", ").join(sql.Identifier("t", name) for name in names),
                new=sql.SQL(", ").join(sql.Identifier("excluded", name) for name in names),
            )
        self._connection.execute(
            sql.SQL(
                "insert into {table} as t ({names}) overriding system value"
                " select {values} from {staged} as s {conflict}"
            ).format(
                table=sql.Identifier(relation.schema, relation.name),
                names=_list(names),
                values=sql.SQL(", ").join(
                    self._value(relation, column.name, column.type) for column in relation.given
                ),
                staged=sql.Identifier("pg_temp", _STAGED),
                conflict=conflict,
            )
        )

    def _value(self, relation: Relation, name: str, type_: str) -> sql.Composable:
        if self._target.takes_number:
            value = numbered(relation, name, self._target.tenant)
            if value is not None:
                return value
        if self._manifest.format == "parquet":
            return arrived(name, type_)
        return sql.Identifier("s", name)

    def _share(self, relation: Relation, table: ExportedTable) -> None:
        """Tables without a tenant: a single company's become those of the export.

        Among several tenants, missing rows are added, and those that are there must be equal.
        """
        if not relation.key and self._has_rows(relation):
            raise OtherDatabase(
                f"{relation.qualified} has rows already, and no primary key to tell them by.",
                hint="Restore into a database in which it is empty.",
            )
        self._insert(relation, update=not self._target.is_multi)
        found = rows_and_checksum(self._connection, relation, self._same_keys(relation))
        if self._target.is_multi and found != (table.rows, table.checksum):
            raise OtherDatabase(
                f"Rows of {relation.qualified} differ between the export and the database, whose "
                "other tenants use them.",
                hint="Make them equal in one of the two, or restore into a database of its own.",
            )
        _compare(relation, table, found)

    def _has_rows(self, relation: Relation) -> bool:
        table = sql.Identifier(relation.schema, relation.name)
        row = self._connection.execute(
            sql.SQL("select exists (select from {})").format(table)
        ).fetchone()
        return row is not None and bool(row[0])

    def _same_keys(self, relation: Relation) -> sql.Composable:
        if not relation.key:
            return sql.SQL("true")
        types = {column.name: column.type for column in relation.columns}
        return sql.SQL("({}) in (select {} from {} as s)").format(
            sql.SQL(", ").join(sql.Identifier("t", name) for name in relation.key),
            sql.SQL(", ").join(self._value(relation, name, types[name]) for name in relation.key),
            sql.Identifier("pg_temp", _STAGED),
        )


class _Counting:
    """COPY as a file to write to."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._copy = copy

    def write(self, data: bytes) -> int:
        self._copy.write(data)
        return len(data)


def _list(names: tuple[str, ...] | list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def _compare(relation: Relation, table: ExportedTable, found: tuple[int, str]) -> None:
    rows, checksum = found
    if rows != table.rows:
        raise ChecksumDiffers(
            f"{relation.qualified} has {rows:,} rows after loading {table.file}, and the manifest "
            f"says {table.rows:,}; nothing was restored.",
            hint="Take the original files of the export.",
        )
    if checksum != table.checksum:
        raise ChecksumDiffers(
            f"{relation.qualified} has another checksum after loading {table.file} than the "
            "manifest says; nothing was restored.",
            hint="Take the original files. If they are: a trigger of yours, or another locale of "
            "this server, changes what is stored.",
        )
