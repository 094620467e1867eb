"""Text, codes, flags and e-mail addresses: trimmed, and refused where characters were lost."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from groundplan.importer.values.refused import Cell, Refused, shown

_EDGES = "\u200b\u200e\u200f\u2060\ufeff"
_DAMAGED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")
_WRAPPED = re.compile(r'="([^"]*)"')
_UNCONVERTED = re.compile(r"[^\w]*\d[\W\d]*|[=+@-].*")
_POSTCODE = re.compile(r"(?=[A-Z]*\d)[0-9A-Z]{2,4}[ -](?=[A-Z]*\d)[0-9A-Z]{2,4}")
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+\d+")
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_CONVERTED = re.compile(rf"\d{{1,2}}-(?:{_MONTHS})|(?:{_MONTHS})-\d{{2}}")
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\"]+@[^@\s<>()\[\],;:\"]+\.[^@\s<>()\[\],;:\".\d]{2,}")
_ERRORS = frozenset(
    [
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ]
)
_INVISIBLE = frozenset(("Cc", "Cf", "Zl", "Zp", "Zs"))
_FLAGS = {
    **dict.fromkeys(("true", "yes", "y", "1", "x", "on", "t"), True),
    **dict.fromkeys(("false", "no", "n", "0", "off", "f"), False),
}


def read_text(cell: Cell) -> str | None:
    """The trimmed text of ``cell``; None when it is blank.

    ``="00123"`` and ``'00123``, by which spreadsheets are made to keep zeros, become ``00123``;
    typed cells become their ISO text. Raises Refused for a formula, a text that is still in single
    quotes, and characters which say that a text was damaged: control characters and U+FFFD.
    """
    if not isinstance(cell, str):
        return _typed_text(cell)
    text = cell.strip()
    if not text.isascii() and (text[0] in _EDGES or text[-1] in _EDGES):
        text = _trimmed(text)
    if not text:
        return None
    if not (text.isascii() and text.isprintable()) and (found := _DAMAGED.search(text)):
        raise _damaged(text, found.group())
    if text[0] == "=" and len(text) > 1:
        return _unwrapped(text)
    if text[0] == "'" and len(text) > 1:
        return _without_apostrophe(text)
    if text[0] == "#" and (text in _ERRORS or (text.startswith("###") and not text.strip("#"))):
        raise Refused("error_value", f"{shown(text)} is what a spreadsheet shows without a value.")
    return text


def read_code(cell: Cell) -> str | None:
    """A number that is a name: an order number, a SKU, a barcode; None when blank.

    Like `read_text`, but raises Refused where a spreadsheet has eaten digits (``1.23457E+12``) or
    made a date of a code (``1-Mar``), for fractions, and for characters that nobody sees and that
    make two codes of one.
    """
    if isinstance(cell, Decimal):
        return _code_of_number(cell)
    if isinstance(cell, bool):
        raise Refused("code_is_a_flag", f"{shown(_typed_text(cell))} is yes or no, not a code.")
    if not isinstance(cell, str):
        raise _converted(cell.isoformat())
    text = read_text(cell)
    if text is None:
        return None
    if text[0] == "'" and len(text) > 1:
        text = text[1:].strip()
    _check_visible(text)
    if _EXPONENT.fullmatch(text):
        raise _lost_digits(text)
    if _CONVERTED.fullmatch(text):
        raise _converted(text)
    return text


def read_flag(cell: Cell) -> bool | None:
    """Yes or no; None when blank. Raises Refused for anything that is not plainly one of both."""
    if isinstance(cell, bool):
        return cell
    text = read_text(cell)
    if text is None:
        return None
    flag = _FLAGS.get(text.lower())
    if flag is None:
        raise Refused("flag_is_unclear", f"{shown(text)} is neither yes nor no.")
    return flag


def read_email(cell: Cell) -> str | None:
    """One e-mail address as it is written; None when blank. Raises Refused for anything else."""
    text = read_text(cell)
    if text is None:
        return None
    _check_visible(text)
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise Refused("email_is_malformed", f"{shown(text)} is not one e-mail address.")
    local, _, domain = text.partition("@")
    if ".." in text or local[0] == "." or local[-1] == "." or domain[0] in ".-":
        raise Refused("email_is_malformed", f"{shown(text)} is not one e-mail address.")
    return text


def _typed_text(cell: Decimal | datetime | date | time | bool) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return plain_number(cell)
    return cell.isoformat()


def plain_number(number: Decimal) -> str:
    """Digits without exponent and without zeros behind the last one that counts.

    Raises Refused when it is NaN or infinite.
    """
    if not number.is_finite():
        raise Refused("number_is_not_finite", f"{shown(number)} is not a number.")
    if number.adjusted() > 60 or number.adjusted() < -60:
        raise Refused("number_is_too_large", f"{shown(number)} has too many digits.")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _trimmed(text: str) -> str:
    while (shorter := text.strip().strip(_EDGES)) != text:
        text = shorter
    return text


def _damaged(text: str, character: str) -> Refused:
    if character == "\ufffd":
        return Refused(
            "text_is_damaged",
            f"{shown(text)} holds U+FFFD: a character was lost before the file was written.",
        )
    return Refused(
        "control_character",
        f"{shown(text)} holds the control character U+{ord(character):04X}; "
        "perhaps the file has another encoding.",
    )


def _unwrapped(text: str) -> str | None:
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped is None:
        raise Refused("formula", f"{shown(text)} is a formula, not a value; save the values.")
    return wrapped.group(1).strip() or None


def _without_apostrophe(text: str) -> str:
    """Only where a spreadsheet would have converted the rest: ``'t Hooft`` keeps his."""
    rest = text[1:].strip()
    if rest.endswith("'"):
        raise Refused(
            "text_is_quoted",
            f'{shown(text)} is still in single quotes; say quote = "\'" for the file.',
        )
    if _UNCONVERTED.fullmatch(rest) or _POSTCODE.fullmatch(rest):
        return rest
    return text


def _code_of_number(number: Decimal) -> str:
    """Exact integers only: an exponent says that a float's last digits are not known."""
    if not number.is_finite():
        raise Refused("number_is_not_finite", f"{shown(number)} is not a code.")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        raise _lost_digits(str(number))
    if number != number.to_integral_value():
        raise Refused("code_has_a_fraction", f"{shown(number)} has a fraction, codes have none.")
    return plain_number(number)


def _lost_digits(text: str) -> Refused:
    return Refused(
        "digits_are_lost",
        f"{shown(text)} was a longer number once, and a spreadsheet kept only its first digits; "
        "export the column as text.",
    )


def _converted(text: str) -> Refused:
    return Refused(
        "code_is_a_date",
        f"{shown(text)} is what a spreadsheet makes of codes that look like dates, such as 1-3; "
        "export the column as text.",
    )


def _check_visible(text: str) -> None:
    if text.isascii() and text.isprintable():
        return
    for character in text:
        if character != " " and unicodedata.category(character) in _INVISIBLE:
            raise Refused(
                "invisible_character",
                f"{shown(text)} holds the invisible character U+{ord(character):04X}.",
            )
