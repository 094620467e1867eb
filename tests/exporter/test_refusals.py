"""Exports that must not be restored, and databases that must not take them: nothing changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from groundplan.compose import closure, compose, load_modules
from groundplan.database import EmbeddedServer, connect
from groundplan.errors import BadFile, GroundplanError, NotInstalled
from groundplan.exporter import export_data, restore_export
from groundplan.exporter.refusals import ChecksumDiffers, NotEmpty, OtherDatabase
from groundplan.testing import installed
from tests.exporter.conftest import Make
from tests.exporter.contents import everything

Change = Callable[[Path], object]


def rewritten(directory: Path, change: Callable[[Any], object]) -> None:
    """Change the manifest."""
    file = directory / "manifest.json"
    content = json.loads(file.read_text())
    change(content)
    file.write_text(json.dumps(content))


def table_of(content: Any, name: str) -> Any:
    (found,) = (t for t in content["tables"] if f"{t['schema']}.{t['name']}" == name)
    return found


def agreeing(directory: Path, name: str) -> None:
    """Let the manifest say of an edited file what is true of it: only the checksum is left."""
    data = (directory / f"{name}.csv").read_bytes()

    def change(content: Any) -> None:
        table_of(content, name).update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())

    rewritten(directory, change)


def edited(directory: Path, name: str, old: bytes, new: bytes) -> None:
    file = directory / f"{name}.csv"
    data = file.read_bytes()
    assert old in data
    file.write_bytes(data.replace(old, new, 1))


def cut(directory: Path) -> None:
    file = directory / "sales.ledger_entries.csv"
    file.write_bytes(file.read_bytes()[:-20])


def without_last_line(directory: Path) -> None:
    file = directory / "sales.ledger_entries.csv"
    file.write_bytes(b"\n".join(file.read_bytes().rstrip(b"\n").split(b"\n")[:-1]) + b"\n")
    agreeing(directory, "sales.ledger_entries")


def another_tenants_row(directory: Path) -> None:
    edited(directory, "sales.refunds", b"\n1,", b"\n2,")
    agreeing(directory, "sales.refunds")


def one_cent(directory: Path) -> None:
    edited(directory, "sales.refunds", b".0000,", b".0100,")
    agreeing(directory, "sales.refunds")


def no_number(directory: Path) -> None:
    edited(directory, "sales.refunds", b".0000,", b".0x00,")
    agreeing(directory, "sales.refunds")


FILES: list[tuple[str, Change, type[GroundplanError], str]] = [
    (
        "no manifest",
        lambda d: (d / "manifest.json").unlink(),
        BadFile,
        r"manifest\.json: it is missing, so this is no export",
    ),
    (
        "half a manifest",
        lambda d: (d / "manifest.json").write_text((d / "manifest.json").read_text()[:900]),
        BadFile,
        r"manifest\.json: it is not the manifest of an export",
    ),
    (
        "another manifest",
        lambda d: (d / "manifest.json").write_text('["a", "b"]'),
        BadFile,
        "it is not the manifest of an export",
    ),
    (
        "a newer format",
        lambda d: rewritten(d, lambda c: c.update(version=2)),
        BadFile,
        "it is of format 2, and this Groundplan reads 1",
    ),
    (
        "a file elsewhere",
        lambda d: rewritten(d, lambda c: c["tables"][0].update(file="../../etc/passwd")),
        BadFile,
        "it is not the manifest of an export",
    ),
    (
        "a file is missing",
        lambda d: (d / "crm.customers.csv").unlink(),
        BadFile,
        r"crm\.customers\.csv: it is missing",
    ),
    (
        "a file too many",
        lambda d: (d / "crm.more.csv").write_text("x"),
        BadFile,
        r"crm\.more\.csv: it does not belong to the export",
    ),
    ("a file is cut", cut, BadFile, r"ledger_entries\.csv: it has [\d,]+ bytes instead of"),
    (
        "a file is edited",
        lambda d: edited(d, "sales.refunds", b".0000,", b".0100,"),
        BadFile,
        r"sales\.refunds\.csv: it was changed after the export",
    ),
    ("an edit in both", one_cent, ChecksumDiffers, r"sales\.refunds has another checksum"),
    (
        "no number",
        no_number,
        BadFile,
        r"sales\.refunds\.csv, row 3, column \w+: invalid input syntax",
    ),
    ("a row is missing", without_last_line, ChecksumDiffers, r"has \d+ rows after loading"),
    (
        "a table is missing",
        lambda d: (
            (d / "sales.refunds.csv").unlink(),
            rewritten(d, lambda c: c["tables"].remove(table_of(c, "sales.refunds"))),
        ),
        OtherDatabase,
        r"The database has a table sales\.refunds, and the export has not",
    ),
    (
        "another column",
        lambda d: rewritten(
            d, lambda c: table_of(c, "sales.refunds")["columns"][0].update(name="x_tenant")
        ),
        OtherDatabase,
        r"sales\.refunds has a column (x_tenant|tenant_id) in the",
    ),
    (
        "another type",
        lambda d: rewritten(
            d, lambda c: table_of(c, "sales.refunds")["columns"][0].update(type="bigint")
        ),
        OtherDatabase,
        r"The column tenant_id of sales\.refunds is bigint in the export and integer",
    ),
    (
        "another digest",
        lambda d: rewritten(d, lambda c: c["modules"][0].update(state_digest="0" * 64)),
        OtherDatabase,
        "The export is of the tables of catalog as Groundplan",
    ),
    (
        "a module too many",
        lambda d: rewritten(
            d,
            lambda c: c["modules"].append({"name": "loyalty", "version": "1", "state_digest": "0"}),
        ),
        OtherDatabase,
        "The export has the module loyalty, and the database .* has not",
    ),
    (
        "a module too few",
        lambda d: rewritten(d, lambda c: c["modules"].pop(0)),
        OtherDatabase,
        "has the module catalog, and the export has not",
    ),
]


@pytest.fixture(scope="module")
def exported(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export, to be copied and spoiled."""
    from tests.exporter.conftest import SAMPLE

    directory = tmp_path_factory.mktemp("exported") / "export"
    with installed("ecommerce", prepare=SAMPLE, url=server.url()) as url:
        export_data(directory, url)
    return directory


@pytest.fixture
def copied(exported: Path, tmp_path: Path) -> Path:
    """A copy of the export."""
    import shutil

    return Path(shutil.copytree(exported, tmp_path / "copy"))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [case[1:] for case in FILES],
    ids=[case[0] for case in FILES],
)
def test_a_spoiled_export_changes_nothing(
    copied: Path, fresh: str, change: Change, error: type[GroundplanError], message: str
) -> None:
    before = everything(fresh)
    change(copied)
    with pytest.raises(error, match=message) as refused:
        restore_export(copied, fresh)
    assert "\n" not in str(refused.value)
    assert everything(fresh) == before


def test_a_row_of_another_tenant_is_refused(full: Make, blank: Make, tmp_path: Path) -> None:
    export_data(tmp_path / "one", full("multi"), tenant=1)
    another_tenants_row(tmp_path / "one")
    with pytest.raises(BadFile, match=r"sales\.refunds\.csv, column tenant_id: it holds rows of"):
        restore_export(tmp_path / "one", blank("multi"))


def test_the_unspoiled_export_is_restored(copied: Path, fresh: str) -> None:
    """The control of all of the above."""
    (copied / "left-over.csv.part").write_text("of an export that was interrupted later")
    assert restore_export(copied, fresh).rows > 19_000


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "insert into crm.customers (display_name) values ('Ada')",
            r"rows already, in (core|crm)\.\w+",
        ),
        ("update core.tenants set name = 'Mine'", r"rows already, in core\.audit_log"),
        ("insert into catalog.sales_channels (code, name) values ('x', 'X')", "sales_channels"),
    ],
)
def test_a_database_that_is_not_empty_is_refused(
    copied: Path, fresh: str, statement: str, message: str
) -> None:
    with connect(fresh) as connection:
        connection.execute(statement.encode())
    before = everything(fresh)
    with pytest.raises(NotEmpty, match=f"{message}.*Make a new database"):
        restore_export(copied, fresh)
    assert everything(fresh) == before


def test_a_database_without_groundplan_is_refused(copied: Path, empty_database: str) -> None:
    with pytest.raises(NotInstalled):
        restore_export(copied, empty_database)


def test_fewer_modules_are_refused(server: EmbeddedServer, copied: Path) -> None:
    plan = compose(closure(["crm"], load_modules()))
    with (
        installed(plan=plan, url=server.url()) as url,
        pytest.raises(OtherDatabase, match=r"has the module catalog, and .* has not.*apply"),
    ):
        restore_export(copied, url)


def test_exports_that_are_not_for_restoring(shop: str, fresh: str, tmp_path: Path) -> None:
    export_data(tmp_path / "chosen", shop, tables=["sales.orders"])
    with pytest.raises(BadFile, match="chosen tables only: restore an export without --table"):
        restore_export(tmp_path / "chosen", fresh)
    export_data(tmp_path / "sheets", shop, for_spreadsheets=True)
    with pytest.raises(BadFile, match="written for spreadsheets: restore an export without"):
        restore_export(tmp_path / "sheets", fresh)


def test_a_file_or_nothing_is_no_export(fresh: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadFile, match="it is a file; name the directory"):
        restore_export(tmp_path / "file", fresh)
    with pytest.raises(BadFile, match="it is missing, so this is no export"):
        restore_export(tmp_path / "nowhere", fresh)
