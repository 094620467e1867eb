"""`groundplan import inspect`: what it shows, writes and tries, and how it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from groundplan.database import EmbeddedServer, connect
from groundplan.importer import read_mapping
from groundplan.testing import installed
from tests.cli.conftest import Type, assert_narrow

SHOPIFY = Path(__file__).parents[1] / "importer" / "orders" / "data" / "shopify-orders.csv"
ORDERS = (
    "Order No,Date,SKU,Qty,unit_price,Colour\n"
    "1,2026-01-05T10:00:00Z,S1,2,10.00,red\n"
    "2,2026-01-06T10:00:00Z,S2,1,20.25,\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    return file


@pytest.fixture
def database(server: EmbeddedServer) -> Iterator[str]:
    with installed("ecommerce", url=server.url()) as url:
        yield url


def test_help(type_in: Type) -> None:
    answer = type_in("import", "inspect", "--help")
    assert answer.code == 0
    assert "Example: groundplan import inspect" in answer.out
    for option in ("--write", "--entity", "--try", "--zone", "--tenant", "--database", "--json"):
        assert option in answer.out
    assert_narrow(answer.out)


def test_a_format_is_recognised(type_in: Type) -> None:
    answer = type_in("import", "inspect", str(SHOPIFY))
    assert answer.code == 0
    assert "This is shopify-orders: groundplan import shopify-orders" in answer.out


def test_columns_are_shown(type_in: Type, file: Path) -> None:
    answer = type_in("import", "inspect", str(file))
    assert answer.code == 0
    assert "orders.csv: 6 columns, utf-8 and ," in answer.out
    assert "It seems to hold orders." in answer.out
    shown = {line.split()[0]: line.split() for line in answer.out.splitlines() if line.strip()}
    assert shown["unit_price"][1:] == ["number", "10.00", "unit_price"]
    assert shown["Colour"] == ["Colour", "text", "1", "red"]
    assert_narrow(answer.out.partition("\n")[2])


def test_json(type_in: Type, file: Path) -> None:
    found = type_in("import", "inspect", str(file), "--json").json
    assert (found["entity"], found["format"], found["header_line"]) == ("orders", None, 1)
    assert found["decisions"] == []
    assert found["columns"][4] == {
        "name": "unit_price",
        "kind": "number",
        "example": "10.00",
        "blank": 0,
        "field": "unit_price",
    }


def test_write_makes_a_mapping_and_never_overwrites(
    type_in: Type, file: Path, tmp_path: Path
) -> None:
    target = tmp_path / "shop.toml"
    answer = type_in("import", "inspect", str(file), "--write", str(target))
    assert answer.code == 0
    assert read_mapping(target).entity.name == "orders"
    target.write_text("# mine\n")
    again = type_in("import", "inspect", str(file), "--write", str(target))
    assert again.code == 1
    assert "it is there already, and stays as it is" in again.err.replace("\n", " ")
    assert target.read_text() == "# mine\n"


def test_what_cannot_be_written(type_in: Type, file: Path, tmp_path: Path) -> None:
    nowhere = type_in("import", "inspect", str(file), "--write", str(tmp_path / "no" / "a.toml"))
    assert nowhere.code == 1
    assert "it cannot be written" in nowhere.err.replace("\n", " ")
    known = type_in("import", "inspect", str(SHOPIFY), "--write", str(tmp_path / "b.toml"))
    assert known.code == 1
    assert "it is shopify-orders" in known.err
    assert list(tmp_path.glob("*.toml")) == []


def test_try_takes_everything_back(type_in: Type, file: Path, database: str) -> None:
    answer = type_in("import", "inspect", str(file), "--try", "--database", database)
    # Every row was refused.
    assert answer.code == 1
    assert "There is no SKU S1" in answer.out
    known = type_in("import", "inspect", str(SHOPIFY), "--try", "--database", database)
    assert known.code == 0
    assert "Would load 6 orders." in known.out
    with connect(database) as connection:
        assert connection.execute("select count(*) from sales.orders").fetchone() == (0,)


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (None, [], "No such file"),
        (b"", [], "is empty"),
        (b"PK\x03\x04 not a table", [], ""),
        (ORDERS.encode(), ["--entity", "invoices"], "There is nothing called invoices to import."),
        (b"a,b\nx,y\n", ["--try"], "what it holds is not clear"),
    ],
)
def test_refusals(
    type_in: Type, tmp_path: Path, content: bytes | None, options: list[str], told: str
) -> None:
    file = tmp_path / "file.csv"
    if content is not None:
        file.write_bytes(content)
    answer = type_in("import", "inspect", str(file), *options)
    assert answer.code == 1
    assert told.lower() in answer.err.replace("\n", " ").lower()
    assert "This should not happen" not in answer.err
    assert_narrow(answer.err.replace(str(file), ""))
