"""Killed, full disks, Ctrl-C: no half export passes for a whole one, no half restore stays."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from groundplan.errors import BadFile, DiskFull
from groundplan.exporter import directory as export_directory
from groundplan.exporter import export_data, restore_export
from groundplan.exporter.refusals import DirectoryInUse
from tests.exporter.contents import contents, everything

KILLED_AT_TABLE = """
import os, signal, sys
from pathlib import Path
from groundplan.exporter import export_data, restore_export

def die(table, number, count):
    if table == sys.argv[4]:
        os.kill(os.getpid(), signal.SIGKILL)

work = {"export": export_data, "restore": restore_export}[sys.argv[1]]
more = {"force": True} if sys.argv[1] == "export" else {}
work(Path(sys.argv[2]), sys.argv[3], progress=die, **more)
"""

KILLED_AT_RENAME = """
import os, signal, sys
from pathlib import Path
from groundplan.exporter import export_data

left = int(sys.argv[3])
rename = Path.replace

def replace(path, target):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(path, target)

Path.replace = replace
export_data(Path(sys.argv[1]), sys.argv[2], force=True)
"""


def killed(script: str, *arguments: object) -> None:
    """Run a script that kills itself."""
    answer = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, check=False
    )
    assert answer.returncode == -signal.SIGKILL, answer.stderr.decode()


def names(directory: Path) -> set[str]:
    return {file.name for file in directory.iterdir()}


@pytest.mark.parametrize("table", ["catalog.brands", "inventory.locations", "sales.refunds"])
def test_a_killed_export_is_no_export(shop: str, fresh: str, tmp_path: Path, table: str) -> None:
    out = tmp_path / "out"
    killed(KILLED_AT_TABLE, "export", out, shop, table)
    assert "manifest.json.part" in names(out)
    with pytest.raises(BadFile, match="no export, or one that did not finish"):
        restore_export(out, fresh)
    with pytest.raises(DirectoryInUse, match=r"an export that did not finish\..*--force"):
        export_data(out, shop)
    export_data(out, shop, force=True)
    restore_export(out, fresh)
    assert contents(fresh) == contents(shop)


def test_an_older_export_survives_a_killed_one(shop: str, fresh: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_data(out, shop)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    killed(KILLED_AT_TABLE, "export", out, shop, "sales.orders")
    assert {name: (out / name).read_bytes() for name in before} == before
    restore_export(out, fresh)
    assert contents(fresh) == contents(shop)


@pytest.mark.parametrize("position", [1, 2, 20, 40, 41])
def test_killed_while_files_get_their_names(
    shop: str, fresh: str, tmp_path: Path, position: int
) -> None:
    """40 files, and the manifest as the last: before it has its name there is no export."""
    out = tmp_path / "out"
    export_data(out, shop, file_format="parquet")
    killed(KILLED_AT_RENAME, out, shop, position)
    assert "manifest.json" not in names(out)
    with pytest.raises(BadFile, match="no export, or one that did not finish"):
        restore_export(out, fresh)
    manifest = export_data(out, shop, force=True)
    assert names(out) == {"manifest.json", *(table.file for table in manifest.tables)}
    restore_export(out, fresh)


@pytest.mark.parametrize("table", ["catalog.brands", "sales.order_items", "sales.refunds"])
def test_a_killed_restore_leaves_the_database_as_it_was(
    shop: str, fresh: str, tmp_path: Path, table: str
) -> None:
    out = tmp_path / "out"
    export_data(out, shop)
    before = everything(fresh)
    killed(KILLED_AT_TABLE, "restore", out, fresh, table)
    assert everything(fresh) == before
    restore_export(out, fresh)
    assert contents(fresh) == contents(shop)


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
@pytest.mark.parametrize("is_there", [False, True])
def test_ctrl_c_leaves_nothing(shop: str, tmp_path: Path, file_format: Any, is_there: bool) -> None:
    out = tmp_path / "new" / "out"
    if is_there:
        out.mkdir(parents=True)

    def interrupt(table: str, _number: int, _count: int) -> None:
        if table == "sales.orders":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_data(out, shop, file_format=file_format, progress=interrupt)
    if is_there:
        assert names(out) == set()
    else:
        assert names(tmp_path) == set()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
@pytest.mark.parametrize("suffix", [".csv.part", ".parquet.part"])
def test_a_full_disk_is_told_and_nothing_is_left(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """/dev/full answers like a disk without space."""
    opened = export_directory._private

    def full(path: Path, flag: int) -> BinaryIO:
        if path.name == f"sales.orders{suffix}":
            opened(path, flag).close()
            return Path("/dev/full").open("wb")
        return opened(path, flag)

    out = tmp_path / "out"
    export_data(out, shop)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    monkeypatch.setattr(export_directory, "_private", full)
    file_format: Any = suffix.split(".")[1]
    with pytest.raises(DiskFull, match=r"The disk that holds .*out is full; nothing of the export"):
        export_data(out, shop, file_format=file_format, force=True)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


def test_what_is_not_an_export_is_never_overwritten(shop: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "precious.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(DirectoryInUse, match="not empty, and what it holds is not an export"):
            export_data(out, shop, force=force)
    (out / "precious.txt").unlink()
    export_data(out, shop)
    with pytest.raises(DirectoryInUse, match=r"holds an export\. Replace it with --force"):
        export_data(out, shop)
    (out / "precious.txt").write_text("mine")
    with pytest.raises(DirectoryInUse, match=r"precious\.txt, which does not belong to it"):
        export_data(out, shop, force=True)
    assert (out / "precious.txt").read_text() == "mine"
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DirectoryInUse, match="is a file"):
        export_data(tmp_path / "file", shop)


def test_an_older_export_is_replaced_whole(shop: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_data(out, shop, file_format="parquet")
    manifest = export_data(out, shop, tables=["sales.orders"], force=True)
    assert names(out) == {"manifest.json", "sales.orders.csv"}
    assert manifest.tables[0].rows > 0


def test_only_its_owner_may_read_an_export(shop: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_data(out, shop)
    assert oct(out.stat().st_mode & 0o777) == "0o700"
    assert {oct(file.stat().st_mode & 0o777) for file in out.iterdir()} == {"0o600"}
