"""Ctrl-C and kill -9 in every phase: the database is as it was, and the next import is whole."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from groundplan.database import connect
from tests.importer.trouble import till
from tests.importer.trouble.contents import business, checksums
from tests.importer.trouble.processes import (
    GATE,
    alone,
    finished,
    holding,
    holding_the_lock,
    interrupted,
    killed,
    named,
    parts,
    started,
    waiting,
)

Held = contextlib.AbstractContextManager[psycopg.Connection[Any]]

SAID = "\nInterrupted; nothing is left running, and what was not finished is taken back.\n"

PHASES: dict[str, tuple[Callable[[str], Held], str]] = {
    "waiting for another import": (holding_the_lock, "pg_advisory_lock"),
    "putting rows together": (
        lambda url: holding(url, "lock table sales.orders in access exclusive mode"),
        "sales.orders",
    ),
    "loading": (
        lambda url: holding(url, "lock table sales.order_items in share mode"),
        "sales.order_items",
    ),
    "folding the reports": (
        lambda url: holding(url, "lock table groundplan.sales_daily_base in share mode"),
        "groundplan.sales_daily_base",
    ),
    "counting": (
        lambda url: holding(url, "lock table importing.rejected_lines in share mode"),
        "importing.rejected_lines",
    ),
    "committing": (
        lambda url: holding(url, f"select pg_advisory_lock({GATE})"),
        "COMMIT",
    ),
}
"""Who holds an import up in this phase, and where it is then found waiting."""

_QUERY = "query = \"select * from public.till_rows where no < 'Q-25' or public.gate()\""


@pytest.fixture(scope="module")
def undisturbed(
    gated_template: str, server: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """What a database holds after the import of the same file that nobody stopped."""
    from groundplan.database import scratch_database

    folder = tmp_path_factory.mktemp("undisturbed")
    file = folder / "orders.csv"
    file.write_text(till.lines(400, faulty={7, 200, 201}))
    with scratch_database(server.url(), template=gated_template) as url:
        finished(url, str(till.written_mapping(folder)), str(file))
        return business(url)


@pytest.mark.parametrize("phase", PHASES)
def test_stopped_in_every_phase(
    phase: str,
    gated: str,
    mapping: str,
    orders: str,
    tmp_path: Path,
    undisturbed: dict[str, list[str]],
) -> None:
    hold, place = PHASES[phase]
    rejects = tmp_path / "rejects.csv"
    arguments = (mapping, orders, "--rejects", str(rejects))
    before = checksums(gated)

    with hold(gated), started(gated, *arguments) as process:
        waiting(gated, place, process)
        assert interrupted(process) == (130, "", SAID)
        alone(gated)
        assert (parts(tmp_path), rejects.exists()) == ([], False)
    assert checksums(gated) == before

    with hold(gated), started(gated, *arguments) as process:
        waiting(gated, place, process)
        killed(process)
        alone(gated)
        assert not rejects.exists()
    assert checksums(gated) == before

    report = finished(gated, *arguments)
    assert (report["read"], report["loaded"], report["rejected"]) == (400, 397, 3)
    assert report["notes"] == []
    assert parts(tmp_path) == []
    assert business(gated) == undisturbed


def test_stopped_while_reading(gated: str, tmp_path: Path) -> None:
    """A source that pauses in the middle of its rows: the import is in the middle of its COPY."""
    mapping = str(till.written_mapping(tmp_path, _QUERY))
    arguments = (mapping, named(gated))
    before = checksums(gated)
    for stop in (interrupted, killed):
        with (
            holding(gated, f"select pg_advisory_lock({GATE})"),
            started(gated, *arguments) as process,
        ):
            waiting(gated, "FETCH", process)
            assert _copying(gated)
            assert stop(process) in ((130, "", SAID), None)
            alone(gated)
        assert checksums(gated) == before
    report = finished(gated, *arguments)
    assert (report["read"], report["loaded"]) == (3000, 3000)


def _copying(url: str) -> bool:
    with connect(url) as connection:
        row = connection.execute(
            "select exists (select from pg_stat_activity where datname = current_database()"
            " and application_name = 'groundplan-import' and query like 'copy staged%'"
            " and state = 'active')"
        ).fetchone()
    return row == (True,)
