"""Where the rows come from: files, or a query on another database."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Generator, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from groundplan.database import connect
from groundplan.errors import BadFile, from_postgres
from groundplan.importer.files import Cell, Row, Table, open_table
from groundplan.importer.files.faults import bad_file, reading
from groundplan.importer.ground import notice_lost_clients
from groundplan.importer.loading.rejects import options_of_rejects
from groundplan.importer.mapping.model import BadMapping, FileMapping

_FETCHED_TOGETHER = 2_000


@contextlib.contextmanager
def source_table(mapping: FileMapping, source: str) -> Generator[Table]:
    """The rows of one source: a file, or a postgresql:// URL where the mapping has a query.

    A file of rejected rows is read as it was written, whatever the mapping says of its own files.
    """
    rejected = None if _is_url(source) else options_of_rejects(Path(source), mapping.file)
    if rejected is not None:
        with open_table(Path(source), rejected, mapping.wanted_columns) as table:
            yield table
        return
    if mapping.query is None:
        if _is_url(source):
            raise BadMapping(
                f"{mapping.name}: this format is read from files, not from a database.",
                hint="Give it a file, or write a mapping with a query.",
            )
        with open_table(Path(source), mapping.file, mapping.wanted_columns) as table:
            yield table
        return
    if not _is_url(source):
        raise BadMapping(
            f"{mapping.name}: this format is read from a database, and {source} is none.",
            hint="Give it a URL: postgresql://user@host/name.",
        )
    with _queried(mapping, source) as table:
        yield table


def named(source: str) -> str:
    """What a source is called in messages and reports: never with a password."""
    if not _is_url(source):
        return Path(source).name
    return psycopg.conninfo.conninfo_to_dict(source).get("dbname") or "database"  # pyright: ignore


def demand_different(sources: Sequence[str]) -> None:
    """Raises BadFile where two sources are the same file, or have the same bytes."""
    seen: dict[str, str] = {}
    for source in sources:
        told = source
        if not _is_url(source) and Path(source).is_file():
            with reading(Path(source)), Path(source).open("rb") as file:
                told = hashlib.file_digest(file, "sha256").hexdigest()
        if told in seen:
            raise bad_file(
                Path(named(source)),
                f"it holds the same as {named(seen[told])}, and every row of both would count.",
                hint="Name it once.",
            )
        seen[told] = source


def _is_url(source: str) -> bool:
    return source.startswith(("postgresql://", "postgres://"))


@contextlib.contextmanager
def _queried(mapping: FileMapping, url: str) -> Generator[Table]:
    """The answer of the mapping's query, read in a transaction that can change nothing."""
    assert mapping.query is not None
    with connect(url) as connection:
        try:
            notice_lost_clients(connection)
            connection.commit()
            connection.execute("set transaction isolation level repeatable read, read only")
            with connection.cursor("source") as cursor:
                cursor.itersize = _FETCHED_TOGETHER
                cursor.execute(mapping.query.encode())
                columns = tuple(column.name for column in cursor.description or ())
                missing = [name for name in mapping.wanted_columns if name not in columns]
                if missing:
                    raise BadFile(
                        named(url), None, None, f"the query gives no column {missing[0]}."
                    )
                yield Table(Path(named(url)), columns, _rows(cursor))
        except psycopg.Error as error:
            raise from_postgres(error) from error


def _rows(cursor: psycopg.ServerCursor[tuple[Any, ...]]) -> Iterator[Row]:
    for number, record in enumerate(cursor, 1):
        yield Row(number, tuple(_cell(value) for value in record))


def _cell(value: object) -> Cell:
    match value:
        case None:
            return ""
        case bool() | str() | Decimal() | datetime() | date() | time():
            return value
        case int():
            return Decimal(value)
        case float():
            return Decimal(repr(value))
        case _:
            return str(value)


def lookup_folder(sources: Sequence[str]) -> Path:
    """Where the files of lookups are looked for: beside the first file."""
    return Path(sources[0]).parent if sources and not _is_url(sources[0]) else Path()
