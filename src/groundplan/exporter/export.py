"""Write a tenant, or chosen tables and views, into a directory of CSV or Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg

from groundplan import __version__
from groundplan.errors import GroundplanError
from groundplan.exporter import parquet, text
from groundplan.exporter.checksum import rows_and_checksum
from groundplan.exporter.directory import NewExport, new_export
from groundplan.exporter.manifest import (
    ExportedColumn,
    ExportedModule,
    ExportedTable,
    FileFormat,
    Manifest,
)
from groundplan.exporter.relations import Relation
from groundplan.exporter.source import Source, opened_source
from groundplan.snapshot import Column

Progress = Callable[[str, int, int], None]
"""Called with the table that begins, its number from 1, and how many there are."""


def export_data(
    directory: Path,
    url: str,
    *,
    tenant: int | None = None,
    tables: Sequence[str] = (),
    file_format: FileFormat = "csv",
    for_spreadsheets: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Export from the database at ``url`` into ``directory``, as of one moment.

    Without ``tables`` everything of the tenant is written (with one tenant: of the database), which
    `restore_export` brings back. ``tables`` are tables and views, ``schema.name``.
    ``for_spreadsheets`` writes CSV in which no cell is a formula; it cannot be restored. ``force``
    replaces an older export. Memory does not grow with the data.

    Raises DirectoryInUse, DiskFull, OSError, ParquetMissing, and what `opened_source` raises;
    nothing of the export is left then.
    """
    if file_format == "parquet":
        if for_spreadsheets:
            raise GroundplanError(
                "Spreadsheets read CSV, not Parquet.", hint="Leave one of the two out."
            )
        parquet.demand_polars()
    with (
        opened_source(url, tables, tenant) as source,
        new_export(directory, force=force) as export,
    ):
        written: list[ExportedTable] = []
        for number, relation in enumerate(source.relations, 1):
            if progress is not None:
                progress(relation.qualified, number, len(source.relations))
            columns = relation.columns if tables or for_spreadsheets else relation.given
            writer = _Writer(source, export, relation, columns)
            if file_format == "parquet":
                written.append(writer.parquet())
            else:
                written.append(writer.csv(for_spreadsheets))
        manifest = Manifest(
            groundplan=__version__,
            postgresql=source.connection.info.parameter_status("server_version") or "",
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            contents="tables" if tables else "everything",
            format=file_format,
            spreadsheets=for_spreadsheets,
            tenancy="multi" if source.is_multi else "single",
            tenant=source.tenant,
            modules=tuple(
                ExportedModule(module.name, module.version, module.state_digest)
                for module in source.modules
            ),
            tables=tuple(written),
            sequences=source.sequences,
        )
        export.finish(manifest)
    return manifest


class _Writer:
    """Writes the file of one table."""

    def __init__(
        self, source: Source, export: NewExport, relation: Relation, columns: Sequence[Column]
    ) -> None:
        self._source = source
        self._export = export
        self._relation = relation
        self._columns = columns
        self._condition = source.condition(relation)

    def csv(self, for_spreadsheets: bool) -> ExportedTable:
        name = self._file_name("csv")
        with self._export.writing(name) as file:
            if for_spreadsheets:
                file.write(text.BYTE_ORDER_MARK)
            text.copy_out(
                self._source.connection,
                self._relation,
                self._columns,
                self._condition,
                file,
                text.safe_in_spreadsheets if for_spreadsheets else text.as_it_is,
            )
        return self._described(name, file.bytes, file.sha256)

    def parquet(self) -> ExportedTable:
        name = self._file_name("parquet")
        between = self._file_name("csv")
        with self._export.writing(between) as file:
            self._copy_for_parquet(file)
        with self._export.writing(name) as made:
            try:
                parquet.csv_to_parquet(self._export.part(between), made, self._columns)
            except ValueError as error:
                raise _not_for_parquet(self._relation) from error
        self._export.part(between).unlink()
        described = self._described(name, made.bytes, made.sha256)
        rows = parquet.rows_of_parquet(self._export.part(name))
        if rows != described.rows:
            raise GroundplanError(
                f"The Parquet file of {self._relation.qualified} has {rows:,} rows instead of "
                f"{described.rows:,}; nothing was exported.",
                hint="Export as CSV.",
            )
        return described

    def _copy_for_parquet(self, file: text.Writable) -> None:
        try:
            text.copy_out(
                self._source.connection,
                self._relation,
                self._columns,
                self._condition,
                file,
                parquet.carried,
                parquet.text_columns(self._columns),
                header=False,
            )
        except (psycopg.DataError, psycopg.NotSupportedError) as error:
            raise _not_for_parquet(self._relation) from error

    def _described(self, name: str, size: int, sha256: str) -> ExportedTable:
        rows, checksum = rows_and_checksum(self._source.connection, self._relation, self._condition)
        in_file = {column.name for column in self._columns}
        return ExportedTable(
            schema=self._relation.schema,
            name=self._relation.name,
            kind=self._relation.kind,
            file=name,
            bytes=size,
            sha256=sha256,
            rows=rows,
            checksum=checksum,
            columns=tuple(
                ExportedColumn(
                    column.name, column.type, column.generated is not None, column.name in in_file
                )
                for column in self._relation.columns
            ),
        )

    def _file_name(self, ending: str) -> str:
        """sales.orders.csv; whatever a file system could take amiss is written as %2F."""
        parts = (
            quote(part, safe=" ").replace(".", "%2E")
            for part in (self._relation.schema, self._relation.name)
        )
        return f"{'.'.join(parts)}.{ending}"


def _not_for_parquet(relation: Relation) -> GroundplanError:
    return GroundplanError(
        f"{relation.qualified} holds an infinite time or a NaN, which Parquet has no form for.",
        hint="Export as CSV.",
    )
