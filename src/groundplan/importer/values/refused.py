"""What the readers of values raise instead of guessing."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

Cell = str | Decimal | datetime | date | time | bool
"""What a file gives: CSV only text, spreadsheets and databases typed values. Empty is ``''``."""


class Refused(Exception):
    """A cell does not say one thing for certain, and is therefore not read.

    ``reason`` is a snake_case code that can be counted, such as ``number_is_ambiguous``; ``text``
    is a sentence that names the value and, where there is one, the way out.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text


def shown(text: object) -> str:
    """A value as sentences quote it: at most 60 characters, nothing invisible."""
    plain = str(text)
    cut = plain if len(plain) <= 60 else plain[:57] + "..."
    visible = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)
    return f'"{visible}"'
