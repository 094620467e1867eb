"""Files without a key of their own: the same row twice is two records, in every run the same."""

from __future__ import annotations

from collections import Counter

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
zone = "UTC"

[rows]
{rows}

[fields]
number = {{ columns = ["who", "day", "occurrence"], join = "-" }}
placed_at = "day"
sku_code = {{ constant = "THING" }}
quantity = "many"
line_amount = "money"
"""
KEYED = 'key = ["who", "day", "many"]\nrepeat = "occurrence"'
COLUMNS = ("who", "day", "many", "money")


def mapping(rows: str = KEYED) -> FileMapping:
    return parse_mapping(MAPPING.format(rows=rows), name="test")


def reader(seen: Counter[str] | None = None) -> RowReader:
    return RowReader(mapping(), COLUMNS, "file.csv", {}, seen)


def row(*cells: str, fault: str | None = None) -> Row:
    return Row(2, cells, fault)


def number(staged: Staged) -> object:
    return dict(zip(mapping().entity.by_name, staged.values, strict=True))["number"]


def test_the_same_row_twice_is_two_records() -> None:
    here = reader()
    found = [
        here.read(row(*cells))
        for cells in (
            ("a", "2026-01-01", "1", "9.50"),
            ("a", "2026-01-01", "1", "9.50"),
            ("b", "2026-01-01", "1", "9.50"),
            # Another price, the same key: still the third of its kind.
            ("a", "2026-01-01", "1", "8"),
        )
    ]
    assert [staged.key for staged in found] == [
        "a|2026-01-01|1|1",
        "a|2026-01-01|1|2",
        "b|2026-01-01|1|1",
        "a|2026-01-01|1|3",
    ]
    assert [number(staged) for staged in found] == [
        "a-2026-01-01-1",
        "a-2026-01-01-2",
        "b-2026-01-01-1",
        "a-2026-01-01-3",
    ]
    assert len({staged.digest for staged in found}) == 4
    assert all(len(staged.cells) == 4 for staged in found)


def test_files_that_are_read_together_are_counted_together() -> None:
    seen = Counter[str]()
    cells = ("a", "2026-01-01", "1", "9.50")
    assert reader(seen).read(row(*cells)).key == "a|2026-01-01|1|1"
    assert reader(seen).read(row(*cells)).key == "a|2026-01-01|1|2"
    assert reader().read(row(*cells)).key == "a|2026-01-01|1|1"


def test_rows_without_a_key_or_of_another_shape_are_not_counted() -> None:
    here = reader()
    assert here.read(row("", "", "", "9.50")).key is None
    surplus = here.read(row("a", "2026-01-01", "1", "9.50", "1", fault="5 cells, but 4 columns"))
    assert (surplus.key, surplus.reason) == ("a|2026-01-01|1", "row_is_misshapen")
    assert here.read(row("a", "2026-01-01", "1", "9.50")).key == "a|2026-01-01|1|1"


def test_the_file_needs_no_such_column_and_must_not_have_it() -> None:
    assert "occurrence" not in mapping().wanted_columns
    with pytest.raises(BadFile, match="it has a column occurrence already"):
        RowReader(mapping(), (*COLUMNS, "occurrence"), "file.csv", {})


@pytest.mark.parametrize(
    "rows", ['repeat = "occurrence"', 'key = ["who"]\ncontinued = true\nrepeat = "occurrence"']
)
def test_there_has_to_be_a_key_to_count_by(rows: str) -> None:
    with pytest.raises(BadMapping, match="there is no key"):
        mapping(rows)
