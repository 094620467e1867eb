"""The server all systems share, and a database for each of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from server import Bench, install

from groundplan.database import connect, create_database, database_url

from . import shop

SQL = Path(__file__).parent / "sql"

Connection = psycopg.Connection[tuple[Any, ...]]


def script(name: str, **more: str) -> bytes:
    """The text of ``sql/<name>.sql`` with the numbers of the shop put in."""
    text = (SQL / f"{name}.sql").read_text(encoding="utf-8")
    numbers = {
        "skus": str(shop.SKUS),
        "last_units": str(shop.LAST_UNITS),
        "customers": str(shop.CUSTOMERS),
        "stock": str(shop.STOCK),
    }
    for word, value in {**numbers, **more}.items():
        text = text.replace("{{ " + word + " }}", value)
    return text.encode()


def opened(url: str) -> Connection:
    """A connection in autocommit; every commit waits for the disk, as PostgreSQL does by itself."""
    return connect(url, autocommit=True)


def empty(bench: Bench, name: str) -> str:
    """A new database without anything in it; its URL."""
    create_database(bench.server.url(), name)
    return database_url(bench.server.url(), name)


def groundplan(bench: Bench, name: str) -> str:
    """A new database with the whole kit and the shop in it; its URL."""
    url = empty(bench, name)
    with opened(url) as connection:
        install(connection)
        connection.execute(script("groundplan"))
        connection.execute("vacuum analyze")
    return url


def bare(bench: Bench, name: str) -> str:
    """A new database with the bare tables and the shop in it; its URL."""
    url = empty(bench, name)
    with opened(url) as connection:
        connection.execute(script("bare"))
        connection.execute(script("bare_shop"))
        connection.execute("vacuum analyze")
    return url


def settings(bench: Bench, names: Iterable[str]) -> str:
    """What the server itself says of these settings, for the page."""
    with opened(bench.server.url()) as connection:
        rows = [
            (name, connection.execute("select current_setting(%s)", [name]).fetchone())
            for name in names
        ]
    return ", ".join(f"`{name}={row[0] if row else ''}`" for name, row in rows)


def server_seconds(bench: Bench) -> float | None:
    """Time on a core of all processes of the server that run now; None where it cannot be read."""
    try:
        first = (bench.server.data / "postmaster.pid").read_text().splitlines()[0]
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    except (OSError, IndexError):
        return None
    total = 0
    for pid in (first, *children):
        try:
            total += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            continue
    ticks = _reaped(first)
    return None if ticks is None else total / 1e9 + ticks / os.sysconf("SC_CLK_TCK")


def _reaped(pid: str) -> int | None:
    """Ticks of the server's processes that have ended, parallel workers for instance."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[13]) + int(fields[14])
