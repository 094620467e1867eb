"""Countries and currencies, from the same list that fills the database.

Countries are also known by the names that Unicode's CLDR gives them in many languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import cast

from groundplan.importer.values.refused import Cell, Refused, shown
from groundplan.importer.values.text import read_text

_ROW = re.compile(r"^\s*\('(?P<code>[A-Z]+)', (?P<more>.*)\)", re.MULTILINE)
_TEXT = re.compile(r"'((?:[^']|'')*)'")


def read_currency(cell: Cell) -> str | None:
    """The ISO 4217 code in capitals; None when blank.

    Raises Refused for signs, which several currencies share, and for unknown codes.
    """
    text = read_text(cell)
    if text is None:
        return None
    code = text.upper()
    if code not in currencies():
        raise Refused(
            "currency_is_unknown", f"{shown(text)} is not a currency code of ISO 4217, like EUR."
        )
    return code


_LANGUAGES = (
    "en", "de", "fr", "es", "it", "nl", "pt", "ca", "da", "sv", "nb", "fi", "et", "lv", "lt", "pl",
    "cs", "sk", "sl", "hr", "hu", "ro", "bg", "el", "tr", "ru", "uk", "ja", "ko", "zh",
)  # fmt: skip
"""Of which names of countries are read: what shops and their customers write."""

_ALSO = {
    "UK": "GB", "U.K.": "GB", "Great Britain": "GB", "Britain": "GB", "England": "GB",
    "Scotland": "GB", "Wales": "GB", "Northern Ireland": "GB",
    "U.S.": "US", "U.S.A.": "US", "US of A": "US", "USA": "US",
    "United States of America": "US", "Holland": "NL", "Czech Republic": "CZ", "Turkey": "TR",
    "Ivory Coast": "CI", "Cape Verde": "CV", "Swaziland": "SZ", "Macedonia": "MK", "Burma": "MM",
    "Myanmar": "MM", "Hong Kong": "HK", "Macau": "MO", "Macao": "MO", "Palestine": "PS",
    "Republic of Ireland": "IE", "Eire": "IE", "Russian Federation": "RU", "Viet Nam": "VN",
    "Republic of Korea": "KR", "Vatican": "VA", "East Timor": "TL", "Slovak Republic": "SK",
    "Mainland China": "CN", "People's Republic of China": "CN", "UAE": "AE", "Großbritannien": "GB",
    "Democratic Republic of the Congo": "CD", "DR Congo": "CD", "Republic of the Congo": "CG",
}  # fmt: skip
"""What is written as well, and CLDR does not have as a name of its own."""


def read_country(cell: Cell) -> str | None:
    """The ISO 3166-1 alpha-2 code, from that, the alpha-3 code or a name in one of many languages.

    Capitals, accents and an English article or not; None when blank. Raises Refused for anything
    else, also for a name that two countries have.
    """
    text = read_text(cell)
    if text is None:
        return None
    code = countries().get(text.casefold())
    if code is not None:
        return code
    named = _named_countries().get(_plain(text), frozenset())
    if len(named) > 1:
        raise Refused("country_is_unclear", f"{shown(text)} could be {' or '.join(sorted(named))}.")
    if not named:
        raise Refused(
            "country_is_unknown",
            f"{shown(text)} is not a country's ISO 3166 code, like DE or DEU, or name.",
        )
    return min(named)


@cache
def _named_countries() -> dict[str, frozenset[str]]:
    """The codes that a plain name can mean; where it is an English one, that alone."""
    # A moment's work, which files with codes do not need.
    from babel import Locale

    codes = frozenset(countries().values())
    own = {_plain(name): frozenset({code}) for name, code in _ALSO.items()}
    found: dict[str, set[str]] = {}
    for language in _LANGUAGES:
        names = cast("Mapping[str, str]", Locale(language).territories)  # pyright: ignore
        for code, name in names.items():
            if code not in codes:
                continue
            if language == "en":
                own.setdefault(_plain(name), frozenset({code}))
            found.setdefault(_plain(name), set()).add(code)
    own["korea"] = frozenset({"KP", "KR"})
    return {name: frozenset(meant) for name, meant in found.items()} | own


def _plain(name: str) -> str:
    """Small letters without accents; signs are blanks, and an English article is left out."""
    parts = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    letters = "".join(sign for sign in parts if not unicodedata.combining(sign))
    words = re.findall(r"\w+", re.sub(r"['’.]", "", letters))
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


@cache
def currencies() -> frozenset[str]:
    """The codes of ISO 4217."""
    return frozenset(row["code"] for row in _ROW.finditer(_part("core.currencies")))


@cache
def countries() -> dict[str, str]:
    """Alpha-2 codes by every spelling that is read, case-folded."""
    known: dict[str, str] = {}
    for row in _ROW.finditer(_part("core.countries")):
        alpha3, _, name = _TEXT.findall(row["more"])
        for spelling in (row["code"], alpha3, name.replace("''", "'")):
            known[spelling.casefold()] = row["code"]
    return known


def _part(table: str) -> str:
    """The rows that are inserted into ``table``."""
    script = resources.files("groundplan.modules.core").joinpath("reference_data.sql")
    _, _, rest = script.read_text(encoding="utf-8").partition(f"insert into {table} ")
    return rest.partition(";")[0]
