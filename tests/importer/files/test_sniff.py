"""Guesses about files, on the torture collection and on files that say too little."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.errors import BadFile
from groundplan.importer.files import Sniffed, sniff
from groundplan.importer.values import NumberStyle

FOLDER = Path(__file__).parent / "torture"


def sniffed(tmp_path: Path, text: str, encoding: str = "utf-8") -> Sniffed:
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode(encoding))
    return sniff(path)


@pytest.mark.parametrize(
    ("file", "encoding", "delimiter", "header_line"),
    [
        ("02-utf16-le.csv", "utf-16", "\t", 1),
        ("08-cp1252-declared.csv", "cp1252", ";", 1),
        ("09-mac-declared.csv", "mac-roman", ";", 1),
        ("25-cr-in-a-cell.csv", "utf-8", ";", 1),
        ("36-single-quotes-declared.csv", "utf-8", ",", 1),
        ("55-sep-line.csv", "utf-8", "|", 1),
        ("61-title.csv", "utf-8", ",", 4),
        ("62-title-not-declared.csv", "utf-8", ",", 2),
        ("63-no-header.csv", "utf-8", ",", 0),
        ("73-blank-lines-first.csv", "utf-8", ",", 4),
        ("77-ragged.csv", "utf-8", ",", 1),
        ("166-header-in-row-3.xlsx", "", None, 3),
        ("170-beyond-the-header.xlsx", "", None, 1),
    ],
)
def test_guesses(file: str, encoding: str, delimiter: str | None, header_line: int) -> None:
    found = sniff(FOLDER / file)
    assert (found.encoding, found.delimiter, found.header_line) == (
        encoding,
        delimiter,
        header_line,
    )
    assert found.rows


def test_every_guess_says_why() -> None:
    found = sniff(FOLDER / "10-mac.csv")
    assert found.columns == ("name", "price")
    assert [row.cells for row in found.rows] == [("Meier", "1"), ("Müller", "2")]
    assert any("mac_roman" in note and "Müller" in note for note in found.notes)
    assert any("semicolons divide 3 of 3 rows into 2 cells" in note for note in found.notes)
    assert all(note.endswith(".") for note in found.notes)


def test_quotes_are_guessed() -> None:
    assert sniff(FOLDER / "36-single-quotes-declared.csv").quote == "'"
    assert sniff(FOLDER / "30-doubled-quotes.csv").quote == '"'


def test_blanks_divide(tmp_path: Path) -> None:
    found = sniffed(tmp_path, "customer date\n 00001 19970101\n 00002 19970112\n")
    assert found.delimiter == "whitespace"
    assert found.columns == ("customer", "date")


def test_styles_of_columns(tmp_path: Path) -> None:
    found = sniffed(
        tmp_path,
        "name;price;count;at;day;either\n"
        "A;1.234,50;3;2024-01-02 10:00;13.02.2003;01/02/2003\n"
        "B;7,25;1.000;2024-01-03 11:00;01.02.2003;03/04/2003\n",
    )
    assert found.numbers["price"] == NumberStyle(",", ".")
    assert found.times["at"] == ("iso",)
    assert found.times["day"] == ("%d.%m.%Y",)
    assert set(found.times["either"]) == {"%d/%m/%Y", "%m/%d/%Y"}
    assert "name" not in found.numbers
    assert any(note.startswith("either: ") and "different days" in note for note in found.notes)
    assert any('"1.000" is read as 1.000; with' in note for note in found.notes)


def test_damage_is_noted(tmp_path: Path) -> None:
    found = sniffed(tmp_path, "name,city\nMÃ¼ller,Kiel\nA,K\ufffdln\n")
    assert any("'Müller' is meant" in note for note in found.notes)
    assert any("U+FFFD" in note for note in found.notes)


def test_rows_that_cannot_be_read_are_counted() -> None:
    notes = sniff(FOLDER / "77-ragged.csv").notes
    assert any("3 of the first 4 rows cannot be read; line 2: 2 cells" in note for note in notes)


def test_sheets_are_listed() -> None:
    found = sniff(FOLDER / "171-second-sheet.xlsx")
    assert found.sheets == ("Notes", "Orders")
    assert found.sheet == "Notes"
    assert any("first of 2 sheets" in note for note in found.notes)


def test_what_is_no_table_is_refused() -> None:
    for file in ("89-page.csv", "91-old-excel.xls", "92-nothing.csv", "93-blank-lines-only.csv"):
        with pytest.raises(BadFile):
            sniff(FOLDER / file)


def test_the_options_read_the_file_again() -> None:
    for path in sorted(FOLDER.iterdir()):
        try:
            found = sniff(path)
        except BadFile:
            continue
        assert found.columns, path.name
        assert all(
            len(row.cells) == len(found.columns) for row in found.rows if row.fault is None
        ), path.name
