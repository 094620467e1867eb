"""Imports that commit as they go: stopped again and again, they end like one that was not."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from groundplan.compose import closure, compose, load_modules
from groundplan.database import EmbeddedServer, connect
from groundplan.installation import apply
from tests.importer.test_dirt import assert_everything_holds, rows
from tests.importer.trouble import till
from tests.importer.trouble.contents import business, checksums
from tests.importer.trouble.processes import (
    alone,
    finished,
    holding,
    interrupted,
    killed,
    started,
    waiting,
)

_HOLD_UP = """
    create function public.hold_up() returns trigger language plpgsql as $$
    begin
        perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint);
        return new;
    end $$;
"""

GOES_ON = "An import of these files was stopped; this one went on after {:,} records."


def _hold_up(url: str, *numbers: int) -> None:
    """The order of this number is not inserted while somebody has the lock of this number."""
    with connect(url) as connection:
        connection.execute(_HOLD_UP.encode())
        for number in numbers:
            connection.execute(
                f"create trigger hold_up_{number} before insert on sales.orders for each row"
                f" when (new.number = 'T-{number}')"
                f" execute function public.hold_up('{number}')".encode()
            )


def _state(url: str) -> tuple[int, list[tuple[str, int]]]:
    """How many orders of the file are there, and the runs by their status."""
    ((orders,),) = rows(url, "select count(*) from sales.orders where number ~ '^T-.{1,3}$'")
    return orders, rows(
        url, "select status, count(*)::integer from importing.runs group by 1 order by 1"
    )


def _figures(report: dict[str, object]) -> dict[str, object]:
    return {name: found for name, found in report.items() if name not in ("notes", "seconds")}


def test_killed_several_times_in_a_row(
    gated: str,
    clone: Callable[[str | None], str],
    mapping: str,
    orders: str,
    gated_template: str,
) -> None:
    """Batches of 50 of the 397 that can be loaded; they are in the order of the file."""
    undisturbed = clone(gated_template)
    expected = finished(undisturbed, mapping, orders)
    _hold_up(gated, 150, 250, 350)
    arguments = (mapping, orders, "--commit-every", "50")

    for number, there, stop in ((150, 100, killed), (250, 200, interrupted), (350, 300, killed)):
        with (
            holding(gated, f"select pg_advisory_lock({number})"),
            started(gated, *arguments) as process,
        ):
            waiting(gated, "", process)
            stop(process)
            alone(gated)
        assert _state(gated)[0] == there
        assert_everything_holds(gated)
    assert _state(gated)[1] == [("finished", 1), ("loading", 3)]

    report = finished(gated, *arguments)
    assert _figures(report) == _figures(expected)
    assert report["notes"] == [GOES_ON.format(300)]
    assert _state(gated) == (397, [("finished", 2)])
    assert business(gated) == business(undisturbed)
    assert_everything_holds(gated)

    again = finished(gated, *arguments)
    assert (again["loaded"], again["duplicates"], again["rejected"]) == (0, 397, 3)
    assert again["notes"] == []


def test_killed_when_all_is_loaded_but_not_counted(gated: str, mapping: str, orders: str) -> None:
    arguments = (mapping, orders, "--commit-every", "50")
    with (
        holding(gated, "lock table importing.rejected_lines in share mode"),
        started(gated, *arguments) as process,
    ):
        waiting(gated, "importing.rejected_lines", process)
        killed(process)
        alone(gated)
    assert _state(gated) == (397, [("finished", 1), ("loading", 1)])
    report = finished(gated, *arguments)
    assert (report["loaded"], report["duplicates"], report["rejected"]) == (397, 0, 3)
    assert report["notes"] == [GOES_ON.format(397)]
    assert _state(gated) == (397, [("finished", 2)])


def test_whoever_stops_it_can_go_on_all_or_nothing(gated: str, mapping: str, orders: str) -> None:
    _hold_up(gated, 150)
    with (
        holding(gated, "select pg_advisory_lock(150)"),
        started(gated, mapping, orders, "--commit-every", "50") as process,
    ):
        waiting(gated, "", process)
        code, out, err = interrupted(process)
        assert (code, out) == (130, "")
        assert "Interrupted" in err
    assert _state(gated)[0] == 100
    before = checksums(gated)
    dry = finished(gated, mapping, orders, "--dry-run")
    assert checksums(gated) == before
    report = finished(gated, mapping, orders)
    assert _figures(report) | {"dry_run": True} == _figures(dry)
    assert report["notes"] == dry["notes"] == [GOES_ON.format(100)]
    assert _state(gated) == (397, [("finished", 2)])


def test_another_file_of_the_same_name(
    gated: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    """What both files say counts as loaded by the second; the rest of the first stays."""
    _hold_up(gated, 150)
    with (
        holding(gated, "select pg_advisory_lock(150)"),
        started(gated, mapping, orders, "--commit-every", "50") as process,
    ):
        waiting(gated, "", process)
        killed(process)
        alone(gated)
    other = tmp_path / "elsewhere" / "orders.csv"
    other.parent.mkdir()
    other.write_text(till.lines(20) + till.lines(30, first=500).partition("\n")[2])
    report = finished(gated, mapping, str(other))
    assert (report["read"], report["loaded"], report["duplicates"]) == (50, 50, 0)
    amounts = report["amounts"]["EUR"]
    total = till.amount(20) + till.amount(30, first=500)
    assert round(float(amounts["loaded"]) * 100) == round(float(amounts["source"]) * 100) == total
    # Order 7 could not be read in the first file, and 19 of these 20 were there.
    assert report["notes"] == [GOES_ON.format(19)]
    assert_everything_holds(gated)

    first = finished(gated, mapping, orders)
    # Known are the 100 of the stopped run, and order 7, which the other file could say.
    assert (first["loaded"], first["duplicates"], first["rejected"]) == (297, 100, 3)
    assert _state(gated)[1] == [("finished", 3)]
    assert_everything_holds(gated)


@pytest.fixture
def own_server(open_directory: Path) -> Iterator[EmbeddedServer]:
    """A server that writes to the disk as it should, and may be killed."""
    server = EmbeddedServer(open_directory / "shop")
    server.start()
    with connect(server.url(), autocommit=True) as connection:
        connection.execute("set client_min_messages = warning")
        apply(connection, compose(closure(["ecommerce"], load_modules())))
    yield server
    server.destroy()


def test_the_server_dies(own_server: EmbeddedServer, mapping: str, orders: str) -> None:
    """SIGQUIT is what `pg_ctl stop -m immediate` sends: no checkpoint, no goodbye."""
    url = own_server.url()
    before = checksums(url)
    _hold_up(url, 150)
    for more, there in (((), 0), (("--commit-every", "50"), 100)):
        with (
            contextlib.closing(connect(url)) as holder,
            started(url, mapping, orders, *more) as process,
        ):
            holder.execute("select pg_advisory_lock(150)")
            waiting(url, "", process)
            postmaster = own_server.data / "postmaster.pid"
            os.kill(int(postmaster.read_text().split()[0]), signal.SIGQUIT)
            out, err = process.communicate(timeout=300)
            assert (process.returncode, out) == (3, "")
            assert err.startswith("Error: The connection to the database was lost")
            assert "Import the same files again" in " ".join(err.split())
        own_server.start()
        ((found,),) = rows(url, "select count(*) from sales.orders")
        assert found == there
        if not there:
            assert checksums(url) == before
        assert_everything_holds(url)
    report = finished(url, mapping, orders, "--commit-every", "50")
    assert (report["loaded"], report["rejected"], report["duplicates"]) == (397, 3, 0)
    assert report["notes"] == [GOES_ON.format(100)]
    assert_everything_holds(url)
