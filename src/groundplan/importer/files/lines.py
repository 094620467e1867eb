"""The physical lines of a text, counted, with everything that makes the rest unreadable."""

from __future__ import annotations

import lzma
import zlib
from collections import deque
from itertools import islice

from groundplan.importer.files.container import Source
from groundplan.importer.files.encoding import (
    is_misread_utf8,
    is_single_byte,
    is_utf8,
    not_decodable,
)
from groundplan.importer.files.faults import bad_file, reading

LONGEST_LINE = 64 * 1024 * 1024


class Lines:
    """Lines with their ends: CR, LF and CRLF each end one.

    ``number`` is that of the last line given. ``record`` holds the lines given since it was last
    cleared. Raises BadFile, naming the line, for what is no text in the encoding, zero bytes, and
    lines beyond 64 million characters.
    """

    def __init__(self, source: Source, encoding: str) -> None:
        self.number = 0
        self.record: list[str] = []
        self._source = source
        self._encoding = encoding
        self._is_doubtful = is_single_byte(encoding)
        self._readline = source.decoded(encoding).readline
        self._ahead: deque[str] = deque()
        self._is_utf8: bool | None = None
        self.misread: str | None = None

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else self._physical()
        if not line:
            raise StopIteration
        self.number += 1
        if "\x00" in line or (self._is_doubtful and not line.isascii()):
            self._check(line)
        self.record.append(line)
        return line

    def peek(self, count: int) -> list[str]:
        """The next lines, at most ``count``, without passing them."""
        while len(self._ahead) < count and (line := self._physical()):
            self._ahead.append(line)
        return list(islice(self._ahead, count))

    def _physical(self) -> str:
        """The next line of the file; empty at its end."""
        try:
            line = self._readline(LONGEST_LINE)
        except UnicodeError as error:
            raise not_decodable(self._source.path, self._encoding) from error
        except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            with reading(self._source.path):
                raise error
        if len(line) == LONGEST_LINE:
            raise bad_file(
                self._source.path,
                f"a line is longer than {LONGEST_LINE:,} characters.",
                line=self.number + len(self._ahead) + 1,
            )
        return line

    def _check(self, line: str) -> None:
        if "\x00" in line:
            raise bad_file(
                self._source.path,
                "there is a zero byte: this is no text, or damaged.",
                line=self.number,
                hint="If it is text, say its --encoding.",
            )
        if not is_misread_utf8(line, self._encoding):
            return
        if self._is_utf8 is None:
            self._is_utf8 = is_utf8(self._source.path)
        if self._is_utf8:
            raise bad_file(
                self._source.path,
                f"the file is UTF-8, not {self._encoding}.",
                line=self.number,
                hint="Leave the encoding out.",
            )
        self.misread = (
            f"it holds UTF-8 that was read as {self._encoding} and written again, like Ã¼ for ü."
        )
