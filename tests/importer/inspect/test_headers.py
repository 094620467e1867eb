"""Headers of real systems: what a file holds is told rightly, or asked, and never told wrongly."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from groundplan.importer.inspect import Inspection, inspect_file

FILES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("headers.toml").read_text(encoding="utf-8")
)["file"]


def verdict(found: Inspection, file: dict[str, Any]) -> str:
    """Asked is what nobody can import before an answer; otherwise it has to be right."""
    if found.entity is None or found.decisions:
        return "asked"
    if found.format is not None or "format" in file:
        return "right" if found.format == file.get("format", found.format) else "wrong"
    filled = {column.name: column.field for column in found.columns}
    misread = any(
        filled.get(column) not in (None, name) for name, column in file.get("fields", {}).items()
    )
    return "right" if found.entity == file["entity"] and not misread else "wrong"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["system"])
def test_nothing_is_told_wrongly(file: dict[str, Any], written: Callable[..., Path]) -> None:
    found = inspect_file(written(file["text"].lstrip("\n"), "export.csv"))
    assert verdict(found, file) != "wrong", (found.entity, found.format, found.columns)
    # What seems to hold nothing that is imported is never imported without an answer.
    assert file["entity"] or verdict(found, file) == "asked"


def test_there_are_many_and_some_are_simply_right(written: Callable[..., Path]) -> None:
    verdicts = Counter(
        verdict(inspect_file(written(file["text"].lstrip("\n"), f"{number}.csv")), file)
        for number, file in enumerate(FILES)
    )
    assert len(FILES) >= 40
    assert verdicts["wrong"] == 0
    assert verdicts["right"] >= 9, verdicts
