"""Links lead somewhere, and the README names the commands there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from groundplan.cli.group import COMMANDS
from tests.docs.pages import README, ROOT, anchors, links, pages

by_page = pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))


@by_page
def test_links_lead_somewhere(page: Path) -> None:
    lost: list[str] = []
    for link in links(page):
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (fragment and fragment not in anchors(target)):
            lost.append(link)
    assert lost == []


def test_the_readme_names_every_command_once() -> None:
    text = README.read_text(encoding="utf-8").split("## Commands")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = [
        name.removeprefix("groundplan ") for row in rows for name in re.findall("`(.+?)`", row)
    ]
    assert sorted(named) == sorted(COMMANDS)


def test_every_decision_is_listed() -> None:
    directory = ROOT / "docs" / "decisions"
    numbered = {path.name for path in directory.glob("[0-9]*.md")}
    assert len(numbered) >= 10
    assert numbered == {link for link in links(directory / "README.md") if link[0].isdigit()}
