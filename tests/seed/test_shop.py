"""The made-up shop hangs together."""

from __future__ import annotations

import re
from collections import Counter

from groundplan.seed.chance import Chance
from groundplan.seed.people import customers
from groundplan.seed.shop import countries, the_shop


def test_the_shop_is_a_shop() -> None:
    shop = the_shop()
    assert len(shop.products) >= 60
    assert len(shop.skus) in range(140, 170)
    slugs = {slug for slug, _, _ in shop.categories}
    assert {product.category for product in shop.products} <= slugs
    assert {product.brand for product in shop.products} == set(shop.brands)


def test_codes_and_names_are_unique_and_fit_a_label() -> None:
    skus = the_shop().skus
    assert len({sku.code for sku in skus}) == len({sku.name for sku in skus}) == len(skus)
    assert [sku.code for sku in skus if not re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", sku.code)] == []
    assert max(len(sku.code) for sku in skus) <= 24


def test_prices_leave_a_profit_at_the_largest_discount() -> None:
    shop = the_shop()
    discount = max(promotion.discount for promotion in shop.promotions)
    thin = [
        sku.code
        for sku in shop.skus
        if sku.price / (1 + sku.tax_rate) * (1 - discount) <= sku.cost * 1.05
    ]
    assert thin == []


def test_customers_are_all_sorts_of_people() -> None:
    people = list(customers(Chance(1), 2000))
    assert [person.number for person in people] == list(range(1, 2001))
    assert {person.country_code for person in people} == {country.code for country in countries()}
    assert len({person.email for person in people}) == 2000
    assert all(re.fullmatch(r"[a-z0-9.-]+@example\.com", person.email) for person in people)
    assert Counter(bool(person.organization) for person in people)[True] in range(50, 120)
    assert [person for person in people if "#" in person.postal_code] == []
    assert [p for p in people if bool(p.organization) == bool(p.family_name)] == []
