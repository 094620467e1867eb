"""What rows add up to, columns that are added, and rows that name their own time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from groundplan.errors import BadFile
from groundplan.importer.files.table import Row
from groundplan.importer.mapping.model import BadMapping, FileMapping
from groundplan.importer.mapping.rows import RowReader, Staged
from groundplan.importer.mapping.toml import parse_mapping

MAPPING = """
entity = "orders"
source = "test"

[times]
formats = ["%Y-%m-%d %H:%M"]
zone_column = "Zone"
zones = {{ "Eastern Time (US & Canada)" = "America/New_York" }}

[fields]
number = "Number"
placed_at = "When"
sku_code = "SKU"
quantity = "Many"
line_amount = "Money"
refunded_amount = {refunded}
"""
REFUNDED = '{ column = "Back", plus = "Tax back", negate = true, sum = true }'
COLUMNS = ("Number", "When", "Zone", "SKU", "Many", "Money", "Back", "Tax back")


def mapping(refunded: str = REFUNDED) -> FileMapping:
    return parse_mapping(MAPPING.format(refunded=refunded), name="test")


def read(*cells: str) -> Staged:
    return RowReader(mapping(), COLUMNS, "file.csv", {}).read(Row(2, cells, None))


def value(staged: Staged, name: str) -> object:
    return dict(zip(mapping().entity.by_name, staged.values, strict=True))[name]


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("Eastern Time (US & Canada)", 13), ("eastern time (us & canada)", 13), ("Asia/Tokyo", 0)],
)
def test_a_row_names_its_zone(zone: str, hour: int) -> None:
    row = read("1", "2026-05-04 09:00", zone, "A", "1", "5", "", "")
    assert row.reason is None
    assert value(row, "placed_at") == datetime(2026, 5, 4, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "reason"), [("Harbour Time", "zone_is_unknown"), ("", "time_without_zone")]
)
def test_a_zone_that_nobody_knows_is_refused(zone: str, reason: str) -> None:
    assert read("1", "2026-05-04 09:00", zone, "A", "1", "5", "", "").reason == reason


@pytest.mark.parametrize(
    ("back", "tax", "amount"),
    [
        ("-10", "-1.90", Decimal("11.90")),
        ("-10", "", Decimal(10)),
        ("", "-1.90", Decimal("1.90")),
        ("", "", None),
    ],
)
def test_two_columns_are_added(back: str, tax: str, amount: Decimal | None) -> None:
    row = read("1", "2026-05-04 09:00", "UTC", "A", "1", "5", back, tax)
    assert (row.reason, value(row, "refunded_amount")) == (None, amount)


def test_what_is_added_has_to_be_a_number() -> None:
    row = read("1", "2026-05-04 09:00", "UTC", "A", "1", "5", "-10", "none")
    assert row.reason == "number_unreadable"


def test_the_columns_have_to_be_there() -> None:
    assert {"Zone", "Tax back"} <= set(mapping().wanted_columns)
    with pytest.raises(BadFile, match="no column Tax back"):
        RowReader(mapping(), COLUMNS[:-1], "file.csv", {})


@pytest.mark.parametrize("field", ["number", "quantity"])
def test_only_numbers_of_the_record_are_sums(field: str) -> None:
    text = MAPPING.format(refunded='"Back"')
    text = (
        text.replace(f'{field} = "', f'{field} = {{ sum = true, column = "', 1)
        .replace('"Number"\n', '"Number" }\n' if field == "number" else '"Number"\n')
        .replace('"Many"\n', '"Many" }\n' if field == "quantity" else '"Many"\n')
    )
    with pytest.raises(BadMapping, match=f"{field} cannot be a sum"):
        parse_mapping(text, name="test")
