"""A file of any length is read, staged, refused and written out again in the same memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.importer.trouble import till

if sys.platform == "win32":
    pytest.skip("needs getrusage, which Windows does not have", allow_module_level=True)

_PEAK = """
import json, resource, sys
from pathlib import Path
def peak():
    # Linux tells a process begun by a large one that it was as large itself; its own peak is here.
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
"""

_MEASURED = f"""{_PEAK}
from groundplan.importer import import_files, read_mapping
mapping = read_mapping(Path(sys.argv[1]))
report = import_files(
    mapping, [sys.argv[2]], sys.argv[3], rejects=Path(sys.argv[4]), is_dry_run=True)
print(json.dumps({{"read": report.read, "rejected": report.rejected, "bytes": peak()}}))
"""

_HOARDED = f"""{_PEAK}
from groundplan.importer.files import open_table
with open_table(Path(sys.argv[2])) as table:
    rows = list(table.rows)
print(json.dumps({{"read": len(rows), "bytes": peak()}}))
"""

ROWS = 20_000
NOTE = "n" * 5_000
_GROWTH = 30_000_000
_ALL = 200_000_000


def _file(folder: Path, count: int) -> Path:
    """Rows that are all refused: they are staged, kept and written out, and nothing is loaded."""
    file = folder / f"{count}.csv"
    with file.open("w") as opened:
        opened.write(f"{till.HEADER},note\n")
        for number in range(count):
            opened.write(f"{till.line(number, quantity='some')},{number}{NOTE}\n")
    return file


def _told(script: str, *arguments: object) -> dict[str, int]:
    answer = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(answer.stdout)


def test_a_hundred_megabytes(database: str, mapping: str, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    small = _told(_MEASURED, mapping, _file(tmp_path, 100), database, rejects)
    long = _file(tmp_path, ROWS)
    found = _told(_MEASURED, mapping, long, database, rejects)
    assert (found["read"], found["rejected"]) == (ROWS, ROWS)
    assert rejects.stat().st_size > long.stat().st_size > ROWS * len(NOTE)
    assert found["bytes"] < _ALL
    assert found["bytes"] - small["bytes"] < _GROWTH
    # The control: whoever keeps the rows is seen.
    assert _told(_HOARDED, mapping, long)["bytes"] - small["bytes"] > 2 * _GROWTH
