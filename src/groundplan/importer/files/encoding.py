"""Which encoding the text of a file has, and where it does not keep to it."""

from __future__ import annotations

import codecs
import io
import re
from pathlib import Path

from groundplan.errors import BadFile
from groundplan.importer.files.container import open_source
from groundplan.importer.files.faults import bad_file, reading

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SINGLE_BYTES = re.compile(r"cp\d+|latin|iso8859|mac|koi8|charmap")
_WORD = re.compile(rb"[^\s,;|\"]*\Z")
_REST_OF_WORD = re.compile(rb"[^\s,;|\"]*")


def told_encoding(head: bytes, declared: str | None) -> str:
    """The name of the codec: of the byte order mark, of ``declared``, or UTF-8.

    A mark wins over what is declared, because it cannot be anything else. UTF-16 without one is
    known by every other byte being zero. Raises LookupError for an unknown name.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if declared is not None:
        return codecs.lookup(declared).name
    return _utf16_without_mark(head) or "utf-8"


def _utf16_without_mark(head: bytes) -> str | None:
    start = head[: len(head) // 2 * 2][:4096]
    if len(start) < 4:
        return None
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return None


def is_single_byte(encoding: str) -> bool:
    """Whether every byte is a character, so that UTF-8 read by it fails silently."""
    return _SINGLE_BYTES.match(encoding) is not None


def is_misread_utf8(text: str, encoding: str) -> bool:
    """Whether ``text``, decoded by a single-byte encoding, is really UTF-8."""
    try:
        text.encode(encoding).decode("utf-8")
    except UnicodeError:
        return False
    return not text.isascii()


def is_utf8(path: Path) -> bool:
    """Whether the whole file is; it is read once more."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with reading(path):
        source = open_source(path)
        try:
            while chunk := source.binary.read(1 << 16):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        finally:
            source.close()
    return True


def not_decodable(path: Path, encoding: str) -> BadFile:
    """The error that names line and byte; the file is read once more to find them."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = io.IncrementalNewlineDecoder(None, translate=True)
    number, offset = 1, 0
    with reading(path):
        source = open_source(path)
        try:
            while chunk := source.binary.read(1 << 16):
                pending = len(decoder.getstate()[0])
                try:
                    number += lines.decode(decoder.decode(chunk)).count("\n")
                except UnicodeDecodeError as error:
                    good = error.object[: error.start].decode(encoding, errors="ignore")
                    number += lines.decode(good).count("\n")
                    return _sentence(path, encoding, number, offset - pending, error)
                offset += len(chunk)
        finally:
            source.close()
    return bad_file(path, f"the file ends in the middle of a character of {encoding}.", line=number)


def _sentence(
    path: Path, encoding: str, line: int, offset: int, error: UnicodeDecodeError
) -> BadFile:
    data = error.object
    before = _WORD.search(data[max(0, error.start - 24) : error.start])
    after = _REST_OF_WORD.match(data[error.start : error.start + 24])
    word = (before.group() if before else b"") + (after.group() if after else b"")
    name = "UTF-8" if encoding.startswith("utf-8") else encoding
    readings = [
        f'--encoding {other} would read it as "{text}"'
        for other in ("cp1252", "mac_roman")
        if (text := _as(word, other)) is not None and encoding.startswith("utf-8")
    ]
    return bad_file(
        path,
        f"byte {offset + error.start + 1:,} (0x{data[error.start]:02X}) is not {name}.",
        line=line,
        hint=f"{'; '.join(readings)}." if readings else "Say its --encoding.",
    )


def _as(word: bytes, encoding: str) -> str | None:
    try:
        text = word.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
