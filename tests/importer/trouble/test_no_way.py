"""Connections lost, rights missing, disks full: told in a sentence, and nothing has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundplan.compose import closure, compose, load_modules
from groundplan.database import EmbeddedServer, connect
from groundplan.installation import apply
from groundplan.testing import installed
from tests.importer.test_dirt import assert_everything_holds, rows
from tests.importer.trouble import till
from tests.importer.trouble.contents import checksums
from tests.importer.trouble.processes import (
    alone,
    finished,
    holding,
    parts,
    started,
    waiting,
)


def _failed(url: str, *arguments: str) -> tuple[int, str]:
    """Exit code and error of an import that must fail without a word on stdout."""
    with started(url, *arguments) as process:
        out, err = process.communicate(timeout=300)
    assert out == ""
    assert "should not happen" not in err
    assert err.startswith("Error: ")
    return process.returncode, " ".join(err.split())


@pytest.mark.parametrize("table", ["sales.orders", "sales.order_items", "importing.rejected_lines"])
def test_the_connection_is_lost(
    table: str, gated: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    before = checksums(gated)
    kind = "access exclusive" if table == "sales.orders" else "share"
    arguments = (mapping, orders, "--rejects", str(tmp_path / "rejects.csv"))
    with (
        holding(gated, f"lock table {table} in {kind} mode"),
        started(gated, *arguments) as process,
    ):
        pid = waiting(gated, table, process)
        rows(gated, f"select pg_terminate_backend({pid})")
        out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (3, "")
    assert " ".join(err.split()) == (
        "Error: The connection to the database was lost in the middle of the import."
        " Import the same files again: what is there already is known."
    )
    alone(gated)
    assert checksums(gated) == before
    assert parts(tmp_path) == []
    assert finished(gated, *arguments)["loaded"] == 397


def test_the_query_is_cancelled(gated: str, mapping: str, orders: str) -> None:
    """By somebody else, on the server: that is no fault of the records."""
    before = checksums(gated)
    with (
        holding(gated, "lock table sales.order_items in share mode"),
        started(gated, mapping, orders) as process,
    ):
        rows(gated, f"select pg_cancel_backend({waiting(gated, 'sales.order_items', process)})")
        out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (1, "")
    assert "canceling statement" in err.lower()
    assert checksums(gated) == before


def _role(url: str, statement: str) -> None:
    with connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _set(url: str, setting: str, value: str) -> None:
    """For every session of this database from now on."""
    with connect(url, autocommit=True) as connection:
        connection.execute(
            f"alter database {connection.info.dbname} set {setting} = {value}".encode()
        )


def test_only_the_owner(gated: str, mapping: str, orders: str) -> None:
    role = f"clerk_{os.getpid()}"
    before = checksums(gated)
    _role(gated, f"create role {role} login")
    try:
        _role(gated, f"grant usage on schema core to {role}")
        _role(gated, f"grant select on core.installed_modules to {role}")
        start, _, rest = gated.partition("://")
        code, err = _failed(f"{start}://{role}@{rest.rpartition('@')[2]}", mapping, orders)
        assert code == 1
        assert f"The role {role} may not import: only the owner" in err
        assert "ran `groundplan apply`" in err
    finally:
        _role(gated, f"drop owned by {role}")
        _role(gated, f"drop role {role}")
    assert checksums(gated) == before


def test_a_read_only_database(gated: str, mapping: str, orders: str) -> None:
    before = checksums(gated)
    _set(gated, "default_transaction_read_only", "on")
    code, err = _failed(gated, mapping, orders)
    assert code == 1
    assert "read-only" in err
    assert checksums(gated) == before


def test_not_installed_or_not_that_module(
    server: EmbeddedServer, empty_database: str, mapping: str, orders: str
) -> None:
    code, err = _failed(empty_database, mapping, orders)
    assert (code, "There is no Groundplan in the database" in err) == (1, True)
    with installed("crm", url=server.url()) as url:
        code, err = _failed(url, mapping, orders)
        assert code == 1
        assert "has no module sales" in err
        assert "groundplan apply --module sales" in err


def test_tenants(many_tenants: str, database: str, mapping: str, orders: str) -> None:
    with connect(many_tenants) as connection:
        connection.execute("select core.create_tenant('Second', 'EUR', 'UTC')")
    code, err = _failed(many_tenants, mapping, orders)
    assert (code, "--tenant 1" in err) == (1, True)
    code, err = _failed(many_tenants, mapping, orders, "--tenant", "9")
    assert (code, "There is no tenant 9" in err) == (1, True)
    code, err = _failed(database, mapping, orders, "--tenant", "2")
    assert (code, "There is no tenant 2" in err) == (1, True)

    first = finished(many_tenants, mapping, orders, "--tenant", "1")
    second = finished(many_tenants, mapping, orders, "--tenant", "2", "--commit-every", "100")
    # What the first tenant has imported is not known to the second.
    assert (first["loaded"], first["duplicates"]) == (397, 0)
    assert (second["loaded"], second["duplicates"]) == (397, 0)
    third = finished(many_tenants, mapping, orders, "--tenant", "2")
    assert (third["loaded"], third["duplicates"]) == (0, 397)
    counts = rows(
        many_tenants,
        "select tenant_id, count(*) from importing.imported_records group by 1 order by 1",
    )
    assert counts == [(1, 397), (2, 397)]
    assert _seen_by(many_tenants, 1) == _seen_by(many_tenants, 2)
    assert not _identifiers(many_tenants, 1) & _identifiers(many_tenants, 2)
    assert_everything_holds(many_tenants)


_READ = "select o.id, o.number, o.total_amount from sales.orders as o where o.tenant_id = {}"


def _identifiers(url: str, tenant: int) -> set[object]:
    return {row[0] for row in rows(url, _READ.format(tenant))}


def _seen_by(url: str, tenant: int) -> list[tuple[object, ...]]:
    return sorted(row[1:] for row in rows(url, _READ.format(tenant)))


def test_no_room_for_what_is_sorted(gated: str, mapping: str, tmp_path: Path) -> None:
    """temp_file_limit stands for a disk that is full while rows are put together."""
    file = tmp_path / "many.csv"
    file.write_text(till.lines(1_500, faulty=range(1_500)))
    # What the import asks for itself would be enough; a function of the server's takes its place.
    _set(gated, "temp_file_limit", "0")
    before = checksums(gated)
    with connect(gated) as connection:
        connection.execute(_MUCH_TO_SORT.encode())
    code, err = _failed(gated, mapping, str(file))
    assert (code, "emporary file size exceeds" in err) == (1, True)
    with connect(gated) as connection:
        connection.execute("drop function public.sort_much() cascade")
    assert checksums(gated) == before


_MUCH_TO_SORT = """
    create function public.sort_much() returns trigger language plpgsql
        set work_mem = '64kB' as $$
    begin
        perform count(*) from (
            select number from generate_series(1, 100000) as number order by md5(number::text)
        ) as sorted;
        return new;
    end $$;
    create trigger sort_much before insert on importing.rejected_lines
        for each row execute function public.sort_much();
"""


@pytest.fixture
def small_disk(open_directory: Path) -> Iterator[Path]:
    """A disk of 200 MB, where root may mount one."""
    disk = open_directory / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=0755", "tmpfs", str(disk)]
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        pytest.skip("needs root on Linux, to mount a small disk")
    if subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("this machine does not let root mount a disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("more", [(), ("--commit-every", "200")], ids=["whole", "in batches"])
def test_a_full_disk(more: tuple[str, ...], small_disk: Path, mapping: str, tmp_path: Path) -> None:
    server = EmbeddedServer(
        small_disk / "shop",
        options={"fsync": "off", "min_wal_size": "32MB", "max_wal_size": "48MB"},
    )
    server.start()
    try:
        url = server.url()
        with connect(url, autocommit=True) as connection:
            connection.execute("set client_min_messages = warning")
            apply(connection, compose(closure(["ecommerce"], load_modules())))
        file = tmp_path / "many.csv"
        file.write_text(till.lines(6_000))
        before = checksums(url)
        ballast = small_disk / "ballast"
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        with ballast.open("wb") as taken:
            taken.write(bytes(free - 6_000_000))
        code, err = _failed(url, mapping, str(file), *more)
        ballast.unlink()
        server.start()
        # The server may die of it, too, when it cannot write its log.
        assert code == 3
        assert "No space left on device" in err or "connection to the database was lost" in err
        if not more:
            assert checksums(url) == before
        assert_everything_holds(url)
        report = finished(url, mapping, str(file), *more)
        assert (report["loaded"], report["duplicates"]) == (6_000, 0)
        assert_everything_holds(url)
    finally:
        server.destroy()
