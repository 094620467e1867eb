"""Load the file: one transaction, set-based SQL, the same tables and rules as everybody else's.

The SQL files beside this one hold what is done, in this order; Python reads the file, keeps the
order and tells how far it is. Nothing is committed before lines and money have been counted again
in the database, so a crash at any moment leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from groundplan.database import connect
from groundplan.errors import BadFile, GroundplanError, from_postgres
from groundplan.importer.ground import LOCK, prepare_ground
from groundplan.importer.online_retail.pounds import demand_pounds
from groundplan.importer.online_retail.reading import Line, opened
from groundplan.importer.online_retail.result import ImportResult, Progress, Rejects, exact
from groundplan.importer.online_retail.scripts import statements

SOURCE = "import:online-retail"

_MODULE = "fulfillment"
"""The module that needs all others the import writes to."""

_TELL_EVERY = 5_000

_FOLDED_TOGETHER = 64_000

_PLANNED_AGAIN = (2, 20)
"""After these days the tables are analysed, as after each step of the first: the functions of the
modules keep the plans they made when the tables were empty, until the statistics change."""

Connection = psycopg.Connection[tuple[Any, ...]]


def import_online_retail(
    file: Path,
    url: str,
    *,
    tenant: int | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Load ``file`` into the database at ``url``, whole or not at all.

    Lines that an earlier import has loaded are counted as duplicates and left alone. ``tenant`` is
    needed where the database holds several. ``rejects`` is written as CSV: line number, reason,
    amount, and the line as it stood. Raises BadFile, PermissionDenied, NotInstalled, CannotConnect,
    DiskFull, or GroundplanError when the money does not add up.
    """
    if rejects is not None and rejects.exists() and file.exists() and rejects.samefile(file):
        raise BadFile(rejects, None, None, "the rejected lines would overwrite the file itself.")
    with opened(file) as lines:
        first = next(lines, None)
        if first is None:
            raise BadFile(file, None, None, "the file has a header and no lines.")
        with connect(url) as connection:
            try:
                return _Load(connection, file, progress).run(_again(first, lines), tenant, rejects)
            except psycopg.Error as error:
                raise from_postgres(error) from error


def _again(first: Line, rest: Iterator[Line]) -> Iterator[Line]:
    yield first
    yield from rest


class _Load:
    """One import on one connection. The transaction is the connection's own."""

    def __init__(self, connection: Connection, file: Path, progress: Progress | None) -> None:
        self._connection = connection
        self._file = file
        self._progress: Progress = progress or (lambda _phase, _done, _total: None)
        self._seconds: dict[str, float] = {}

    def run(self, lines: Iterator[Line], tenant: int | None, rejects: Path | None) -> ImportResult:
        prepare_ground(self._connection, tenant, _MODULE)
        demand_pounds(self._connection)
        self._connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        before = self._ledger()
        with self._phase("reading the file"):
            self._copy(lines)
        for phase, script in (
            ("telling the lines apart", "classify"),
            ("looking for known lines", "known"),
            ("customers and products", "catalog"),
            ("orders and their lines", "orders"),
            ("matching credits with sales", "credits"),
            ("opening stock", "stock"),
        ):
            with self._phase(phase):
                self._script(script)
        with self._phase("placing, sending and returning"):
            self._days()
        with self._phase("folding the reports"):
            self._fold()
        with self._phase("counting"):
            result = self._counted(self._ledger() - before)
            self._record(result)
        with self._phase("committing"), _written(rejects) as part:
            if part is not None:
                self._write_rejects(part)
            self._connection.commit()
        return result

    @contextlib.contextmanager
    def _phase(self, name: str) -> Generator[None]:
        self._progress(name, 0, None)
        began = time.monotonic()
        yield
        self._seconds[name] = time.monotonic() - began

    def _script(self, name: str) -> None:
        self._connection.execute(statements(name))

    def _copy(self, lines: Iterator[Line]) -> None:
        self._script("staging")
        copying = self._connection.cursor().copy(
            "copy file_lines (line_number, invoice, code, description, quantity, invoiced_at,"
            " price, customer, country, surplus) from stdin"
        )
        with copying as copy:
            for count, line in enumerate(lines, 1):
                copy.write_row((line.number, *line.fields, line.surplus))
                if count % _TELL_EVERY == 0:
                    self._progress("reading the file", count, None)

    def _days(self) -> None:
        days = self._connection.execute(
            """
            select moved.day, sum(moved.lines)::integer
            from (
                select day, line_count as lines from new_orders
                union all
                select (credited_at at time zone 'Europe/London')::date, 1 from credit_parts
                union all
                select day, 1 from adjustments
            ) as moved (day, lines)
            group by moved.day
            order by moved.day
            """
        ).fetchall()
        total = sum(count for _, count in days)
        done = 0
        for position, (day, count) in enumerate(days):
            self._connection.execute("select set_config('importing.day', %s, true)", [str(day)])
            for script in ("place", "send", "take_back"):
                self._script(script)
                if position == 0:
                    self._script("analyze")
            if position in _PLANNED_AGAIN:
                self._script("analyze")
            done += count
            self._progress("placing, sending and returning", done, total)

    def _fold(self) -> None:
        """What is pending is exact as well, but half a million pending rows are slow to read."""
        while self._one("select groundplan.fold(null, %s)", [_FOLDED_TOGETHER])[0]:
            pass

    def _ledger(self) -> Any:
        """What the sales ledger says the imported orders were charged, less what went back."""
        (charged,) = self._one(
            """
            select coalesce(sum(entry.charged), 0)
            from sales.ledger_entries as entry
            join sales.orders as o on o.id = entry.order_id
            where o.tenant_id = core.current_tenant_id() and o.source = %s
            """,
            [SOURCE],
        )
        return charged

    def _counted(self, loaded_amount: Any) -> ImportResult:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            found = cursor.execute(statements("counted")).fetchone() or {}
        reasons = self._connection.execute(
            "select reason, count(*), coalesce(sum(amount), 0) from lines"
            " where reason is not null group by reason order by reason"
        ).fetchall()
        (customers,) = self._one("select count(*) from new_customers")
        (skus,) = self._one("select count(*) from new_skus")
        result = ImportResult(
            read=found["read_lines"],
            loaded=found["loaded_lines"],
            rejected=found["rejected_lines"],
            duplicates=found["duplicate_lines"],
            source_amount=found["source_amount"],
            loaded_amount=loaded_amount,
            rejected_amount=found["rejected_amount"],
            duplicate_amount=found["duplicate_amount"],
            orders=found["orders"],
            customers=customers,
            skus=skus,
            returns=found["returns"],
            adjustments=found["adjustments"],
            openings=found["openings"],
            rejects={reason: Rejects(count, amount) for reason, count, amount in reasons},
            seconds=self._seconds,
        )
        _demand_balance(result)
        return result

    def _record(self, result: ImportResult) -> None:
        (run,) = self._one(
            """
            insert into importing.runs (
                tenant_id, source, file_name, read_lines, loaded_lines, rejected_lines,
                duplicate_lines)
            values (core.current_tenant_id(), %s, %s, %s, %s, %s, %s)
            returning id
            """,
            [
                SOURCE,
                self._file.name,
                result.read,
                result.loaded,
                result.rejected,
                result.duplicates,
            ],
        )
        self._connection.execute(
            """
            insert into importing.run_amounts (
                tenant_id, run_id, currency_code, source_amount, loaded_amount, rejected_amount,
                duplicate_amount)
            values (core.current_tenant_id(), %s, 'GBP', %s, %s, %s, %s)
            """,
            [
                run,
                result.source_amount,
                result.loaded_amount,
                result.rejected_amount,
                result.duplicate_amount,
            ],
        )
        self._connection.execute(
            "select set_config('importing.run', %s, true), set_config('importing.file', %s, true)",
            [str(run), self._file.name],
        )
        self._script("rejects")

    def _write_rejects(self, part: Path) -> None:
        fields = sql.SQL(
            """
            copy (
                select line.line_number as "Line", line.reason as "Reason", line.amount as "Amount",
                    file.invoice as "InvoiceNo", file.code as "StockCode",
                    file.description as "Description", file.quantity as "Quantity",
                    file.invoiced_at as "InvoiceDate", file.price as "UnitPrice",
                    file.customer as "CustomerID", file.country as "Country",
                    array_to_string(file.surplus, ',') as "Surplus"
                from lines as line
                join file_lines as file on file.line_number = line.line_number
                where line.reason is not null
                order by line.line_number
            ) to stdout with (format csv, header)
            """
        )
        with part.open("wb") as target, self._connection.cursor().copy(fields) as copy:
            for block in copy:
                target.write(block)

    def _one(self, query: str, parameters: list[Any] | None = None) -> tuple[Any, ...]:
        row = self._connection.execute(query.encode(), parameters).fetchone()
        assert row is not None
        return row


def _demand_balance(result: ImportResult) -> None:
    """Raises GroundplanError unless every line and every penny is accounted for."""
    lines = result.loaded + result.rejected + result.duplicates
    amount = result.loaded_amount + result.rejected_amount + result.duplicate_amount
    if lines != result.read:
        raise GroundplanError(
            f"{result.read} lines were read, but {lines} are accounted for; nothing was imported.",
            hint="If somebody changed imported orders meanwhile, try again.",
        )
    if amount != result.source_amount:
        raise GroundplanError(
            f"The file adds up to {exact(result.source_amount)}, but what was loaded, rejected and"
            f" known to {exact(amount)}; nothing was imported.",
            hint="If somebody changed imported orders meanwhile, try again.",
        )


@contextlib.contextmanager
def _written(target: Path | None) -> Generator[Path | None]:
    """A file beside ``target`` that takes its name only if all went well; None for None."""
    if target is None:
        yield None
        return
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(target)
    except OSError as error:
        raise BadFile(
            target, None, None, f"it cannot be written: {error.strerror or error}."
        ) from error
    finally:
        part.unlink(missing_ok=True)
