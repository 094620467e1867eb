"""The physical lines of a text, counted, with everything that makes the rest unreadable."""

from __future__ import annotations

from collections.abc import Generator
from itertools import islice

from groundplan.importer.files.container import Source
from groundplan.importer.files.encoding import is_misread_utf8, is_single_byte, not_decodable
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
        self._text = source.decoded(encoding)
        self._ahead: list[str] = []
        self._iterator = self._read()

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = next(self._iterator)
        self.record.append(line)
        return line

    def peek(self, count: int) -> list[str]:
        """The next lines, at most ``count``, without passing them."""
        self._ahead.extend(islice(self._physical(), count - len(self._ahead)))
        return self._ahead[:count]

    def _read(self) -> Generator[str]:
        while self._ahead:
            yield self._checked(self._ahead.pop(0))
        for line in self._physical():
            yield self._checked(line)

    def _checked(self, line: str) -> str:
        self.number += 1
        if "\x00" in line:
            raise bad_file(
                self._source.path,
                "there is a zero byte: this is no text, or damaged.",
                line=self.number,
                hint="If it is text, say its --encoding.",
            )
        if self._is_doubtful and not line.isascii() and is_misread_utf8(line, self._encoding):
            raise bad_file(
                self._source.path,
                f"the file is UTF-8, not {self._encoding}.",
                line=self.number,
                hint="Leave the encoding out.",
            )
        return line

    def _physical(self) -> Generator[str]:
        path = self._source.path
        try:
            with reading(path):
                while line := self._text.readline(LONGEST_LINE):
                    if len(line) == LONGEST_LINE:
                        raise bad_file(path, f"a line is longer than {LONGEST_LINE:,} characters.")
                    yield line
        except UnicodeError as error:
            raise not_decodable(path, self._encoding) from error
