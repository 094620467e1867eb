"""The guides, typed from their first line to their last: they do what they say they do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from groundplan.database import EmbeddedServer, find_binaries
from tests.docs.pages import ROOT, links
from tests.docs.session import Command, Saved, Shell, parts

GUIDES = ROOT / "docs" / "how-to"
EXAMPLES = ROOT / "examples" / "tutorial"
ORDERS = ROOT / "tests" / "importer" / "orders" / "data" / "shopify-orders.csv"

A_SHOP = (
    "groundplan apply",
    "groundplan psql < products.sql",
    "groundplan psql < order.sql",
)
BEFORE = {
    "your-own-postgresql": ("groundplan up",),
    "several-tenants": (),
    "import": ("groundplan apply",),
    "extend": ("groundplan apply",),
    "dashboards": A_SHOP,
    "back-up-and-restore": A_SHOP,
    "verify-in-production": (*A_SHOP, "groundplan fold", "groundplan verify"),
    "test-your-application": (),
}
"""What has happened before a reader opens the guide; the last directory is theirs."""

WITHOUT_A_SHELL = {"from-your-framework"}
"""Programs, which tests/docs/test_site_frameworks.py runs."""


@pytest.fixture
def shell(open_directory: Path) -> Iterator[Shell]:
    """In a directory with some files, whose servers are gone afterwards."""
    for name in ("products.sql", "order.sql"):
        shutil.copy(EXAMPLES / name, open_directory)
    shutil.copy(ORDERS, open_directory / "orders_export.csv")
    try:
        with Shell(open_directory) as shell:
            shell.type(f'export PATH="{find_binaries()}:$PATH"')
            yield shell
    finally:
        for ground in open_directory.rglob(".groundplan"):
            EmbeddedServer(ground).destroy()


@pytest.mark.parametrize("name", BEFORE)
def test_the_guide(shell: Shell, name: str) -> None:
    for typed in BEFORE[name]:
        code, said = shell.type(typed)
        assert code == 0, f"{typed}\nsays\n{said}"
    # The page's server has a name; this one has a directory.
    place = quote(str(shell.directory() / ".groundplan" / "postgres"), safe="")
    typed_parts = 0
    for part in parts(GUIDES / f"{name}.md"):
        if isinstance(part, Saved):
            (shell.directory() / part.name).write_text(part.text, encoding="utf-8")
            continue
        typed = part.typed.replace("@host/shop", f"@/shop?host={place}&port=5432")
        if part.sql:
            (shell.directory() / "typed.sql").write_text(part.typed, encoding="utf-8")
            typed = "groundplan psql < typed.sql"
        code, said = shell.type(typed)
        told = f"{name}: {part.typed}\nsays\n{said}"
        assert code == 0, told
        assert part.is_what_it_says(said), told
        assert ("ERROR:" in said) == ("ERROR:" in part.shown), told
        typed_parts += 1
    assert typed_parts >= (1 if name == "test-your-application" else 2)


def test_every_guide_is_listed_and_run() -> None:
    names = {path.stem for path in GUIDES.glob("*.md")} - {"index"}
    assert names == {*BEFORE, *WITHOUT_A_SHELL}
    assert names <= {Path(link).stem for link in links(GUIDES / "index.md")}


def test_the_runner_takes_output_with_its_statement(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```sql\nselect 1;\n```\n\n```text\n1\n```\n\n```sql\nselect 2;\n```\n", "utf-8"
    )
    assert list(parts(page)) == [
        Command("select 1;\n", "1\n", sql=True),
        Command("select 2;\n", "…", sql=True),
    ]
