"""Texts: kept as they are, or refused."""

from __future__ import annotations

import unicodedata
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundplan.importer.values import (
    Refused,
    read_code,
    read_country,
    read_currency,
    read_email,
    read_flag,
    read_text,
)
from groundplan.importer.values.reference import countries, currencies
from tests.importer.values.refusals import check


@given(st.text(max_size=30))
def test_a_text_is_itself_without_its_edges_or_refused(text: str) -> None:
    try:
        read = read_text(text)
    except Refused as refused:
        check(refused)
        return
    if read is None:
        assert not any(c.isalnum() for c in text)
        return
    assert read in text
    assert "\ufffd" not in read
    assert all(unicodedata.category(c) != "Cc" or c in "\t\n\r" for c in read)
    left, _, right = text.partition(read)
    edges = left + right
    assert not any(c.isalnum() for c in edges)


@given(st.text(max_size=30))
def test_codes_hold_nothing_invisible(text: str) -> None:
    try:
        code = read_code(text)
    except Refused:
        return
    if code is not None:
        assert code == code.strip()
        assert all(unicodedata.category(c) not in ("Cf", "Cc") for c in code)


@given(st.text("abcXYZ0129-_/. ", min_size=1, max_size=12).filter(lambda text: text.strip()))
def test_plain_codes_are_never_changed(text: str) -> None:
    assert read_code(text) == text.strip()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Decimal("12.50"), "12.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0"), "0"),
        (True, "true"),
        (date(2003, 2, 1), "2003-02-01"),
        (time(9, 30), "09:30:00"),
        ("", None),
        ("  ", None),
        ("\u200b", None),
    ],
)
def test_typed_cells_as_text(cell: Decimal | bool | date | time | str, text: str | None) -> None:
    assert read_text(cell) == text


def test_countries_are_those_of_the_database() -> None:
    assert len(set(countries().values())) == 249
    for spelling, code in countries().items():
        assert read_country(spelling.upper()) == code
    assert read_country("Türkiye") == "TR" or "türkiye" not in countries()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UK", "GB"),
        ("U.S.A.", "US"),
        ("united states", "US"),
        ("The Netherlands", "NL"),
        ("Pays-Bas", "NL"),
        ("Deutschland", "DE"),
        ("OSTERREICH", "AT"),
        ("Russia", "RU"),
        ("South Korea", "KR"),
        ("Czech Republic", "CZ"),
        ("Turkey", "TR"),
        ("Côte d'Ivoire", "CI"),
        ("Bosnia & Herzegovina", "BA"),
        ("St. Lucia", "LC"),
        ("Estados Unidos", "US"),
        ("日本", "JP"),
    ],
)
def test_countries_have_names_in_many_languages(name: str, code: str) -> None:
    assert read_country(name) == code


def test_a_name_that_two_countries_have_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_country("Korea")
    assert refused.value.reason == "country_is_unclear"


def test_currencies_are_those_of_the_database() -> None:
    assert {"EUR", "USD", "JPY", "GBP", "CHF"} <= currencies()
    for code in currencies():
        assert read_currency(code.lower()) == code


def test_flags() -> None:
    assert read_flag(True) is True
    assert read_flag("") is None
    assert read_flag(Decimal(1)) is True
    with pytest.raises(Refused):
        read_flag(Decimal(2))


def test_blank_is_none_everywhere() -> None:
    for read in (read_text, read_code, read_country, read_currency, read_email, read_flag):
        assert read(" \u200b ") is None
