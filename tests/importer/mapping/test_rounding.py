"""Amounts with more decimals than the currency: rounded only where the mapping says so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from groundplan.importer.files.table import Row
from groundplan.importer.mapping.model import BadMapping, FileMapping
from groundplan.importer.mapping.rows import RowReader
from groundplan.importer.mapping.toml import parse_mapping

MAPPING = """
entity = "orders"
source = "test"
[times]
zone = "UTC"
[fields]
number = "no"
placed_at = "day"
sku_code = {{ constant = "THING" }}
quantity = {{ constant = "1" }}
{field}
"""


def mapping(field: str) -> FileMapping:
    return parse_mapping(MAPPING.format(field=field), name="test")


@pytest.mark.parametrize(
    ("told", "text", "value"),
    [
        ("", "4.995", "4.995"),
        (", round = 2", "4.995", "5.00"),
        (", round = 2", "-4.995", "-5.00"),
        (", round = 2", "4.994", "4.99"),
        (", round = 0", "0.5", "1"),
        (", round = 2, negate = true", "-0.005", "0.01"),
    ],
)
def test_a_half_goes_away_from_zero(told: str, text: str, value: str) -> None:
    here = mapping(f'line_amount = {{ column = "money"{told} }}')
    staged = RowReader(here, ("no", "day", "money"), "file.csv", {}).read(
        Row(2, ("1", "2026-01-01", text), None)
    )
    found = dict(zip(here.entity.by_name, staged.values, strict=True))["line_amount"]
    assert (found, str(found)) == (Decimal(value), value)


@pytest.mark.parametrize(
    "field",
    [
        'line_amount = { column = "money", round = 9 }',
        'line_amount = { column = "money", round = "2" }',
        'line_amount = { column = "money", round = true }',
        'note = { column = "money", round = 2 }',
    ],
)
def test_only_numbers_are_rounded_to_decimals_there_can_be(field: str) -> None:
    with pytest.raises(BadMapping, match=r"decimals|rounded"):
        mapping(field)
