"""A private PostgreSQL in a directory, for development, tests and demonstrations.

Not for production: it trusts whoever can reach its socket, and that is its own user only. Nothing
keeps track of clients: the server runs until it is stopped, a client that dies leaves nothing
behind, and a server that dies is started again with PostgreSQL's own recovery.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import sys
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from groundplan.database.binaries import binaries_version, find_binaries, supported_major
from groundplan.errors import DiskFull, GroundplanError, ServerStartFailed, from_postgres

if sys.platform != "win32":
    import fcntl

    from groundplan.database.placement import (
        ServerUser,
        reachable_binaries,
        reachable_data,
        run_as,
        server_user,
        socket_directory,
    )
    from groundplan.database.postmaster import (
        forget_dead_server,
        is_alive,
        is_ready,
        is_server_of,
        server_pid,
        server_socket,
    )

DATABASE = "groundplan"
OWNER = "groundplan_owner"
"""Who owns the databases: an ordinary role that may make databases, as on a server of one's own."""

SUPERUSER = "postgres"
"""Starts and cleans, makes roles, and becomes other roles for attacks; owns nothing of ours."""

START_SECONDS = 60.0
"""How long a start may take, recovery after a crash included."""

_LOG_LINES = 5
_LARGEST_LOG = 10_000_000
_DATABASE_MADE = "groundplan.made"


class EmbeddedServer:
    """One PostgreSQL server whose files are in ``<directory>/postgres``.

    ``binaries`` is a directory with initdb and postgres (default: see `find_binaries`).
    ``options`` are server settings, as in ``{"fsync": "off"}``; they take effect when the server
    is started, not when it runs already.
    """

    def __init__(
        self,
        directory: Path,
        binaries: Path | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        if sys.platform == "win32":
            raise ServerStartFailed(
                "The embedded PostgreSQL does not run on Windows.",
                hint="Use a server of your own with GROUNDPLAN_DATABASE_URL, or work in WSL.",
            )
        self.directory = Path(directory).absolute()
        self._binaries = binaries
        self._options = dict(options or {})

    @property
    def data(self) -> Path:
        """The data directory; outside ``directory`` when root's place is closed to the server."""
        return (self.directory / "postgres").resolve()

    @property
    def log_file(self) -> Path:
        """What the server has to say."""
        return self.data / "server.log"

    @property
    def is_elsewhere(self) -> bool:
        """Whether the data had to be placed outside ``directory``; ``data`` says where."""
        return (self.directory / "postgres").is_symlink()

    def start(self) -> None:
        """Start the server, or attach to it when it runs; creates everything the first time.

        Raises ServerStartFailed or DiskFull, with the last lines of the server's log.
        """
        with self._locked():
            if self.is_running() and (self.data / _DATABASE_MADE).exists():
                return
            deadline = time.monotonic() + START_SECONDS
            try:
                self._start(deadline)
            except OSError as error:
                raise self._failure(f"{error.strerror}: {error.filename}", error) from error
            except psycopg.Error as error:
                if error.sqlstate is not None:
                    raise from_postgres(error) from error
                what = f"PostgreSQL in {self.data} ended soon after its start"
                raise _start_error(what, self._log_since(0)) from error

    def stop(self) -> None:
        """Stop the server and disconnect its clients; does nothing when it does not run."""
        if not self.directory.exists():
            return
        with self._locked():
            pid = server_pid(self.data)
            if pid is None or not is_server_of(self.data, pid):
                return
            sockets = server_socket(self.data)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown.
            deadline = time.monotonic() + START_SECONDS
            while is_alive(pid):
                if time.monotonic() > deadline:
                    raise ServerStartFailed(f"The server in {self.data} does not stop.")
                time.sleep(0.01)
            if sockets is not None and sockets.parent != self.data:
                with contextlib.suppress(OSError):
                    sockets.parent.rmdir()

    def destroy(self) -> None:
        """Stop the server and delete its data, wherever they are. There is no way back."""
        self.stop()
        if not self.directory.exists():
            return
        with self._locked():
            link, data = self.directory / "postgres", self.data
            shutil.rmtree(data, ignore_errors=True)
            if link.is_symlink():
                link.unlink()
                with contextlib.suppress(OSError):  # Somebody else's link may lead anywhere.
                    data.parent.rmdir()

    def is_running(self) -> bool:
        """Whether the server accepts connections now. Takes about a millisecond."""
        return is_ready(self.data)

    def url(self, database: str = DATABASE, user: str | None = None) -> str:
        """The connection URL of a database on this server, which runs; by default its owner's."""
        path = server_socket(self.data)
        if path is None:
            raise ServerStartFailed(f"The server in {self.data} does not run.")
        host = quote(os.fsencode(path.parent), safe="")
        # The port is part of it, or else PGPORT of the environment would decide.
        name = quote(user or self._owner(), safe="")
        return f"postgresql://{name}@/{quote(database, safe='')}?host={host}&port=5432"

    def _owner(self) -> str:
        """The role that owns the databases. Older servers have a superuser only."""
        try:
            return (self.data / _DATABASE_MADE).read_text().strip() or SUPERUSER
        except OSError:
            return OWNER

    def version(self) -> str:
        """The version of the server, as in "18.6"."""
        if self.is_running():
            with psycopg.connect(self.url("postgres", SUPERUSER), autocommit=True) as connection:
                row = connection.execute("show server_version").fetchone()
            if row is not None:
                return str(row[0]).split()[0]
        return binaries_version(find_binaries(self._binaries))

    # Starting ---------------------------------------------------------------------------------

    def _start(self, deadline: float) -> None:
        user = server_user(self.data)
        found = find_binaries(self._binaries)
        version = binaries_version(found)
        major = supported_major(version, found)
        binaries = reachable_binaries(found, user, version)
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster(binaries, user, major)
        self._check_major(major, found)
        self._keep_log_small()
        self._launch_until_ready(binaries, user, deadline)
        if not (self.data / _DATABASE_MADE).exists():
            self._create_database(user)

    def _create_cluster(self, binaries: Path, user: ServerUser | None, major: int) -> None:
        """Run initdb beside the final place, then move: a half-made cluster is never seen."""
        place = self.directory / "postgres"
        if place.is_symlink():  # It points to data that somebody has deleted.
            place.unlink()
        elif place.is_dir():
            if any(place.iterdir()):
                raise ServerStartFailed(
                    f"{place} holds files, but no PostgreSQL database.",
                    hint="Move it away and try again.",
                )
            place.rmdir()
        data = reachable_data(place, user)
        unfinished = data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        try:
            if user is not None:
                os.lchown(unfinished, user.uid, user.gid)
            self._initdb(binaries, user, major, unfinished)
            unfinished.rename(data)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            if data != place:
                data.parent.rmdir()
            raise
        if data != place:
            place.symlink_to(data)

    def _initdb(self, binaries: Path, user: ServerUser | None, major: int, data: Path) -> None:
        """Make a cluster that sorts and folds text the same on every machine."""
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []
        # The names a system may have for the same thing. With the builtin provider the system's
        # locale matters little, so that plain C will do.
        names = ["C.UTF-8", "C.utf8", "en_US.UTF-8", *(["C"] if provider else [])]
        answer = None
        for name in names:
            answer = run_as(
                user,
                binaries / "initdb",
                f"--pgdata={data}",
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                f"--locale={name}",
                *provider,
            )
            if answer.returncode == 0:
                return
            if "invalid locale" not in answer.stderr:
                break
        raise _start_error(
            f"A new database in {data.parent} could not be created",
            answer.stderr if answer is not None else "",
        )

    def _check_major(self, major: int, binaries: Path) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(major):
            raise ServerStartFailed(
                f"The data in {self.data} were made by PostgreSQL {made_by}, and the programs in "
                f"{binaries} are version {major}.",
                hint="Choose programs of that version with GROUNDPLAN_POSTGRES_BIN, or another "
                "directory.",
            )

    def _settings(self, user: ServerUser | None) -> list[str]:
        """As arguments, so that no file of the cluster needs to be edited."""
        sockets = str(socket_directory(self.data, user)).replace('"', '""')
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": f'"{sockets}"',
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Compiling costs more than it saves on the small statements of a development database.
            "jit": "off",
            **self._options,
        }
        return [f"--{name}={value}" for name, value in settings.items()]

    def _keep_log_small(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self.log_file.stat().st_size > _LARGEST_LOG:
                self.log_file.replace(self.log_file.with_suffix(".old.log"))

    def _launch_until_ready(self, binaries: Path, user: ServerUser | None, deadline: float) -> None:
        """Start the server process and wait for it.

        A server that was killed may leave backends that still finish their work in its shared
        memory; PostgreSQL refuses to start beside them, so it is tried again until they are gone.
        """
        while True:
            old = server_pid(self.data)
            if old is not None and is_server_of(self.data, old):
                if self.is_running():
                    return
                # Just now starting or stopping; wait for it to be through.
            else:
                if old is not None:
                    forget_dead_server(self.data, old)
                start = self.log_file.stat().st_size if self.log_file.exists() else 0
                if self._launch(binaries, user, deadline):
                    return
                said = self._log_since(start)
                if "pre-existing shared memory" not in said and time.monotonic() < deadline:
                    raise _start_error(f"PostgreSQL did not start in {self.data}", said)
            if time.monotonic() > deadline:
                raise _start_error(
                    f"PostgreSQL in {self.data} was not ready after {START_SECONDS:.0f} seconds",
                    self._log_since(0),
                )
            time.sleep(0.05)

    def _launch(self, binaries: Path, user: ServerUser | None, deadline: float) -> bool:
        """Start one server process; False when it ended before it was ready."""
        # Through a shell that ends at once: the server then belongs to init and not to us, and
        # leaves no zombie.
        command = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
        program = [binaries / "postgres", "-D", self.data, *self._settings(user)]
        answer = run_as(user, "/bin/sh", "-c", command, "sh", self.log_file, *program)
        if not answer.stdout.strip().isdigit():
            raise _start_error(f"PostgreSQL did not start in {self.data}", answer.stderr)
        pid = int(answer.stdout)
        while time.monotonic() < deadline:
            if server_pid(self.data) == pid and self.is_running():
                return True
            if not is_alive(pid):
                return False
            time.sleep(0.01)
        return False

    def _create_database(self, user: ServerUser | None) -> None:
        """Once; the mark tells a start that was interrupted here from one that was finished."""
        with psycopg.connect(self.url("postgres", SUPERUSER), autocommit=True) as connection:
            if not connection.execute(
                "select 1 from pg_roles where rolname = %s", [OWNER]
            ).fetchone():
                connection.execute(f"create role {OWNER} login createdb")
            if not connection.execute(
                "select 1 from pg_database where datname = %s", [DATABASE]
            ).fetchone():
                connection.execute(f"create database {DATABASE} owner {OWNER}")
        made = self.data / _DATABASE_MADE
        run_as(user, "/bin/sh", "-c", 'echo "$2" >"$1"', "sh", made, OWNER)

    # What the files say -------------------------------------------------------------------------

    @contextlib.contextmanager
    def _locked(self) -> Generator[None]:
        """One process at a time; the kernel frees the lock of one that dies."""
        try:
            if not self.directory.exists():
                self.directory.mkdir(parents=True, exist_ok=True)
                (self.directory / ".gitignore").write_text("*\n")
            # Reading is enough for a lock, so that it works in a directory of root's as well.
            lock = os.open(self.directory / "server.lock", os.O_RDONLY | os.O_CREAT, 0o644)
        except OSError as error:
            raise self._failure(f"{error.strerror}: {error.filename}", error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _log_since(self, start: int) -> str:
        try:
            return self.log_file.read_bytes()[start:].decode(errors="replace")
        except OSError:
            return ""

    def _failure(self, what: str, error: OSError) -> GroundplanError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _disk_full(f"The disk that holds {self.directory} is full.")
        return ServerStartFailed(
            f"The embedded PostgreSQL in {self.directory} could not be started: {what}.",
            hint="Choose a directory that you can write to, or use a server of your own with "
            "GROUNDPLAN_DATABASE_URL.",
        )


def _start_error(what: str, said: str) -> GroundplanError:
    """What a program said, shortened to the last lines."""
    last = [line for line in said.splitlines() if line.strip()][-_LOG_LINES:]
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return _disk_full(f"{what}, because the disk is full.")
    return ServerStartFailed("\n".join([f"{what}. It said:", *last]) if last else f"{what}.")


def _disk_full(message: str) -> DiskFull:
    return DiskFull(message, hint="Free some space (a new database takes about 50 MB).")
