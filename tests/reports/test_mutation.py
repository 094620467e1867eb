"""Break the counting in every way there is, and verify notices."""

from __future__ import annotations

import random
from datetime import date

import pytest

from groundplan.reports import verify
from tests.reports.ledger import ROLLUPS, Ledger, entry

FUNCTION = "groundplan.ledger_entries_{}"


def _break(ledger: Ledger, function: str, old: str, new: str) -> None:
    """Replace a function by one that differs in a few words."""
    ((body,),) = ledger.rows("select pg_get_functiondef(%s::regproc)", function)
    assert old in body, "the mutant must differ"
    ledger.do(body.replace(old, new))


def _history(ledger: Ledger) -> None:
    """Every kind of write, so that every trigger has something to count."""
    chance = random.Random(7)
    ledger.post(*(entry(chance, who=n % 3, what=n % 4) for n in range(12)))
    ledger.do("update sales.ledger_entries set quantity = quantity + 1 where quantity < 3")
    ledger.do("delete from sales.ledger_entries where quantity = 2 or order_count = 0")


def _truncated(ledger: Ledger) -> None:
    ledger.do("truncate sales.ledger_entries")


def test_the_unbroken_one_is_exact(ledger: Ledger) -> None:
    _history(ledger)
    assert ledger.rows("select count(*) > 0 from sales.ledger_entries") == [(True,)]
    assert verify(ledger.connection, ROLLUPS) == []
    _truncated(ledger)
    assert verify(ledger.connection, ROLLUPS) == []


@pytest.mark.parametrize("event", ["inserted", "updated", "deleted", "truncated"])
def test_a_trigger_that_is_switched_off_is_noticed(ledger: Ledger, event: str) -> None:
    ledger.do(f"alter table sales.ledger_entries disable trigger t60_ledger_entries_{event}")
    _history(ledger)
    if event == "truncated":
        _truncated(ledger)
    assert verify(ledger.connection, ROLLUPS)


@pytest.mark.parametrize(
    ("event", "old", "new"),
    [
        ("inserted", "m.units", "-m.units"),
        ("inserted", "m.customer_id", "null::uuid"),
        ("inserted", "new_rows as r", "(select * from new_rows limit 3) as r"),
        ("updated", "-m.units", "m.units"),
        ("updated", "from old_rows as r", "from (select * from old_rows where false) as r"),
        ("updated", "having sum(row_count) <> 0", "having sum(returns) <> 0 and (false"),
        ("deleted", "-m.row_count", "m.row_count"),
        ("deleted", "-m.orders", "m.orders"),
    ],
)
def test_a_broken_trigger_is_noticed(ledger: Ledger, event: str, old: str, new: str) -> None:
    ((body,),) = ledger.rows("select pg_get_functiondef(%s::regproc)", FUNCTION.format(event))
    assert old in body, "the mutant must differ"
    mutant = body.replace(old, new)
    if "and (false" in new:
        mutant = mutant.replace("returns_by_order_date) <> 0;", "returns_by_order_date) <> 0);")
    ledger.do(mutant)
    _history(ledger)
    assert verify(ledger.connection, ROLLUPS)


@pytest.mark.parametrize(
    ("function", "old", "new"),
    [
        ("groundplan.ledger_entries_truncated", "-sum(m.row_count)", "sum(m.row_count)"),
        ("groundplan.ledger_entries_truncated", "-sum(m.orders)", "0"),
    ],
)
def test_a_broken_truncate_is_noticed(ledger: Ledger, function: str, old: str, new: str) -> None:
    _history(ledger)
    _break(ledger, function, old, new)
    _truncated(ledger)
    assert verify(ledger.connection, ROLLUPS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("orders = base.orders + excluded.orders", "orders = excluded.orders"),
        ("n = kept.n + excluded.n", "n = excluded.n"),
        ("customers = base.customers + excluded.customers", "customers = base.customers"),
        ("coalesce(earliest <= folded_first, true)", "folded_first is null"),
        ("and kept.n > 0", ""),
        ("limit max_rows", "limit max_rows + 1"),
    ],
)
def test_a_broken_fold_is_noticed(ledger: Ledger, old: str, new: str) -> None:
    ledger.fold_only_when_asked()
    _break(ledger, "groundplan.fold_ledger_entries", old, new)
    chance = random.Random(3)
    # A customer whose only order was taken back orders again: this is the first time.
    for day, sign in ((3, 1), (3, -1), (5, 1)):
        ledger.post(entry(chance, day=date(2026, 1, day), who=5, what=1, channel="web", sign=sign))
        ledger.fold()
    for number in range(12):
        ledger.post(entry(chance, who=number % 2, channel="web"))
        ledger.post(entry(chance, who=number % 2, channel="web", sign=-1))
        ledger.post(entry(chance, who=number % 2, channel="web"))
        ledger.fold(2)
    noticed = bool(verify(ledger.connection, ROLLUPS))
    # One row more than asked for is harmless: the mutant that shows that the others are not found
    # by chance.
    assert noticed == (new != "limit max_rows + 1")


@pytest.mark.parametrize(
    ("report", "old", "new"),
    [
        ("sales_daily_all_tenants", "<> (0)", "> (1)"),
        (
            "sku_sales_monthly_all_tenants",
            "FROM groundplan.ledger_entries_delta",
            "FROM (SELECT * FROM groundplan.ledger_entries_delta LIMIT 1) ledger_entries_delta",
        ),
    ],
)
def test_a_broken_view_is_noticed(ledger: Ledger, report: str, old: str, new: str) -> None:
    ledger.fold_only_when_asked()
    ((body,),) = ledger.rows("select pg_get_viewdef(%s::regclass)", f"groundplan.{report}")
    assert old in body, "the mutant must differ"
    _history(ledger)
    ledger.fold(3)
    ledger.do(
        f"create or replace view groundplan.{report} with (security_invoker = true) as "
        + body.replace(old, new)
    )
    assert verify(ledger.connection, ROLLUPS)
