"""What a file is, told by its first bytes and not by its name, and its bytes uncompressed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from groundplan.importer.files.faults import bad_file

Format = Literal["delimited", "xlsx", "parquet"]

_COMPRESSED = (b"\x1f\x8b", b"\xfd7zXZ\x00", b"BZh")
_SAVE_AS_CSV = "Save it as CSV or XLSX and give that."
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "A PDF holds no table; export the data as CSV."),
    (b"SQLite format 3", "an SQLite database", "Export its tables as CSV."),
    (b"PGDMP", "a PostgreSQL dump", "Restore it with pg_restore."),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", "Uncompress it with zstd -d."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and give the file that is in it."),
    (b"Rar!", "a RAR archive", "Unpack it and give the file that is in it."),
    (b"\x89PNG", "a picture", "Give the table, not a picture of it."),
    (b"\xff\xd8\xff", "a picture", "Give the table, not a picture of it."),
    (b"GIF8", "a picture", "Give the table, not a picture of it."),
    (b"{\\rtf", "a text document (RTF)", _SAVE_AS_CSV),
    (b"\x7fELF", "a program", "Give a table."),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass
class Source:
    """An open file: its bytes uncompressed, and how far the file itself was read."""

    path: Path
    binary: BinaryIO
    file: io.BufferedReader
    size: int
    _text: io.TextIOWrapper | None = None

    def decoded(self, encoding: str) -> io.TextIOWrapper:
        """The bytes as text, line ends as they are; `close` closes it."""
        self._text = io.TextIOWrapper(self.binary, encoding, newline="")
        return self._text

    def progress(self) -> float:
        """The share of the file's bytes that was read."""
        return 1.0 if self.file.closed else self.file.tell() / self.size

    def close(self) -> None:
        """Close all of it, from the outside in."""
        if self._text is not None:
            self._text.close()
        self.binary.close()
        self.file.close()


def open_source(path: Path) -> Source:
    """Open ``path`` and uncompress it when it is gzip, xz or bzip2.

    Raises BadFile when it is empty, and whatever opening and uncompressing raise.
    """
    file = path.open("rb")
    try:
        start = file.read(8)
        if not start:
            raise bad_file(path, "the file is empty.")
        file.seek(0)
        return Source(path, _uncompressed(file, start), file, path.stat().st_size)
    except BaseException:
        file.close()
        raise


def _uncompressed(file: io.BufferedReader, start: bytes) -> BinaryIO:
    """The caller closes what is opened here."""
    opened: object = file
    if start.startswith(b"\x1f\x8b"):
        opened = io.BufferedReader(gzip.GzipFile(fileobj=file, mode="rb"), 1 << 16)
    elif start.startswith(b"\xfd7zXZ\x00"):
        opened = lzma.LZMAFile(file)  # noqa: SIM115
    elif start.startswith(b"BZh"):
        opened = bz2.BZ2File(file)
    return cast("BinaryIO", opened)


def told_format(source: Source, head: bytes) -> Format:
    """The format of the file whose uncompressed bytes begin with ``head``.

    Raises BadFile, saying what the file is, when it is none that can be read.
    """
    path = source.path
    is_compressed = _is_compressed(path)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        if is_compressed:
            raise bad_file(path, "there is a ZIP or XLSX file inside.", hint="Uncompress it first.")
        return _told_zip(path)
    if head.startswith(b"PAR1"):
        if is_compressed:
            raise bad_file(path, "there is a Parquet file inside.", hint="Uncompress it first.")
        return "parquet"
    if head.startswith(_COMPRESSED):
        raise bad_file(path, "the file is compressed twice.", hint="Uncompress it once.")
    if head.startswith(_OLE):
        raise bad_file(
            path,
            "this is an old Excel file (.xls), or an XLSX with a password.",
            hint="Open it in a spreadsheet program and save it as XLSX, without a password.",
        )
    for signature, what, hint in _FOREIGN:
        if head.startswith(signature):
            raise bad_file(path, f"this is {what}.", hint=hint)
    _refuse_markup(path, head)
    return "delimited"


def _is_compressed(path: Path) -> bool:
    with path.open("rb") as raw:
        return raw.read(8).startswith(_COMPRESSED)


def _told_zip(path: Path) -> Format:
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        kind = archive.read("mimetype")[:80] if "mimetype" in names else b""
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise bad_file(path, "this is a binary Excel file (.xlsb).", hint="Save it as XLSX.")
    if b"opendocument.spreadsheet" in kind:
        raise bad_file(path, "this is an OpenDocument spreadsheet (.ods).", hint=_SAVE_AS_CSV)
    if any(name.startswith("Index/") for name in names) or "Index.zip" in names:
        raise bad_file(path, "this is a Numbers file.", hint="Export it as CSV or XLSX.")
    if "word/document.xml" in names:
        raise bad_file(path, "this is a Word document.", hint=_SAVE_AS_CSV)
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise bad_file(path, "this is a ZIP archive.", hint="Unpack it and give the file in it.")


def _refuse_markup(path: Path, head: bytes) -> None:
    """HTML that is named .xls or .csv is common: it is what many "export" buttons write."""
    for mark in _MARKS:
        head = head.removeprefix(mark)
    start = head.replace(b"\x00", b"").lstrip()[:400].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta")):
        raise bad_file(
            path,
            "this is an HTML page, whatever its name says.",
            hint="Open it in a spreadsheet program and save it as XLSX; or you are not logged in "
            "and the page is the login.",
        )
    if start.startswith((b"<?xml", b"<workbook", b"<!--")):
        raise bad_file(path, "this is XML.", hint=_SAVE_AS_CSV)
    if start.startswith((b'{"', b"[{", b"{\n", b"{ ", b"{}", b"[\n")):
        raise bad_file(path, "this is JSON.", hint="Export the data as CSV.")
