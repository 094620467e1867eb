"""What a mapping may say of columns and rows: only some rows, only some columns, short rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from groundplan.errors import BadFile
from groundplan.importer.files.table import Row
from groundplan.importer.mapping.model import BadMapping, FileMapping
from groundplan.importer.mapping.rows import RowReader, Staged
from groundplan.importer.mapping.toml import parse_mapping

MAPPING = """
entity = "products"
source = "test"
{top}

[rows]
{rows}

[fields]
product_key = "Key"
product_name = {{ column = "Name", unless = {{ Type = "variation.*" }} }}
sku_name = {{ column = "Name", where = {{ Type = "variation.*" }} }}
sku_code = {{ columns = ["SKU", "Code"], optional_column = false }}
unit_price = {{ columns = ["Price {{currency}}", "List {{currency}}"], optional_column = false }}
"""
COLUMNS = ("Key", "Type", "Name", "SKU", "Price EUR", "Note")


def mapping(top: str = "", rows: str = "") -> FileMapping:
    return parse_mapping(MAPPING.format(top=top, rows=rows), name="test")


def read(found: FileMapping, *cells: str, columns: Sequence[str] = COLUMNS) -> Staged:
    fault = None if len(cells) == len(columns) else f"{len(cells)} cells"
    reader = RowReader(found.in_books("EUR"), columns, "file.csv", {})
    return reader.read(Row(2, tuple(cells), fault))


def value(found: FileMapping, row: Staged, name: str) -> object:
    return dict(zip(found.entity.by_name, row.values, strict=True))[name]


@pytest.mark.parametrize(
    ("kind", "product", "sku"),
    [
        ("variable", "Shirt", None),
        ("variation", None, "Shirt"),
        ("variation, virtual", None, "Shirt"),
        # The whole text has to match.
        ("a variation", "Shirt", None),
    ],
)
def test_a_field_is_read_only_where_its_columns_match(
    kind: str, product: str | None, sku: str | None
) -> None:
    row = read(mapping(), "s", kind, "Shirt", "S-1", "9", "")
    assert value(mapping(), row, "product_name") == product
    assert value(mapping(), row, "sku_name") == sku


def test_the_currency_of_the_books_names_a_column() -> None:
    found = mapping()
    assert "Price {currency}" in found.fields["unit_price"].columns
    assert found.in_books("DKK").fields["unit_price"].columns == ("Price DKK", "List DKK")
    assert (
        str(value(found, read(found, "s", "", "Shirt", "S-1", "9.50", ""), "unit_price")) == "9.50"
    )


def test_one_of_the_columns_has_to_be_there() -> None:
    with pytest.raises(BadFile, match=r"none of the columns SKU, Code"):
        RowReader(mapping().in_books("EUR"), ("Key", "Type", "Name", "Price EUR"), "f.csv", {})
    with pytest.raises(BadFile, match=r"none of the columns Price USD, List USD"):
        RowReader(mapping().in_books("USD"), COLUMNS, "f.csv", {})


def test_a_column_of_no_known_form_is_refused() -> None:
    known = 'known_columns = ["Key|Type|Name|SKU|Price [A-Z]{3}", "(?!Price ).*"]'
    found = parse_mapping(
        MAPPING.format(top="KNOWN", rows="").replace("KNOWN", known), name="test"
    ).in_books("EUR")
    RowReader(found, COLUMNS, "f.csv", {})
    with pytest.raises(BadFile, match="the column Price list is none of this format") as caught:
        RowReader(found, (*COLUMNS, "Price list"), "f.csv", {})
    assert caught.value.hint


def test_a_short_row_is_misshapen_unless_the_format_has_such() -> None:
    cells = ("s", "", "Shirt", "S-1", "9")
    assert read(mapping(), *cells).reason == "row_is_misshapen"
    short = read(mapping(rows="short = true"), *cells)
    assert (short.reason, short.key) == (None, "s")
    # What was read is kept as it stood.
    assert short.cells == list(cells)
    longer = read(mapping(rows="short = true"), *cells, "note", "surplus")
    assert longer.reason == "row_is_misshapen"


def test_a_misshapen_row_still_tells_whose_it_is() -> None:
    assert read(mapping(), "s", "", "Shirt").key == "s"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('known_columns = ["("]', "pattern in known_columns is wrong"),
        ("known_columns = 3", "must be text"),
    ],
)
def test_what_is_no_pattern_is_no_mapping(text: str, message: str) -> None:
    with pytest.raises(BadMapping, match=re.escape(message)):
        mapping(top=text)


def test_conditions_are_columns_and_patterns() -> None:
    text = MAPPING.format(top="", rows="").replace('{ Type = "variation.*" }', '"variation"')
    with pytest.raises(BadMapping, match="must be a table of columns and patterns"):
        parse_mapping(text, name="test")
