"""Guesses about text: encoding, quotes, delimiter, and which row is the header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence

from groundplan.importer.files.encoding import told_encoding
from groundplan.importer.files.table import Cell, Row

_CANDIDATES = (",", ";", "\t", "|", "whitespace", ":", "^", "~")
_OLD_ENCODINGS = ("cp1252", "mac_roman", "cp850", "cp1250")
_OTHER_ALPHABETS = ("cp1251", "cp1253", "koi8_r", "shift_jis", "gb18030", "big5", "euc_kr")
_SIGNS = frozenset("“”„‘’–—…•€™®©°·\xa0£§«»¿¡½¼¾×²³¹µ±¢¥ªº")
_SIGN_IN_WORD = re.compile(r"[^\W\d_][^\w\s\x00-\x7f’‘·–—\xa0®™][^\W\d_]|[^\W\d_][²³¹½¼¾][^\W\d_]")
"""Signs of cp1252 that are letters in other encodings."""
_WORD = re.compile(r"[^\W\d_]+")
_NAMES = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars", "whitespace": "blanks"}
_VALUE = re.compile(r"[\s(+\-$€£]*\d[\d.,:/\-\sT'’]*(?:[ap]m|Z|%|\))?\s*", re.IGNORECASE)


def guessed_encoding(head: bytes, is_whole: bool) -> tuple[str, str | None]:
    """The encoding of text that begins with ``head``, and why, unless it says so itself.

    ``is_whole``: nothing comes behind, so that no character is cut in two.
    """
    told = told_encoding(head, None)
    if told != "utf-8":
        return told, None
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        text = head.decode("utf-8", errors="replace")
        wrong = text.count("\ufffd")
        right = sum(not character.isascii() for character in text) - wrong
        # Mostly UTF-8 is UTF-8 with a fault, and no old encoding.
        if right <= wrong and (is_whole or error.end < len(head) - 4):
            return _old_encoding(head, error.start)
    return "utf-8", None


def _old_encoding(head: bytes, start: int) -> tuple[str, str]:
    """cp1252 where it makes sense of everything; else what statistics of letters say."""
    best = "cp1252" if _makes_sense(head) else _by_letters(head)
    left = head[max(0, start - 12) : start].decode("ascii", errors="replace")
    right = head[start : start + 12].decode(best, errors="replace")
    word = re.split(r"[\s,;|\"]", left)[-1] + re.split(r"[\s,;|\"]", right)[0]
    return best, f"the file is not UTF-8; as {best} it has words like {word!r}"


def _makes_sense(head: bytes) -> bool:
    """Whether cp1252 gives nothing but whole words, and signs where people write them."""
    try:
        text = head.decode("cp1252")
    except UnicodeDecodeError:
        return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    letters = "".join(words)
    beyond = sum(not letter.isascii() for letter in letters)
    return (
        # Words of nothing but accents are words of another alphabet.
        2 * beyond <= max(len(letters), 2 * len(words))
        and all(word.islower() or word.istitle() or word.isupper() for word in words)
        and all(sign in _SIGNS for sign in text if not sign.isascii() and not sign.isalpha())
        and _SIGN_IN_WORD.search(text) is None
    )


def _by_letters(head: bytes) -> str:
    """Another alphabet, if charset-normalizer finds one; else the encoding of the most words."""
    from charset_normalizer import from_bytes

    found = from_bytes(head, cp_isolation=[*_OLD_ENCODINGS, *_OTHER_ALPHABETS]).best()
    if found is not None and found.encoding in _OTHER_ALPHABETS:
        return found.encoding
    scores: dict[str, int] = {}
    for encoding in _OLD_ENCODINGS:
        text = head.decode(encoding, errors="replace")
        words = [word for word in _WORD.findall(text) if not word.isascii()]
        wrong = sum(not c.isalpha() and not c.isascii() for c in text) + text.count("\ufffd")
        even = sum(word.islower() or word.istitle() or word.isupper() for word in words)
        scores[encoding] = 2 * even - len(words) - wrong
    return max(scores, key=lambda encoding: scores[encoding])


def guessed_quote(lines: Sequence[str]) -> tuple[str, str | None]:
    """The apostrophe where cells begin and end with it and never with a double quote.

    One that only begins a cell is a sign of spreadsheets: what follows is a text, not a number.
    """
    text = "".join(lines)
    edges = len(re.findall(r'(?:^|[,;\t|])"|"(?:[,;\t|]|$)', text, re.MULTILINE))
    begun = len(re.findall(r"(?:^|[,;\t|])'", text, re.MULTILINE))
    closed = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r]|$)", text, re.MULTILINE))
    if 2 * closed > len(lines) and 2 * closed > begun and 2 * closed > 4 * edges:
        return "'", "cells are quoted by apostrophes"
    return '"', None


def guessed_delimiter(lines: Sequence[str], quote: str) -> tuple[str, str]:
    """The delimiter that divides most lines into the same number of cells, the more the better."""
    best, best_score, best_note = ",", 0.0, "no delimiter divides the lines evenly"
    for delimiter in _CANDIDATES:
        counts = Counter(count for count in _counts(lines, delimiter, quote) if count)
        total = counts.total()
        many = {count: times for count, times in counts.items() if count > 1}
        if not many:
            continue
        count, times = max(many.items(), key=lambda item: (item[1], item[0]))
        share = times / total
        # Blanks divide every prose; they have to do it without exception.
        if delimiter == "whitespace" and share < 1:
            continue
        score = share * share * min(count, 8) ** 0.5
        if score > best_score:
            name = _NAMES.get(delimiter, delimiter)
            best, best_score = delimiter, score
            best_note = f"{name} divide {times} of {total} rows into {count} cells"
    return best, best_note


def _counts(lines: Sequence[str], delimiter: str, quote: str) -> list[int]:
    if delimiter == "whitespace":
        return [len(line.split()) for line in lines]
    try:
        return [len(cells) for cells in csv.reader(lines, delimiter=delimiter, quotechar=quote)]
    except csv.Error:
        return []


def guessed_header_line(rows: Sequence[Row]) -> tuple[int, str | None]:
    """The line of the header, 0 if there is none, and why, unless it is the first row.

    ``rows`` begin with the first of the file. The header is the first that is as wide as most are,
    if none of its cells looks like a number or a date.
    """
    if not rows:
        return 1, None
    widths = Counter(_width(row.cells) for row in rows)
    usual = max(widths, key=lambda width: (widths[width], width))
    for row in rows:
        # A title has fewer cells; a header may name columns that are blank below.
        if _width(row.cells) * 5 < usual * 3:
            continue
        if any(_is_value(cell) for cell in row.cells):
            return 0, (
                f"line {row.line} is the first as wide as most, and it holds numbers or dates: "
                "there seems to be no header"
            )
        if row is rows[0]:
            return row.line, None
        return row.line, f"line {row.line} is the first that is as wide as most rows"
    return rows[0].line, None


def _width(cells: Sequence[Cell]) -> int:
    width = len(cells)
    while width and cells[width - 1] == "":
        width -= 1
    return width


def _is_value(cell: Cell) -> bool:
    return not isinstance(cell, str) or _VALUE.fullmatch(cell) is not None
