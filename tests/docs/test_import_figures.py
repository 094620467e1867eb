"""What the README and the manual show of an import is what one prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.cli import main
from groundplan.database import EmbeddedServer
from groundplan.testing import installed
from tests.docs.pages import README, ROOT

ORDERS = ROOT / "tests" / "importer" / "orders" / "data" / "shopify-orders.csv"


@pytest.mark.parametrize(
    "page", [README, ROOT / "docs" / "importing.md"], ids=lambda page: page.name
)
def test_the_figures(
    server: EmbeddedServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    page: Path,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with installed("ecommerce", url=server.url()) as url:
        assert main(["import", str(ORDERS), "--dry-run", "--database", url]) == 0
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()[:6]]
    assert [line.split()[0] for line in printed[2:]] == ["Read", "Loaded", "Rejected", "Known"]
    shown = page.read_text(encoding="utf-8").splitlines()
    first = shown.index(printed[0])
    assert shown[first : first + 6] == printed
