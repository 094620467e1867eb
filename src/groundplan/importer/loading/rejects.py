"""The rejected rows: kept in the database, and written as a file that can be fed in again."""

from __future__ import annotations

import contextlib
import csv
import os
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from groundplan.errors import BadFile
from groundplan.importer.loading.report import Rejected

Connection = psycopg.Connection[tuple[Any, ...]]

ADDED_COLUMNS = ("groundplan_file", "groundplan_line", "groundplan_reason", "groundplan_detail")
"""What a rejects file has beside the columns of the source; a mapping does not look at them."""

_REJECTED = """
    select file.name, file.columns, staged.line, staged.cells,
        coalesce(staged.reason, case when others.reason is null then record.reason
                                     else 'belongs_to_a_refused_record' end),
        case when staged.reason is not null then staged.column_name
             when others.reason is null then record.column_name end,
        coalesce(staged.detail, record.detail, '')
    from records as record
    join staged on staged.record_key = record.record_key
    join files as file on file.file_number = staged.file_number
    left join lateral (
        select other.reason from staged as other
        where other.record_key = record.record_key and other.reason is not null
        order by other.row_number limit 1
    ) as others on true
    where record.state = 'refused'
    order by staged.row_number
"""

_KEEP = """
    insert into importing.rejected_lines (
        tenant_id, run_id, file_name, line_number, fields, amount, reason, column_name, detail)
    select core.current_tenant_id(), %s, file.name, staged.line, staged.cells, null,
        coalesce(staged.reason, record.reason), coalesce(staged.column_name, record.column_name),
        coalesce(staged.detail, record.detail)
    from records as record
    join staged on staged.record_key = record.record_key
    join files as file on file.file_number = staged.file_number
    where record.state = 'refused'
    order by staged.row_number
"""


def keep_rejects(connection: Connection, run: str) -> None:
    """Remember the rejected rows in importing.rejected_lines."""
    connection.execute(_KEEP, [run])


def first_rejects(connection: Connection, how_many: int) -> Sequence[Rejected]:
    """The first rejected rows, in the order of the files."""
    rows = connection.execute(f"{_REJECTED} limit {int(how_many)}".encode()).fetchall()
    return [
        Rejected(name, line, column, reason, detail)
        for name, _, line, _, reason, column, detail in rows
    ]


def write_rejects(connection: Connection, target: Path, delimiter: str, encoding: str) -> None:
    """All rejected rows under the columns they came with, and why they were rejected.

    The file has the delimiter and encoding that the mapping expects, so that, once corrected, it is
    imported by the same command.
    """
    columns: dict[str, None] = {}
    for (names,) in connection.execute("select columns from files order by file_number"):
        columns.update(dict.fromkeys(names))
    with (
        target.open("w", encoding=encoding, newline="") as file,
        connection.cursor("rejected_rows") as cursor,
    ):
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([*columns, *ADDED_COLUMNS])
        cursor.execute(_REJECTED)
        for name, names, line, cells, reason, column, detail in cursor:
            found = dict(zip(names, cells, strict=False))
            surplus = cells[len(names) :]
            why = detail if column is None or detail.startswith(column) else f"{column}: {detail}"
            writer.writerow(
                [*(found.get(each, "") for each in columns), name, line, reason, why, *surplus]
            )


@contextlib.contextmanager
def written(target: Path | None) -> Generator[Path | None]:
    """A file beside ``target`` that takes its name only if all went well; None for None."""
    if target is None:
        yield None
        return
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        yield part
        if part.exists():
            part.replace(target)
    except OSError as error:
        raise BadFile(
            target, None, None, f"it cannot be written: {error.strerror or error}."
        ) from error
    finally:
        part.unlink(missing_ok=True)
