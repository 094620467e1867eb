"""One embedded PostgreSQL for the whole run, shared by all workers; a database per test.

The process that pytest was started in (with xdist: the controller) makes a directory, tells the
workers by an environment variable, and stops the server at the end.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from groundplan.database import (
    SUPERUSER,
    EmbeddedServer,
    connect,
    scratch_database,
    url_as,
)
from groundplan.database.binaries import BINARIES_VARIABLE
from groundplan.database.embedded import DATABASE
from tests.once import REASON, runs_once

DIRECTORY_VARIABLE = "GROUNDPLAN_TEST_DIRECTORY"
ZONE_VARIABLE = "GROUNDPLAN_TEST_TIME_ZONE"
"""The time zone that sessions of the test server begin in, where it is to be another one."""

_PREFIX = "groundplan-tests-"

PASSWORD_USER = "needs_password"
"""The one role that the test server asks for a password; tests create it."""

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Nothing has to outlive the run. Not for tests that kill the server."""


LEFT_OUT = pytest.StashKey[int]()
"""How many tests a run on another PostgreSQL leaves out."""


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]  # A test must not reach the developer's own databases.
    os.environ.pop("GROUNDPLAN_DATABASE_URL", None)
    if _is_worker(config):
        return
    _remove_leftovers()
    directory = Path(tempfile.gettempdir()) / f"{_PREFIX}{os.getpid()}"
    directory.mkdir(mode=0o755)
    os.environ[DIRECTORY_VARIABLE] = str(directory)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_worker(config) and DIRECTORY_VARIABLE in os.environ:
        _remove(Path(os.environ.pop(DIRECTORY_VARIABLE)))


def pytest_report_header() -> str | None:
    if BINARIES_VARIABLE in os.environ:
        return f"server: {os.environ[BINARIES_VARIABLE]}; left out are tests that {REASON}"
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    once = [item for item in items if runs_once(item)]
    if BINARIES_VARIABLE not in os.environ or not once:
        return
    left_out = set(once)
    items[:] = [item for item in items if item not in left_out]
    config.stash[LEFT_OUT] = len(once)
    config.hook.pytest_deselected(items=once)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    told = getattr(session.config, "workeroutput", {})
    told["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker has collected the same tests."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"{left_out} tests were left out: they {REASON}.")


class SuperuserServer(EmbeddedServer):
    """For tests that make roles or take guards away: its URLs are the superuser's."""

    def url(self, database: str = DATABASE, user: str | None = None) -> str:
        return super().url(database, user or SUPERUSER)


def as_owner(server: EmbeddedServer) -> EmbeddedServer:
    """The same server as people have it: its databases belong to a role without special rights."""
    return EmbeddedServer(server.directory)


def by_superuser(connection: psycopg.Connection[Any], *statements: str) -> None:
    """In the same database: what makes and drops roles."""
    with connect(url_as(connection.info.dsn, SUPERUSER), autocommit=True) as superuser:
        for statement in statements:
            superuser.execute(statement.encode())


@pytest.fixture(scope="session")
def server() -> EmbeddedServer:
    """A running server without fsync, the same one for all workers."""
    directory = Path(os.environ[DIRECTORY_VARIABLE])
    rules = directory / "pg_hba.conf"
    with contextlib.suppress(FileExistsError), rules.open("x") as file:
        file.write(f"local all {PASSWORD_USER} scram-sha-256\nlocal all all trust\n")
    options = {**FAST, "hba_file": str(rules)}
    if ZONE_VARIABLE in os.environ:
        options["timezone"] = os.environ[ZONE_VARIABLE]
    server = SuperuserServer(directory, options=options)
    server.start()
    return server


@pytest.fixture
def clone(server: EmbeddedServer) -> Iterator[Callable[[str | None], str]]:
    """Call it with a template's name (None: empty) for the URL of a new database of this test."""
    with contextlib.ExitStack() as stack:

        def make(template: str | None = None) -> str:
            return stack.enter_context(scratch_database(server.url(), template=template))

        yield make


@pytest.fixture
def empty_database(server: EmbeddedServer) -> Iterator[str]:
    """The URL of a new database with nothing in it."""
    with scratch_database(server.url()) as url:
        yield url


@pytest.fixture
def open_directory() -> Generator[Path]:
    """A directory that every user can enter, which pytest's own ``tmp_path`` is not."""
    directory = Path(tempfile.mkdtemp(prefix="gp-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _remove_leftovers() -> None:
    """Servers of runs that were killed."""
    for directory in Path(tempfile.gettempdir()).glob(f"{_PREFIX}[0-9]*"):
        pid = int(directory.name.removeprefix(_PREFIX))
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            with contextlib.suppress(Exception):  # It may be another user's.
                _remove(directory)
        except PermissionError:
            pass


def _remove(directory: Path) -> None:
    EmbeddedServer(directory).destroy()
    shutil.rmtree(directory, ignore_errors=True)
