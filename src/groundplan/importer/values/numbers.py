"""Numbers in one declared style; what could be read in two ways is refused."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from groundplan.importer.values.reference import currencies
from groundplan.importer.values.refused import Cell, Refused, shown
from groundplan.importer.values.text import plain_number, read_text

_DIGITS = 60
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))
_MINUS = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\uff0d", "-"))
_SIGNS = frozenset(
    ["kr", "kr.", "zł", "Kč", "Ft", "Fr.", "lei", "лв", "лв.", "R$", "RM", "Rp", "S/"]
)
_AFFIX = re.compile(r"[^\d.,'’()+\-\s%][^\d,'’()+\-\s%]*")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_EXPONENT = re.compile(r"[+-]?[\d.,]+[eE][+-]?\d+", re.ASCII)
_TWO_READINGS = re.compile(r"(\d{1,3})([.,])(\d{3})", re.ASCII)
_ANY_STYLE = re.compile(r"\d[\d.,'’ ]*", re.ASCII)


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of a file are written.

    ``decimal``: ``.`` or ``,``; ``thousands``: nothing, ``,``, ``.``, a space (also a no-break
    one) or an apostrophe. Raises ValueError when they are the same or something else.
    """

    decimal: str = "."
    thousands: str = ""

    def __post_init__(self) -> None:
        if self.decimal not in (".", ","):
            raise ValueError(f"The decimal separator can be . or , but not {self.decimal!r}.")
        if self.thousands not in ("", ",", ".", " ", "'"):
            raise ValueError(f"The thousands separator cannot be {self.thousands!r}.")
        if self.decimal == self.thousands:
            raise ValueError(f"{self.decimal!r} cannot separate both decimals and thousands.")


def read_number(cell: Cell, style: NumberStyle) -> Decimal | None:
    """The number in ``cell``, with exactly the digits it has; None when blank.

    A currency sign or ISO code may stand before or after it; ``(12.50)``, ``12.50-`` and ``-12.50``
    are the same. Raises Refused for groups that are not of three digits, exponents, percent signs,
    NaN, and texts that another style would read as another number.
    """
    if isinstance(cell, bool):
        raise Refused("number_is_a_flag", f"{shown(read_text(cell))} is yes or no, not a number.")
    if isinstance(cell, Decimal):
        plain_number(cell)
        return abs(cell) if cell.is_zero() else cell
    if not isinstance(cell, str):
        raise Refused("number_is_a_date", f"{shown(read_text(cell))} is a date, not a number.")
    if style.decimal == "." and len(cell) < _DIGITS and _PLAIN.fullmatch(cell):
        number = Decimal(cell)
        return number if number else abs(number)
    text = read_text(cell)
    return None if text is None else _number(text, style)


def read_share(cell: Cell, style: NumberStyle) -> Decimal | None:
    """A rate from 0 to 1, such as a tax rate; None when blank.

    ``19%`` and ``0.19`` are 0.19. Raises Refused for 1 and more without a percent sign: whether 1
    means one percent or all of it, nobody knows.
    """
    if isinstance(cell, str):
        text = read_text(cell)
        if text is not None and text.endswith("%"):
            return _percent(text, style)
    share = read_number(cell, style)
    if share is None:
        return None
    if share >= 1:
        raise Refused(
            "share_without_percent",
            f"{shown(cell)} is no rate below 1; write {shown(f'{plain_number(share)}%')} if that "
            "is meant.",
        )
    if share < 0:
        raise Refused("share_out_of_range", f"{shown(cell)} is not between 0 and 100%.")
    return share


def _percent(text: str, style: NumberStyle) -> Decimal:
    percent = read_number(text[:-1], style)
    if percent is None:
        raise Refused("number_unreadable", f"{shown(text)} is not a number.")
    if not 0 <= percent <= 100:
        raise Refused("share_out_of_range", f"{shown(text)} is not between 0 and 100%.")
    return percent.scaleb(-2)


@lru_cache(maxsize=65_536)
def _number(text: str, style: NumberStyle) -> Decimal:
    body = text.translate(_SPACES).translate(_MINUS)
    if body.endswith("%"):
        raise Refused("number_is_a_percentage", f"{shown(text)} is a percentage, not a number.")
    body, is_negative = _unsigned(text, body)
    digits = _pattern(style).fullmatch(body)
    if digits is None:
        raise _not_a_number(text, body, style)
    whole = re.sub(r"\D", "", digits["whole"] or "") or "0"
    fraction = digits["fraction"]
    if len(whole) + len(fraction or "") > _DIGITS:
        raise Refused("number_is_too_large", f"{shown(text)} has more than {_DIGITS} digits.")
    number = Decimal(f"{whole}.{fraction}" if fraction else whole)
    return number.copy_negate() if is_negative and number else number


@lru_cache(maxsize=32)
def _pattern(style: NumberStyle) -> re.Pattern[str]:
    thousands = "['’]" if style.thousands == "'" else re.escape(style.thousands)
    grouped = rf"[0-9]{{1,3}}(?P<sep>{thousands})[0-9]{{3}}(?:(?P=sep)[0-9]{{3}})*"
    whole = rf"{grouped}|[0-9]+" if style.thousands else "[0-9]+"
    decimal = re.escape(style.decimal)
    return re.compile(rf"(?=.*[0-9])(?P<whole>{whole})?(?:{decimal}(?P<fraction>[0-9]+))?")


def _unsigned(text: str, body: str) -> tuple[str, bool]:
    """The number without its sign and currency, and whether it is negative."""
    is_negative = False
    if body.startswith("(") and body.endswith(")"):
        body, is_negative = body[1:-1].strip(), True
    signs = units = 0
    for _ in range(2):
        bare = _without_currency(body)
        units += bare != body
        body = bare
        if body[:1] in ("-", "+"):
            signs += 1
            is_negative = is_negative or body[0] == "-"
            body = body[1:].strip()
        elif body[-1:] == "-":
            signs += 1
            is_negative = True
            body = body[:-1].strip()
    if signs + text.startswith("(") > 1 or units > 1:
        raise Refused("number_unreadable", f"{shown(text)} has more than one sign.")
    return body, is_negative


def _without_currency(body: str) -> str:
    before = _AFFIX.match(body)
    if before is not None and _is_currency(before.group()):
        return body[before.end() :].strip()
    for start in range(max(len(body) - 4, 1), len(body)):
        if _AFFIX.fullmatch(body, start) and _is_currency(body[start:]):
            return body[:start].strip()
    return body


def _is_currency(text: str) -> bool:
    if text in _SIGNS or text in currencies():
        return True
    letters = text[:-1]
    return unicodedata.category(text[-1]) == "Sc" and (
        not letters or (letters.isalpha() and letters.isascii() and len(letters) <= 3)
    )


def _not_a_number(text: str, body: str, style: NumberStyle) -> Refused:
    """Why the style does not fit, with the two readings where there are two."""
    if two := _TWO_READINGS.fullmatch(body):
        whole, _, fraction = two.groups()
        return Refused(
            "number_is_ambiguous",
            f"{shown(text)} is {whole}{fraction} or {whole}.{fraction}; "
            "say which separators the file uses.",
        )
    if body.lower() in ("nan", "inf", "infinity"):
        return Refused("number_is_not_finite", f"{shown(text)} is not a number.")
    if _EXPONENT.fullmatch(body):
        return Refused(
            "number_in_exponent",
            f"{shown(text)} has an exponent; a spreadsheet may have cut its digits.",
        )
    if not _ANY_STYLE.fullmatch(body):
        return Refused("number_unreadable", f"{shown(text)} is not a number.")
    if style.thousands and style.thousands in body:
        return Refused(
            "number_is_wrongly_grouped",
            f"{shown(text)} is not grouped in thousands by {shown(style.thousands)} with decimals "
            f"behind {shown(style.decimal)}.",
        )
    return Refused(
        "number_in_another_style",
        f"{shown(text)} has other separators than decimals behind {shown(style.decimal)}"
        + (f" and thousands by {shown(style.thousands)}." if style.thousands else "."),
    )
