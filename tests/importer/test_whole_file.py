"""The real file, where it is at hand: its first 60,000 lines, or all 541,909 of them.

The rules look at every line of every shipment, so all of it takes some minutes of one processor:
set GROUNDPLAN_SAMPLE_LINES=all for that.
"""

from __future__ import annotations

import csv
import io
import lzma
import os
from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from pathlib import Path

from groundplan.importer import import_online_retail
from tests.importer.test_dirt import assert_everything_holds, rows

_LINES = 60_000
_WHOLE = (541_909, Decimal("9747747.934"))


def test_real_lines_add_up_to_the_last_digit(
    whole_file: Path, written: Callable[[bytes | str, str], Path], database: str
) -> None:
    lines, amount = _counted_here(whole_file)
    assert (len(lines), amount) == _WHOLE
    if os.environ.get("GROUNDPLAN_SAMPLE_LINES") == "all":
        file = whole_file
    else:
        lines = lines[:_LINES]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([_HEADER, *lines])
        file = written(text.getvalue(), "part.csv")
        amount = _sum(lines)
    result = import_online_retail(file, database)
    assert result.read == len(lines) == result.loaded + result.rejected
    assert result.source_amount == amount == result.loaded_amount + result.rejected_amount
    assert result.loaded > 0.98 * result.read
    ((charged, gross),) = rows(
        database, "select sum(charged), sum(gross_sales - returns) from sales.ledger_entries"
    )
    ((gifts,),) = rows(
        database,
        "select sum(gross_amount) from sales.order_items where sku_kind = 'gift_card'",
    )
    assert charged == result.loaded_amount
    assert gross == charged - gifts
    assert_everything_holds(database)


_HEADER = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]


def _counted_here(file: Path) -> tuple[list[list[str]], Decimal]:
    """The lines and their sum, told by nothing but Python."""
    with lzma.open(file, "rt", encoding="utf-8", newline="") as text:
        lines = list(islice(csv.reader(text), 1, None))
    return lines, _sum(lines)


def _sum(lines: list[list[str]]) -> Decimal:
    return sum((int(line[3]) * Decimal(line[5]) for line in lines), Decimal(0))
