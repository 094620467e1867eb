"""The site: every page is reached, it builds without a warning, and it asks no other host."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.pages import ROOT

DOCS = ROOT / "docs"
_TOCTREE = re.compile(r"^```\{toctree\}\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_URL_IN_CSS = re.compile(r"url\(\s*['\"]?(?P<url>[^'\")]+)|@import\s+['\"](?P<imported>[^'\"]+)")

with_sphinx = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("sphinx", "furo", "myst_parser")),
    reason="the site's own tools are not in this environment: `make site` builds it",
)


def _listed(page: Path) -> set[Path]:
    """The pages in its tables of contents."""
    return {
        (page.parent / f"{line}.md").resolve()
        for found in _TOCTREE.finditer(page.read_text(encoding="utf-8"))
        for line in found["body"].splitlines()
        if line and not line.startswith(":")
    }


def test_every_page_is_in_one_table_of_contents() -> None:
    pages = set(DOCS.rglob("*.md"))
    listed = [each for page in pages for each in _listed(page)]
    assert len(listed) == len(set(listed))
    decisions = set((DOCS / "decisions").glob("0*.md"))  # docs/conf.py lists these.
    assert pages - decisions - {DOCS / "index.md"} == set(listed)


class _Requests(HTMLParser):
    """What a browser loads for a page by itself, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.anchors.update(name for name in (told.get("id"), told.get("name")) if name)
        target = told.get("href") or ""
        if tag == "a":
            self.links.append(target)
        elif tag == "link":
            self.loaded.append(target)
        self.loaded += [told[name] or "" for name in ("src", "srcset", "data") if name in told]


def _read(page: Path) -> _Requests:
    requests = _Requests()
    requests.feed(page.read_text(encoding="utf-8"))
    return requests


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it was built; a warning is an error."""
    target = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"),
            *("-d", target / "doctrees", DOCS, target / "html"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return target / "html"


@with_sphinx
def test_it_asks_no_other_host(site: Path) -> None:
    pages = [*site.rglob("*.html")]
    loaded = [each for page in pages for each in _read(page).loaded]
    assert len(pages) >= 50
    assert len(loaded) > len(pages)
    elsewhere = [each for each in loaded if urlsplit(each).netloc]
    assert elsewhere == []
    styles = [
        found["url"] or found["imported"]
        for sheet in site.rglob("*.css")
        for found in _URL_IN_CSS.finditer(sheet.read_text(encoding="utf-8"))
    ]
    assert [each for each in styles if urlsplit(each).netloc] == []


@with_sphinx
def test_its_links_lead_somewhere(site: Path) -> None:
    read = {page.resolve(): _read(page) for page in site.rglob("*.html")}
    lost: list[str] = []
    for page, requests in read.items():
        for link in [*requests.links, *requests.loaded]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            known = read[target].anchors if target in read else None
            if not target.exists() or (
                parts.fragment and known is not None and unquote(parts.fragment) not in known
            ):
                lost.append(f"{page.name}: {link}")
    assert lost == []
