"""Top lists against sorting everything in Python, with pending rows and ties."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import psycopg
import pytest

from tests.reports.ledger import DAYS, FIRST_DAY, Ledger, counted, entry

Score = dict[str, Any]


def _truth(
    ledger: Ledger, first: date, last: date, ranked_by: str, n: int
) -> list[tuple[Any, ...]]:
    codes = {row[0]: row[1:] for row in ledger.rows("select id, code, code_key from catalog.skus")}
    sums: dict[Any, Score] = {}
    for (day, currency, item), row in counted(ledger, "day", ("currency_code", "sku_id")).items():
        if currency == "EUR" and first <= day <= last:
            score = sums.setdefault(
                item, dict.fromkeys(("units", "net_sales", "profit"), Decimal(0))
            )
            net = row["gross_sales"] - row["discounts"] - row["returns"]
            score["units"] += row["units"]
            score["net_sales"] += net
            score["profit"] += net - row["cogs"]
    total = sum(score[ranked_by] for score in sums.values())
    ranked = sorted(sums.items(), key=lambda pair: (-pair[1][ranked_by], codes[pair[0]][1]))
    return [
        (
            rank,
            codes[item][0],
            score["units"],
            score["net_sales"],
            score["profit"],
            _rounded(score[ranked_by] / total) if total > 0 else None,
        )
        for rank, (item, score) in enumerate(ranked[:n], start=1)
    ]


def _rounded(share: Decimal) -> Decimal:
    return share.quantize(Decimal("0.000001"), ROUND_HALF_UP)


RANGES = [
    (date(2026, 1, 5), date(2026, 1, 5)),
    (date(2026, 1, 1), date(2026, 1, 31)),
    (date(2025, 1, 1), date(2025, 12, 31)),
    (FIRST_DAY, FIRST_DAY + timedelta(days=DAYS)),
    (date(2025, 12, 25), date(2026, 2, 3)),
    (date(2026, 1, 3), date(2026, 1, 9)),
]


@pytest.mark.parametrize("seed", range(2))
def test_every_range_and_measure(ledger: Ledger, seed: int) -> None:
    chance = random.Random(seed)
    ledger.fold_only_when_asked()
    for pending in (40, 6, 0):
        ledger.post(*(entry(chance) for _ in range(60)))
        ledger.post(*(entry(chance, sign=-1) for _ in range(10)))
        while pending < ledger.rows("select count(*) from groundplan.ledger_entries_delta")[0][0]:
            ledger.fold(7)
        for first, last in RANGES:
            for ranked_by in ("net_sales", "units", "profit"):
                n = chance.choice([1, 3, 20])
                assert ledger.rows(
                    "select rank, sku_code, units, net_sales, profit, share"
                    " from reporting.top_skus(%s, %s, 'EUR', %s, %s) order by rank",
                    first,
                    last,
                    ranked_by,
                    n,
                ) == _truth(ledger, first, last, ranked_by, n), (first, last, ranked_by)


def test_the_view_ranks_like_the_function(ledger: Ledger) -> None:
    chance = random.Random(5)
    ledger.post(*(entry(chance) for _ in range(80)))
    for period, first, last in (
        ("day", date(2026, 1, 5), date(2026, 1, 5)),
        ("month", date(2026, 1, 1), date(2026, 1, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ):
        assert ledger.rows(
            "select rank, sku_code, units, net_sales, gross_profit, share"
            " from reporting.top_skus where period = %s and period_start = %s"
            " and currency_code = 'EUR' order by rank",
            period,
            first,
        ) == _truth(ledger, first, last, "net_sales", 100)


def test_an_unknown_measure_is_refused(ledger: Ledger) -> None:
    with pytest.raises(psycopg.IntegrityError, match="'beauty'") as refusal:
        ledger.rows("select * from reporting.top_skus('2026-01-01', '2026-01-31', 'EUR', 'beauty')")
    assert refusal.value.sqlstate == "23R14"
    assert refusal.value.diag.constraint_name == "ranking_is_known"
