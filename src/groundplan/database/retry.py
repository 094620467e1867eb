"""Do a transaction again when another one came in between."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg

from groundplan.errors import Retryable

Result = TypeVar("Result")

_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 1.0


def retry(
    work: Callable[[], Result],
    *,
    attempts: int = 5,
    pause: Callable[[float], None] = time.sleep,
) -> Result:
    """Call ``work`` until it is neither a serialization failure (40001) nor a deadlock (40P01).

    ``work`` is one whole transaction, from its begin to its commit: what it read before is stale.
    Between attempts it waits a random time, at most 10 ms, 20 ms, 40 ms … 1 s. The last attempt's
    error is raised as it is; any other error at once.
    """
    if attempts < 1:
        raise ValueError(f"attempts must be at least 1, not {attempts}")
    for attempt in range(attempts - 1):
        try:
            return work()
        except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected, Retryable):
            # Full jitter: two that collided must not come back at the same moment.
            pause(random.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt)))
    return work()
