"""groundplan export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Type, assert_narrow


def test_everything(type_in: Type, shop: str, tmp_path: Path) -> None:
    answer = type_in("export", str(tmp_path / "out"))
    assert (answer.code, answer.err) == (0, "")
    assert "rows of 40 tables written to" in answer.out
    assert "`groundplan restore" in answer.out
    assert (tmp_path / "out" / "sales.orders.csv").exists()


def test_a_report_as_parquet_and_json(type_in: Type, shop: str, tmp_path: Path) -> None:
    arguments = ("--table", "reporting.metrics_daily", "--format", "parquet", "--json")
    answer = type_in("export", str(tmp_path / "out"), *arguments)
    assert answer.code == 0
    (table,) = answer.json["tables"]
    assert table["file"] == "reporting.metrics_daily.parquet"
    assert table["rows"] == answer.json["rows"] > 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["tables"][0]["checksum"] == table["checksum"]


def test_for_spreadsheets_says_so(type_in: Type, shop: str, tmp_path: Path) -> None:
    answer = type_in("export", str(tmp_path / "out"), "--for-spreadsheets")
    assert answer.code == 0
    assert "Not for restore." in answer.out
    assert "groundplan restore" not in answer.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["--table", "sales.ordres"],
            1,
            "no table or view sales.ordres. Did you mean sales.orders",
        ),
        (["--tenant", "2"], 1, "There is no tenant 2: this database holds a single company"),
        (["--format", "xlsx"], 2, "'xlsx' is not one of 'csv', 'parquet'"),
        (["--format", "parquet", "--for-spreadsheets"], 1, "Spreadsheets read CSV, not Parquet."),
    ],
)
def test_bad_input(
    type_in: Type, shop: str, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    answer = type_in("export", str(tmp_path / "out"), *arguments)
    assert answer.code == code
    assert message in " ".join(answer.err.split())
    assert "Traceback" not in answer.err
    assert_narrow(answer.err)
    assert not (tmp_path / "out").exists()


def test_a_directory_in_use(type_in: Type, shop: str, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    answer = type_in("export", str(tmp_path))
    assert answer.code == 1
    assert "is not empty" in " ".join(answer.err.split())
    out = str(tmp_path / "out")
    assert type_in("export", out).code == 0
    assert type_in("export", out).code == 1
    assert type_in("export", out, "--force").code == 0


def test_a_directory_that_cannot_be_made(type_in: Type, shop: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    answer = type_in("export", str(tmp_path / "file" / "below"))
    assert answer.code == 1
    assert answer.err.startswith("Error: ")
    assert "should not happen" not in answer.err


def test_a_database_without_groundplan(type_in: Type, nothing: str, tmp_path: Path) -> None:
    answer = type_in("export", str(tmp_path / "out"))
    assert answer.code == 1
    assert "`groundplan apply`" in answer.err
