"""What generated trade is made from: markets with their people, goods, and when they sell."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

_SEED = files("groundplan.seed")
_PLAIN = str.maketrans({"ł": "l", "ß": "ss", "ı": "i", "ø": "o", " ": "", "'": ""})


@cache
def lists() -> dict[str, Any]:
    """Everything, as the document that the SQL of the plan reads. Not to be changed."""
    goods = tomllib.loads(_SEED.joinpath("trade", "goods.toml").read_text(encoding="utf-8"))
    return {**goods, "hours": _starts(goods["hours"]), "markets": _markets()}


def _markets() -> list[dict[str, Any]]:
    people = tomllib.loads(_SEED.joinpath("people.toml").read_text(encoding="utf-8"))
    text = _SEED.joinpath("trade", "markets.toml").read_text(encoding="utf-8")
    markets = tomllib.loads(text)
    starts = _starts([market["share"] for market in markets.values()])
    return [
        _market(place, start, country, {**people.get(country, {}), **market})
        for place, (start, (country, market)) in enumerate(
            zip(starts, markets.items(), strict=True), 1
        )
    ]


def _market(place: int, start: float, country: str, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "place": place,
        "starts": start,
        "country_code": country,
        "currency_code": given["currency"],
        "unit_in_euro": given["unit_in_euro"],
        "tax_rate": given["tax"],
        "reduced_tax_rate": given["reduced_tax"],
        "prices_include_tax": given["includes_tax"],
        "given": given["given"],
        "given_plain": [_plain(name) for name in given["given"]],
        "family": given["family"],
        "family_plain": [_plain(name) for name in given["family"]],
        "streets": given["streets"],
        "cities": [name for name, _ in given["cities"]],
        "postal_codes": [code for _, code in given["cities"]],
        "organizations": given["organizations"],
    }


def _starts(weights: list[float]) -> list[float]:
    """Where the part of each begins, of a whole of 1: what a share is looked up in."""
    total = sum(weights)
    return [0.0, *(up_to / total for up_to in accumulate(weights[:-1]))]


def _plain(name: str) -> str:
    """As in an e-mail address: "müller", not "Müller"."""
    apart = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN))
    return "".join(letter for letter in apart if letter.isascii() and letter.isalnum())
