"""Writers, folders, a rebuild and a checker at once: the checker never sees a wrong number."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import psycopg

from groundplan.reports import rebuild, repair, verify
from tests.reports.ledger import ROLLUPS, Ledger, assert_exact, entry

SECONDS = 5.0
ATTEMPT_AGAIN = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)


def _write(ledger: Ledger, chance: random.Random) -> None:
    level = chance.choice(["read committed", "read committed", "repeatable read", "serializable"])
    ledger.do(f"set default_transaction_isolation = '{level}'")
    with ledger.connection.transaction(force_rollback=chance.random() < 0.1):
        ledger.post(*(entry(chance) for _ in range(chance.randint(1, 5))))
        if chance.random() < 0.3:
            ledger.do(
                "update sales.ledger_entries set quantity = quantity + 1,"
                " business_date = business_date - 1, customer_id = nullif(customer_id, %s)"
                " where id in (select id from sales.ledger_entries order by random() limit 2)",
                "00000000-0000-0000-0000-000000000201",
            )
        if chance.random() < 0.2:
            ledger.do(
                "delete from sales.ledger_entries where id in"
                " (select id from sales.ledger_entries order by random() limit 2)"
            )


def _fold(ledger: Ledger, chance: random.Random) -> None:
    ledger.fold(chance.choice([3, 50, 5000]))
    time.sleep(0.01)


def _rebuild(ledger: Ledger, chance: random.Random) -> None:
    chance.choice([rebuild, repair])(ledger.connection, ROLLUPS)
    time.sleep(0.4)


class Crew:
    """Threads that repeat what they do until they are told to stop."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.stop = threading.Event()
        self.done = 0
        self.errors: list[BaseException] = []
        self.threads: list[threading.Thread] = []

    def hire(self, work: Callable[[Ledger, random.Random], None], seed: int) -> None:
        """Start one more thread."""
        thread = threading.Thread(target=self._run, args=(work, random.Random(seed)))
        thread.start()
        self.threads.append(thread)

    def _run(self, work: Callable[[Ledger, random.Random], None], chance: random.Random) -> None:
        with Ledger.opened(self.url) as ledger:
            while not self.stop.is_set():
                try:
                    work(ledger, chance)
                    self.done += 1
                except ATTEMPT_AGAIN:
                    continue
                except BaseException as error:
                    self.errors.append(error)
                    return

    def dismiss(self) -> None:
        """Stop them all; raises what stopped one of them early."""
        self.stop.set()
        for thread in self.threads:
            thread.join()
        if self.errors:
            raise self.errors[0]


def test_no_checker_ever_sees_a_wrong_number(ledger_url: str) -> None:
    crew = Crew(ledger_url)
    for seed in range(4):
        crew.hire(_write, seed)
    for seed in range(2):
        crew.hire(_fold, 10 + seed)
    crew.hire(_rebuild, 20)
    with Ledger.opened(ledger_url) as checker:
        checks = 0
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            assert verify(checker.connection, ROLLUPS) == []
            checks += 1
        crew.dismiss()
        assert checks > 3
        assert crew.done > 50
        assert verify(checker.connection, ROLLUPS) == []
        assert_exact(checker)


def test_the_checker_would_see_it(ledger_url: str) -> None:
    with Ledger.opened(ledger_url) as checker:
        checker.do("alter table sales.ledger_entries disable trigger t60_ledger_entries_updated")
        crew = Crew(ledger_url)
        for seed in range(2):
            crew.hire(_write, seed)
        crew.hire(_fold, 10)
        end = time.monotonic() + 10
        seen = False
        while time.monotonic() < end and not seen:
            seen = bool(verify(checker.connection, ROLLUPS))
        crew.dismiss()
        assert seen
