"""What the files of a data directory and the system say about its server process."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from groundplan.database.placement import socket_path
from groundplan.errors import ServerStartFailed

_ANSWER_SECONDS = 5
_BURIAL_SECONDS = 2

# The first message a client may send; answered with one letter, and a hang-up after it is not
# worth a line in the server's log.
_SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)


def server_pid(data: Path) -> int | None:
    """The number in postmaster.pid; the process may be dead, or another one by now."""
    lines = _pid_file(data)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def server_socket(data: Path) -> Path | None:
    """The socket of the server; None when it lies elsewhere and the server does not say where."""
    short = socket_path(data)
    if short is not None:
        return short
    lines = _pid_file(data)
    if len(lines) < 5 or not lines[4]:
        return None
    return Path(lines[4]) / ".s.PGSQL.5432"


def is_ready(data: Path) -> bool:
    """Whether the server answers now; takes about a millisecond, and no process of ours.

    An answer is asked for, because the kernel still accepts for a server that is just dying.
    """
    lines = _pid_file(data)
    if len(lines) < 8 or lines[7].strip() != "ready":
        return False
    path = server_socket(data)
    if path is None:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_ANSWER_SECONDS)
        try:
            probe.connect(str(path))
            probe.sendall(_SSL_REQUEST)
            return probe.recv(1) in (b"N", b"S")
        except OSError:
            return False


def is_server_of(data: Path, pid: int) -> bool:
    """Whether this process is alive and is the server of this data directory."""
    if not is_alive(pid):
        return False
    if not Path("/proc/self/cwd").exists():
        # No way to tell, as on macOS. PostgreSQL itself relies on the number alone.
        return True
    try:
        # A server works in its data directory.
        return Path(f"/proc/{pid}/cwd").readlink() == data
    except OSError:
        return is_ready(data)


def is_alive(pid: int) -> bool:
    """Whether the process runs. A dead one that nobody has waited for does not count."""
    if not _has_number(pid):
        return False
    try:
        status = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] != "Z"


def forget_dead_server(data: Path, pid: int) -> None:
    """Remove the lock files of a dead server whose number PostgreSQL would take for a live one.

    That is so for a killed server that its parent has not waited for (init takes a moment; some
    containers have none), and after a restart of the machine, when the number is another
    process's. What it left in shared memory still keeps a second server away.
    """
    until = time.monotonic() + _BURIAL_SECONDS
    while _has_number(pid) and not is_alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    if not _has_number(pid):
        return
    path = server_socket(data)
    if path is not None:
        path.with_name(path.name + ".lock").unlink(missing_ok=True)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _has_number(pid: int) -> bool:
    """Whether the number is taken, by a live process or by a dead one not yet waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _pid_file(data: Path) -> list[str]:
    """postmaster.pid: 1 process, 2 data directory, 5 socket directory, 8 status."""
    try:
        text = (data / "postmaster.pid").read_text(errors="surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except PermissionError as error:
        raise ServerStartFailed(
            f"The database in {data} belongs to another user.",
            hint="Work as that user or as root, or choose another directory.",
        ) from error
    return text.splitlines()
