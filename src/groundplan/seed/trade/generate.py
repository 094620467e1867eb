"""Generate trade: plan it in temporary tables, write it down by module, count the reports."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from importlib.resources import files
from itertools import chain, repeat

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from groundplan.database import connect
from groundplan.errors import from_postgres
from groundplan.seed.trade.ground import Connection, last_day, prepared_modules
from groundplan.seed.trade.lists import lists
from groundplan.seed.trade.options import TradeOptions, TradeResult
from groundplan.seed.trade.steps import Step, module_steps, plan_steps

Progress = Callable[[str, int, int | None], None]
"""Called with a phase, how much of it is done, and how much it is."""

BATCH = 20_000
"""Orders written by one statement: what the references of a batch look up is in memory still."""

_FIRST_BATCHES = (200, 2_000)
"""Small ones, after each of whose statements the planner looks at the table that was written.

References into a table that it believes to be empty are looked up by the wrong index, which takes
longer with every row.
"""

_SETTINGS = """
set local jit = off;
set local work_mem = '256MB';
set local temp_buffers = '256MB';
set local maintenance_work_mem = '512MB';
set local synchronous_commit = off
"""


def generate_trade(
    url: str, options: TradeOptions, *, progress: Progress | None = None, batch: int = BATCH
) -> TradeResult:
    """Fill the empty database at ``url`` with trade: all of it, or nothing has changed.

    The same options in the same version of Groundplan make the same rows, identifiers included.
    Rows are written as the rules would have derived them, past the rules: verify proves it.
    Raises ValueError, NotInstalled, NotEmptyForTrade, WrongTenants, PermissionDenied, DiskFull,
    CannotConnect and the other errors of groundplan.errors.
    """
    with contextlib.closing(connect(url)) as connection:
        try:
            return _Run(connection, options, progress or _tell_nobody, batch).result()
        except psycopg.Error as error:
            raise from_postgres(error) from error


class _Run:
    """One transaction."""

    def __init__(
        self, connection: Connection, options: TradeOptions, progress: Progress, batch: int
    ) -> None:
        self._connection = connection
        self._options = options
        self._progress = progress
        self._batch = batch
        self._rows: dict[str, int] = defaultdict(int)
        self._seconds: dict[str, float] = {}

    def result(self) -> TradeResult:
        """Do it."""
        connection, options = self._connection, self._options
        connection.execute(_SETTINGS.encode())
        modules = prepared_modules(connection, options)
        until = last_day(connection, options)
        first = _first_day(until, options.years)
        self._begin(first, until, modules)
        steps = module_steps(modules)
        once = [step for step in steps if step.when == "once"]
        self._phase("planning", plan_steps())
        self._phase("preparing", once)
        self._batches([step for step in steps if step.when == "batch"])
        self._phase("finishing", [step for step in steps if step.when == "last"])
        self._count_reports()
        tenants = self._number("select count(*) from planned_tenants")
        connection.execute("set constraints all immediate")
        connection.commit()
        # The planner knows nothing of the reports yet.
        connection.execute("analyze")
        connection.commit()
        return TradeResult(first, until, tenants, dict(sorted(self._rows.items())), self._seconds)

    def _begin(self, first: date, until: date, modules: Sequence[str]) -> None:
        options = self._options
        text = files("groundplan.seed.trade").joinpath("functions.sql").read_text(encoding="utf-8")
        self._connection.execute(
            sql.SQL(text).format(  # pyright: ignore[reportArgumentType]
                seed=sql.Literal(options.seed)
            )
        )
        self._connection.execute(
            "create temporary table planned_run (starts_on date, ends_on date, orders bigint,"
            " years integer, tenants integer, skew text, hot_share double precision,"
            " ships boolean, lists jsonb) on commit drop"
        )
        self._connection.execute(
            "insert into planned_run values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                first,
                until,
                options.orders,
                options.years,
                options.tenants or 1,
                options.skew,
                options.hot,
                "fulfillment" in modules,
                Jsonb(lists()),
            ],
        )

    def _phase(self, name: str, steps: Sequence[Step]) -> None:
        for done, step in enumerate(steps):
            self._progress(name, done, len(steps))
            began = time.monotonic()
            self._execute(step, None)
            self._analyze_tables([table for table in (_written(step), _made(step)) if table])
            self._took(step, began)
        self._progress(name, len(steps), len(steps))

    def _batches(self, steps: Sequence[Step]) -> None:
        if not steps:
            return
        for number, (first, last) in enumerate(_batches(self._options.orders, self._batch)):
            for step in steps:
                began = time.monotonic()
                self._execute(step, {"first": first, "last": last})
                table = _written(step)
                if table is not None and number < len(_FIRST_BATCHES):
                    self._analyze_tables([table])
                self._took(step, began)
            self._progress("orders", last, self._options.orders)

    def _took(self, step: Step, began: float) -> None:
        name = f"{step.part}: {step.what}"
        self._seconds[name] = self._seconds.get(name, 0) + time.monotonic() - began

    def _execute(self, step: Step, parameters: dict[str, int] | None) -> None:
        cursor = self._connection.execute(step.statement, parameters)
        table = _written(step)
        if table is not None:
            self._rows[table] += cursor.rowcount

    def _count_reports(self) -> None:
        began = time.monotonic()
        names = self._connection.execute(
            """
            select routine.proname from pg_proc as routine
            join pg_namespace as namespace on namespace.oid = routine.pronamespace
            where namespace.nspname = 'groundplan' and routine.proname like 'rebuild\\_%'
                and routine.pronargs = 0
            order by routine.proname
            """
        ).fetchall()
        self._analyze_tables(list(self._rows))
        for done, (name,) in enumerate(names):
            self._progress("counting reports", done, len(names))
            self._connection.execute(
                sql.SQL("select {}()").format(sql.Identifier("groundplan", name))
            )
        self._progress("counting reports", len(names), len(names))
        self._seconds["counting reports"] = time.monotonic() - began

    def _analyze_tables(self, tables: Sequence[str]) -> None:
        for table in sorted(set(tables)):
            name = sql.Identifier(*table.split("."))
            self._connection.execute(sql.SQL("analyze {}").format(name))

    def _number(self, query: str) -> int:
        row = self._connection.execute(query.encode()).fetchone()
        return int(row[0]) if row is not None else 0


def _tell_nobody(phase: str, done: int, total: int | None) -> None:
    del phase, done, total


def _batches(orders: int, size: int) -> Iterator[tuple[int, int]]:
    """First and last number of each batch."""
    sizes = chain((min(size, first) for first in _FIRST_BATCHES), repeat(size))
    last = 0
    while last < orders:
        first, last = last + 1, min(orders, last + next(sizes))
        yield first, last


def _first_day(until: date, years: int) -> date:
    """So many years, to the day: until 2026-03-31, one year begins on 2025-04-01."""
    day_after = until + timedelta(days=1)
    if (day_after.month, day_after.day) == (2, 29):
        day_after = day_after.replace(month=3, day=1)
    return day_after.replace(year=day_after.year - years)


def _written(step: Step) -> str | None:
    """The table of an INSERT: "sales.orders"."""
    words = step.statement.decode().split(None, 3)
    if words[:2] != ["insert", "into"]:
        return None
    return words[2].partition("(")[0]


def _made(step: Step) -> str | None:
    """The temporary table that a step makes."""
    words = step.statement.decode().split(None, 4)
    return words[3] if words[:3] == ["create", "temporary", "table"] else None
