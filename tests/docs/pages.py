"""The pages that people read, and what is in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"

_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^ *```$", re.DOTALL | re.MULTILINE
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code, without the indentation of the list it stands in."""

    language: str
    text: str


def pages() -> list[Path]:
    """Every Markdown page of the repository."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The blocks of code of a page, in order."""
    return [
        Block(
            found["language"],
            "".join(
                line.removeprefix(found["indent"])
                for line in found["text"].splitlines(keepends=True)
            ),
        )
        for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))
    ]


def links(page: Path) -> list[str]:
    """What the page links to within the repository, pictures included."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    return [link for link in _LINK.findall(text) if not link.startswith(("http:", "https:"))]


def anchors(page: Path) -> set[str]:
    """The fragments of the page's headings, as GitHub makes them."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    seen: dict[str, int] = {}
    found: set[str] = set()
    for heading in _HEADING.findall(text):
        words = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        count = seen.get(words, 0)
        seen[words] = count + 1
        found.add(f"{words}-{count}" if count else words)
    return found
