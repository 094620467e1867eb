"""Commands on the embedded server of a directory, from nothing to nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from groundplan.database import EmbeddedServer
from tests.cli.conftest import Type, command_line, in_process


def test_a_directory_from_up_to_down(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch, type_in: Type
) -> None:
    monkeypatch.chdir(open_directory)
    assert type_in("status", "--json").json == {"running": False, "url": None, "modules": []}
    assert "does not run" in type_in("status").out
    assert "did not run" in type_in("down").out
    assert list(open_directory.iterdir()) == []
    try:
        started = type_in("up", "--json").json
        assert started["started"] is True
        assert type_in("up", "--json").json == {**started, "started": False}
        assert "runs already" in type_in("up").out
        assert type_in("url").out.strip() == started["url"]
        assert "not installed" in type_in("status").out
        assert in_process("psql", "-Atc", "select 6 * 7").out == "42\n"
        assert type_in("apply", "--preset", "crm").code == 0
        status = type_in("status", "--json").json
        assert [module["name"] for module in status["modules"]] == [
            "core",
            "crm",
            "groundplan",
            "reporting",
        ]
        assert (status["tenancy"], status["last_verify"]) == ("single", None)
        assert type_in("down", "--json").json == {"stopped": True}
    finally:
        EmbeddedServer(open_directory / ".groundplan").destroy()


def test_psql_acts_for_a_tenant(shop: str) -> None:
    show = ["-Atc", "show groundplan.tenant_id"]
    assert in_process("psql", "--tenant", "2", *show).out == "2\n"
    nobody = in_process("psql", "--tenant", "99", *show)
    assert (nobody.code, nobody.out) == (2, "")
    assert "there is no tenant 99" in nobody.err


def test_psql_ends_with_its_own_code(shop: str) -> None:
    answer = subprocess.run(
        command_line("psql", "-v", "ON_ERROR_STOP=1", "-f", "-"),
        input="select nonsense;",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 3
