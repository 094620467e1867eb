"""Countries and currencies, from the same list that fills the database."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

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


def read_country(cell: Cell) -> str | None:
    """The ISO 3166-1 alpha-2 code, from that, the alpha-3 code or the English short name.

    Capitals or not; None when blank. Raises Refused for anything else, also for colloquial names:
    a mapping says what those mean.
    """
    text = read_text(cell)
    if text is None:
        return None
    code = countries().get(text.casefold())
    if code is None:
        raise Refused(
            "country_is_unknown",
            f"{shown(text)} is not a country's ISO 3166 code, like DE or DEU, or English name.",
        )
    return code


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
