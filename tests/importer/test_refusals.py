"""Bad files, bad databases and crashes: one sentence each, and nothing has changed."""

from __future__ import annotations

import gzip
import json
import lzma
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from groundplan.cli import main
from groundplan.database import EmbeddedServer, connect
from groundplan.errors import (
    BadFile,
    CannotConnect,
    GroundplanError,
    NotInstalled,
    PermissionDenied,
    UnknownSchema,
)
from groundplan.importer import import_online_retail
from groundplan.importer.online_retail.reading import opened
from groundplan.testing import installed
from tests.importer.conftest import DIRT
from tests.importer.test_dirt import rows

Write = Callable[..., Path]

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
LINE = "600001,10001,RED MUG,1,2011-01-03 09:00:00,2.5,100.0,United Kingdom\n"


def _noise(count: int) -> str:
    """A file of this many invoices that does not compress to nothing."""
    return HEADER + "".join(
        f"{600000 + n},{n * 7919 % 99991},THING {n * n % 1009},{n % 9 + 1},"
        f"2011-{n % 12 + 1:02}-{n % 28 + 1:02} 09:00:00,{n % 7}.25,{n % 50}.0,France\n"
        for n in range(count)
    )


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "header only": (HEADER.encode(), "a header and no lines"),
    "another format": (b"id,name\n1,x\n", "this is not the Online Retail file"),
    "a missing column": (
        (HEADER + LINE).replace("UnitPrice", "Price").encode(),
        "row 1: the column UnitPrice is missing",
    ),
    "columns in another order": (
        (HEADER + LINE).replace("InvoiceNo,StockCode", "StockCode,InvoiceNo").encode(),
        "the columns have to be",
    ),
    "Latin-1": (
        (HEADER + LINE + LINE.replace("MUG", "MUG £5")).encode("latin-1"),
        "row 3: this is not UTF-8",
    ),
    "UTF-16": ((HEADER + LINE).encode("utf-16"), "row 1: this is not UTF-8"),
    "a zero byte": ((HEADER + LINE.replace("RED", "R\0D")).encode(), "row 2: there is a zero byte"),
    "an open quote": (
        (HEADER + LINE + LINE.replace("RED", '"RED') + LINE * 3).encode(),
        "row 3: the quotes",
    ),
    "an open quote in a long file": (
        (HEADER + LINE + LINE.replace("RED", '"RED') + LINE * 5000).encode(),
        "row 3: the quotes",
    ),
    "truncated gzip": (gzip.compress(_noise(900).encode())[:-2000], "ends too early"),
    "truncated xz": (lzma.compress(_noise(900).encode())[:-2000], "ends too early"),
    "damaged gzip": (b"\x1f\x8b" + b"nonsense" * 9, "damaged or ends too early"),
    "Excel": (b"PK\x03\x04 nonsense", "this is a ZIP or Excel file"),
    "an endless line": ((HEADER + "x" * 1_100_000).encode(), "row 2: the line is longer than"),
}


def _is_untouched(url: str) -> bool:
    """Whether there is no order, no tenant in pounds, and no schema of the importer."""
    return rows(
        url,
        "select (select count(*) from sales.orders), (select count(*) from catalog.skus),"
        " (select currency_code from core.tenants), to_regnamespace('importing')::text",
    ) == [(0, 0, "EUR", None)]


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_in_a_sentence(kind: str, database: str, written: Write) -> None:
    content, sentence = BAD[kind]
    with pytest.raises(BadFile, match=sentence) as caught:
        import_online_retail(written(content), database)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    assert _is_untouched(database)


def test_no_file_and_a_directory(database: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="there is no such file"):
        import_online_retail(tmp_path / "none.csv", database)
    with pytest.raises(BadFile, match="this is a directory"):
        import_online_retail(tmp_path, database)
    assert _is_untouched(database)


def test_a_file_that_vanishes_while_it_is_read(written: Write) -> None:
    """Whoever has opened a file keeps it, whatever happens to its name."""
    file = written(_noise(5_000))
    with opened(file) as lines:
        assert next(lines).number == 2
        file.unlink()
        assert sum(1 for _ in lines) == 4_999


def test_rejects_that_cannot_be_written(database: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be written"):
        import_online_retail(DIRT, database, rejects=tmp_path / "none" / "rejects.csv")
    with pytest.raises(BadFile, match="overwrite the file itself"):
        import_online_retail(DIRT, database, rejects=DIRT)
    assert _is_untouched(database)


def test_compressed_or_not_is_told_by_the_content(database: str, written: Write) -> None:
    result = import_online_retail(
        written(gzip.compress(DIRT.read_bytes()), "named-wrongly.csv"), database
    )
    again = import_online_retail(
        written(lzma.compress(b"\xef\xbb\xbf" + DIRT.read_bytes()), "file.csv.xz"), database
    )
    assert again.duplicates == result.loaded > 0


def test_a_database_without_groundplan(empty_database: str) -> None:
    with pytest.raises(NotInstalled):
        import_online_retail(DIRT, empty_database)


def test_a_database_without_shipments(server: EmbeddedServer) -> None:
    with (
        installed("sales", url=server.url()) as url,
        pytest.raises(GroundplanError, match="has no module fulfillment"),
    ):
        import_online_retail(DIRT, url)


def test_only_the_owner_may_import(database: str) -> None:
    role = f"importer_{os.getpid()}"
    with connect(database, autocommit=True) as connection:
        connection.execute(f"create role {role} login".encode())
        try:
            connection.execute(f"grant usage on schema core to {role}".encode())
            connection.execute(f"grant select on core.installed_modules to {role}".encode())
            with pytest.raises(PermissionDenied, match="may not import"):
                import_online_retail(DIRT, _as_role(database, role))
        finally:
            connection.execute(f"drop owned by {role}".encode())
            connection.execute(f"drop role {role}".encode())
    assert _is_untouched(database)


def _as_role(url: str, role: str) -> str:
    before, _, after = url.partition("://")
    host = after.rpartition("@")[2]
    return f"{before}://{role}@{host}"


def test_tenants_that_are_not_there(database: str, many_tenants: str) -> None:
    with pytest.raises(GroundplanError, match="There is no tenant 2"):
        import_online_retail(DIRT, database, tenant=2)
    with pytest.raises(GroundplanError, match="holds several tenants"):
        import_online_retail(DIRT, many_tenants)
    with pytest.raises(GroundplanError, match="There is no tenant 7"):
        import_online_retail(DIRT, many_tenants, tenant=7)


def test_books_in_another_currency(database: str) -> None:
    with connect(database) as connection:
        connection.execute("insert into sales.orders (currency_code) values ('EUR')")
    with pytest.raises(GroundplanError, match="are in EUR, and the file is in GBP"):
        import_online_retail(DIRT, database)


def test_a_schema_of_the_same_name(database: str) -> None:
    with connect(database) as connection:
        connection.execute("create schema importing")
    with pytest.raises(UnknownSchema):
        import_online_retail(DIRT, database)


def test_interrupted_or_cut_off_leaves_nothing(database: str, written: Write) -> None:
    file = written(_noise(300))

    def interrupt(phase: str, done: int, _total: int | None) -> None:
        if phase.startswith("placing") and done:
            raise KeyboardInterrupt

    def cut(phase: str, _done: int, _total: int | None) -> None:
        if phase == "counting":
            rows(
                database,
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()",
            )

    with pytest.raises(KeyboardInterrupt):
        import_online_retail(file, database, progress=interrupt)
    assert _is_untouched(database)
    with pytest.raises((CannotConnect, GroundplanError)):
        import_online_retail(file, database, progress=cut)
    assert _is_untouched(database)


_KILLED = """
import sys
from pathlib import Path
from groundplan.importer import import_online_retail
def tell(phase, done, total):
    print(phase, done, flush=True)
import_online_retail(Path(sys.argv[1]), sys.argv[2], progress=tell)
"""


def test_killed_in_the_middle_then_imported_again(database: str, written: Write) -> None:
    file = written(_noise(600))
    killed = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(file), database], stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    with killed.stdout:
        for line in killed.stdout:
            if line.startswith("placing") and not line.endswith(" 0\n"):
                killed.send_signal(signal.SIGKILL)
                break
    assert killed.wait() == -signal.SIGKILL
    _wait_until_alone(database)
    assert _is_untouched(database)
    result = import_online_retail(file, database)
    assert (result.read, result.loaded, result.duplicates) == (600, 600, 0)


def _wait_until_alone(url: str) -> None:
    """A server process notices that its client is dead when it next talks to it."""
    for _ in range(300):
        (found,) = rows(
            url,
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type = 'client backend'",
        )
        if found[0] == 0:
            return
        time.sleep(0.1)
    raise AssertionError("the server process of the killed import is still there")


def test_at_the_command_line(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "online-retail", str(DIRT), "--database", database, "--json"]) == 0
    told = capsys.readouterr()
    result = json.loads(told.out)
    assert told.err == ""
    assert result["source_amount"] == "10995.981"
    assert result["loaded"] + result["rejected"] + result["duplicates"] == result["read"]
    assert main(["import", "online-retail", str(DIRT), "--database", database]) == 0
    assert "Loaded before" in capsys.readouterr().out
    assert main(["import", "online-retail", "no.csv", "--database", database]) == 1
    assert capsys.readouterr().err == "Error: no.csv: there is no such file.\n"
