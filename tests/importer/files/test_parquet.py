"""Parquet: typed cells, and values that are none are faults."""

from __future__ import annotations

import importlib
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from groundplan.errors import BadFile
from groundplan.importer.files import open_table, sniff
from groundplan.importer.values import Refused, read_code


def polars() -> object:
    return pytest.importorskip("polars", reason="needs the extra parquet: pip install polars")


def test_typed_cells(tmp_path: Path) -> None:
    pl = polars()
    path = tmp_path / "orders.parquet"
    frame = pl.DataFrame(  # type: ignore[attr-defined]
        {
            "id": [9_007_199_254_740_993, None],
            "price": [Decimal("12.50"), Decimal("3.00")],
            "rate": [0.1, 2.0],
            "at": [datetime(2003, 2, 1, 9, 30, tzinfo=UTC), None],
            "day": [date(2003, 2, 1), None],
            "name": ["Müller", ""],
            "paid": [True, False],
        }
    )
    frame = frame.with_columns(narrow=pl.lit(0.1, dtype=pl.Float32))  # type: ignore[attr-defined]
    frame.write_parquet(path)
    with open_table(path, wanted=("id", "price")) as table:
        assert table.columns == ("id", "price", "rate", "at", "day", "name", "paid", "narrow")
        first, second = table.rows
        assert table.progress() == 1
    assert (first.line, second.line) == (1, 2)
    assert first.cells == (
        Decimal(9_007_199_254_740_993),
        Decimal("12.50"),
        Decimal("0.1"),
        datetime(2003, 2, 1, 9, 30, tzinfo=UTC),
        date(2003, 2, 1),
        "Müller",
        True,
        Decimal("0.1"),
    )
    assert second.cells[0] == ""
    assert second.cells[2] == Decimal(2)
    assert read_code(first.cells[0]) == "9007199254740993"
    assert sniff(path).columns == table.columns


def test_values_that_are_none(tmp_path: Path) -> None:
    pl = polars()
    path = tmp_path / "bad.parquet"
    pl.DataFrame(  # type: ignore[attr-defined]
        {"x": [float("nan"), float("inf"), 1.5], "many": [[1], [2], None]}
    ).write_parquet(path)
    with open_table(path) as table:
        faults = [row.fault for row in table.rows]
    assert faults[0] is not None
    assert "x holds nan" in faults[0]
    assert faults[1] is not None
    assert faults[2] is None


def test_ids_that_became_floats(tmp_path: Path) -> None:
    pl = polars()
    path = tmp_path / "floats.parquet"
    pl.DataFrame({"id": [4006381333931.0, 2.0**60]}).write_parquet(path)  # type: ignore[attr-defined]
    with open_table(path) as table:
        exact, lost = table.rows
    assert read_code(exact.cells[0]) == "4006381333931"
    with pytest.raises(Refused):
        read_code(lost.cells[0])


def test_damaged(tmp_path: Path) -> None:
    polars()
    path = tmp_path / "damaged.parquet"
    path.write_bytes(b"PAR1" + b"\x00" * 100)
    with pytest.raises(BadFile, match="Parquet file is damaged"), open_table(path) as table:
        list(table.rows)


def test_without_polars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError):
        importlib.import_module("polars")
    path = tmp_path / "orders.parquet"
    path.write_bytes(b"PAR1 and more")
    with pytest.raises(BadFile, match=r"groundplan\[parquet\]"), open_table(path) as table:
        list(table.rows)
