"""The generated documents are fresh, and being stale is noticed."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from groundplan.database import EmbeddedServer
from groundplan.docs.fresh import current_documents, stale_documents
from tests.docs.pages import ROOT


@pytest.fixture(scope="module")
def current(server: EmbeddedServer) -> dict[str, str]:
    """What the documents have to say."""
    return current_documents(server.url())


def test_the_committed_ones_are_fresh(current: dict[str, str]) -> None:
    assert set(current) == {
        "commands.md",
        "model.dbml",
        "model.md",
        "model.mmd",
        "model.svg",
        "reports.md",
        "rules.md",
    }
    assert stale_documents(ROOT / "docs", current) == [], "run `python -m groundplan.docs`"


def test_a_changed_or_missing_one_is_stale(current: dict[str, str], tmp_path: Path) -> None:
    for name, text in current.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert stale_documents(tmp_path, current) == []
    (tmp_path / "model.md").unlink()
    (tmp_path / "rules.md").write_text(current["rules.md"] + "\n", encoding="utf-8")
    assert stale_documents(tmp_path, current) == ["model.md", "rules.md"]


def test_every_column_is_explained(current: dict[str, str]) -> None:
    rows = [
        line
        for name in ("model.md", "reports.md")
        for line in current[name].splitlines()
        if line.startswith("| `")
    ]
    assert len(rows) > 500
    assert [row for row in rows if re.search(r"\|\s*\|$", row)] == []


def test_the_picture_has_every_table_within_its_frame(current: dict[str, str]) -> None:
    picture = ElementTree.fromstring(current["model.svg"])
    space = "{http://www.w3.org/2000/svg}"
    width, height = (float(picture.attrib[name]) for name in ("width", "height"))
    labels = {text.text for text in picture.iter(f"{space}text") if text.attrib["class"] == "label"}
    tables = set(re.findall(r"^### (\w+)\.(\w+)$", current["model.md"], re.MULTILINE))
    hidden = {"reporting", "groundplan"}
    assert {name for schema, name in tables if schema not in hidden} <= labels
    boxes = [
        [float(box.attrib[name]) for name in ("x", "y", "width", "height")]
        for box in picture.iter(f"{space}rect")
        if box.attrib["class"].startswith("box")
    ]
    assert all(x >= 0 and x + w <= width and y >= 0 and y + h <= height for x, y, w, h in boxes)
    assert not _overlapping(boxes)


def _overlapping(boxes: list[list[float]]) -> list[tuple[int, int]]:
    return [
        (first, second)
        for first, (x, y, w, h) in enumerate(boxes)
        for second, (x2, y2, w2, h2) in enumerate(boxes[:first])
        if x < x2 + w2 and x2 < x + w and y < y2 + h2 and y2 < y + h
    ]
