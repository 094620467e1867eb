"""Customers: persons and a few companies, from several countries."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from groundplan.seed.chance import Chance, Weighted
from groundplan.seed.shop import Country, countries

_COMPANIES = ("Studio", "Café", "Atelier", "Praxis", "Hotel", "Büro", "Gallery", "Kitchen")


@dataclass(frozen=True)
class Customer:
    """One row of crm.customers and one of core.addresses; ``organization`` is "" for persons."""

    number: int
    given_name: str
    family_name: str
    organization: str
    email: str
    has_account: bool
    line_1: str
    postal_code: str
    city: str
    country_code: str

    @property
    def display_name(self) -> str:
        """What to call it."""
        return self.organization or f"{self.given_name} {self.family_name}"


def customers(chance: Chance, how_many: int) -> Iterator[Customer]:
    """So many customers, numbered from 1. E-mail addresses are of a domain nobody can have."""
    places = countries()
    by_share = Weighted([country.share for country in places])
    for number in range(1, how_many + 1):
        country = places[by_share.place(chance.share("country", number))]
        yield _customer(chance, number, country)


def _customer(chance: Chance, number: int, country: Country) -> Customer:
    given = chance.one_of(country.given, "given", number)
    family = chance.one_of(country.family, "family", number)
    city, digits = chance.one_of(country.cities, "city", number)
    street = chance.one_of(country.streets, "street", number)
    house = chance.whole(1, 140, "house", number)
    before = country.code in ("GB", "FR")
    organization = ""
    if chance.happens(0.04, "company", number):
        organization = f"{chance.one_of(_COMPANIES, 'trade', number)} {family}"
    return Customer(
        number=number,
        given_name="" if organization else given,
        family_name="" if organization else family,
        organization=organization,
        email=f"{_plain(organization or f'{given} {family}')}.{number}@example.com",
        has_account=chance.happens(0.7, "account", number),
        line_1=f"{house} {street}" if before else f"{street} {house}",
        postal_code="".join(
            str(chance.whole(0, 9, "digit", number, place)) if sign == "#" else sign
            for place, sign in enumerate(digits)
        ),
        city=city,
        country_code=country.code,
    )


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    """As in an e-mail address: Jürgen Müller → juergen.mueller."""
    text = name.lower()
    for letter, plain in (
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("ß", "ss"),
        ("ł", "l"),
        ("ı", "i"),
    ):
        text = text.replace(letter, plain)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return ".".join(text.replace("'", "").split())
