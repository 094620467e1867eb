"""Databases to type commands at, and the typing of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from groundplan.cli import main
from groundplan.compose import Plan
from groundplan.database import EmbeddedServer, connect, template_database
from groundplan.installation import add_sample_rows, apply
from tests.installation.conftest import installed_template, plan

__all__ = ["installed_template", "plan"]


@dataclass(frozen=True)
class Typed:
    """What a command ended with, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Type = Callable[..., Typed]


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def type_in(capsys: pytest.CaptureFixture[str]) -> Type:
    """Run a command in this process: ``type_in("status", "--json")``."""

    def run(*arguments: str) -> Typed:
        capsys.readouterr()
        code = main(arguments)
        said = capsys.readouterr()
        return Typed(code, said.out, said.err)

    return run


def command_line(*arguments: str) -> list[str]:
    """The same as a process."""
    return [sys.executable, "-m", "groundplan.cli", *arguments]


def in_process(*arguments: str) -> Typed:
    """Run a command in a process of its own."""
    answer = subprocess.run(command_line(*arguments), capture_output=True, text=True, timeout=60)
    return Typed(answer.returncode, answer.stdout, answer.stderr)


@pytest.fixture(scope="session")
def shop_template(server: EmbeddedServer, plan: Plan) -> str:
    """The name of a database with everything installed and the sample rows."""

    def build(url: str) -> None:
        with connect(url, autocommit=True) as connection:
            apply(connection, plan)
            add_sample_rows(connection, plan.modules)

    key = "".join(module.text("sample.sql") for module in plan.modules)
    return template_database(server.url(), f"shop {plan.text()} {key}", build)


@pytest.fixture
def shop(
    clone: Callable[[str | None], str], shop_template: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The URL of a shop; commands find it by themselves."""
    url = clone(shop_template)
    monkeypatch.setenv("GROUNDPLAN_DATABASE_URL", url)
    return url


@pytest.fixture
def nothing(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty database; commands find it by themselves."""
    monkeypatch.setenv("GROUNDPLAN_DATABASE_URL", empty_database)
    return empty_database


def assert_narrow(text: str) -> None:
    """No line is wider than 80 columns."""
    wide = [line for line in text.splitlines() if len(line) > 80]
    assert wide == []
