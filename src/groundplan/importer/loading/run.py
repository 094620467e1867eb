"""One import from its files to its report.

By default it is one transaction: everything that can be loaded is there, or nothing has changed.
With ``commit_every`` it commits as it goes; a run that was stopped goes on where it stopped when
the same files are imported again, because every record that is there is known.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from groundplan.database import connect
from groundplan.errors import CannotConnect, from_postgres
from groundplan.importer.files import Table
from groundplan.importer.ground import LOCK, prepare_ground
from groundplan.importer.loading.batches import Loader
from groundplan.importer.loading.counting import amounts_of, demand_balance
from groundplan.importer.loading.rejects import (
    demand_place,
    first_rejects,
    keep_rejects,
    write_rejects,
    written,
)
from groundplan.importer.loading.report import ImportReport, Progress
from groundplan.importer.loading.sources import demand_different, lookup_folder, named, source_table
from groundplan.importer.loading.staging import Staging
from groundplan.importer.mapping.lookups import read_lookups
from groundplan.importer.mapping.model import FileMapping

Connection = psycopg.Connection[tuple[Any, ...]]

_BATCH = 1_000
_SHOWN = 10
_FOLDED_TOGETHER = 64_000


def import_files(
    mapping: FileMapping,
    sources: Sequence[str],
    url: str,
    *,
    tenant: int | None = None,
    rejects: Path | None = None,
    is_dry_run: bool = False,
    commit_every: int | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Load ``sources`` (files, or URLs of databases) by ``mapping`` into the database ``url``.

    ``rejects`` is written as CSV with the columns of the files, so that corrected rows can be
    imported by the same mapping. ``is_dry_run`` does everything and takes it back. Raises BadFile,
    BadMapping, PermissionDenied, NotInstalled, CannotConnect, DiskFull, or GroundplanError when
    rows or money do not add up; then nothing has changed, but what ``commit_every`` has committed.
    """
    (report,) = import_bundle(
        [mapping],
        sources,
        url,
        tenant=tenant,
        rejects=rejects,
        is_dry_run=is_dry_run,
        commit_every=commit_every,
        progress=progress,
    )
    return report


def import_bundle(
    mappings: Sequence[FileMapping],
    sources: Sequence[str],
    url: str,
    *,
    tenant: int | None = None,
    rejects: Path | None = None,
    is_dry_run: bool = False,
    commit_every: int | None = None,
    progress: Progress | None = None,
) -> list[ImportReport]:
    """Load ``sources`` by one mapping after the other, all of it or nothing: a report for each.

    Where there are several mappings, the rejects of each are in a file of their own:
    rejects-<mapping>.csv beside ``rejects``. Otherwise as `import_files`.
    """
    places = [_place_of_rejects(rejects, mapping, len(mappings)) for mapping in mappings]
    for place in places:
        if place is not None:
            demand_place(place, sources)
    reports: list[ImportReport] = []
    # The files of rejects take their names when all is committed.
    with connect(url) as connection, contextlib.ExitStack() as files:
        try:
            for mapping, place in zip(mappings, places, strict=True):
                if reports:
                    connection.execute("discard temp")
                else:
                    prepare_ground(connection, tenant, *(each.entity.module for each in mappings))
                run = _Run(
                    connection, mapping, progress, is_dry_run, None if is_dry_run else commit_every
                )
                reports.append(run.all(sources, files.enter_context(written(place))))
                if len(reports) == len(mappings):
                    run.end()
        except psycopg.Error as error:
            if connection.closed:
                raise CannotConnect(
                    "The connection to the database was lost in the middle of the import.",
                    hint="Import the same files again: what is there already is known.",
                ) from error
            raise from_postgres(error) from error
    return reports


def _place_of_rejects(rejects: Path | None, mapping: FileMapping, of: int) -> Path | None:
    if rejects is None or of == 1:
        return rejects
    return rejects.with_stem(f"{rejects.stem}-{mapping.name.rpartition('/')[2]}")


class _Run:
    def __init__(
        self,
        connection: Connection,
        mapping: FileMapping,
        progress: Progress | None,
        is_dry_run: bool,
        commit_every: int | None,
    ) -> None:
        self._connection = connection
        self._mapping = mapping
        self._entity = mapping.entity
        self._source = f"import:{mapping.source}"
        self._progress: Progress = progress or (lambda _phase, _done, _total: None)
        self._is_dry_run = is_dry_run
        self._commit_every = commit_every
        self._seconds: dict[str, float] = {}
        self._notes: list[str] = []
        self._files = ""
        self._adopted: tuple[str, str] | None = None

    def all(self, sources: Sequence[str], rejects: Path | None) -> ImportReport:
        """Everything but the end of the transaction."""
        with self._phase("waiting for another import"):
            # Held to the end of the session, which is the end of the import.
            self._connection.execute("select pg_advisory_lock(%s)", [LOCK])
        self._files = ", ".join(named(source) for source in sources)
        self._set_options()
        (currency,) = self._one(
            "select currency_code from core.tenants where id = core.current_tenant_id()"
        )
        self._mapping = self._mapping.in_books(currency)
        staging = Staging(
            self._connection, self._mapping, read_lookups(self._mapping, lookup_folder(sources))
        )
        staging.make()
        with self._phase("reading"):
            dialect = self._read(staging, sources)
        with self._phase("putting rows together"):
            staging.group(self._source, self._files)
            if repeated := staging.repeated:
                self._notes.append(
                    f"{repeated:,} rows are in an earlier file of this import as well; they were"
                    " taken once."
                )
            self._adopt_currency()
            self._tell_currency()
            staging.refuse_other_currencies()
            for script in self._entity.matching:
                self._connection.execute(self._entity.script(script))
            staging.name_columns()
            self._tell_resumed()
        run = self._begin()
        with self._phase("loading"):
            self._load(run)
            self._settle_currency()
            self._tell_recounts()
        with self._phase("folding the reports"):
            self._fold()
        with self._phase("counting"):
            report = self._counted()
            self._finish(run, report)
        if rejects is not None and report.rejected:
            write_rejects(self._connection, rejects, *dialect)
        return report

    def end(self) -> None:
        """Keep what was done, or take it back."""
        with self._phase("committing"):
            if self._is_dry_run:
                self._connection.rollback()
            else:
                self._connection.commit()

    @contextlib.contextmanager
    def _phase(self, name: str) -> Generator[None]:
        self._progress(name, 0, None)
        began = time.monotonic()
        yield
        self._seconds[name] = time.monotonic() - began

    def _set_options(self) -> None:
        """What the scripts ask for: importing.source and importing.<option>."""
        settings = {"source": self._source, **self._mapping.load_options}
        for name, value in settings.items():
            text = str(value).lower() if isinstance(value, bool) else value
            self._connection.execute(
                "select set_config(%s, %s, false)", [f"importing.{name}", text]
            )

    def _read(self, staging: Staging, sources: Sequence[str]) -> tuple[str, str]:
        """Returns delimiter and encoding that a file of rejects needs."""
        delimiter = self._mapping.file.delimiter or ","
        encodings: set[str] = set()
        if self._mapping.rows.repeat is not None:
            demand_different(sources)
        for number, table in enumerate(self._tables(sources), 1):
            staging.copy(table, number, len(sources), self._tell_reading)
            encodings.add(table.encoding)
        if self._mapping.file.encoding is None:
            encoding = "utf-8"
        else:
            # The mark tells that it is not what the mapping says: a workbook has no encoding.
            encoding = encodings.pop() if len(encodings) == 1 else ""
            encoding = encoding or "utf-8-sig"
        return "," if delimiter == "whitespace" else delimiter, encoding

    def _tables(self, sources: Sequence[str]) -> Iterator[Table]:
        for source in sources:
            with source_table(self._mapping, source) as table:
                yield table

    def _tell_reading(self, rows: int, share: float) -> None:
        self._progress("reading", rows, round(rows / share) if share > 0.001 else None)

    def _adopt_currency(self) -> None:
        """A company that has nothing yet keeps its books in the currency of its first orders."""
        if "currency_code" not in self._entity.by_name or self._entity.name != "orders":
            return
        row = self._connection.execute(
            """
            select tenant.currency_code, min(record.currency_code)
            from core.tenants as tenant, records as record
            where tenant.id = core.current_tenant_id() and record.currency_code is not null
              and record.state = 'new'
            group by tenant.currency_code
            having min(record.currency_code) = max(record.currency_code)
               and min(record.currency_code) <> tenant.currency_code
               and not exists (select from catalog.skus where tenant_id = min(tenant.id))
               and not exists (select from sales.orders where tenant_id = min(tenant.id))
            """
        ).fetchone()
        if row is None:
            return
        before, now = row
        self._connection.execute(
            "update core.tenants set currency_code = %s where id = core.current_tenant_id()", [now]
        )
        self._adopted = before, now

    def _tell_currency(self) -> None:
        """The first prices decide in effect what the books are kept in: orders come later."""
        if self._entity.name != "products" or "currency_code" in self._mapping.fields:
            return
        (currency, is_first) = self._one(
            """
            select tenant.currency_code,
                exists (select from staged where unit_price is not null)
                and not exists (select from catalog.skus where tenant_id = tenant.id)
            from core.tenants as tenant where tenant.id = core.current_tenant_id()
            """
        )
        if is_first:
            self._notes.append(
                f"The prices are in {currency}, the currency of the books. If the file means"
                " another one, take back what was imported, and set it in core.tenants first:"
                " afterwards orders need an exchange rate."
            )

    def _tell_recounts(self) -> None:
        """The same number again is the same count, unless somebody really counted again."""
        if self._entity.name != "stock":
            return
        (moved,) = self._one(
            """
            select count(*)
            from records as record
            join importing.imported_records as known
                on known.tenant_id = core.current_tenant_id() and known.entity = 'stock'
                and known.source = %s and known.record_key = record.record_key
            join importing.runs as run on run.id = known.run_id
            join catalog.skus as sku
                on sku.tenant_id = core.current_tenant_id()
                and sku.code_key = core.key_of(record.sku_code)
            where record.state = 'known' and record.counted_at is null
              and exists (
                  select
                  from inventory.inventory_movements as movement
                  join inventory.locations as place
                      on place.id in (movement.source_location_id,
                                      movement.destination_location_id)
                      and place.usage = 'internal'
                  where movement.sku_id = sku.id and movement.id <> known.record_id
                    and movement.created_at > run.created_at
                    and (record.location_code is null and place.is_default
                         or core.key_of(record.location_code)
                             in (core.key_of(place.code), core.key_of(place.name))))
            """,
            [self._source],
        )
        if moved:
            self._notes.append(
                f"{moved:,} of the counts were loaded before with the same number, and goods have"
                " moved since: nothing was posted. If somebody counted again, say when: counted_at."
            )

    def _settle_currency(self) -> None:
        """Where nothing was loaded, the books stay in the currency they had."""
        if self._adopted is None:
            return
        before, now = self._adopted
        (loaded,) = self._one("select count(*) from records where state = 'loaded'")
        if loaded:
            self._notes.append(
                f"The books were empty; they are kept in {now} from now on, not {before}."
            )
        else:
            self._connection.execute(
                "update core.tenants set currency_code = %s where id = core.current_tenant_id()",
                [before],
            )

    def _tell_resumed(self) -> None:
        (there,) = self._one("select count(*) from records where state = 'loaded'")
        if there:
            self._notes.append(
                f"An import of these files was stopped; this one went on after {there:,} records."
            )

    def _begin(self) -> str:
        (run,) = self._one(
            """
            insert into importing.runs (
                tenant_id, source, file_name, status, read_lines, loaded_lines, rejected_lines,
                duplicate_lines)
            values (core.current_tenant_id(), %s, %s, 'loading', 0, 0, 0, 0)
            returning id
            """,
            [self._source, self._files],
        )
        return str(run)

    def _load(self, run: str) -> None:
        loader = Loader(self._connection, self._entity, self._source, run)
        loader.run(
            self._commit_every or _BATCH,
            lambda done, total: self._progress("loading", done, total),
            self._connection.commit if self._commit_every else None,
        )

    def _fold(self) -> None:
        """What is pending is exact as well, but many pending rows are slow to read."""
        if not self._one("select to_regprocedure('groundplan.fold(text,integer)') is not null")[0]:
            return
        # What is pending now, and no more: in a busy shop there is always something new.
        (left,) = self._one("select coalesce(sum(row_count), 0) from reporting.pending()")
        while left > 0:
            (folded,) = self._one("select groundplan.fold(null, %s)", [_FOLDED_TOGETHER])
            left = left - folded if folded else 0
            if self._commit_every:
                self._connection.commit()

    def _counted(self) -> ImportReport:
        rows = dict(
            self._connection.execute(
                """
                select record.state, count(*)
                from staged join records as record on record.record_key = staged.record_key
                group by record.state
                """
            ).fetchall()
        )
        records = dict(
            self._connection.execute(
                "select state, count(*) from records group by state"
            ).fetchall()
        )
        reasons = self._connection.execute(
            """
            select coalesce(staged.reason, record.reason), count(*)
            from staged join records as record on record.record_key = staged.record_key
            where record.state = 'refused'
            group by 1 order by 2 desc, 1
            """
        ).fetchall()
        report = ImportReport(
            title=self._mapping.title,
            entity=self._entity.title,
            read=sum(rows.values()),
            loaded=rows.get("loaded", 0) + rows.get("updated", 0),
            rejected=rows.get("refused", 0),
            duplicates=rows.get("known", 0),
            records=records.get("loaded", 0),
            changed=records.get("updated", 0),
            amounts=amounts_of(self._connection, self._entity),
            reasons=dict(reasons),
            first_rejects=first_rejects(self._connection, _SHOWN),
            notes=tuple(self._notes),
            is_dry_run=self._is_dry_run,
            seconds=self._seconds,
        )
        (staged,) = self._one("select count(*) from staged")
        demand_balance(self._connection, report, staged)
        return report

    def _finish(self, run: str, report: ImportReport) -> None:
        """The run is done, and with it those of the same files that were stopped."""
        keep_rejects(self._connection, run)
        self._connection.execute(
            """
            with stopped as (
                select id from importing.runs
                where tenant_id = core.current_tenant_id() and source = %s and file_name = %s
                  and status = 'loading' and id <> %s
            )
            update importing.imported_records as record set run_id = %s
            from stopped where record.run_id = stopped.id
            """,
            [self._source, self._files, run, run],
        )
        self._connection.execute(
            """
            delete from importing.runs
            where tenant_id = core.current_tenant_id() and source = %s and file_name = %s
              and status = 'loading' and id <> %s
            """,
            [self._source, self._files, run],
        )
        self._connection.execute(
            """
            update importing.runs
            set status = 'finished', read_lines = %s, loaded_lines = %s, rejected_lines = %s,
                duplicate_lines = %s
            where id = %s
            """,
            [report.read, report.loaded, report.rejected, report.duplicates, run],
        )
        with self._connection.cursor() as cursor:
            cursor.executemany(
                """
                insert into importing.run_amounts (
                    tenant_id, run_id, currency_code, source_amount, loaded_amount,
                    rejected_amount, duplicate_amount, rounding_amount)
                values (core.current_tenant_id(), %s, %s, %s, %s, %s, %s, %s)
                """,
                [
                    (run, unit, a.source, a.loaded, a.rejected, a.duplicates, a.rounding)
                    for unit, a in report.amounts.items()
                ],
            )

    def _one(self, query: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...]:
        row = self._connection.execute(query.encode(), parameters).fetchone()
        assert row is not None
        return row
