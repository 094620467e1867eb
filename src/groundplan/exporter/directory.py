"""The directory of an export: written beside what is there, and put in its place at the end.

Each file is written as ``name.part``. When all are complete, those of an older export go, the new
ones get their names, and the manifest comes last: whatever interrupts this, a directory with a
manifest is a whole export.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

from groundplan.errors import BadFile, DiskFull
from groundplan.exporter.manifest import NAME, Manifest, is_export, read_manifest
from groundplan.exporter.refusals import DirectoryInUse

_PART = ".part"
_MARK = NAME + _PART
"""There from the beginning: by it, what an interrupted export has left is known as ours."""

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NewExport:
    """A directory that is being written; made by `new_export`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def part(self, name: str) -> Path:
        """Where the file of this name is written until everything is complete."""
        return self.directory / (name + _PART)

    @contextlib.contextmanager
    def writing(self, name: str) -> Generator[Written]:
        """A new file that only its owner may read: an export holds names and addresses."""
        path = self.part(name)
        with _private(path, os.O_EXCL) as file:
            yield Written(file)
            file.flush()
            os.fsync(file.fileno())

    def finish(self, manifest: Manifest) -> None:
        """Put the files in the place of an older export's, and the manifest last."""
        mark = self.directory / _MARK
        _write(mark, manifest.text())
        old = _listed(self.directory, NAME)
        (self.directory / NAME).unlink(missing_ok=True)
        for name in old:
            (self.directory / name).unlink(missing_ok=True)
        for table in manifest.tables:
            self.part(table.file).replace(self.directory / table.file)
        mark.replace(self.directory / NAME)
        _sync(self.directory)


class Written:
    """A file that counts its bytes and their SHA-256 while it is written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> int:
        """Append; returns how much, as files do."""
        self._digest.update(data)
        self.bytes += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """As files do."""
        self._file.flush()

    @property
    def sha256(self) -> str:
        """Of everything written so far, as hexadecimal."""
        return self._digest.hexdigest()


@contextlib.contextmanager
def new_export(directory: Path, *, force: bool = False) -> Generator[NewExport]:
    """Write an export into ``directory``, which is made where it does not exist.

    With ``force`` it may hold an older export, which stays whole until this one is complete. On any
    error nothing of this one is left. Raises DirectoryInUse, DiskFull, OSError.
    """
    _check(directory, force)
    made = _made(directory)
    try:
        with naming_full_disk(directory):
            _remove_unfinished(directory)
            _write(directory / _MARK, "")
            yield NewExport(directory)
    except BaseException:
        _remove_parts(directory)
        for each in made:
            with contextlib.suppress(OSError):
                each.rmdir()
        raise


@contextlib.contextmanager
def naming_full_disk(directory: Path) -> Generator[None]:
    """Turns the error of a full disk into DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise
        raise DiskFull(
            f"The disk that holds {directory} is full; nothing of the export was kept.",
            hint="Free some space, or export to another disk.",
        ) from error


def _check(directory: Path, force: bool) -> None:
    """Raises DirectoryInUse."""
    if directory.exists() and not directory.is_dir():
        raise DirectoryInUse(f"{directory} is a file.", hint="Name a directory.")
    there = {file.name for file in directory.iterdir()} if directory.is_dir() else set[str]()
    if not there:
        return
    is_old = is_export(directory)
    if not is_old and _MARK not in there:
        raise DirectoryInUse(
            f"{directory} is not empty, and what it holds is not an export.",
            hint="Name a new directory, or an empty one.",
        )
    ours = {NAME, *_listed(directory, NAME), *_listed(directory, _MARK)}
    foreign = sorted(name for name in there - ours if not name.endswith(_PART))
    if foreign:
        raise DirectoryInUse(
            f"{directory} holds an export, and {foreign[0]}, which does not belong to it.",
            hint="Take that away, or name a new directory.",
        )
    if not force:
        raise DirectoryInUse(
            f"{directory} holds an export{'' if is_old else ' that did not finish'}.",
            hint="Replace it with --force, or name a new directory.",
        )


def _listed(directory: Path, manifest: str) -> set[str]:
    """The files that a manifest names; none where it cannot be read."""
    try:
        return {table.file for table in read_manifest(directory, manifest).tables}
    except BadFile:
        return set()


def _remove_unfinished(directory: Path) -> None:
    """What an interrupted export has left; a whole one stays."""
    if not is_export(directory):
        for name in _listed(directory, _MARK):
            (directory / Path(name).name).unlink(missing_ok=True)
    _remove_parts(directory)


def _made(directory: Path) -> list[Path]:
    """Make the directory, for its owner only; what was made, innermost first."""
    missing = [each for each in (directory, *directory.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700)
    return missing


def _remove_parts(directory: Path) -> None:
    for file in directory.glob(f"*{_PART}"):
        with contextlib.suppress(OSError):
            file.unlink()


def _write(path: Path, text: str) -> None:
    with _private(path, os.O_TRUNC) as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _private(path: Path, flag: int) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600), "wb")


def _sync(directory: Path) -> None:
    """Names survive a power cut only when the directory is written, too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
