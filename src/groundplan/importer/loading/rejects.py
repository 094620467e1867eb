"""The rejected rows: kept in the database, and written as a file that can be fed in again."""

from __future__ import annotations

import codecs
import contextlib
import csv
import glob
import io
import os
import re
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from groundplan.errors import BadFile
from groundplan.importer.files import FileOptions
from groundplan.importer.loading.report import Rejected

Connection = psycopg.Connection[tuple[Any, ...]]

ADDED_COLUMNS = ("groundplan_file", "groundplan_line", "groundplan_reason", "groundplan_detail")
"""What a rejects file has beside the columns of the source; a mapping does not look at them."""

_ADDED = re.compile(
    r'"?([^\w"])"?'.join(ADDED_COLUMNS[:2]) + r'"?\1"?' + r'"?\1"?'.join(ADDED_COLUMNS[2:])
)
_HEAD = 1 << 16

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
        _told(target.with_name(target.name.removesuffix(_ending()))),
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
            added = (
                str(each).encode(encoding, "replace").decode(encoding)
                for each in (name, line, reason, why)
            )
            writer.writerow([*(found.get(each, "") for each in columns), *added, *surplus])


def options_of_rejects(file: Path, options: FileOptions) -> FileOptions | None:
    """How to read a file that `write_rejects` made; None where it is another file."""
    if not file.is_file():
        return None  # Whoever reads it tells what is wrong.
    try:
        with file.open("rb") as opened:
            start = opened.read(_HEAD)
        encoding = None if start.startswith(codecs.BOM_UTF8) else options.encoding
        head = start.decode(encoding or "utf-8-sig", errors="replace")
        found = _ADDED.search(head)
        if found is None:
            return None
        # Not in the first line: then it is a text like any other.
        header = next(csv.reader(io.StringIO(head, newline=""), delimiter=found[1]))
    except (OSError, LookupError, csv.Error):
        return None
    if not set(ADDED_COLUMNS) <= set(header):
        return None
    return replace(
        options,
        encoding=encoding,
        delimiter=found[1],
        quote='"',
        header_line=1,
        columns=(),
        sheet=None,
    )


def demand_place(target: Path, sources: Sequence[str]) -> None:
    """Before hours of work: can the rejected rows be written there, and is it none of the files?

    Raises BadFile.
    """
    for source in map(Path, sources):
        with contextlib.suppress(OSError):
            if target.samefile(source):
                raise BadFile(
                    target, None, None, "the rejected rows would overwrite the file itself."
                )
    with _told(target):
        place = target.resolve()
        if place.is_dir():
            raise BadFile(target, None, None, "it cannot be written: it is a directory.")
        if not _is_special(place):
            _part_of(place).touch(exist_ok=False)
            _part_of(place).unlink()


@contextlib.contextmanager
def written(target: Path | None) -> Generator[Path | None]:
    """A file beside ``target`` that takes its name only if all went well; None for None.

    What is no ordinary file, a pipe or a device, is written to as it is.
    """
    if target is None:
        yield None
        return
    # Through a symbolic link, which stays one.
    place = target.resolve()
    part = place if _is_special(place) else _part_of(place)
    try:
        yield part
    except BaseException:
        if part != place:
            part.unlink(missing_ok=True)
        raise
    if part != place and part.exists():
        try:
            part.replace(place)
        except OSError as error:
            raise BadFile(
                target,
                None,
                None,
                f"it cannot be written: {error.strerror}. The import is done, and the rejected rows"
                f" are in {part}.",
            ) from error


def _is_special(place: Path) -> bool:
    return place.exists() and not place.is_file()


def _part_of(place: Path) -> Path:
    """Where it is written until it is done; removes what a process that was killed has left."""
    for left in place.parent.glob(f"{glob.escape(place.name)}.*.part"):
        writer = left.name.removeprefix(f"{place.name}.").removesuffix(".part")
        if writer.isdigit() and not _is_running(int(writer)):
            left.unlink(missing_ok=True)
    return place.with_name(place.name + _ending())


def _ending() -> str:
    return f".{os.getpid()}.part"


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


@contextlib.contextmanager
def _told(target: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise BadFile(
            target, None, None, f"it cannot be written: {error.strerror or error}."
        ) from error
