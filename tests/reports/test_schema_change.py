"""What happens to the reports when somebody changes the table they are counted from."""

from __future__ import annotations

import random

import psycopg
import pytest

from tests.reports.ledger import Ledger, entry

CHANCE = random.Random(2)


def _units(ledger: Ledger) -> int:
    return int(ledger.rows("select coalesce(sum(units), 0) from reporting.sales_daily")[0][0])


def test_a_renamed_column_goes_on_being_counted(ledger: Ledger) -> None:
    ledger.post(entry(CHANCE, sign=1))
    before = _units(ledger)
    ledger.do("alter table sales.ledger_entries rename column quantity to sold_quantity")
    ledger.do(
        """
        insert into sales.ledger_entries (tenant_id, order_id, kind, channel_code, currency_code,
            business_date, order_date, posted_at, sold_quantity, exchange_rate)
        values (1, gen_random_uuid(), 'sale', 'web', 'EUR', '2026-01-05', '2026-01-05', now(), 4, 1)
        """
    )
    ledger.do("update sales.ledger_entries set sold_quantity = sold_quantity + 1")
    assert _units(ledger) == before + 1 + 5


@pytest.mark.parametrize(
    "change", ["drop column discounts", "alter column discounts type numeric(21, 6)"]
)
def test_a_counted_column_cannot_be_dropped_or_retyped(ledger: Ledger, change: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        ledger.do(f"alter table sales.ledger_entries {change}")
    assert refused.value.sqlstate in ("2BP01", "0A000")
    told = f"{refused.value.diag.message_detail} {refused.value.diag.message_primary}"
    assert "map_ledger_entries" in told


def test_other_columns_come_and_go(ledger: Ledger) -> None:
    ledger.do("alter table sales.ledger_entries add column x_margin numeric default 3")
    ledger.post(entry(CHANCE))
    ledger.do("alter table sales.ledger_entries drop column x_margin")
    before = _units(ledger)
    ledger.post(entry(CHANCE))
    ledger.do("update sales.ledger_entries set quantity = 3")
    assert before > 0
    assert _units(ledger) == 6
