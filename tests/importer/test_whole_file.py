"""The real file, 541,909 lines, where it is at hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from groundplan.importer import import_online_retail
from tests.importer.test_dirt import assert_everything_holds, rows

TOTAL = Decimal("9747747.934")


def test_half_a_million_lines_add_up_to_the_last_digit(whole_file: Path, database: str) -> None:
    result = import_online_retail(whole_file, database)
    assert result.read == 541_909
    assert result.source_amount == TOTAL
    assert result.loaded_amount + result.rejected_amount == TOTAL
    assert result.loaded + result.rejected == 541_909
    (charged,) = rows(database, "select sum(charged) from sales.ledger_entries")
    assert charged[0] == result.loaded_amount
    assert_everything_holds(database)
