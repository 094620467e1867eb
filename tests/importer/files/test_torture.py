"""The collection of files that go wrong in silence elsewhere: each is read rightly or refused.

``torture/cases.toml`` says for each file what stands in it, and how its columns are read as values.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from groundplan.errors import BadFile
from groundplan.importer.files import FileOptions, Row, Table, open_table
from groundplan.importer.values import (
    Cell,
    NumberStyle,
    Refused,
    TimeStyle,
    read_code,
    read_country,
    read_currency,
    read_day,
    read_email,
    read_flag,
    read_moment,
    read_number,
    read_share,
    read_text,
)
from tests.importer.files.workbooks import collection

FOLDER = Path(__file__).parent / "torture"
CASES: list[dict[str, Any]] = tomllib.loads(
    (FOLDER / "cases.toml").read_text(encoding="utf-8"), parse_float=Decimal
)["case"]


def test_the_collection_is_complete() -> None:
    files = {path.name for path in FOLDER.iterdir()} - {"cases.toml"}
    assert files == {case["file"] for case in CASES}
    assert len(files) >= 140


def test_workbooks_are_what_their_parts_say() -> None:
    for name, content in collection().items():
        assert (FOLDER / name).read_bytes() == content, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}: {case['about']}")
def test_torture(case: dict[str, Any]) -> None:
    options = {**case.get("options", {})}
    if "columns" in options:
        options["columns"] = tuple(options["columns"])
    rows: list[Row] = []
    refusal: BadFile | None = None
    try:
        with open_table(
            FOLDER / case["file"], FileOptions(**options), case.get("wanted", ())
        ) as table:
            _check_table(case, table)
            rows.extend(table.rows)
            assert table.progress() == 1
    except BadFile as error:
        refusal = error
    if "refusal" in case:
        assert refusal is not None, f"read as {rows}"
        assert case["refusal"]["message"] in str(refusal)
        assert refusal.row == case["refusal"].get("line")
        assert str(refusal).endswith(".")
    elif refusal is not None:
        raise refusal
    else:
        _check_rows(case, rows)
        for column in case.get("values", ()):
            _check_values(case, column, rows)


def _check_table(case: dict[str, Any], table: Table) -> None:
    assert table.columns == tuple(case.get("columns", table.columns))
    assert table.encoding == case.get("encoding", table.encoding)
    assert table.delimiter == case.get("delimiter", table.delimiter)


def _check_rows(case: dict[str, Any], rows: list[Row]) -> None:
    for row, expected in zip(rows, case["rows"], strict=True):
        assert row.line == expected["line"]
        if "fault" in expected:
            assert row.fault is not None, f"read as {row.cells}"
            assert expected["fault"] in row.fault
        else:
            assert row.fault is None
            cells = expected["cells"] * expected.get("repeated", 1)
            assert [_plain(cell) for cell in row.cells] == [_plain(cell) for cell in cells]


def _plain(cell: Any) -> Any:
    """TOML knows integers, cells only decimals; and True is no number."""
    number = isinstance(cell, (int, Decimal)) and not isinstance(cell, bool)
    return Decimal(cell) if number else (type(cell), cell)


def _check_values(case: dict[str, Any], column: dict[str, Any], rows: list[Row]) -> None:
    read = _reader(column)
    position = case["columns"].index(column["column"])
    clean = [row.cells[position] for row in rows if row.fault is None]
    for cell, expected in zip(clean, column["expected"], strict=True):
        if isinstance(expected, dict) and "refused" in expected:
            with pytest.raises(Refused) as refused:
                read(cell)
            assert refused.value.reason == expected["refused"], cell
            assert refused.value.text.endswith("."), cell
        elif isinstance(expected, dict):
            assert read(cell) is None
        else:
            value = read(cell)
            assert _value(value) == _value(expected), cell


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        assert value.tzinfo is not None
        return value.astimezone(UTC)
    return _plain(value)


def _reader(column: dict[str, Any]) -> Callable[[Cell], object]:
    numbers = NumberStyle(column.get("decimal", "."), column.get("thousands", ""))
    times = TimeStyle(tuple(column.get("formats", ())), column.get("zone"))
    readers: dict[str, Callable[[Cell], object]] = {
        "text": read_text,
        "code": read_code,
        "flag": read_flag,
        "country": read_country,
        "currency": read_currency,
        "email": read_email,
        "number": lambda cell: read_number(cell, numbers),
        "share": lambda cell: read_share(cell, numbers),
        "moment": lambda cell: read_moment(cell, times),
        "day": lambda cell: read_day(cell, times),
    }
    return readers[column["kind"]]
