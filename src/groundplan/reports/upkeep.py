"""Keeping reports: fold what is pending, verify against the source, repair, count again.

Every function is given a connection of a role that owns the tables, with no transaction in
progress, and leaves it so. Raises psycopg's errors, and RuntimeError inside a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from groundplan.reports.checking import Comparison, comparison, comparison_of_references
from groundplan.reports.declaration import Rollup
from groundplan.reports.folding import fold_lock
from groundplan.reports.repairing import repairs
from groundplan.reports.source import Counted, Source, sources_of


class Answer(Protocol):
    """The rows of a statement."""

    def fetchall(self) -> list[Any]:
        """All rows, as tuples."""
        ...


class Connection(Protocol):
    """What is used of a psycopg connection: this package knows no driver."""

    @property
    def autocommit(self) -> bool:
        """Whether every statement commits by itself; may be set between transactions."""
        ...

    @autocommit.setter
    def autocommit(self, value: bool, /) -> None: ...

    @property
    def info(self) -> Any:
        """Its ``transaction_status`` is 0 while no transaction is in progress."""
        ...

    def execute(self, query: bytes, params: Any = None, /) -> Answer:
        """Run one statement."""
        ...


@dataclass(frozen=True)
class Difference:
    """A stored number that is not what the source says. A group that is missing has None there."""

    report: str
    group: tuple[tuple[str, object], ...]
    column: str
    stored: object
    recomputed: object

    def __str__(self) -> str:
        group = ", ".join(f"{name} {value}" for name, value in self.group)
        return (
            f"{self.report}.{self.column} is {self.stored} instead of {self.recomputed} for {group}"
        )


def verify(
    connection: Connection,
    rollups: Iterable[Rollup],
    *,
    first: date | None = None,
    last: date | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Difference]:
    """Count every report again and compare, each in one statement and without a lock.

    ``first`` and ``last`` keep to periods that begin within these days, both included; without
    them the reference counts behind distinct counts are compared too. ``progress`` is called with
    the name of each report, all levels of a rollup among them, once it has been counted.
    """
    found: list[Difference] = []
    with _autocommit(connection):
        for source in sources_of(rollups):
            for level in source.levels:
                for compared in _comparisons_of(source, level, first, last):
                    found += _differences(connection, compared, first, last)
                if progress is not None:
                    progress(level.name)
    return found


def report_count(rollups: Iterable[Rollup]) -> int:
    """How many reports `verify` counts again: each rollup, and its coarser levels."""
    return sum(1 + len(rollup.coarser) for rollup in rollups)


def fold(connection: Connection, source: str | None = None, *, batch: int = 5000) -> int:
    """Fold everything that is pending now, in transactions of at most ``batch`` rows a source.

    Returns the number of rows folded. Stops early where somebody else is folding.
    """
    left = sum(n for name, n in pending(connection).items() if source in (None, name))
    total = 0
    with _autocommit(connection):
        while total < left:
            answer = connection.execute(b"select groundplan.fold(%s, %s)", [source, batch])
            folded = int(answer.fetchall()[0][0])
            if folded == 0:
                break
            total += folded
    return total


def pending(connection: Connection) -> dict[str, int]:
    """How many rows of each source wait to be folded: ``{"ledger_entries": 412}``."""
    with _autocommit(connection):
        rows = connection.execute(b"select source, row_count from reporting.pending()").fetchall()
    return {str(source): int(count) for source, count in rows}


def repair(connection: Connection, rollups: Iterable[Rollup]) -> list[Difference]:
    """Correct what differs from the source; returns what differed.

    One REPEATABLE READ transaction for each source finds the differences and adds them to the
    bases. Writers do not notice; only folding waits.
    """
    found: list[Difference] = []
    for source in sources_of(rollups):
        with _alone(connection, source):
            for compared in _comparisons(source, None, None):
                found += _differences(connection, compared, None, None)
            for statement in repairs(source):
                connection.execute(statement.encode())
    return found


def rebuild(connection: Connection, rollups: Iterable[Rollup]) -> None:
    """Count all reports again from their sources, in one REPEATABLE READ transaction each.

    Writers do not notice; only folding waits. ``select groundplan.rebuild_…()`` in a READ COMMITTED
    transaction, as after a migration, holds them up instead.
    """
    for source in sources_of(rollups):
        with _alone(connection, source):
            connection.execute(f"select groundplan.rebuild_{source.name}()".encode())


def _comparisons(source: Source, first: date | None, last: date | None) -> Iterator[Comparison]:
    for level in source.levels:
        yield from _comparisons_of(source, level, first, last)


def _comparisons_of(
    source: Source, level: Counted, first: date | None, last: date | None
) -> Iterator[Comparison]:
    ends = ("%(first)s" if first else None, "%(last)s" if last else None)
    yield comparison(level, *ends)
    if first is None and last is None:
        for count in level.rollup.distinct:
            yield comparison_of_references(level, count, source.delta)


def _differences(
    connection: Connection, compared: Comparison, first: date | None, last: date | None
) -> list[Difference]:
    values = {"first": first, "last": last}
    bound = values if first or last else None
    rows = connection.execute(compared.sql.encode(), bound).fetchall()
    found: list[Difference] = []
    width = len(compared.keys)
    for row in rows:
        group = tuple(zip(compared.keys, row[:width], strict=True))
        for index, column in enumerate(compared.numbers):
            stored, truth = row[width + 2 * index], row[width + 2 * index + 1]
            if stored != truth:
                found.append(Difference(compared.report, group, column, stored, truth))
    return found


@contextmanager
def _alone(connection: Connection, source: Source) -> Generator[None]:
    """A REPEATABLE READ transaction that nobody folds beside.

    The lock is taken before the transaction begins, so that its snapshot has seen the last fold.
    """
    lock = fold_lock(source)
    with _autocommit(connection):
        connection.execute(f"select pg_advisory_lock({lock})".encode())
        try:
            connection.execute(b"begin isolation level repeatable read")
            try:
                yield
            except BaseException:
                connection.execute(b"rollback")
                raise
            connection.execute(b"commit")
        finally:
            connection.execute(f"select pg_advisory_unlock({lock})".encode())


@contextmanager
def _autocommit(connection: Connection) -> Generator[None]:
    """Statements commit one by one; the connection's own way comes back afterwards."""
    if connection.info.transaction_status != 0:
        raise RuntimeError("the connection must have no transaction in progress")
    before = connection.autocommit
    connection.autocommit = True
    try:
        yield
    finally:
        connection.autocommit = before
