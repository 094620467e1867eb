"""The made-up shop: its products, promotions and customers' names, read from the package."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import product as combinations
from typing import Any, cast

_USUAL_TAX = 0.19
_LATER_VARIANTS = 0.6
"""How much more slowly each further value of an option sells than the one before."""


@dataclass(frozen=True)
class Sku:
    """``price`` contains tax. ``values`` are its options: ``{"Colour": "Blue"}``."""

    code: str
    name: str
    price: float
    cost: float
    tax_rate: float
    sold: float
    most: int
    is_bulky: bool
    months: frozenset[int]
    values: Mapping[str, str]
    category: str
    department: str


@dataclass(frozen=True)
class Product:
    """``options`` are the names of its options with their values."""

    slug: str
    name: str
    brand: str
    category: str
    options: Mapping[str, tuple[str, ...]]
    skus: tuple[Sku, ...]


@dataclass(frozen=True)
class Promotion:
    """A discount in some days of every year, on one category and those below it; "" is all."""

    first: tuple[int, int]
    last: tuple[int, int]
    discount: float
    category: str
    lift: float

    def covers(self, day: date) -> bool:
        """Whether it runs on a day."""
        return self.first <= (day.month, day.day) <= self.last

    def includes(self, sku: Sku) -> bool:
        """Whether it is for a SKU."""
        return self.category in ("", sku.category, sku.department)


@dataclass(frozen=True)
class Country:
    """Names and places of one country; ``share`` of a hundred customers live there."""

    code: str
    share: float
    given: tuple[str, ...]
    family: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shop:
    """``categories`` are (slug, name, slug above or "")."""

    brands: tuple[str, ...]
    categories: tuple[tuple[str, str, str], ...]
    promotions: tuple[Promotion, ...]
    products: tuple[Product, ...]

    @property
    def skus(self) -> tuple[Sku, ...]:
        """All SKUs of all products."""
        return tuple(sku for product in self.products for sku in product.skus)


@cache
def the_shop() -> Shop:
    """The shop of ``shop.toml``."""
    data = _read("shop.toml")
    categories = tuple((slug, name, above) for slug, name, above in data["categories"])
    above = {slug: parent or slug for slug, _, parent in categories}
    return Shop(
        brands=tuple(data["brands"]),
        categories=categories,
        promotions=tuple(
            Promotion(
                first=(first[0], first[1]),
                last=(last[0], last[1]),
                discount=discount,
                category=category,
                lift=lift,
            )
            for first, last, discount, category, lift in data["promotions"]
        ),
        products=tuple(_product(entry, above[entry["category"]]) for entry in data["products"]),
    )


@cache
def countries() -> tuple[Country, ...]:
    """The countries of ``people.toml``."""
    return tuple(
        Country(
            code=code,
            share=entry["share"],
            given=tuple(entry["given"]),
            family=tuple(entry["family"]),
            streets=tuple(entry["streets"]),
            cities=tuple((name, digits) for name, digits in entry["cities"]),
        )
        for code, entry in _read("people.toml").items()
    )


def _product(entry: dict[str, Any], department: str) -> Product:
    options = cast("dict[str, dict[str, float]]", entry.get("options", {}))
    return Product(
        slug=_slug(entry["name"]),
        name=entry["name"],
        brand=entry["brand"],
        category=entry["category"],
        options={name: tuple(values) for name, values in options.items()},
        skus=tuple(_skus(entry, department, options)),
    )


def _skus(
    entry: dict[str, Any], department: str, options: dict[str, dict[str, float]]
) -> Iterator[Sku]:
    """One SKU for every combination of option values; the first ones sell best."""
    for chosen in combinations(*(enumerate(values.items()) for values in options.values())):
        values = {option: name for option, (_, (name, _)) in zip(options, chosen, strict=True)}
        price = entry["price"] + sum(more for _, (_, more) in chosen)
        sold = float(entry["sold"])
        for place, _ in chosen:
            sold *= _LATER_VARIANTS**place
        yield Sku(
            code="-".join([entry["code"], *(_code(value) for value in values.values())]),
            name=", ".join([entry["name"], *(_spelled(value) for value in values.values())]),
            price=price,
            cost=round(entry["cost"] * price / entry["price"], 2),
            tax_rate=entry.get("tax", _USUAL_TAX),
            sold=sold,
            most=entry["most"],
            is_bulky=entry.get("bulky", False),
            months=frozenset(entry.get("months", ())),
            values=values,
            category=entry["category"],
            department=department,
        )


def _code(value: str) -> str:
    """Its letters and digits, without the unit: 140 x 200 cm → 140X200."""
    return re.sub(r"[^A-Z0-9]", "", value.upper().removesuffix(" CM"))


def _spelled(value: str) -> str:
    """Words within a name are in lower case, codes like A5 stay."""
    return value.lower() if value.isalpha() and not value.isupper() else value


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__ or "").joinpath(name).read_text(encoding="utf-8"))
