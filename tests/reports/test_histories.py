"""Whatever happens to the rows of a source, its reports are exact after every commit."""

from __future__ import annotations

import random
from collections.abc import Callable

import psycopg
import pytest

from groundplan.reports import verify
from tests.reports.ledger import COLUMNS, ROLLUPS, Ledger, assert_exact, entry

Step = Callable[[Ledger, random.Random], None]


def _insert(ledger: Ledger, chance: random.Random) -> None:
    ledger.post(*(entry(chance) for _ in range(chance.randint(1, 6))))


def _reverse(ledger: Ledger, chance: random.Random) -> None:
    ledger.do(
        """
        insert into sales.ledger_entries (
            tenant_id, order_id, customer_id, sku_id, kind, channel_code, currency_code,
            business_date, order_date, posted_at, order_count, line_count, quantity, gross_sales,
            discounts, cogs, exchange_rate)
        select tenant_id, order_id, customer_id, sku_id, kind, channel_code, currency_code,
            business_date, order_date, posted_at, -order_count, -line_count, -quantity,
            -gross_sales, -discounts, -cogs, exchange_rate
        from sales.ledger_entries order by random() limit %s
        """,
        chance.randint(1, 4),
    )


def _update(ledger: Ledger, chance: random.Random) -> None:
    change = chance.choice(
        [
            "quantity = quantity + 1, gross_sales = gross_sales + 10",
            "business_date = business_date - 20, order_date = order_date - 20",
            "customer_id = null",
            "sku_id = null",
            "order_count = order_count - 1",
            "channel_code = 'web', created_by = 'somebody'",
            "created_by = 'nobody'",
        ]
    )
    ledger.do(f"update sales.ledger_entries set {change} where random() < 0.2")


def _delete(ledger: Ledger, chance: random.Random) -> None:
    ledger.do("delete from sales.ledger_entries where random() < 0.15")


def _merge(ledger: Ledger, chance: random.Random) -> None:
    given = entry(chance)
    ledger.do(
        f"""
        merge into sales.ledger_entries as entry
        using (values ({", ".join(["%s"] * len(given))})) as given ({COLUMNS})
        on entry.customer_id = given.customer_id::uuid
        when matched and entry.quantity > 2 then delete
        when matched then update set quantity = entry.quantity + 1
        when not matched then insert ({COLUMNS})
            values (given.tenant_id, given.order_id, given.customer_id::uuid, given.sku_id::uuid,
                given.kind, given.channel_code, given.currency_code, given.business_date,
                given.order_date, given.posted_at::timestamptz, given.order_count,
                given.line_count, given.quantity, given.gross_sales, given.discounts,
                given.returned_quantity, given.returns, given.cogs, given.exchange_rate)
        """,
        *given,
    )


def _copy(ledger: Ledger, chance: random.Random) -> None:
    ledger.load(entry(chance) for _ in range(chance.randint(1, 10)))


def _truncate(ledger: Ledger, chance: random.Random) -> None:
    ledger.do("truncate sales.ledger_entries")


def _roll_back(ledger: Ledger, chance: random.Random) -> None:
    with ledger.connection.transaction(force_rollback=True):
        _insert(ledger, chance)
        _update(ledger, chance)
        ledger.fold(chance.randint(1, 5))


def _roll_back_to_a_savepoint(ledger: Ledger, chance: random.Random) -> None:
    with ledger.connection.transaction():
        _insert(ledger, chance)
        with ledger.connection.transaction(force_rollback=True):
            _delete(ledger, chance)
            _insert(ledger, chance)
        _update(ledger, chance)


def _fold(ledger: Ledger, chance: random.Random) -> None:
    ledger.fold(chance.choice([1, 2, 5, 5000]))


STEPS: tuple[Step, ...] = (
    *(_insert, _insert, _insert, _reverse, _update, _delete, _merge, _copy),
    *(_roll_back, _roll_back_to_a_savepoint, _fold, _fold, _fold),
)


@pytest.mark.parametrize("seed", range(3))
def test_every_history_is_counted_exactly(ledger: Ledger, seed: int) -> None:
    chance = random.Random(seed)
    ledger.fold_only_when_asked()
    ledger.rows("select setseed(%s)", seed / 10)
    for number in range(45):
        step = _truncate if number == 25 else chance.choice(STEPS)
        step(ledger, chance)
        assert verify(ledger.connection, ROLLUPS) == [], step
        if number % 5 == 0:
            assert_exact(ledger)
    while ledger.fold():
        pass
    assert_exact(ledger)


def test_a_mapping_error_refuses_the_write(ledger: Ledger) -> None:
    ledger.do("alter table groundplan.ledger_entries_delta add check (units < 100)")
    given = entry(random.Random(1))
    with pytest.raises(psycopg.errors.CheckViolation):
        ledger.post((*given[:12], 100, *given[13:]))
    assert ledger.rows("select count(*) from sales.ledger_entries") == [(0,)]


def test_a_truncate_that_would_miss_rows_is_refused(ledger: Ledger) -> None:
    ledger.post(entry(random.Random(1)))
    ledger.do("set default_transaction_isolation = 'repeatable read'")
    with pytest.raises(psycopg.Error) as refusal:
        ledger.do("truncate sales.ledger_entries")
    assert refusal.value.diag.constraint_name == "truncate_is_counted_at_read_committed"
    assert verify(ledger.connection, ROLLUPS) == []


def test_a_restore_counts_nothing_twice(ledger: Ledger) -> None:
    ledger.post(*(entry(random.Random(n)) for n in range(5)))
    ledger.do("set groundplan.maintenance = 'restore of the ledger'")
    ledger.do("update sales.ledger_entries set quantity = quantity")
    ledger.do("create table public.kept as select * from sales.ledger_entries")
    ledger.do("truncate sales.ledger_entries")
    ledger.do("insert into sales.ledger_entries select * from public.kept")
    ledger.do("delete from sales.ledger_entries where false")
    ledger.do("set groundplan.maintenance = 'test of the reports'")
    assert_exact(ledger)
