"""Which currencies a text can mean by the sign or code beside its number."""

from __future__ import annotations

import re
from functools import lru_cache

from groundplan.importer.values.reference import currencies

_DOLLARS = (
    "AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD USD XCD"
    " ARS CLP COP CUP DOP MXN UYU"
)
# Without points: they belong to the number as far as this can tell.
_SIGNS = {
    "€": frozenset(["EUR"]),
    "£": frozenset(["EGP", "FKP", "GBP", "GIP", "LBP", "SHP", "SSP", "SYP"]),
    "$": frozenset(_DOLLARS.split()),
    "US$": frozenset(["USD"]),
    "R$": frozenset(["BRL"]),
    "¥": frozenset(["CNY", "JPY"]),
    "₹": frozenset(["INR"]),
    "₩": frozenset(["KRW"]),
    "₺": frozenset(["TRY"]),
    "kr": frozenset(["DKK", "ISK", "NOK", "SEK"]),
    "zł": frozenset(["PLN"]),
    "Kč": frozenset(["CZK"]),
    "Ft": frozenset(["HUF"]),
    "Fr": frozenset(["CHF"]),
    "lei": frozenset(["MDL", "RON"]),
    "лв": frozenset(["BGN"]),
    "₽": frozenset(["RUB"]),
    "₪": frozenset(["ILS"]),
    "₫": frozenset(["VND"]),
    "฿": frozenset(["THB"]),
}
_NUMBER = re.compile(r"[\d\s.,'’()+\-−\u00a0\u2007\u2009\u202f]+")


@lru_cache(maxsize=4_096)
def currencies_meant(text: str) -> frozenset[str] | None:
    """The ISO codes that ``text`` can be an amount in; None where it does not say.

    ``€ 12.50`` is EUR, ``12.50 USD`` is USD, ``$12`` any dollar or peso, ``12.50`` says nothing.
    """
    sign = _NUMBER.sub("", text)
    if not sign:
        return None
    if sign.upper() in currencies():
        return frozenset([sign.upper()])
    return _SIGNS.get(sign)
