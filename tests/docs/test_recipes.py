"""The recipes of CONTRIBUTING.md, followed to the letter: a module of one's own, with a rule."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from groundplan.database import connect
from groundplan.testing import refuses
from tests.docs.pages import CONTRIBUTING, blocks

CUSTOMER = "00000000-0000-7000-8000-00000000c401"


def _block(language: str, containing: str) -> str:
    (text,) = [
        block.text
        for block in blocks(CONTRIBUTING)
        if block.language == language and containing in block.text
    ]
    return text


@pytest.fixture
def loyalty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project with the package loyalty in it, on the path."""
    package = tmp_path / "loyalty"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "module.py").write_text(_block("python", "MODULE = Module("), encoding="utf-8")
    for name, text in {
        "tables.sql": _block("sql", "create table"),
        "rules.py": "from groundplan.rules import RowCheck, tenant_scoped\n\nRULES = (\n"
        + _block("python", "RowCheck(")
        + '*tenant_scoped("crm.loyalty_cards"),\n)\n',
    }.items():
        (package / name).write_text(text.replace("crm.loyalty", "loyalty.loyalty"), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] == "loyalty"]:
        del sys.modules[name]


def test_a_module_of_ones_own(
    loyalty: Path, empty_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(_block("python", "verify_rules("), {"url": empty_database})
    assert capsys.readouterr().out == "[]\n"
    assert (loyalty / "loyalty" / "rules.sql").is_file()
    sample = _block("sql", "values ('").replace("crm.loyalty", "loyalty.loyalty")
    with connect(empty_database) as connection:
        connection.execute(
            "insert into crm.customers (id, number, kind, display_name)\n"
            "values (%s, 'C-1', 'person', 'Ada')",
            [CUSTOMER],
        )
        connection.execute(sample.encode())
        with refuses("loyalty_points_are_never_negative", connection):
            connection.execute("update loyalty.loyalty_cards set points = -1")
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("update loyalty.loyalty_cards set customer_id = core.new_id()")
