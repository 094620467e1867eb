"""Several files in one import: what two of them tell is taken once, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from groundplan.errors import BadFile
from groundplan.importer import FileMapping, parse_mapping
from tests.importer.orders.conftest import Ask, Bring

MAPPING = """
entity = "orders"
source = "shop"
{rows}
[load]
create_skus = true
[times]
zone = "UTC"
[fields]
number = "No"
placed_at = "Day"
currency_code = {{ constant = "EUR" }}
sku_code = "SKU"
quantity = "Qty"
unit_price = "Price"
"""
HEADER = "No,Day,SKU,Qty,Price,Kind\n"
FIRST = "1,2026-01-30,CUP,2,5.00,\n1,2026-01-30,MUG,1,3.00,\n"
SHARED = "2,2026-01-31,CUP,1,5.00,\n2,2026-01-31,CUP,1,5.00,\n"
THIRD = "3,2026-02-01,MUG,1,3.00,\n"


def mapping(rows: str = "") -> FileMapping:
    return parse_mapping(MAPPING.format(rows=rows), name="test")


ORDERS = """
    select o.number, o.item_count, o.total_amount from sales.orders as o order by o.number
"""


def test_the_same_file_twice_is_imported_once(
    bring: Bring, ask: Ask, written: Callable[..., Path], all_holds: Callable[[], None]
) -> None:
    file = written(HEADER + FIRST + SHARED)
    report = bring(mapping(), file, file)
    assert report.reasons == {}, report.first_rejects
    assert (report.read, report.loaded, report.duplicates, report.records) == (8, 4, 4, 2)
    euros = report.amounts["EUR"]
    assert (euros.source, euros.loaded, euros.duplicates) == (46, 23, 23)
    assert any("4 rows" in note for note in report.notes)
    assert ask(ORDERS) == [("1", 2, Decimal(13)), ("2", 2, Decimal(10))]
    all_holds()
    assert bring(mapping(), file).duplicates == 4


def test_months_that_overlap_share_orders(
    bring: Bring, ask: Ask, written: Callable[..., Path]
) -> None:
    january = written(HEADER + FIRST + SHARED, "jan.csv")
    february = written(HEADER + SHARED + THIRD, "feb.csv")
    report = bring(mapping(), january, february, january)
    assert (report.read, report.loaded, report.duplicates) == (11, 5, 6)
    assert ask(ORDERS) == [("1", 2, Decimal(13)), ("2", 2, Decimal(10)), ("3", 1, Decimal(3))]


def test_an_order_that_two_files_tell_differently_is_refused(
    bring: Bring, ask: Ask, written: Callable[..., Path]
) -> None:
    january = written(HEADER + FIRST + SHARED, "jan.csv")
    february = written(HEADER + SHARED.splitlines()[0] + "\n" + THIRD, "feb.csv")
    report = bring(mapping(), january, february)
    assert report.reasons == {"files_disagree": 3}
    assert "jan.csv and in feb.csv" in report.first_rejects[0].detail
    assert [number for number, _, _ in ask(ORDERS)] == ["1", "3"]


def test_where_rows_have_no_key_the_same_file_twice_is_refused(
    bring: Bring, ask: Ask, written: Callable[..., Path]
) -> None:
    counted = mapping('[rows]\nkey = ["No"]\nrepeat = "occurrence"')
    one, other = written(HEADER + THIRD, "one.csv"), written(HEADER + THIRD, "other.csv")
    with pytest.raises(BadFile, match=r"the same as one\.csv"):
        bring(counted, one, other)
    assert ask(ORDERS) == []


CONTINUED = """
[rows]
key = ["No"]
continued = true
{which} = {{ Kind = ["{text}"] }}
"""


@pytest.mark.parametrize(("which", "text"), [("skip", "void"), ("only", "paid")])
def test_what_goes_on_with_a_row_is_passed_over_with_it(
    bring: Bring, ask: Ask, written: Callable[..., Path], which: str, text: str
) -> None:
    file = written(
        HEADER
        + "1,2026-01-30,CUP,2,5.00,paid\n,,MUG,1,3.00,\n"
        + "2,2026-01-31,CUP,1,5.00,void\n,,MUG,1,3.00,\n,,MUG,2,3.00,\n"
        + "3,2026-01-31,CUP,1,5.00,paid\n,,MUG,1,3.00,\n"
    )
    report = bring(mapping(CONTINUED.format(which=which, text=text)), file)
    assert (report.read, report.rejected) == (4, 0)
    assert ask(ORDERS) == [("1", 2, Decimal(13)), ("3", 2, Decimal(8))]


def test_a_line_below_a_row_that_is_skipped_never_joins_the_order_above(
    bring: Bring, ask: Ask, written: Callable[..., Path]
) -> None:
    file = written(
        HEADER
        + "1,2026-01-30,CUP,2,5.00,good\n,,MUG,1,3.00,tip\n"
        + "2,2026-01-31,TIP,1,5.00,tip\n,,MUG,1,3.00,good\n"
    )
    report = bring(mapping(CONTINUED.format(which="skip", text="tip")), file)
    assert report.reasons == {"value_is_missing": 1}
    assert ask(ORDERS) == [("1", 1, Decimal(10))]


def test_a_second_header_and_a_sum_at_the_end_are_no_data(
    bring: Bring, ask: Ask, written: Callable[..., Path]
) -> None:
    file = written(
        HEADER
        + "1,2026-01-30,CUP,2,5.00,\n,,MUG,1,3.00,\n"
        + HEADER
        + "2,2026-01-31,CUP,1,5.00,\n,,Total,4,18.00,\n"
    )
    report = bring(mapping('[rows]\nkey = ["No"]\ncontinued = true'), file)
    assert report.reasons == {"row_is_a_sum": 1, "row_repeats_the_header": 1}
    assert ask(ORDERS) == [("1", 2, Decimal(13)), ("2", 1, Decimal(5))]
