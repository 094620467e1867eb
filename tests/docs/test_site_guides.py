"""The guides and explanations, typed from first to last: they do what they say they do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from groundplan.database import EmbeddedServer, find_binaries
from groundplan.testing import installed
from tests.docs.pages import ROOT, blocks, links
from tests.docs.session import Command, Saved, Shell, parts

GUIDES = ROOT / "docs" / "how-to"
EXPLANATIONS = ROOT / "docs" / "explanation"
SALES_RULES = ROOT / "src" / "groundplan" / "modules" / "sales" / "rules.py"
EXAMPLES = ROOT / "examples" / "tutorial"
ORDERS = ROOT / "tests" / "importer" / "orders" / "data" / "shopify-orders.csv"

A_SHOP = ("groundplan psql < products.sql", "groundplan psql < order.sql")
ON_A_SERVER_OF_ITS_OWN = {
    "how-to/your-own-postgresql": ("groundplan up",),
    "how-to/several-tenants": (),
    "how-to/dashboards": ("groundplan apply", *A_SHOP),
    "how-to/back-up-and-restore": ("groundplan apply", *A_SHOP),
}
"""Pages that make roles or databases, and what has happened before a reader opens them."""

IN_A_DATABASE = {
    "how-to/import": (),
    "how-to/extend": (),
    "how-to/verify-in-production": (
        "groundplan apply",
        *A_SHOP,
        "groundplan fold",
        "groundplan verify",
    ),
    "how-to/test-your-application": (),
    "explanation/four-faces": A_SHOP,
    "explanation/exact-reports": A_SHOP,
    "explanation/totals": A_SHOP,
    "explanation/double-entry-stock": A_SHOP,
    "explanation/tenancy": (),
    "explanation/maintenance-door": A_SHOP,
}
"""Pages for which a database with Groundplan is enough."""

WITHOUT_A_SHELL = {"how-to/from-your-framework"}
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


@pytest.mark.parametrize("name", ON_A_SERVER_OF_ITS_OWN)
def test_a_page_on_a_server_of_its_own(shell: Shell, name: str) -> None:
    _type(shell, name, ON_A_SERVER_OF_ITS_OWN[name])


@pytest.mark.parametrize("name", IN_A_DATABASE)
def test_a_page_in_a_database(shell: Shell, server: EmbeddedServer, name: str) -> None:
    with installed("ecommerce", url=server.url()) as url:
        shell.type(f"export GROUNDPLAN_DATABASE_URL='{url}'")
        _type(shell, name, IN_A_DATABASE[name])


def _type(shell: Shell, name: str, before: Sequence[str]) -> None:
    """Everything on the page, which has to do what it says."""
    for typed in before:
        code, said = shell.type(typed)
        assert code == 0, f"{typed}\nsays\n{said}"
    # The page's server has a name; this one has a directory.
    place = quote(str(shell.directory() / ".groundplan" / "postgres"), safe="")
    typed_parts = 0
    for part in parts(ROOT / "docs" / f"{name}.md"):
        if isinstance(part, Saved):
            (shell.directory() / part.name).write_text(part.text, encoding="utf-8")
            continue
        typed = part.typed.replace("@host/shop", f"@/shop?host={place}&port=5432")
        if part.sql:
            (shell.directory() / "typed.sql").write_text(part.typed, encoding="utf-8")
            # Roles are made by the administrator, not by the owner.
            made_by = " --user postgres" if part.typed.startswith("create role") else ""
            typed = f"groundplan psql{made_by} < typed.sql"
        code, said = shell.type(typed)
        told = f"{name}: {part.typed}\nsays\n{said}"
        assert code == 0, told
        assert part.is_what_it_says(said), told
        assert ("ERROR:" in said) == ("ERROR:" in part.shown), told
        typed_parts += 1
    assert typed_parts >= 1


@pytest.mark.parametrize("directory", [GUIDES, EXPLANATIONS], ids=lambda path: path.name)
def test_every_page_is_listed_and_run(directory: Path) -> None:
    names = {path.stem for path in directory.glob("*.md")} - {"index"}
    run = {
        name.partition("/")[2]
        for name in (*ON_A_SERVER_OF_ITS_OWN, *IN_A_DATABASE, *WITHOUT_A_SHELL)
        if name.startswith(f"{directory.name}/")
    }
    assert names == run
    assert names <= {Path(link).stem for link in links(directory / "index.md")}


def test_the_declaration_that_is_explained_is_the_one_there_is() -> None:
    (shown,) = [
        block.text for block in blocks(EXPLANATIONS / "four-faces.md") if block.language == "python"
    ]
    declared = {line.strip() for line in SALES_RULES.read_text(encoding="utf-8").splitlines()}
    lines = [line.strip() for line in shown.splitlines() if "(...)" not in line]
    assert len(lines) > 8
    assert [line for line in lines if line not in declared and line not in ("Cap(", ")")] == []


def test_the_runner_takes_output_with_its_statement(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```sql\nselect 1;\n```\n\n```text\n1\n```\n\n```sql\nselect 2;\n```\n", "utf-8"
    )
    assert list(parts(page)) == [
        Command("select 1;\n", "1\n", sql=True),
        Command("select 2;\n", "…", sql=True),
    ]
