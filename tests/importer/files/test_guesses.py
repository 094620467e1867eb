"""What a text is written in: an encoding that exporters write, and quotes that really quote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundplan.errors import BadFile
from groundplan.importer.files import FileOptions, open_table
from groundplan.importer.files.guessing import guessed_encoding
from groundplan.importer.files.sniff import sniff

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Shelf 24” wide", "cp1252"),
        ("1\xa0250,00", "cp1252"),
        ("12 € – don’t “x”", "cp1252"),
        ("Café® Noël", "cp1252"),
        ("à la carte", "cp1252"),
        ("Müller", "mac_roman"),
        ("Größe Müller Köln", "cp850"),
        ("Zażółć gęślą jaźń", "cp1250"),
        ("Привет мир как дела сегодня хорошо", "cp1251"),
        ("Φίλε καλημέρα σήμερα", "cp1253"),
    ],
)
def test_the_encoding_is_one_that_makes_sense(text: str, encoding: str) -> None:
    head = (f"name,price\n{text},1\n" * 20).encode(encoding)
    assert guessed_encoding(head, is_whole=True)[0] == encoding


def test_apostrophes_before_numbers_quote_nothing(written: Write) -> None:
    lines = "".join(f"'{number},'0{number},'+49 {number}\n" for number in range(10, 60))
    found = sniff(written(f"Id,Zip,Phone\n{lines}"))
    assert (found.quote, found.columns) == ('"', ("Id", "Zip", "Phone"))
    assert [row.fault for row in found.rows if row.fault] == []


def test_a_cell_that_was_damaged_before_costs_its_row_alone(written: Write) -> None:
    file = written("name\nMüller\nMÃ¼ller\nJörg\n".encode("cp1252"))
    with open_table(file, FileOptions(encoding="cp1252")) as table:
        rows = list(table.rows)
    assert [(row.line, row.fault is None) for row in rows] == [(2, True), (3, False), (4, True)]
    assert "read as cp1252" in str(rows[1].fault)


def test_a_file_that_is_utf_8_is_not_read_as_something_else(written: Write) -> None:
    file = written("name\nMüller\nJörg\n")
    with (
        pytest.raises(BadFile, match="the file is UTF-8, not cp1252"),
        open_table(file, FileOptions(encoding="cp1252")) as table,
    ):
        list(table.rows)
