"""`groundplan import`: help, options, what it prints, and how it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.database import EmbeddedServer, connect
from groundplan.importer import built_in_names
from groundplan.testing import installed
from tests.cli.conftest import Type, assert_narrow
from tests.importer.trouble import till

SHOPIFY = Path(__file__).parents[1] / "importer" / "orders" / "data" / "shopify-orders.csv"


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    return str(till.written_mapping(tmp_path))


@pytest.fixture
def orders(tmp_path: Path) -> str:
    file = tmp_path / "orders.csv"
    file.write_text(till.lines(12, faulty={4}))
    return str(file)


def _orders(url: str) -> int:
    with connect(url) as connection:
        row = connection.execute("select count(*) from sales.orders").fetchone()
        assert row is not None
        return row[0]


def _wide(text: str) -> list[str]:
    """Lines that are too long although they could be broken: a path stays whole."""
    return [line for line in text.splitlines() if len(line) > 80 and " " in line.strip()]


def test_help_names_every_format(type_in: Type) -> None:
    answer = type_in("import", "--help")
    assert (answer.code, answer.err) == (0, "")
    assert_narrow(answer.out)
    assert "Example: groundplan import" in answer.out
    for name in ("online-retail", *built_in_names()):
        assert f" {name} " in answer.out


@pytest.mark.parametrize("name", [*built_in_names(), "online-retail"])
def test_every_format_has_help_with_an_example(type_in: Type, name: str) -> None:
    answer = type_in("import", name, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert_narrow(answer.out)
    assert "Example:" in answer.out
    for option in ("--rejects", "--tenant", "--database", "--json"):
        assert option in answer.out


def test_help_of_a_mapping_of_ones_own(type_in: Type, mapping: str) -> None:
    answer = type_in("import", mapping, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert_narrow(answer.out)
    assert "no, at, email, sku, qty, price" in " ".join(answer.out.split())


def test_what_an_import_says(type_in: Type, shop: str, mapping: str, orders: str) -> None:
    answer = type_in("import", mapping, orders)
    assert (answer.code, answer.err) == (0, "")
    assert_narrow(answer.out)
    lines = [line.split() for line in answer.out.splitlines()]
    assert lines[0] == ["Rows", "EUR"]
    assert [words[:2] for words in lines[2:6]] == [
        ["Read", "12"], ["Loaded", "11"], ["Rejected", "1"], ["Known", "0"],
    ]  # fmt: skip
    assert "Loaded 11 orders." in answer.out
    assert ["orders.csv", "5", "qty", "qty:", '"some"', "is", "not", "a", "number."] in lines
    assert "--rejects FILE" in answer.out

    again = type_in("import", mapping, orders)
    assert ["Known", "11"] in [line.split()[:2] for line in again.out.splitlines()]
    assert "Loaded 0 orders." in again.out
    assert _orders(shop) == _sample_orders(shop) + 11


def _sample_orders(url: str) -> int:
    with connect(url) as connection:
        row = connection.execute(
            "select count(*) from sales.orders where source is distinct from 'import:till'"
        ).fetchone()
        assert row is not None
        return row[0]


def test_json_says_the_same(type_in: Type, shop: str, mapping: str, orders: str) -> None:
    answer = type_in("import", mapping, orders, "--json")
    assert (answer.code, answer.err) == (0, "")
    told = answer.json
    assert {name: told[name] for name in ("read", "loaded", "rejected", "duplicates")} == {
        "read": 12, "loaded": 11, "rejected": 1, "duplicates": 0,
    }  # fmt: skip
    total = (till.amount(12) - till.amount(1, first=4)) / 100
    amounts = told["amounts"]["EUR"]
    assert float(amounts["loaded"]) == total
    assert amounts["loaded"] == amounts["source"]
    assert told["reasons"] == {"number_unreadable": 1}
    assert told["first_rejects"][0]["line"] == 5
    assert told["dry_run"] is False


def test_a_dry_run_changes_nothing(
    type_in: Type, shop: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    before = _orders(shop)
    rejects = tmp_path / "rejects.csv"
    answer = type_in("import", mapping, orders, "--dry-run", "--rejects", str(rejects))
    assert answer.code == 0
    assert not _wide(answer.out)
    assert "Would load 11 orders." in answer.out
    assert _orders(shop) == before
    assert len(rejects.read_text().splitlines()) == 2
    with connect(shop) as connection:
        assert connection.execute("select to_regnamespace('importing')").fetchone() == (None,)
    assert type_in("import", mapping, orders, "--dry-run", "--json").json["dry_run"] is True


def test_a_dry_run_commits_nothing_whatever_else_is_said(
    type_in: Type, shop: str, mapping: str, orders: str
) -> None:
    before = _orders(shop)
    answer = type_in("import", mapping, orders, "--dry-run", "--commit-every", "2")
    assert answer.code == 0
    assert _orders(shop) == before


def test_rejects_are_written_where_they_are_wanted(
    type_in: Type, shop: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    answer = type_in("import", mapping, orders, "--rejects", str(rejects))
    assert answer.code == 0
    assert f"{rejects}:" in answer.out.split()
    assert not _wide(answer.out)
    text = rejects.read_text()
    assert text.splitlines()[0].startswith(f"{till.HEADER},groundplan_file,groundplan_line")
    rejects.write_text(text.replace("some", "3"))
    fed = type_in("import", mapping, str(rejects), "--json").json
    assert (fed["read"], fed["loaded"], fed["rejected"]) == (1, 1, 0)


def test_a_built_in_format_and_a_file_that_is_recognised(type_in: Type, shop: str) -> None:
    by_name = type_in("import", "shopify-orders", str(SHOPIFY), "--dry-run", "--json")
    # The shop has none of its SKUs: every row is rejected.
    assert (by_name.code, by_name.json["rejected"]) == (1, by_name.json["read"])
    assert by_name.json["read"] > 0
    by_header = type_in("import", str(SHOPIFY), "--dry-run", "--json")
    assert by_header.code == 1
    assert by_header.json["title"] == by_name.json["title"]
    assert by_header.json["loaded"] == by_name.json["loaded"]


def test_encoding_and_zone(type_in: Type, shop: str, mapping: str, tmp_path: Path) -> None:
    file = tmp_path / "latin.csv"
    file.write_bytes((till.lines(1) + till.line(2, sku="TÜR") + "\n").encode("cp1252"))
    refused = type_in("import", mapping, str(file), "--dry-run")
    assert refused.code == 1
    assert "UTF-8" in refused.err
    assert "--encoding cp1252" in refused.err
    assert_narrow(refused.err)
    answer = type_in(
        "import", mapping, str(file), "--encoding", "cp1252", "--zone", "America/New_York"
    )
    assert answer.code == 0
    with connect(shop) as connection:
        rows = connection.execute(
            "select o.number, to_char(o.placed_at at time zone 'UTC', 'HH24:MI'), item.sku_code"
            " from sales.orders as o join sales.order_items as item on item.order_id = o.id"
            " where o.source = 'import:till' order by 1"
        ).fetchall()
    assert rows == [("T-1", "14:00", "SKU-1"), ("T-2", "14:00", "TÜR")]


REFUSED: dict[str, tuple[tuple[str, ...], int, str]] = {
    "nothing to import": (("{mapping}",), 2, "Missing argument"),
    "no such file": (("{mapping}", "none.csv"), 1, "none.csv: there is no such file"),
    "a directory": (("{mapping}", "{folder}"), 1, "directory"),
    "neither format nor file": (("shopify-order",), 2, "Did you mean shopify-orders"),
    "no such mapping": (("none.toml", "{orders}"), 1, "none.toml"),
    "an unknown option": (("{mapping}", "{orders}", "--dry-rum"), 2, "--dry-run"),
    "an unknown encoding": (("{mapping}", "{orders}", "--encoding", "latein"), 1, "latein"),
    "an unknown zone": (("{mapping}", "{orders}", "--zone", "Europe/Berlni"), 2, "Europe/Berlni"),
    "batches of none": (("{mapping}", "{orders}", "--commit-every", "0"), 2, "commit-every"),
    "tenant that is none": (("{mapping}", "{orders}", "--tenant", "x"), 2, "--tenant"),
    "another tenant": (("{mapping}", "{orders}", "--tenant", "2"), 1, "There is no tenant 2"),
    "rejects over the input": (
        ("{mapping}", "{orders}", "--rejects", "{orders}"), 1, "overwrite the file itself",
    ),
    "rejects in a directory that is none": (
        ("{mapping}", "{orders}", "--rejects", "{folder}/none/r.csv"), 1, "cannot be written",
    ),
    "rejects that are a directory": (
        ("{mapping}", "{orders}", "--rejects", "{folder}"), 2, "is a directory",
    ),
    "another file": (("shopify-orders", "{orders}"), 1, "Name"),
    "a database that is none": (
        ("{mapping}", "{orders}", "--database", "postgresql://u:secret@127.0.0.1:1/x"), 3,
        "No PostgreSQL answers",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_right_is_told(
    kind: str, type_in: Type, shop: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    arguments, code, words = REFUSED[kind]
    places = {"mapping": mapping, "orders": orders, "folder": str(tmp_path)}
    before = _orders(shop)
    answer = type_in("import", *(each.format(**places) for each in arguments))
    assert (answer.code, answer.out) == (code, "")
    assert words in " ".join(answer.err.split())
    assert "secret" not in answer.err
    assert "should not happen" not in answer.err
    assert not _wide(answer.err)
    assert _orders(shop) == before


def test_a_mapping_that_cannot_be_read(
    type_in: Type, shop: str, orders: str, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.toml"
    for text, words in (
        ("title = ", "broken.toml"),
        ("\xff", "broken.toml"),
        ('entity = "orders"\n[fields]\nnumbr = "no"\n', "no field numbr"),
        ('entity = "sales"\n', "entity must be one of"),
        ('entity = "orders"\n[fields]\nnumber = "no"\n', "nothing fills"),
    ):
        broken.write_bytes(text.encode("latin-1"))
        answer = type_in("import", str(broken), orders)
        assert (answer.code, answer.out) == (1, "")
        assert words in answer.err
        assert "should not happen" not in answer.err


def test_a_database_without_groundplan(
    type_in: Type, nothing: str, mapping: str, orders: str
) -> None:
    answer = type_in("import", mapping, orders)
    assert answer.code == 1
    assert "There is no Groundplan in the database" in answer.err
    assert "groundplan apply" in answer.err


def test_a_file_of_which_every_row_is_rejected_ends_with_1(
    type_in: Type, shop: str, mapping: str, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(till.lines(2, faulty={0, 1, 2}))
    for more in ((), ("--json",), ("--dry-run",)):
        answer = type_in("import", mapping, str(file), *more)
        assert (answer.code, answer.err) == (1, "")


def test_records_that_changed_are_counted_in_words(
    type_in: Type, shop: str, tmp_path: Path
) -> None:
    mapping, file = tmp_path / "people.toml", tmp_path / "people.csv"
    mapping.write_text(
        'entity = "customers"\nsource = "people"\n[fields]\n'
        'customer_key = "no"\nnumber = "no"\ndisplay_name = "name"\n'
    )
    file.write_text("no,name\nP1,Ada\nP2,Bob\n")
    assert type_in("import", str(mapping), str(file)).code == 0
    file.write_text("no,name\nP1,Ada L.\nP2,Bob B.\n")
    answer = type_in("import", str(mapping), str(file))
    assert "2 of them known and changed." in answer.out


def test_online_retail_ends_with_1_where_every_line_was_rejected(
    type_in: Type, server: EmbeddedServer, tmp_path: Path
) -> None:
    file = tmp_path / "retail.csv"
    file.write_text(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "536365,85123A,HEART,six,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
    )
    with installed("ecommerce", url=server.url()) as url:
        answer = type_in("import", "online-retail", str(file), "--database", url)
    assert (answer.code, "Rejected" in answer.out) == (1, True), answer
