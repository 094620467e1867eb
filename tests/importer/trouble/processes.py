"""Imports as processes of their own, stopped where they wait for a lock that the test holds."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from groundplan.database import connect
from groundplan.importer.ground import LOCK

GATE = 77
"""Of the advisory lock that functions of the tests wait for."""

_POLLS = 4_800
_POLLED_EVERY = 0.05

_IMPORTS = """
    select activity.pid, activity.query
    from pg_stat_activity as activity
    where activity.datname = current_database() and activity.application_name = 'groundplan-import'
"""

_WAITING = f"""
    select import.pid, coalesce(held.relation::regclass::text, import.query)
    from ({_IMPORTS}) as import
    join pg_locks as held on held.pid = import.pid and not held.granted
"""


def _default_interrupts() -> None:
    """A shell starts what it puts into the background deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def started(url: str, *arguments: str) -> Generator[subprocess.Popen[str]]:
    """``groundplan import`` with these arguments; killed at the end if it is still there."""
    with subprocess.Popen(
        [sys.executable, "-m", "groundplan.cli", "import", *arguments, "--database", named(url)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
        preexec_fn=_default_interrupts,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def named(url: str) -> str:
    """The URL by which an import is told from the connections of the test."""
    return f"{url}{'&' if '?' in url else '?'}application_name=groundplan-import"


def finished(url: str, *arguments: str) -> dict[str, Any]:
    """What an import that goes through says with --json."""
    with started(url, *arguments, "--json") as process:
        out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    return json.loads(out)


@contextlib.contextmanager
def holding(url: str, *statements: str) -> Generator[psycopg.Connection[Any]]:
    """A transaction that has done this and is open."""
    with connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        yield connection
        connection.rollback()


def holding_the_lock(url: str) -> contextlib.AbstractContextManager[psycopg.Connection[Any]]:
    """As if another import were running."""
    return holding(url, f"select pg_advisory_lock({LOCK})")


def eventually(question: Callable[[], Any], what: str) -> Any:
    """The first true answer; AssertionError when there is none in four minutes."""
    for _ in range(_POLLS):
        answer = question()
        if answer:
            return answer
        time.sleep(_POLLED_EVERY)
    raise AssertionError(f"never: {what}")


def waiting(url: str, place: str, process: subprocess.Popen[str] | None = None) -> int:
    """The server process of the import, once it waits for a lock.

    ``place``: the table it wants to lock, or words of the statement that waits for another lock.
    """

    def found() -> int:
        assert process is None or process.poll() is None, process.communicate()
        with connect(url, autocommit=True) as connection:
            rows = connection.execute(_WAITING.encode()).fetchall()
        return next((pid for pid, waits_in in rows if place in waits_in), 0)

    pid: int = eventually(found, f"an import waits in {place}")
    return pid


def imports(url: str) -> Sequence[tuple[int, str]]:
    """The server processes of imports: number and statement."""
    with connect(url, autocommit=True) as connection:
        return connection.execute(_IMPORTS.encode()).fetchall()


def alone(url: str) -> None:
    """Wait until no import is connected any more."""
    eventually(lambda: not imports(url), "no import is connected")


def interrupted(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Ctrl-C, and what the command ended with and said."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def killed(process: subprocess.Popen[str]) -> None:
    """kill -9."""
    process.kill()
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL


def parts(folder: Path) -> list[str]:
    """Files of rejects that were begun and not finished."""
    return sorted(file.name for file in folder.glob("*.part"))
