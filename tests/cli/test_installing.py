"""apply, grants, sql and generate."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from groundplan.cli import generate
from groundplan.database import connect, find_binaries
from tests.cli.conftest import Type, assert_narrow


def run_sql(url: str, text: str) -> None:
    answer = subprocess.run(
        [find_binaries() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr


def test_apply_says_what_it_did(nothing: str, type_in: Type) -> None:
    dry = type_in("apply", "--preset", "crm", "--dry-run")
    assert dry.code == 0
    assert "all of it was taken back" in " ".join(dry.out.split())
    assert type_in("status", "--json").json["modules"] == []
    first = type_in("apply", "--preset", "crm")
    assert "New modules: groundplan, core, reporting, crm." in first.out
    again = type_in("apply", "--json").json
    assert (again["installed"], again["created"]) == ([], [])
    assert again["modules"] == ["groundplan", "core", "reporting", "crm"]
    more = type_in("apply", "--module", "catalog")
    assert "New modules: catalog." in more.out
    assert_narrow(dry.out + first.out + more.out)
    refused = type_in("apply", "--tenancy", "multi")
    assert refused.code == 1
    assert "made for a single company" in refused.err
    assert_narrow(refused.err)


def test_apply_names_what_came_back(shop: str, type_in: Type) -> None:
    with connect(shop, autocommit=True) as connection:
        row = connection.execute(
            "select tgname from pg_trigger\n"
            "where tgrelid = 'sales.orders'::regclass and not tgisinternal order by 1 limit 1"
        ).fetchone()
        assert row is not None
        connection.execute(f"drop trigger {row[0]} on sales.orders".encode())
    answer = type_in("apply")
    told = f"Put back: trigger {row[0]} on sales.orders, which was missing."
    assert told in " ".join(answer.out.split())


@pytest.mark.parametrize(
    "arguments", [["--preset", "ecomerce"], ["--module", "sale"], ["--tenancy", "double"]]
)
def test_apply_knows_its_words(nothing: str, type_in: Type, arguments: list[str]) -> None:
    for command in ("apply", "sql"):
        answer = type_in(command, *arguments)
        assert answer.code == 2
        assert arguments[1] in answer.err


def test_the_plan_is_printed_and_runs(nothing: str, type_in: Type) -> None:
    answer = type_in("sql", "--preset", "crm", "--tenancy", "multi")
    assert answer.code == 0
    run_sql(nothing, answer.out)
    status = type_in("status", "--json").json
    assert (status["tenancy"], len(status["modules"])) == ("multi", 4)


def test_presets_are_put_together(nothing: str, type_in: Type) -> None:
    assert type_in("apply", "--preset", "crm", "--preset", "inventory").code == 0
    together = {module["name"] for module in type_in("status", "--json").json["modules"]}
    assert {"crm", "inventory"} < together
    assert "sales" not in together


def test_grants_are_printed_and_run(shop: str, type_in: Type) -> None:
    assert type_in("grants").code == 2
    answer = type_in("grants", "--app", "shop app", "--report", "shop report")
    assert answer.code == 0
    with connect(shop, autocommit=True) as connection:
        connection.execute('create role "shop app"; create role "shop report"')
        try:
            run_sql(shop, answer.out)
            row = connection.execute(
                "select has_table_privilege('shop app', 'sales.orders', 'insert'),\n"
                "    has_table_privilege('shop report', 'sales.orders', 'select'),\n"
                "    has_table_privilege('shop report', 'reporting.metrics_daily', 'select')"
            ).fetchone()
            assert row == (True, False, True)
        finally:
            connection.execute(
                'drop owned by "shop app", "shop report";drop role "shop app", "shop report"'
            )


def test_grants_for_a_role_that_does_not_exist_are_one_error(shop: str, type_in: Type) -> None:
    """psql goes on after an error, and here finds nothing more to complain about."""
    printed = type_in("grants", "--app", "nobody of that name", "--report", "nor that").out
    ran = subprocess.run(
        [find_binaries() / "psql", "-X", "-q", shop],
        input=printed,
        capture_output=True,
        text=True,
        check=False,
    )
    told = ran.stderr.splitlines()
    assert told[0].endswith('There is no role "nobody of that name".')
    assert sum("ERROR" in line for line in told) == 1
    assert ran.stdout == ""


def test_grants_need_an_installation_or_a_preset(nothing: str, type_in: Type) -> None:
    answer = type_in("grants", "--app", "x")
    assert answer.code == 1
    assert "groundplan apply" in answer.err
    printed = type_in("grants", "--auditor", "x", "--preset", "crm")
    assert 'grant select on all tables in schema crm to "x"' in printed.out


def test_generated_files_are_fresh_or_named(
    type_in: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "__file__", str(tmp_path / "cli" / "generate.py"))
    for module in ("core", "catalog", "crm", "sales", "inventory", "fulfillment"):
        (tmp_path / "modules" / module).mkdir(parents=True)
    stale = type_in("generate", "--check")
    assert stale.code == 1
    assert str(tmp_path / "modules" / "sales" / "rules.sql") in stale.out
    assert not list(tmp_path.rglob("*.sql"))
    assert type_in("generate").code == 0
    fresh = type_in("generate", "--check")
    assert (fresh.code, fresh.err) == (0, "")
    (tmp_path / "modules" / "sales" / "rules.sql").write_text("edited", encoding="utf-8")
    assert type_in("generate", "--check").out.count("not fresh") == 1
