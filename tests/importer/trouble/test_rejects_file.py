"""The file of rejected rows: where it may be written, and fed in again once corrected."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from groundplan.errors import BadFile, GroundplanError
from groundplan.importer import ImportReport, import_files, read_mapping
from groundplan.importer.loading.rejects import ADDED_COLUMNS
from tests.importer.test_dirt import rows
from tests.importer.trouble.contents import checksums
from tests.importer.trouble.processes import parts

IS_ROOT = os.geteuid() == 0


def _import(url: str, mapping: str | Path, *files: str | Path, **more: Any) -> ImportReport:
    return import_files(read_mapping(Path(mapping)), [str(file) for file in files], url, **more)


def _refused(url: str, mapping: str, orders: str, rejects: Path, words: str) -> None:
    """Before anything is read, and whether or not batches are committed."""
    before = checksums(url)
    for more in ({}, {"commit_every": 50}, {"is_dry_run": True}):
        told: list[str] = []
        with pytest.raises(BadFile, match=words):
            _import(
                url, mapping, orders, rejects=rejects,
                progress=lambda phase, _done, _total, told=told: told.append(phase), **more,
            )  # fmt: skip
        assert told == []
    assert checksums(url) == before


def test_where_it_cannot_be_written(gated: str, mapping: str, orders: str, tmp_path: Path) -> None:
    _refused(gated, mapping, orders, tmp_path / "none" / "r.csv", "cannot be written: No such file")
    _refused(gated, mapping, orders, tmp_path, "cannot be written: it is a directory")
    file = tmp_path / "file"
    file.write_text("")
    _refused(gated, mapping, orders, file / "r.csv", "cannot be written: Not a directory")
    _refused(
        gated, mapping, orders, tmp_path / ("r" * 300), "cannot be written: File name too long"
    )
    assert parts(tmp_path) == []


@pytest.mark.skipif(IS_ROOT, reason="root may write everywhere; runs for ordinary users")
def test_where_it_must_not_be_written(
    gated: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    _refused(gated, mapping, orders, tmp_path / "closed" / "r.csv", "Permission denied")


def test_never_over_one_of_the_files(
    gated: str, mapping: str, orders: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Path(orders).read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(orders)
    same = tmp_path / "same.csv"
    same.hardlink_to(orders)
    monkeypatch.chdir(tmp_path)
    for rejects in (Path(orders), Path("orders.csv"), Path("../") / tmp_path.name / "orders.csv",
                    link, same):  # fmt: skip
        _refused(gated, mapping, orders, rejects, "overwrite the file itself")
    assert Path(orders).read_bytes() == before


def test_a_link_stays_a_link(gated: str, mapping: str, orders: str, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "rejects.csv"
    target.write_text("old")
    link = tmp_path / "rejects.csv"
    link.symlink_to(target)
    _import(gated, mapping, orders, rejects=link)
    assert link.is_symlink()
    assert len(target.read_text().splitlines()) == 4
    assert parts(tmp_path) == parts(tmp_path / "there") == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
@pytest.mark.parametrize("more", [{}, {"commit_every": 50}])
def test_a_device_that_is_full(more: dict[str, Any], gated: str, mapping: str, orders: str) -> None:
    """It is written to, not replaced; the import that cannot say what it refused is not done."""
    before = checksums(gated)
    with pytest.raises(BadFile, match="/dev/full: it cannot be written: No space left on device"):
        _import(gated, mapping, orders, rejects=Path("/dev/full"), **more)
    assert Path("/dev/full").is_char_device()
    if not more:
        assert checksums(gated) == before
    report = _import(gated, mapping, orders, rejects=Path("/dev/null"), **more)
    assert Path("/dev/null").is_char_device()
    assert (report.loaded, report.rejected, report.duplicates) == (397, 3, 0)


def test_what_was_there_stays_when_the_import_fails(
    gated: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    rejects.write_text("of yesterday")

    def fail(phase: str, _done: int, _total: int | None) -> None:
        if phase == "committing":
            raise GroundplanError("No.")

    with pytest.raises(GroundplanError, match=r"No\."):
        _import(gated, mapping, orders, rejects=rejects, progress=fail)
    assert rejects.read_text() == "of yesterday"
    assert parts(tmp_path) == []


def test_several_files_with_different_headers(gated: str, mapping: str, tmp_path: Path) -> None:
    """One file of rejects has the columns of all of them, and goes in again as a whole."""
    first = tmp_path / "first.csv"
    first.write_text(
        "till,no,at,email,sku,qty,price\n"
        "3,F-1,2025-01-01 10:00:00,a@example.com,S,one,1.00\n"
        "3,F-2,2025-01-01 10:00:00,a@example.com,S,1,1.00\n"
    )
    second = tmp_path / "second.csv"
    second.write_text(
        "price,qty,sku,email,at,no,clerk\n"
        '2.00,two,"S, ""big""",b@example.com,2025-01-02 10:00:00,G-1,"Eve\nand Bob"\n'
        "2.00,1,S,b@example.com,2025-01-02 10:00:00,G-2,Eve\n"
    )
    rejects = tmp_path / "rejects.csv"
    report = _import(gated, mapping, first, second, rejects=rejects)
    assert (report.loaded, report.rejected) == (2, 2)
    with rejects.open(newline="") as file:
        header, *lines = csv.reader(file)
    assert header == [
        "till", "no", "at", "email", "sku", "qty", "price", "clerk", *ADDED_COLUMNS,
    ]  # fmt: skip
    assert [line[:8] for line in lines] == [
        ["3", "F-1", "2025-01-01 10:00:00", "a@example.com", "S", "one", "1.00", ""],
        ["", "G-1", "2025-01-02 10:00:00", "b@example.com", 'S, "big"', "two", "2.00",
         "Eve\nand Bob"],
    ]  # fmt: skip
    assert [line[8:11] for line in lines] == [
        ["first.csv", "2", "number_unreadable"],
        ["second.csv", "2", "number_unreadable"],
    ]
    text = rejects.read_text().replace(",one,", ",1,").replace(",two,", ",2,")
    rejects.write_text(text)
    fed = _import(gated, mapping, rejects)
    assert (fed.read, fed.loaded, fed.rejected) == (2, 2, 0)
    again = _import(gated, mapping, first, second)
    # The order of the first file said something else when it was refused: it is there now.
    assert (again.duplicates, again.rejected) == (2, 2)


def _feed_again(
    url: str, mapping: Path, source: Path, folder: Path, wrong: Sequence[str], right: Sequence[str]
) -> None:
    """What was refused, corrected in the text of the rejects file, goes in by the same mapping."""
    rejects = folder / "rejects.csv"
    report = _import(url, mapping, source, rejects=rejects)
    assert (report.read, report.loaded, report.rejected) == (3, 1, 2)
    known = _import(url, mapping, rejects, rejects=folder / "second.csv")
    assert (known.read, known.rejected) == (2, 2)
    assert known.reasons == report.reasons
    content = rejects.read_bytes()
    for before, after in zip(wrong, right, strict=True):
        assert before.encode("cp1252") in content
        content = content.replace(before.encode("cp1252"), after.encode("cp1252"))
    rejects.write_bytes(content)
    fed = _import(url, mapping, rejects)
    assert (fed.read, fed.loaded, fed.rejected) == (2, 2, 0), fed.first_rejects
    assert rows(
        url,
        "select o.number, item.sku_code, item.quantity, item.unit_price,"
        " to_char(o.placed_at at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24:MI')"
        " from sales.orders as o join sales.order_items as item on item.order_id = o.id"
        " where o.number like 'K-%' order by 1",
    ) == [
        ("K-1", "TÜR", 3, Decimal("12.5"), "2025-03-01 10:30"),
        ("K-2", "FAß", 2, Decimal("1234.5"), "2025-03-02 11:00"),
        ("K-3", "ÖSE", 1, Decimal("7"), "2025-03-04 09:15"),
    ]


_GERMAN = """
title = "Kasse"
entity = "orders"
source = "kasse"

[file]
{file}

[numbers]
decimal = ","
thousands = "."

[times]
formats = ["%d.%m.%Y %H:%M"]
zone = "Europe/Berlin"

[load]
create_skus = true

[fields]
number = "Nr"
placed_at = "Zeit"
sku_code = "Artikel"
quantity = "Menge"
unit_price = "Preis"
"""

_HEADER = ("Nr", "Zeit", "Artikel", "Menge", "Preis")
_LINES = (
    ("K-1", "01.03.2025 10:30", "TÜR", "3", "12,50"),
    ("K-2", "02.03.2025 11:00", "FAß", "zwei", "1.234,50"),
    ("K-3", "31.02.2025 09:15", "ÖSE", "1", "7,00"),
)
_WRONG = ("zwei", "31.02.2025 09:15")
_RIGHT = ("2", "04.03.2025 09:15")


def _german(folder: Path, file: str) -> Path:
    mapping = folder / "kasse.toml"
    mapping.write_text(_GERMAN.format(file=file), encoding="utf-8")
    return mapping


CSV_KINDS: dict[str, tuple[str, str, Callable[[Sequence[str]], str]]] = {
    "cp1252 and semicolons": (
        'encoding = "cp1252"\ndelimiter = ";"', "", lambda cells: ";".join(cells),
    ),
    "semicolons that nobody told": ('encoding = "cp1252"', "", lambda cells: ";".join(cells)),
    "tabs": ('encoding = "cp1252"\ndelimiter = "\\t"', "", lambda cells: "\t".join(cells)),
    "a header in line 3": (
        'encoding = "cp1252"\ndelimiter = ";"\nheader_line = 3', "Kasse 1\nMärz\n",
        lambda cells: ";".join(cells),
    ),
    "another quote": (
        "encoding = \"cp1252\"\ndelimiter = \";\"\nquote = \"'\"", "",
        lambda cells: ";".join(f"'{cell}'" for cell in cells),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CSV_KINDS)
def test_fed_in_again(kind: str, gated: str, tmp_path: Path) -> None:
    options, above, joined = CSV_KINDS[kind]
    source = tmp_path / "kasse.csv"
    text = above + "".join(f"{joined(cells)}\n" for cells in (_HEADER, *_LINES))
    source.write_bytes(text.encode("cp1252"))
    _feed_again(gated, _german(tmp_path, options), source, tmp_path, _WRONG, _RIGHT)


def test_fed_in_again_without_a_header(gated: str, tmp_path: Path) -> None:
    source = tmp_path / "kasse.csv"
    source.write_bytes("".join(f"{';'.join(cells)}\n" for cells in _LINES).encode("cp1252"))
    options = f'encoding = "cp1252"\ndelimiter = ";"\nheader_line = 0\ncolumns = {list(_HEADER)}'
    _feed_again(gated, _german(tmp_path, options), source, tmp_path, _WRONG, _RIGHT)


def test_fed_in_again_from_a_workbook(gated: str, tmp_path: Path) -> None:
    """Typed cells become text in the file of rejects, and have to mean the same again."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(_HEADER))
    sheet.append(["K-1", datetime(2025, 3, 1, 10, 30), "TÜR", 3, 12.5])
    sheet.append(["K-2", datetime(2025, 3, 2, 11, 0), "FAß", "zwei", 1234.5])
    sheet.append(["K-3", "31.02.2025 09:15", "ÖSE", 1, 7])
    source = tmp_path / "kasse.xlsx"
    book.save(source)
    _feed_again(gated, _german(tmp_path, 'encoding = "cp1252"'), source, tmp_path, _WRONG, _RIGHT)
