"""Two imports at the same time: one after the other, and nothing is counted twice."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from groundplan.database import connect
from tests.importer.test_dirt import assert_everything_holds, rows
from tests.importer.trouble import till
from tests.importer.trouble.processes import (
    eventually,
    finished,
    holding,
    holding_the_lock,
    named,
    started,
    waiting,
)

MODES = {"all or nothing": (), "in batches": ("--commit-every", "50")}


def _said(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    return json.loads(out)


def _waiting_imports(url: str, processes: Sequence[subprocess.Popen[str]]) -> int:
    for process in processes:
        assert process.poll() is None, process.communicate()
    ((found,),) = rows(
        url,
        "select count(*) from pg_locks join pg_stat_activity as activity using (pid)"
        " where not granted and activity.datname = current_database()"
        " and application_name = 'groundplan-import'",
    )
    return found


@pytest.mark.parametrize("mode", MODES)
def test_the_same_file_twice(mode: str, gated: str, mapping: str, orders: str) -> None:
    arguments = (mapping, orders, *MODES[mode], "--json")
    with contextlib.ExitStack() as stack:
        with holding_the_lock(gated):
            both = [stack.enter_context(started(gated, *arguments)) for _ in range(2)]
            eventually(lambda: _waiting_imports(gated, both) == 2, "both wait")
        reports = [_said(process) for process in both]
    reports.sort(key=lambda report: report["duplicates"])
    assert [
        (report["read"], report["loaded"], report["duplicates"], report["rejected"])
        for report in reports
    ] == [(400, 397, 0, 3), (400, 0, 397, 3)]
    first, second = (report["amounts"]["EUR"] for report in reports)
    assert first["loaded"] == second["duplicates"] == first["source"] == second["source"]
    assert rows(gated, "select count(*) from sales.orders where number ~ '^T-.{1,3}$'") == [(397,)]
    assert_everything_holds(gated)


@pytest.mark.parametrize("mode", MODES)
def test_two_files_that_share_customers_and_skus(
    mode: str, gated: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text(till.lines(300, first=301))
    with contextlib.ExitStack() as stack:
        with holding_the_lock(gated):
            both = [
                stack.enter_context(started(gated, mapping, file, *MODES[mode], "--json"))
                for file in (orders, str(other))
            ]
            eventually(lambda: _waiting_imports(gated, both) == 2, "both wait")
        reports = [_said(process) for process in both]
    assert sum(report["loaded"] for report in reports) == 597
    assert sum(report["duplicates"] for report in reports) == 100
    loaded = sum(float(report["amounts"]["EUR"]["loaded"]) for report in reports)
    unread = sum(till.amount(1, first=number) for number in (7, 200, 201))
    assert round(loaded * 100) == till.amount(600) - unread
    assert_everything_holds(gated)


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_the_first_two_imports_of_a_database(
    isolation: str, database: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    """The one makes the schema of the importer while the other finds none."""
    other = tmp_path / "other.csv"
    other.write_text(till.lines(30, first=901))
    with connect(database, autocommit=True) as connection:
        connection.execute(
            f"alter database {connection.info.dbname}"
            f" set default_transaction_isolation = '{isolation}'".encode()
        )
    with contextlib.ExitStack() as stack:
        with holding(database, "lock table sales.order_items in share mode"):
            first = stack.enter_context(started(database, mapping, orders, "--json"))
            waiting(database, "sales.order_items", first)
            second = stack.enter_context(started(database, mapping, str(other), "--json"))
            third = stack.enter_context(started(database, mapping, orders, "--json"))
            eventually(lambda: _waiting_imports(database, (first, second, third)) == 3, "all wait")
        reports = [_said(process) for process in (first, second, third)]
    assert [(report["loaded"], report["duplicates"]) for report in reports] == [
        (397, 0), (30, 0), (0, 397),
    ]  # fmt: skip
    assert_everything_holds(database)


_WITHOUT_THE_LOCK = """
import json, sys
from pathlib import Path
from groundplan.importer import import_files, read_mapping
from groundplan.importer.loading import run
run.LOCK = 1
report = import_files(read_mapping(Path(sys.argv[1])), [sys.argv[2]], sys.argv[3])
print(json.dumps(report.as_json()))
"""


@contextlib.contextmanager
def _started_without_the_lock(*arguments: str) -> Generator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _WITHOUT_THE_LOCK, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def test_without_the_lock_the_second_report_would_be_wrong(
    gated: str, mapping: str, orders: str
) -> None:
    """The control: one that does not wait takes known orders for new, and has them refused."""
    with contextlib.ExitStack() as stack:
        with holding(gated, "lock table importing.rejected_lines in share mode"):
            first = stack.enter_context(started(gated, mapping, orders, "--json"))
            waiting(gated, "importing.rejected_lines", first)
            second = stack.enter_context(_started_without_the_lock(mapping, orders, named(gated)))
            eventually(
                lambda: second.poll() is not None or _waiting_imports(gated, (first,)) == 2,
                "the second is not held back",
            )
        assert _said(first)["loaded"] == 397
        wrong = _said(second)
    assert (wrong["loaded"], wrong["duplicates"], wrong["rejected"]) == (0, 0, 400)
    right = finished(gated, mapping, orders)
    assert (right["loaded"], right["duplicates"], right["rejected"]) == (0, 397, 3)
    assert_everything_holds(gated)
