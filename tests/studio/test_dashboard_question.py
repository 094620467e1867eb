"""Ranges of days and the question in a URL, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from groundplan.studio.dashboard.question import Question
from groundplan.studio.dashboard.ranges import NAMES, Anchor, Days, resolve
from groundplan.studio.dashboard.wording import days_in_words, minor_units, percent

TODAY = date(2026, 3, 10)
OPEN = Anchor(TODAY, date(2024, 5, 3), TODAY)
OLD = Anchor(TODAY, date(2024, 5, 3), date(2025, 12, 30))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", date(2026, 3, 10), TODAY),
        ("7days", date(2026, 3, 4), TODAY),
        ("28days", date(2026, 2, 11), TODAY),
        ("month", date(2026, 3, 1), TODAY),
        ("lastmonth", date(2026, 2, 1), date(2026, 2, 28)),
        ("90days", date(2025, 12, 11), TODAY),
        ("12months", date(2025, 4, 1), TODAY),
        ("all", date(2024, 5, 3), TODAY),
    ],
)
def test_ranges_by_name(name: str, first: date, last: date) -> None:
    assert resolve(name, OPEN) == Days(first, last)


def test_an_old_shop_does_not_open_on_zeros() -> None:
    assert resolve("28days", OLD) == Days(date(2025, 12, 3), date(2025, 12, 30))
    assert resolve("today", OLD) == Days(TODAY, TODAY)


@pytest.mark.parametrize("name", NAMES)
def test_every_range_works_before_the_first_order(name: str) -> None:
    days = resolve(name, Anchor(TODAY))
    assert days.first <= days.last <= TODAY


def test_the_period_before_is_as_long_and_ends_the_day_before() -> None:
    assert Days(date(2026, 3, 1), date(2026, 3, 10)).before() == Days(
        date(2026, 2, 19), date(2026, 2, 28)
    )
    assert Days(date(2000, 1, 5), date(2000, 1, 20)).before() is None


def test_what_is_drawn_is_neither_one_bar_nor_thousands() -> None:
    assert Days(TODAY, TODAY).to_draw().length == 14
    assert Days(date(2010, 1, 1), TODAY).to_draw() == Days(date(2025, 2, 4), TODAY)
    assert Days(TODAY, TODAY).months() == Days(date(2025, 4, 1), date(2026, 3, 1))
    assert Days(date(2010, 1, 1), TODAY).months().first == date(2023, 4, 1)


@pytest.mark.parametrize(
    "parameters",
    [
        {"range": "yesteryear"},
        {"from": "2026-01-01"},
        {"from": "2026-02-30", "to": "2026-03-01"},
        {"from": "1066-10-14", "to": "2026-03-01"},
        {"currency": "euro", "channel": "\x00", "rank": "name"},
        {"range": "28days", "from": "2026-01-01", "to": "2026-01-02"},
    ],
)
def test_what_a_url_says_wrongly_is_as_if_it_were_not_said(parameters: dict[str, str]) -> None:
    assert Question.of(parameters, None) == Question()


def test_dates_are_taken_in_the_order_of_time() -> None:
    question = Question.of({"from": "2026-03-01", "to": "2026-02-01", "range": "dates"}, 3)
    assert question.days == Days(date(2026, 2, 1), date(2026, 3, 1))
    assert Question.of(question.query(), 3) == question


def test_a_question_survives_its_url() -> None:
    question = Question.of(
        {"range": "all", "currency": "USD", "channel": "a&b=c", "rank": "units"}, None
    )
    assert question.query() == {
        "range": "all",
        "currency": "USD",
        "channel": "a&b=c",
        "rank": "units",
    }
    assert Question.of(question.query(), None) == question
    assert Question().query() == {}


@pytest.mark.parametrize(
    ("now", "before", "words", "tone"),
    [
        (Decimal(110), Decimal(100), "+10.0 %", "good"),
        (90, 100, "−10.0 %", "bad"),
        (5, 5, "unchanged", "plain"),
        (5, 0, "from 0", "good"),
        (Decimal(-50), Decimal(-100), "+50.0 %", "good"),
        (None, Decimal(1), "–", "plain"),
    ],
)
def test_changes_in_words(
    now: Decimal | int | None, before: Decimal | int | None, words: str, tone: str
) -> None:
    assert percent(now, before) == (words, tone)


def test_days_in_words() -> None:
    assert days_in_words(Days(TODAY, TODAY)) == "Tue 10 Mar 2026"
    assert days_in_words(Days(date(2026, 2, 1), TODAY)) == "1 Feb – 10 Mar 2026"
    assert days_in_words(Days(date(2025, 12, 31), TODAY)) == "31 Dec 2025 – 10 Mar 2026"


def test_amounts_have_as_many_places_as_their_currency() -> None:
    assert [minor_units(each) for each in ("EUR", "JPY", "KWD")] == [2, 0, 3]
