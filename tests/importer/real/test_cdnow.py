"""Purchases without order numbers: each row is an order, and a row that is there twice is two.

By default the first 4,000 rows are imported; all 69,659 take some minutes of one processor:
set GROUNDPLAN_SAMPLE_LINES=all for that.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from groundplan.importer import read_mapping
from tests.importer.orders.conftest import Ask, Bring
from tests.importer.real.conftest import HERE

_ROWS = 4_000
_WHOLE = (69_659, Decimal("2500315.63"))


def test_every_purchase_is_an_order(
    sample: Callable[[str], Path],
    written: Callable[[bytes | str, str], Path],
    bring: Bring,
    ask: Ask,
    all_holds: Callable[[], None],
) -> None:
    text = sample("cdnow/CDNOW_master.txt").read_text(encoding="ascii")
    header, *lines = text.splitlines()
    # The header begins with a blank, and so does every row.
    assert header.startswith(" customer_id")
    rows = [tuple(line.split()) for line in lines if line.strip()]
    assert (len(rows), _sum(rows)) == _WHOLE
    if os.environ.get("GROUNDPLAN_SAMPLE_LINES") != "all":
        rows = rows[:_ROWS]
        lines = lines[:_ROWS]
    repeated = {row: times for row, times in Counter(rows).items() if times > 1}
    assert len(repeated) > 20

    file = written("\r\n".join([header, *lines]) + "\r\n", "purchases.txt")
    mapping = read_mapping(HERE / "cdnow.toml")
    report = bring(mapping, file)
    assert (report.read, report.loaded, report.records) == (len(rows), len(rows), len(rows))
    usd = report.amounts["USD"]
    assert usd.source == usd.loaded == _sum(rows)
    assert usd.rounding == 0
    assert ask("select count(*), sum(charged) from sales.ledger_entries") == [
        (len(rows), _sum(rows))
    ]
    assert ask("select count(*) from crm.customers") == [(len({row[0] for row in rows}),)]
    assert ask("select sum(quantity) from sales.order_items") == [
        (sum(int(row[2]) for row in rows),)
    ]
    for row, times in repeated.items():
        number = "-".join(row)
        assert ask(f"select count(*) from sales.orders where number like '{number}-%'") == [
            (times,)
        ]
    all_holds()

    again = bring(mapping, file)
    assert (again.loaded, again.duplicates) == (0, len(rows))


def _sum(rows: list[tuple[str, ...]]) -> Decimal:
    return sum((Decimal(row[3]) for row in rows), Decimal(0))
