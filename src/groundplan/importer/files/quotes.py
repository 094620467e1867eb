"""What a strict CSV reader lets pass without a word, and what it says too little about."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast

LONGEST_CELL = 10 * 1024 * 1024
"""In characters; a quote that is never closed costs no more memory than this."""

_LINE_ENDS = re.compile(r"\r\n|\r|\n")


@lru_cache(maxsize=64)
def _cells(delimiter: str, quote: str) -> re.Pattern[str]:
    d, q = re.escape(delimiter), re.escape(quote)
    return re.compile(
        rf"(?:{q}(?P<quoted>(?:[^{q}]|{q}{q})*){q}|(?P<plain>[^{d}\r\n]*))(?:{d}|\r\n|\r|\n|\Z)"
    )


def loose_quotes(record: str, delimiter: str, quote: str) -> str | None:
    """What is doubtful about quotes in cells that do not begin with one; None: nothing.

    Inches (``5"``), pairs (``the "best"``) and ``="001"`` stay as they stand.
    """
    for position, match in enumerate(_cells(delimiter, quote).finditer(record), 1):
        plain = cast("str | None", match["plain"])
        if plain is None or quote not in plain:
            continue
        if plain.lstrip().startswith(quote):
            return f"a blank stands before the quote that opens cell {position}."
        if plain.startswith(f"={quote}"):
            if plain.count(quote) == 2 and plain.rstrip().endswith(quote):
                continue
            return f"the quotes of cell {position} do not match."
        if plain.count(quote) % 2 and not re.fullmatch(
            rf"(?:[^{re.escape(quote)}]*\d{re.escape(quote)})+[^{re.escape(quote)}]*", plain
        ):
            return f"a quote stands alone in the middle of cell {position}."
    return None


def swallowed_lines(record: list[str], delimiter: str, count: int) -> bool:
    """Whether a record of many lines looks like as many rows, one of which lost a quote."""
    return count > 2 and all(line.count(delimiter) == count - 1 for line in record)


def opening_line(record: str, delimiter: str, quote: str) -> int:
    """How many lines into ``record`` the cell begins that is too long or wrongly quoted."""
    end = 0
    for match in _cells(delimiter, quote).finditer(record):
        plain = cast("str | None", match["plain"])
        if match.start() != end or (plain is not None and plain.startswith(quote)):
            break
        if match.end() - end > LONGEST_CELL:
            break
        end = match.end()
    return len(_LINE_ENDS.findall(record[:end]))
