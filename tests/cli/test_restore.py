"""groundplan restore."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Type, assert_narrow


@pytest.fixture
def exported(type_in: Type, shop: str, tmp_path: Path) -> Path:
    """The export of a shop."""
    directory = tmp_path / "out"
    assert type_in("export", str(directory)).code == 0
    return directory


@pytest.fixture
def target(clone: Callable[[str | None], str], installed_template: str) -> str:
    """The URL of a database with everything installed and no data."""
    return clone(installed_template)


def test_an_export_comes_back_and_verifies(type_in: Type, exported: Path, target: str) -> None:
    answer = type_in("restore", str(exported), "--database", target)
    assert (answer.code, answer.err) == (0, "")
    assert "rows of 40 tables restored; every checksum is that of the export." in " ".join(
        answer.out.split()
    )
    verified = type_in("verify", "--database", target)
    assert verified.code == 0
    again = type_in("restore", str(exported), "--database", target)
    assert again.code == 1
    assert "rows already" in " ".join(again.err.split())
    assert_narrow(again.err)


def test_as_json(type_in: Type, exported: Path, target: str) -> None:
    answer = type_in("restore", str(exported), "--database", target, "--json")
    assert answer.code == 0
    assert (answer.json["tenant"], answer.json["tables"]) == (1, 40)
    assert answer.json["rows"] > 19_000


def test_an_edited_file_is_named(type_in: Type, exported: Path, target: str) -> None:
    file = exported / "sales.refunds.csv"
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))
    answer = type_in("restore", str(exported), "--database", target)
    assert answer.code == 1
    said = " ".join(answer.err.split())
    assert "sales.refunds.csv: it was changed after the export: take the original." in said


def test_bad_input(type_in: Type, exported: Path, target: str, tmp_path: Path) -> None:
    answer = type_in("restore", str(tmp_path / "nowhere"), "--database", target)
    assert answer.code == 1
    assert "manifest.json: it is missing" in " ".join(answer.err.split())
    answer = type_in("restore", str(exported), "--database", target, "--tenant", "0")
    assert answer.code == 2
    answer = type_in("restore", str(exported), "--database", target, "--tenant", "2")
    assert answer.code == 1
    assert "cannot take a tenant 2" in " ".join(answer.err.split())
