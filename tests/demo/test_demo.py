"""`groundplan demo` as a newcomer runs it: in a directory of its own, twice, to the end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from groundplan.cli import demo as demo_command
from groundplan.database import (
    EmbeddedServer,
    connect,
    create_database,
    drop_database,
    superuser_url,
    url_as,
)
from groundplan.demo import DATABASE, REPORTS
from groundplan.demo.show import APPLICATION, ATTACKED, UNGUARDED
from groundplan.errors import UnknownDatabase

URL = re.compile(r"export GROUNDPLAN_DATABASE_URL='([^']+)'")
ORDERS = "300"


@dataclass(frozen=True)
class Run:
    """A demonstration that has ended."""

    text: str
    again: str
    directory: Path

    @property
    def url(self) -> str:
        """What it says the URL is."""
        found = URL.search(self.text)
        assert found is not None
        return found[1]


def demo(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "groundplan.cli", "demo", *arguments],
        cwd=directory,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "80"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    directory = tmp_path_factory.mktemp("demo")
    try:
        texts: list[str] = []
        for _ in range(2):
            ended = demo(directory, "--orders", ORDERS)
            assert ended.returncode == 0, ended.stdout + ended.stderr
            assert ended.stderr == ""
            texts.append(ended.stdout)
        yield Run(texts[0], texts[1], directory)
    finally:
        EmbeddedServer(directory / ".groundplan").destroy()


def test_it_fits_the_terminal(run: Run) -> None:
    lines = [line for line in run.text.splitlines() if not URL.search(line)]
    assert [line for line in lines if len(line) > 80] == []
    assert len(lines) > 80


@pytest.mark.parametrize(
    ("called", "program"),
    [
        ("/home/ada/shop/.venv/bin/groundplan", "groundplan"),
        (f"/srv/{'deep/' * 20}.venv/bin/groundplan", "groundplan"),
        (f"/srv/{'deep/' * 20}src/groundplan/cli/__main__.py", "-m groundplan.cli"),
    ],
)
def test_a_long_path_leaves_room_for_the_commands(
    called: str, program: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    monkeypatch.setattr(shutil, "which", lambda _: None)
    demo_command._say_what_next("postgresql://ada@localhost/shop", is_embedded=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if len(line) > 80 and "alias " not in line] == []
    assert any(f"{program} studio --demo" in line for line in lines)


def test_it_shows_five_reports_with_rows(run: Run) -> None:
    for report in REPORTS:
        assert f"\n{report.title}\n" in run.text
        table = run.text.split(f"\n{report.title}\n")[1].split(report.note)[0]
        assert len(table.splitlines()) >= 5, table


def test_stock_alerts_of_every_kind_are_shown(run: Run) -> None:
    for kind in ("out of stock", "order more", "too much", "not moving"):
        assert re.search(rf"^{kind} ", run.text, re.MULTILINE), kind


def test_every_attack_is_refused(run: Run) -> None:
    refused = re.findall(r"^  refused (23\w{3}) (\w+)$", run.text, re.MULTILINE)
    assert [name for _, name in refused] == list(ATTACKED)
    assert f"{len(ATTACKED)} attempts, {len(ATTACKED)} refused" in run.text


def test_without_its_rule_an_attack_gets_through(run: Run) -> None:
    assert f"one rule taken away: {UNGUARDED}." in run.text
    assert "1 order refunded above the total" in " ".join(run.text.split())


def test_the_check_finds_nothing(run: Run) -> None:
    assert "Guards: 0 missing or altered since they were installed" in run.text
    assert "Rules: checked on every row, 0 broken" in run.text
    figures = r"\d{3,} declared rules and \d{3,} plain constraints\."
    assert re.search(f"They keep ({figures})", run.text)
    assert re.search(f"These are ({figures})", run.text)
    assert "counted again from every entry, 0 differences" in run.text


def test_words_are_plain(run: Run) -> None:
    jargon = re.findall(r"\b(deltas?|rollups?|folds?|folded)\b", run.text, re.IGNORECASE)
    assert jargon == []
    assert "Traceback" not in run.text


def test_the_url_leads_to_the_shop(run: Run) -> None:
    with connect(run.url) as connection:
        assert connection.info.dbname == DATABASE
        found = connection.execute("select count(*) from sales.orders").fetchone()
    assert found == (int(ORDERS),)


def test_the_verification_is_recorded(run: Run) -> None:
    with connect(run.url) as connection:
        found = connection.execute(
            "select violations, differences from reporting.verifications"
        ).fetchall()
    assert found == [(0, 0)]


def test_the_shop_was_run_by_an_application(run: Run) -> None:
    """Not by the owner: whoever placed the orders has the rights that every application gets."""
    with connect(run.url) as connection:
        wrote = connection.execute(
            "select created_by from sales.orders union select created_by from catalog.skus\n"
            "union select created_by from crm.customers\n"
            "union select session_role from core.audit_log where schema_name = 'sales'"
        ).fetchall()
        rights = connection.execute(
            "select rolsuper or rolcreatedb or rolcreaterole or rolbypassrls,\n"
            "    has_schema_privilege(rolname, 'groundplan', 'usage'),\n"
            "    has_table_privilege(rolname, 'sales.ledger_entries', 'insert'),\n"
            "    has_table_privilege(rolname, 'sales.orders', 'trigger'),\n"
            "    has_database_privilege(rolname, current_database(), 'temporary')\n"
            "from pg_roles where rolname = %s",
            [APPLICATION],
        ).fetchall()
    assert wrote == [(APPLICATION,)]
    assert rights == [(False, False, False, False, False)]
    with connect(url_as(run.url, APPLICATION)) as reader:
        assert reader.execute("select count(*) from reporting.metrics_daily").fetchone() != (0,)


def test_run_again_it_begins_anew_and_says_so(run: Run) -> None:
    assert "Made the database groundplan_demo.\n" in run.text
    assert "anew; the one of the last run is gone" in run.again
    figures = re.compile(r"^Net sales of the year.*$", re.MULTILINE)
    assert figures.findall(run.text) == figures.findall(run.again)


def test_the_scratch_copy_is_gone(run: Run) -> None:
    with connect(run.url) as connection:
        names = connection.execute(
            "select datname from pg_database where not datistemplate order by 1"
        ).fetchall()
    assert [name for (name,) in names] == ["groundplan", DATABASE, "postgres"]


def test_a_database_of_the_same_name_is_not_touched(server: EmbeddedServer, tmp_path: Path) -> None:
    url = create_database(server.url(), DATABASE)
    try:
        ended = demo(tmp_path, "--orders", "1", "--database", server.url())
        assert ended.returncode == 1
        assert "that the demo did not make" in ended.stderr
        with connect(url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        drop_database(server.url(), DATABASE)
    assert not (tmp_path / ".groundplan").exists()


@pytest.mark.skipif(
    "FAKETIME" in os.environ,
    reason="a signal can stop libfaketime for good; `make test` runs it by the real clock",
)
def test_interrupted_it_says_so(run: Run) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "groundplan.cli", "demo", "--orders", "20000"],
        cwd=run.directory,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the suite in the background makes its children deaf to interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    _wait_for_orders(run.url)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted: the shop is unfinished." in said
    assert "Traceback" not in said
    with connect(superuser_url(run.url) or run.url) as connection:
        left = connection.execute(
            "select count(*) from pg_stat_activity\n"
            "where datname = current_database() and pid <> pg_backend_pid()\n"
            "    and backend_type = 'client backend' and state <> 'idle'"
        ).fetchone()
    assert left == (0,)
    again = demo(run.directory, "--orders", "20")
    assert again.returncode == 0, again.stderr


def _wait_for_orders(url: str) -> None:
    """Until the next run has begun to trade: its database is a new one.

    Only the superuser sees what the application's sessions do.
    """
    higher = superuser_url(url)
    assert higher is not None
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        time.sleep(0.2)
        try:
            with connect(higher) as connection:
                found = connection.execute(
                    "select count(*) from pg_stat_activity\n"
                    "where datname = current_database() and query like 'call %groundplan_trade%'"
                ).fetchone()
        except UnknownDatabase:
            continue
        if found is not None and found[0]:
            return
    pytest.fail("the demo did not begin to trade")
