"""The server that is measured, its databases, and the two ways to measure: tps and CPU time."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from groundplan.compose import closure, compose, load_modules
from groundplan.database import (
    EmbeddedServer,
    connect,
    create_database,
    database_url,
    find_binaries,
)
from groundplan.installation import apply

HERE = Path(__file__).parent
OPTIONS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "fsync": "on", "autovacuum": "on"}
"""What differs from PostgreSQL's defaults, and two defaults that matter here."""

Connection = psycopg.Connection[tuple[Any, ...]]


class Bench:
    """One running server for the whole benchmark."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.binaries = find_binaries()
        self._delta: list[str] = []

    def database(self, name: str, world: str | None, *, bare: bool = True) -> str:
        """A new database with the kit, the rows of ``world``.sql and the bare tables; its URL."""
        create_database(self.server.url(), name)
        url = database_url(self.server.url(), name)
        with opened(url) as connection:
            install(connection)
            if world is not None:
                connection.execute(script(world).encode())
            if bare:
                self._delta = delta_columns(connection)
                connection.execute(self.rendered("bare").encode())
            connection.execute("vacuum analyze")
        return url

    def rendered(self, name: str) -> str:
        """A script with the delta's columns put in: they follow from the declared reports."""
        return (
            script(name)
            .replace("{{ columns }}", ", ".join(self._delta))
            .replace("{{ counted }}", ", ".join(f"counted.{column}" for column in self._delta))
        )

    def tps(self, url: str, name: str, clients: int, seconds: float, *, sync: bool) -> float:
        """Transactions a second of ``orders/<name>.sql`` by pgbench; prepared statements."""
        file = self.server.directory / f"{name}.sql"
        file.write_text(self.rendered(f"orders/{name}"), encoding="utf-8")
        arguments = ["-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2))]
        arguments += ["-T", str(max(1, round(seconds))), "--max-tries=5"]
        answer = subprocess.run(
            [self.binaries / "pgbench", *arguments, "-f", file, url],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PGOPTIONS": f"-c synchronous_commit={'on' if sync else 'off'}"},
        )
        found = re.search(r"^tps = ([0-9.]+)", answer.stdout, re.MULTILINE)
        failed = re.search(r"failed transactions: ([0-9]+)", answer.stdout)
        if answer.returncode != 0 or found is None or failed is None or int(failed[1]) > 0:
            raise SystemExit(f"pgbench {name} failed:\n{answer.stdout}\n{answer.stderr}")
        return float(found[1])


@contextmanager
def started() -> Generator[Bench]:
    """A server in a temporary directory that is deleted afterwards."""
    with TemporaryDirectory(prefix="groundplan-bench-") as directory:
        Path(directory).chmod(0o755)  # The server may run as another user than root.
        server = EmbeddedServer(Path(directory), options=OPTIONS)
        try:
            server.start()
            yield Bench(server)
        finally:
            server.destroy()


@contextmanager
def opened(url: str, *, sync: bool = False) -> Generator[Connection]:
    """A connection in autocommit."""
    connection = connect(url, autocommit=True)
    try:
        connection.execute(f"set synchronous_commit = {'on' if sync else 'off'}".encode())
        yield connection
    finally:
        connection.close()


def install(connection: Connection) -> None:
    """The whole kit, for one tenant."""
    apply(connection, compose(closure(["ecommerce"], load_modules()), "single"))


def script(name: str) -> str:
    """The text of an SQL file in this directory."""
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def delta_columns(connection: Connection) -> list[str]:
    """The columns of the delta of the sales ledger, in order."""
    rows = connection.execute(
        "select attname::text from pg_attribute where attnum > 0 and not attisdropped"
        " and attrelid = 'groundplan.ledger_entries_delta'::regclass order by attnum"
    ).fetchall()
    return [str(name) for (name,) in rows]


def cpu_nanoseconds(connection: Connection) -> int | None:
    """How long the connection's backend has been on a core; None where the system hides it."""
    statistics = Path(f"/proc/{connection.info.backend_pid}/schedstat")
    try:
        return int(statistics.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
