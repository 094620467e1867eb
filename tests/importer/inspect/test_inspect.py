"""Files that people have: what is guessed, what is asked, and that the guess imports exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest

from groundplan.database import connect
from groundplan.errors import BadFile, GroundplanError
from groundplan.importer import BadMapping, ImportReport, import_files, parse_mapping
from groundplan.importer.inspect import Inspection, inspect_file

Write = Callable[[bytes | str, str], Path]

GERMAN = """Bestellnr;Datum;Kunde;Artikelnr;Bezeichnung;Menge;Einzelpreis;Farbe
A1;13.01.2026;Müller GmbH;X-1;Stuhl;2;1.249,50;rot
A1;13.01.2026;Müller GmbH;X-2;Tisch;1;99,00;
A2;14.01.2026;Jansen;X-1;Stuhl;1;1.249,50;blau
"""
FRENCH = """N° commande;Date;Client;Référence;Désignation;Quantité;Prix unitaire
C-7;25/02/2026;Élodie Noël;R1;Bougie;3;12,50
C-8;26/02/2026;Zoé;R2;Nappe;1;1 050,00
"""
ISO = """order_no,order_date,email,sku,qty,unit_price
1,2026-01-05T10:00:00Z,a@example.com,S1,2,10.00
2,2026-01-06T10:00:00Z,b@example.com,S2,1,20.25
"""
US = """Order Number\tOrder Date\tItem Number\tQuantity\tUnit Price
5001\t01/31/2026 02:15 PM\tK-1\t4\t2.25
5002\t02/15/2026 09:05 AM\tK-2\t1\t1,250.00
"""
AMBIGUOUS = """Order No,Date,SKU,Qty,Unit Price
1,01/02/2026,S1,1,5.00
2,03/04/2026,S1,1,5.00
"""
TITLED = """Orders of January,,,,
,,,,
Order No,Date,SKU,Qty,Unit Price
1,2026-01-05,S1,1,5.00
2,2026-01-06,S2,2,2.50
"""
NUMBERLESS = """Date,Email,SKU,Qty,Unit Price
2026-01-05 10:00:00,a@example.com,S1,1,5.00
2026-01-05 10:00:00,a@example.com,S2,2,2.50
2026-01-05 11:00:00,a@example.com,S2,1,2.50
"""
CONTINUED = """Order No,Date,SKU,Qty,Unit Price
1,2026-01-05,S1,1,5.00
,,S2,2,2.50
2,2026-01-06,S1,1,5.00
"""


def tried(
    found: Inspection, database: str, *, zone: str | None = None, create_skus: bool = True
) -> ImportReport:
    """Import by the mapping as it was written."""
    text = found.mapping
    if create_skus:
        assert "# create_skus = false" in text
        text = text.replace("# create_skus = false", "create_skus = true")
    mapping = parse_mapping(text, name="guessed.toml").told(zone=zone)
    return import_files(mapping, [str(found.path)], database)


def totals(database: str) -> list[tuple[str, Decimal]]:
    with connect(database) as connection:
        return cast(
            "list[tuple[str, Decimal]]",
            connection.execute(
                "select number, total_amount from sales.orders order by placed_at, number"
            ).fetchall(),
        )


@pytest.mark.parametrize(
    ("text", "encoding", "zone", "expected"),
    [
        (GERMAN, "cp1252", "Europe/Berlin", [("A1", "2598.00"), ("A2", "1249.50")]),
        (FRENCH, "utf-8-sig", "Europe/Paris", [("C-7", "37.50"), ("C-8", "1050.00")]),
        (FRENCH, "utf-16", "Europe/Paris", [("C-7", "37.50"), ("C-8", "1050.00")]),
        (ISO, "utf-8", None, [("1", "20.00"), ("2", "20.25")]),
        (US, "utf-8", "America/Chicago", [("5001", "9.00"), ("5002", "1250.00")]),
        (TITLED, "utf-8", "UTC", [("1", "5.00"), ("2", "5.00")]),
        (CONTINUED, "utf-8", "UTC", [("1", "10.00"), ("2", "5.00")]),
    ],
    ids=["german", "french", "french in UTF-16", "iso", "american", "titled", "continued"],
)
def test_the_first_mapping_imports_exactly(
    database: str,
    written: Write,
    text: str,
    encoding: str,
    zone: str | None,
    expected: list[tuple[str, str]],
) -> None:
    found = inspect_file(written(text.encode(encoding), "shop.csv"))
    assert (found.entity, found.format, list(found.decisions)) == ("orders", None, [])
    report = tried(found, database, zone=zone)
    assert (report.rejected, report.reasons) == (0, {})
    assert [
        (number, str(total.quantize(Decimal("0.01")))) for number, total in totals(database)
    ] == (expected)


def test_orders_without_a_number_are_told_apart_by_customer_and_time(
    database: str, written: Write
) -> None:
    found = inspect_file(written(NUMBERLESS, "shop.csv"))
    assert "There is no order number" in found.mapping
    report = tried(found, database, zone="UTC")
    assert (report.records, report.rejected) == (2, 0)
    assert [total for _, total in totals(database)] == [Decimal(10), Decimal("2.5")]


def test_day_or_month_is_asked_and_not_guessed(database: str, written: Write) -> None:
    found = inspect_file(written(AMBIGUOUS, "shop.csv"))
    assert any("%d/%m/%Y and %m/%d/%Y" in decision for decision in found.decisions)
    with pytest.raises(BadMapping, match="left to decide: Date fits"):
        tried(found, database, zone="UTC")
    # Whoever takes the question away without an answer is refused row by row.
    head, _, rest = found.mapping.partition("decide = [")
    undecided = head + rest.partition("]\n")[2]
    report = import_files(
        parse_mapping(undecided, name="undecided.toml").told(zone="UTC"),
        [str(found.path)],
        database,
    )
    assert report.loaded == 0
    assert report.reasons == {"time_is_ambiguous": 2}


LINES = """Order No,Date,SKU,Qty,Price{more}
1,2026-01-05,S1,2,20.00{one}
2,2026-01-06,S1,1,{single}{two}
"""


@pytest.mark.parametrize(
    ("more", "one", "two", "single", "asked"),
    [
        # One price for two pieces and for one: it is the price of one.
        ("", "", "", "20.00", []),
        ("", "", "", "10.00", ["Price: is it the price of one"]),
        # The line says so itself.
        (",Sum", ",40.00", ",10.00", "10.00", []),
        (",Discount", ",0.8", ",0", "20.00", ["Discount: is it money"]),
        (",Discount", ",120", ",0", "20.00", []),
        (",Discount amount", ",0.8", ",0", "20.00", []),
        (",Shipping", ",4.00", ",N/A", "20.00", ["Shipping says 'N/A'"]),
    ],
)
def test_what_could_be_two_things_is_asked(
    written: Write, more: str, one: str, two: str, single: str, asked: list[str]
) -> None:
    text = LINES.format(more=more, one=one, two=two, single=single)
    found = inspect_file(written(text, "lines.csv"))
    assert found.entity == "orders"
    assert [
        decision.startswith(start) for decision, start in zip(found.decisions, asked, strict=True)
    ] == [True] * len(asked)


def test_a_question_shows_three_values_of_the_file(written: Write) -> None:
    found = inspect_file(written(LINES.format(more="", one="", two="", single="10.00"), "a.csv"))
    assert found.decisions[0].endswith("Qty 2 at Price 20.00.")
    text = "Order No,Date,SKU,Qty,Unit Price,Discount\n" + "".join(
        f"{number},2026-01-05,S{number},1,9.00,0.{number}\n" for number in range(1, 9)
    )
    found = inspect_file(written(text, "b.csv"))
    assert found.decisions[0].endswith("0.1, 0.2, 0.3.")


def test_n_a_does_not_drop_a_column_of_prices(database: str, written: Write) -> None:
    text = "SKU,Product Name,Price\nM-1,Mug,12.50\nM-2,Bowl,N/A\n"
    found = inspect_file(written(text, "list.csv"))
    assert {column.name: column.field for column in found.columns}["Price"] == "unit_price"
    head, _, rest = found.mapping.partition("decide = [")
    mapping = parse_mapping(head + rest.partition("]\n")[2], name="list.toml")
    assert import_files(mapping, [str(found.path)], database).loaded == 2
    with connect(database) as connection:
        rows = connection.execute("select code, unit_price from catalog.skus order by 1").fetchall()
    assert rows == [("M-1", Decimal("12.5")), ("M-2", None)]


def test_without_a_zone_no_time_is_loaded(database: str, written: Write) -> None:
    found = inspect_file(written(TITLED, "shop.csv"))
    assert any("have no zone" in note for note in found.notes)
    report = tried(found, database)
    assert (report.loaded, report.reasons) == (0, {"time_without_zone": 2})


def test_a_stock_list_of_a_spreadsheet(database: str, tmp_path: Path) -> None:
    with connect(database) as connection:
        connection.execute(
            "with made as (insert into catalog.products (name, slug) values ('Chair', 'chair')"
            " returning id) insert into catalog.skus (product_id, code, name)"
            " select id, code, code from made, (values ('X-1'), ('X-2')) as known (code)"
        )
        connection.commit()
    book = openpyxl.Workbook()
    sheet = cast("Any", book.active)
    for row in (["Artikelnr", "Bestand", "EK"], ["X-1", 12, 4.25], ["X-2", 7, 0.5]):
        sheet.append(row)
    file = tmp_path / "bestand.xlsx"
    book.save(file)
    found = inspect_file(file)
    assert (found.entity, list(found.decisions)) == ("stock", [])
    assert {column.name: column.field for column in found.columns} == {
        "Artikelnr": "sku_code",
        "Bestand": "quantity",
        "EK": "unit_cost",
    }
    report = tried(found, database, create_skus=False)
    assert (report.loaded, report.rejected) == (2, 0)
    with connect(database) as connection:
        rows = connection.execute(
            "select sku.code, level.on_hand from inventory.stock_levels as level"
            " join catalog.skus as sku on sku.id = level.sku_id order by 1"
        ).fetchall()
    assert rows == [("X-1", 12), ("X-2", 7)]


def test_a_list_of_customers(database: str, written: Write) -> None:
    found = inspect_file(
        written("Kundennr;Vorname;Nachname;E-Mail\n7;Ida;Lund;ida@example.com\n", "kunden.csv")
    )
    assert found.entity == "customers"
    assert tried(found, database, create_skus=False).loaded == 1
    with connect(database) as connection:
        row = connection.execute("select number, display_name, email from crm.customers").fetchone()
    assert row == ("7", "Ida Lund", "ida@example.com")


def test_a_list_of_products(database: str, written: Write) -> None:
    found = inspect_file(
        written(
            "SKU,Product Name,Price,Cost\nM-1,Mug,12.50,4.80\nM-2,Bowl,18.00,7.00\n", "list.csv"
        )
    )
    assert found.entity == "products"
    assert tried(found, database, create_skus=False).loaded == 2
    with connect(database) as connection:
        rows = connection.execute("select code, unit_price from catalog.skus order by 1").fetchall()
    assert rows == [("M-1", Decimal("12.5")), ("M-2", Decimal(18))]


def test_times_of_a_spreadsheet_are_times(database: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = cast("Any", book.active)
    sheet.append(["Order No", "Date", "SKU", "Qty", "Unit Price"])
    sheet.append(["1", dt.datetime(2026, 1, 5, 10, 30), "S1", 2, 10.25])
    file = tmp_path / "orders.xlsx"
    book.save(file)
    found = inspect_file(file)
    assert [column.kind for column in found.columns][1:] == ["time", "text", "number", "number"]
    report = tried(found, database, zone="Europe/Berlin")
    assert report.loaded == 1
    with connect(database) as connection:
        row = connection.execute(
            "select placed_at at time zone 'UTC', total_amount from sales.orders"
        ).fetchone()
    assert row == (dt.datetime(2026, 1, 5, 9, 30), Decimal("20.5"))


def test_names_of_columns_are_quoted(database: str, written: Write) -> None:
    strange = 'Qu"ote\\ \x7f = [x] # y'
    text = ISO.replace("price", "price," + '"' + strange.replace('"', '""') + '"')
    text = text.replace("10.00\n", "10.00,one\n").replace("20.25\n", "20.25,two\n")
    found = inspect_file(written(text, "strange.csv"))
    kept = found.mapping.replace('# "Qu', '"Qu')
    mapping = parse_mapping(
        kept.replace("# create_skus = false", "create_skus = true"), name="strange.toml"
    )
    assert list(mapping.custom_fields) == [strange]
    assert import_files(mapping, [str(found.path)], database).loaded == 2


def test_what_is_nothing_we_know(written: Write) -> None:
    found = inspect_file(written("a,b\nx,y\n", "ab.csv"))
    assert (found.entity, found.format, found.mapping) == (None, None, "")
    told = inspect_file(written("a,b\nx,y\n", "ab.csv"), entity="orders")
    assert told.entity == "orders"
    assert len(told.decisions) >= 3
    with pytest.raises(GroundplanError, match="nothing called invoices"):
        inspect_file(written("a,b\nx,y\n", "ab.csv"), entity="invoices")
    with pytest.raises(BadFile):
        inspect_file(written("", "empty.csv"))


def test_the_mapping_in_the_manual_is_one() -> None:
    manual = Path(__file__).parents[3] / "docs" / "importing.md"
    text = manual.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    mapping = parse_mapping(text, name="manual.toml")
    assert mapping.entity.name == "orders"
    assert len(mapping.fields) >= 12
