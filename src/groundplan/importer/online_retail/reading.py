"""The lines of the file, one after the other: compressed or not, checked as far as a file can be.

Everything that makes the file as a whole unusable is raised as `BadFile`; what is wrong with a
single line is left to the database, which keeps the line and the reason.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import lzma
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from groundplan.errors import BadFile

COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)

_LONGEST_LINE = 1_000_000
_SIGNATURES = {
    b"PK": "a ZIP or Excel file; give the CSV that is in it",
    b"%PDF": "a PDF",
    b"SQLite": "an SQLite database",
}


@dataclass(frozen=True)
class Line:
    """One record: where it begins (the header is line 1), and its fields as they stand.

    A record that has not eight fields is padded with None; what it has too much is ``surplus``.
    """

    number: int
    fields: tuple[str | None, ...]
    surplus: list[str] | None


@contextmanager
def opened(file: Path) -> Generator[Iterator[Line]]:
    """The lines of ``file``, after its header was found to be the right one.

    Raises BadFile, here or while the lines are read: no such file, no file, empty, truncated, not
    UTF-8, another format, a quote that is never closed.
    """
    with _reading(file), _decompressed(file) as binary:
        yield _records(file, binary)


@contextmanager
def _reading(file: Path) -> Generator[None]:
    """What the operating system and the decompressors raise, as a sentence."""
    try:
        yield
    except FileNotFoundError as error:
        raise BadFile(file, None, None, "there is no such file.") from error
    except IsADirectoryError as error:
        raise BadFile(file, None, None, "this is a directory, not a file.") from error
    except PermissionError as error:
        raise BadFile(file, None, None, "you may not read this file.") from error
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise BadFile(
            file, None, None, "the compressed file is damaged or ends too early; get it again."
        ) from error
    except OSError as error:
        raise BadFile(file, None, None, f"it cannot be read: {error.strerror or error}.") from error


def _decompressed(file: Path) -> BinaryIO:
    """Told by the first bytes, not by the name, which may be anything."""
    with file.open("rb") as raw:
        start = raw.read(8)
    if not start:
        raise BadFile(file, None, None, "the file is empty.")
    if start.startswith(b"\x1f\x8b"):
        return cast("BinaryIO", gzip.open(file, "rb"))
    if start.startswith(b"\xfd7zXZ\x00"):
        return cast("BinaryIO", lzma.open(file, "rb"))
    if start.startswith(b"BZh"):
        return cast("BinaryIO", bz2.open(file, "rb"))
    for signature, what in _SIGNATURES.items():
        if start.startswith(signature):
            raise BadFile(file, None, None, f"this is {what}.")
    return file.open("rb")


def _records(file: Path, binary: BinaryIO) -> Iterator[Line]:
    reader = csv.reader(_texts(file, binary), strict=True)
    first = 1
    try:
        header = next(reader, None)
        _check_header(file, header)
        first = reader.line_num + 1
        for record in reader:
            if record:
                yield _line(first, record)
            first = reader.line_num + 1
    except csv.Error as error:
        # Strict: a quote in the wrong place, or one that is still open at the end of the file.
        raise BadFile(
            file, first, None, f"the quotes of this line do not match or never close ({error})."
        ) from error


def _line(number: int, record: list[str]) -> Line:
    wanted = len(COLUMNS)
    if len(record) == wanted:
        return Line(number, tuple(record), None)
    padded = (*record[:wanted], *[None] * (wanted - len(record)))
    return Line(number, padded, record[wanted:] or None)


def _check_header(file: Path, header: list[str] | None) -> None:
    names = [name.strip() for name in header or []]
    missing = [column for column in COLUMNS if column not in names]
    if len(missing) > len(COLUMNS) // 2:
        raise BadFile(
            file, 1, None, f"this is not the Online Retail file; it begins {','.join(COLUMNS)}."
        )
    if missing:
        raise BadFile(file, 1, None, f"the column {' and the column '.join(missing)} is missing.")
    if names != list(COLUMNS):
        raise BadFile(file, 1, None, f"the columns have to be {','.join(COLUMNS)}.")


def _texts(file: Path, binary: BinaryIO) -> Iterator[str]:
    """Decoded line by line, because only so it is known which line is wrong."""
    number = 0
    while raw := binary.readline(_LONGEST_LINE):
        number += 1
        if len(raw) == _LONGEST_LINE:
            raise BadFile(file, number, None, f"the line is longer than {_LONGEST_LINE:,} bytes.")
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            raise BadFile(
                file, number, None, "this is not UTF-8; convert the file, as with iconv -t UTF-8."
            ) from error
        if "\x00" in text:
            raise BadFile(file, number, None, "there is a zero byte in this line.")
        yield text
