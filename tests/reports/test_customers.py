"""Distinct and new customers: late, back-dated and cancelled orders, in every order of folding."""

from __future__ import annotations

import random
from datetime import date

import pytest

from groundplan.reports import verify
from tests.reports.ledger import ROLLUPS, Ledger, assert_exact, entry

CHANCE = random.Random(1)


def _new(ledger: Ledger) -> dict[date, tuple[int, int]]:
    """Customers and new customers of each day in the web shop."""
    return {
        day: (customers, new)
        for day, customers, new in ledger.rows(
            "select business_date, customers, new_customers from reporting.sales_daily"
            " where channel_code = 'web'"
        )
    }


def _order(day: int, who: int = 1, sign: int = 1, channel: str = "web"):
    return entry(CHANCE, day=date(2026, 1, day), who=who, what=1, sign=sign, channel=channel)


@pytest.mark.parametrize("folds", [True, False])
def test_a_late_order_takes_the_first_day_over(ledger: Ledger, folds: bool) -> None:
    ledger.fold_only_when_asked()
    ledger.post(_order(10), _order(12))
    if folds:
        ledger.fold()
    assert _new(ledger) == {date(2026, 1, 10): (1, 1), date(2026, 1, 12): (1, 0)}
    ledger.post(_order(5))
    assert _new(ledger) == {
        date(2026, 1, 5): (1, 1),
        date(2026, 1, 10): (1, 0),
        date(2026, 1, 12): (1, 0),
    }
    if folds:
        ledger.fold()
    ledger.post(_order(5, sign=-1))
    assert _new(ledger)[date(2026, 1, 5)] == (0, 0)
    assert _new(ledger)[date(2026, 1, 10)] == (1, 1)
    ledger.fold()
    assert _new(ledger)[date(2026, 1, 10)] == (1, 1)
    assert_exact(ledger)


def test_a_reversal_may_be_folded_before_what_it_reverses(ledger: Ledger) -> None:
    ledger.fold_only_when_asked()
    ledger.post(_order(3, sign=-1))
    ledger.fold()
    assert _new(ledger) == {date(2026, 1, 3): (0, 0)}
    ledger.post(_order(3))
    assert _new(ledger) == {date(2026, 1, 3): (0, 0)}
    ledger.fold()
    ledger.post(_order(3))
    assert _new(ledger) == {date(2026, 1, 3): (1, 1)}
    assert verify(ledger.connection, ROLLUPS) == []


def test_the_first_day_counts_over_all_channels(ledger: Ledger) -> None:
    ledger.post(_order(2, channel="shop"), _order(4), _order(4, who=2), _order(4, who=2))
    assert _new(ledger) == {date(2026, 1, 4): (2, 1)}


def test_guests_are_nobody(ledger: Ledger) -> None:
    given = _order(4)
    ledger.post((*given[:2], None, *given[3:]))
    assert _new(ledger) == {date(2026, 1, 4): (0, 0)}


@pytest.mark.parametrize("seed", range(4))
def test_any_history_in_any_order_of_folding(ledger: Ledger, seed: int) -> None:
    chance = random.Random(100 + seed)
    ledger.fold_only_when_asked()
    for _ in range(25):
        sign = chance.choice([1, 1, -1])
        ledger.post(
            *(
                entry(chance, who=chance.randrange(3), sign=sign, channel=shop)
                for shop in chance.choices(["web", "shop"], k=chance.randint(1, 3))
            )
        )
        if chance.random() < 0.5:
            ledger.fold(chance.randint(1, 4))
        assert verify(ledger.connection, ROLLUPS) == []
    assert_exact(ledger)
