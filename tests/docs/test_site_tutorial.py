"""The tutorial, typed from its first page to its last: it prints what it says it prints."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

import pytest

from groundplan.database import EmbeddedServer
from tests.docs.pages import ROOT, links
from tests.docs.session import Command, Saved, Shell, parts

TUTORIAL = ROOT / "docs" / "tutorial"
EXAMPLES = ROOT / "examples" / "tutorial"

INSTEAD = {"make demo": "groundplan demo --orders 300"}
"""The first would install this checkout once more, and trades for longer."""

STUDIO = "groundplan studio --demo"
"""Waits for Ctrl-C."""

URL = re.compile(r"export GROUNDPLAN_DATABASE_URL='[^']+'")


def _pages() -> list[Path]:
    """In the order of the first page."""
    listed = [link for link in links(TUTORIAL / "index.md") if "/" not in link]
    assert {*listed, "index.md"} == {path.name for path in TUTORIAL.glob("*.md")}
    return [TUTORIAL / name for name in listed]


@pytest.fixture
def shell(open_directory: Path) -> Iterator[Shell]:
    """In a directory whose servers are gone afterwards."""
    try:
        with Shell(open_directory) as shell:
            yield shell
    finally:
        for ground in open_directory.rglob(".groundplan"):
            EmbeddedServer(ground).destroy()


def test_the_tutorial(shell: Shell) -> None:
    compared, url = 0, ""
    for page in _pages():
        for part in parts(page):
            if isinstance(part, Saved):
                (shell.directory() / part.name).write_text(part.text, encoding="utf-8")
            elif part.typed == STUDIO:
                _look_at_the_studio(shell.directory(), part)
                compared += 1
            else:
                typed = INSTEAD.get(part.typed, part.typed)
                code, said = shell.type(url if URL.fullmatch(typed) else typed)
                told = f"{page.name}: {part.typed}\nsays\n{said}"
                assert code == 0, told
                assert part.is_what_it_says(said), told
                found = URL.search(said)
                url = found[0] if found else url
                compared += bool(part.shown)
    assert compared >= 15


def _look_at_the_studio(directory: Path, part: Command) -> None:
    """It says where it is, it is there, and it ends with Ctrl-C."""
    with subprocess.Popen(
        [sys.executable, "-m", "groundplan.cli", *part.typed.split()[1:]],
        cwd=directory,
        stdout=subprocess.PIPE,
        text=True,
    ) as studio:
        assert studio.stdout is not None
        try:
            said = studio.stdout.readline() + studio.stdout.readline()
            assert part.is_what_it_says(said), said
            opener = build_opener(ProxyHandler({}), HTTPCookieProcessor())
            with opener.open(said.split()[1], timeout=120) as answer:
                assert answer.status == 200
                assert "Dashboard" in answer.read().decode()
        finally:
            studio.send_signal(signal.SIGINT)


def test_its_programs_are_the_examples() -> None:
    saved = {
        part.name: part.text for page in _pages() for part in parts(page) if isinstance(part, Saved)
    }
    assert saved == {
        path.name: path.read_text(encoding="utf-8")
        for path in EXAMPLES.iterdir()
        if path.suffix in (".py", ".sql")
    }
    assert len(saved) >= 4


@pytest.mark.parametrize(
    ("shown", "said", "is_it"),
    [
        ("one\n", "one \n", True),
        ("one\n", "one\ntwo\n", False),
        ("one\n…\nthree\n", "one\nthree\n", True),
        ("one\n…\nthree\n", "one\ntwo\nthree\n", True),
        ("one\n…\n", "two\n", False),
        ("at … of the [day]\n", "at the end of the [day]\n", True),
        ("at … of the [day]\n", "at the end of the [night]\n", False),
        ("", "said\n", False),
    ],
)
def test_what_is_shown_is_compared_with_what_is_said(shown: str, said: str, is_it: bool) -> None:
    assert Command("type", shown).is_what_it_says(said) is is_it
