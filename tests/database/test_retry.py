"""Transactions that are done again."""

from __future__ import annotations

import psycopg
import pytest

from groundplan.database import retry
from groundplan.errors import Deadlock, RuleViolation


class Work:
    """Fails with the given errors in turn, then returns 42."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.pauses: list[float] = []

    def __call__(self) -> int:
        if self.errors:
            raise self.errors.pop(0)
        return 42


def test_collisions_are_retried_after_a_growing_random_pause() -> None:
    work = Work(
        psycopg.errors.SerializationFailure(),
        psycopg.errors.DeadlockDetected(),
        Deadlock("Two transactions waited for each other."),
    )
    assert retry(work, pause=work.pauses.append) == 42
    assert len(work.pauses) == 3
    assert all(0 <= pause <= 0.01 * 2**n for n, pause in enumerate(work.pauses))


def test_the_last_error_is_raised() -> None:
    errors = [psycopg.errors.DeadlockDetected(str(n)) for n in range(3)]
    work = Work(*errors)
    with pytest.raises(psycopg.errors.DeadlockDetected, match="2"):
        retry(work, attempts=3, pause=work.pauses.append)


def test_other_errors_are_raised_at_once() -> None:
    work = Work(RuleViolation("No."), RuleViolation("Never."))
    with pytest.raises(RuleViolation, match="No"):
        retry(work, pause=work.pauses.append)
    assert work.pauses == []


def test_a_number_of_attempts_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        retry(Work(), attempts=0)
