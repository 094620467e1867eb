"""Load the records, a batch at a time; what the database refuses is found and set aside.

A batch is loaded behind a savepoint. Where a rule refuses it, it is halved until the one record is
found that broke the rule; that record is refused with the database's own sentence. A deadlock with
somebody who writes at the same time is tried again. If it is about what an earlier batch of the
same transaction holds, that does not help: who waits for a released savepoint waits for the end.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import sql

from groundplan.errors import Deadlock, RuleViolation, from_postgres
from groundplan.importer.entities.entity import Entity

Connection = psycopg.Connection[tuple[Any, ...]]

_COLLISIONS = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)
_ATTEMPTS = 6

_PLANNED_AGAIN = (1, 4, 16, 64)
"""After so many batches the tables that grew are analysed: functions and triggers keep the plans
they made when the tables were empty, until the statistics change."""

_EXPECTED = re.compile(r"expected_total = (\S+) was given")

_GREW = """
    select grown.schemaname, grown.relname
    from pg_catalog.pg_stat_xact_user_tables as grown
    where grown.n_tup_ins > 0 and grown.schemaname not like 'pg\\_%'
    order by 1
"""

_DEFERRED = """
    select namespace.nspname, waiting.conname
    from pg_catalog.pg_constraint as waiting
    join pg_catalog.pg_namespace as namespace on namespace.oid = waiting.connamespace
    where waiting.condeferred and not exists (
        select from pg_catalog.pg_trigger as fold
        where fold.tgconstraint = waiting.oid
          and fold.tgfoid = to_regproc('groundplan.fold_at_commit'))
    order by 1, 2
"""
"""Rules that wait for the commit, but for folding, which would keep others from it till then."""


class Loader:
    """Loads the records whose state is new or changed, in the order of the files."""

    def __init__(self, connection: Connection, entity: Entity, source: str, run: str) -> None:
        self._connection = connection
        self._entity = entity
        self._source = source
        self._run = run
        self._script = entity.script("load")
        self._deferred: sql.Composed | None = None

    def run(
        self, size: int, told: Callable[[int, int], None], commit: Callable[[], None] | None
    ) -> None:
        """Load everything, ``size`` records at a time; ``commit`` is called after each batch."""
        self._connection.execute(
            "create temporary table batch (record_number bigint not null primary key)"
        )
        deferred = self._connection.execute(_DEFERRED).fetchall()
        if deferred:
            self._deferred = sql.SQL(", ").join(sql.Identifier(*names) for names in deferred)
        numbers = [
            number
            for (number,) in self._connection.execute(
                "select record_number from records where state in ('new', 'changed')"
                " order by record_number"
            )
        ]
        for count, first in enumerate(range(0, len(numbers), size), 1):
            part = numbers[first : first + size]
            self._load(part)
            if count in _PLANNED_AGAIN:
                self._analyze()
            if commit is not None:
                commit()
            told(first + len(part), len(numbers))

    def _load(self, numbers: Sequence[int]) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                with self._connection.transaction():
                    self._load_once(numbers)
                return
            except _COLLISIONS as error:
                if attempt == _ATTEMPTS - 1:
                    if isinstance(error, psycopg.errors.SerializationFailure):
                        # Not the import's own: it reads what is committed. Somebody's rule says so.
                        raise
                    raise Deadlock(
                        "Others who write at the same time and the import wait for each other.",
                        hint="Import again; with --commit-every it holds rows for one batch only.",
                    ) from error
                _pause(attempt)
            except psycopg.Error as error:
                if not _is_the_records_fault(error):
                    raise
                self._set_aside(numbers, error)
                return

    def _analyze(self) -> None:
        for schema, table in self._connection.execute(_GREW).fetchall():
            self._connection.execute(sql.SQL("analyze {}").format(sql.Identifier(schema, table)))

    def _load_once(self, numbers: Sequence[int]) -> None:
        self._connection.execute("truncate batch")
        self._connection.execute("insert into batch select unnest(%s::bigint[])", [list(numbers)])
        self._connection.execute("analyze batch")
        self._connection.execute(self._script)
        self._connection.execute(
            """
            insert into importing.imported_records (
                tenant_id, entity, source, record_key, record_id, digest, run_id)
            select core.current_tenant_id(), %s, %s, record.record_key, record.record_id,
                record.digest, %s
            from batch join records as record on record.record_number = batch.record_number
            on conflict (tenant_id, entity, source, record_key)
                do update set digest = excluded.digest, run_id = excluded.run_id
            """,
            [self._entity.name, self._source, self._run],
        )
        self._connection.execute(
            """
            update records as record
            set state = case record.state when 'new' then 'loaded' else 'updated' end
            from batch where batch.record_number = record.record_number
            """
        )
        if self._deferred is not None:
            # Asked now, a rule refuses the record; at the commit it would refuse the import.
            for mode in (sql.SQL("immediate"), sql.SQL("deferred")):
                self._connection.execute(
                    sql.SQL("set constraints {} {}").format(self._deferred, mode)
                )

    def _set_aside(self, numbers: Sequence[int], error: psycopg.Error) -> None:
        if len(numbers) > 1:
            middle = len(numbers) // 2
            self._load(numbers[:middle])
            self._load(numbers[middle:])
            return
        rule = error.diag.constraint_name or "refused_by_the_database"
        refusal = from_postgres(error)
        given = refusal.given if isinstance(refusal, RuleViolation) else ""
        said = (refusal.message, given, error.diag.message_hint)
        if rule == "order_total_is_what_the_client_expected":
            # The words of the rule are for whoever places an order, not for a file.
            come_to = _EXPECTED.sub(r"the file says \1", given)
            said = ("Lines, discounts, shipping and tax are not the total of the file.", come_to)
        self._connection.execute(
            """
            update records set state = 'refused', reason = %s, column_name = null, detail = %s
            where record_number = %s
            """,
            [rule, " ".join(["The database refused it:", *filter(None, said)]), numbers[0]],
        )


def _pause(attempt: int) -> None:
    """Two that collided must not come back at the same moment."""
    time.sleep(random.uniform(0, 0.05 * 2**attempt))


def _is_the_records_fault(error: psycopg.Error) -> bool:
    """Data exceptions and broken rules; not a lost connection, a full disk or a cancelled query.

    Also what is too large for an index (54), and the classes PostgreSQL leaves to functions of
    one's own: they begin with 5 to 9 or I to Z, or are 45 as in MySQL.
    """
    kind = (error.sqlstate or "")[:2]
    return kind in ("22", "23", "44", "45", "54", "P0") or (
        kind >= "5" and kind not in ("53", "55", "57", "58", "72", "F0", "HV", "XX")
    )
