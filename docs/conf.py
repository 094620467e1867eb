"""The documentation site: `make site` builds it into build/site.

The pages are plain Markdown that reads as well on a code host. What only a site needs is added
here, while the pages are read: pages for files above docs/, and the order of the decisions. The
site asks no other host for anything and opens from the file system.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from pygments.lexer import inherit
from pygments.lexers.sql import PostgresLexer
from pygments.token import Keyword, Name
from sphinx.application import Sphinx

DOCS = Path(__file__).parent
ROOT = DOCS.parent

project = "Groundplan"
author = "The Groundplan contributors"
copyright = author

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build"]
nitpicky = True

myst_heading_anchors = 4
myst_enable_extensions = ["attrs_inline"]

html_theme = "furo"
html_title = "Groundplan"
html_favicon = "_static/icon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    "light_logo": "icon.svg",
    "dark_logo": "icon-dark.svg",
    "footer_icons": [],
    "light_css_variables": {
        "color-brand-primary": "#0b6e66",
        "color-brand-content": "#0b6e66",
        "color-brand-visited": "#0b6e66",
    },
    "dark_css_variables": {
        "color-brand-primary": "#5fd0c3",
        "color-brand-content": "#5fd0c3",
        "color-brand-visited": "#5fd0c3",
    },
}

ABOVE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changes.md"}
"""Files above docs/ that are pages of the site, and under which name."""

_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<path>[^)\s#:]+)(?P<fragment>#[^)\s]*)?\)")


class Psql(PostgresLexer):
    """SQL with what only psql understands: its commands and its variables."""

    tokens = {"root": [(r"\\\w+", Keyword), (r":'\w+'", Name.Variable), inherit]}  # noqa: RUF012


def read_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """The text of a page as the site shows it."""
    text, folder = source[0], posixpath.dirname(docname)
    for above, page in ABOVE.items():
        if f"{docname}.md" == page:
            text = (ROOT / above).read_text(encoding="utf-8").replace("](docs/", "](")
    if docname == "decisions/README":
        text += "\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n"
    source[0] = _LINK.sub(lambda link: _as_on_the_site(link, folder), text)


def _as_on_the_site(link: re.Match[str], folder: str) -> str:
    """Links out of docs/ lead to the page made of the file, or become plain text."""
    path = posixpath.normpath(posixpath.join("docs", folder, link["path"]))
    if path.startswith("docs/"):
        return link[0]
    if path not in ABOVE:
        return link["text"]
    target = posixpath.relpath(ABOVE[path], folder or ".")
    return f"[{link['text']}]({target}{link['fragment'] or ''})"


def setup(app: Sphinx) -> None:
    app.connect("source-read", read_page)
    app.add_lexer("sql", Psql)
