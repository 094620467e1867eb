"""Chosen tables and views, what spreadsheets get, tables of one's own, and one moment for all."""

from __future__ import annotations

import csv
import json
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars
import pytest

from groundplan.database import connect
from groundplan.errors import GroundplanError
from groundplan.exporter import export_data, read_manifest, restore_export
from groundplan.exporter.refusals import ParquetMissing, UnknownTable
from tests.exporter.contents import broken_rules, contents
from tests.exporter.naughty import NAUGHTY


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def execute(url: str, *statements: str) -> list[Any]:
    """Run statements, return the rows of the last."""
    with connect(url, autocommit=True) as connection:
        for statement in statements[:-1]:
            connection.execute(statement.encode())
        cursor = connection.execute(statements[-1].encode())
        return cursor.fetchall() if cursor.description else []


def test_chosen_tables_and_reports(shop: str, tmp_path: Path) -> None:
    names = ["sales.refunds", "reporting.metrics_daily"]
    exported = export_data(tmp_path / "out", shop, tables=names)
    assert read_manifest(tmp_path / "out") == exported
    assert [table.qualified for table in exported.tables] == names
    assert exported.sequences == ()
    refunds = rows_of(tmp_path / "out" / "sales.refunds.csv")
    # Generated columns as well: this is to be read.
    found = execute(shop, "select sum(amount), count(*) from sales.refunds")
    assert [(sum(Decimal(row["amount"]) for row in refunds), len(refunds))] == found
    metrics = rows_of(tmp_path / "out" / "reporting.metrics_daily.csv")
    orders = execute(shop, "select sum(orders) from reporting.metrics_daily")
    assert [(sum(int(row["orders"]) for row in metrics),)] == orders
    assert orders[0][0] > 0


def test_columns_of_parquet_have_types(shop: str, tmp_path: Path) -> None:
    export_data(tmp_path / "out", shop, tables=["sales.orders"], file_format="parquet")
    frame = polars.read_parquet(tmp_path / "out" / "sales.orders.parquet")
    schema = frame.schema
    assert schema["total_amount"] == polars.Decimal(38, 4)
    assert schema["placed_at"] == polars.Datetime("us", "UTC")
    assert schema["business_date"] == polars.Date
    assert schema["is_test"] == polars.Boolean
    assert schema["version"] == polars.Int32
    assert schema["id"] == schema["custom_fields"] == polars.String
    query = "select number, total_amount, placed_at, business_date, is_test from sales.orders"
    expected = execute(shop, "set timezone = 'UTC'", query)
    columns = ("number", "total_amount", "placed_at", "business_date", "is_test")
    assert sorted(frame.select(columns).rows()) == sorted(expected)


def test_what_parquet_cannot_hold_is_refused(shop: str, fresh: str, tmp_path: Path) -> None:
    execute(
        shop,
        "create table crm.x_limits (id integer primary key, at timestamptz, rate numeric(9,2))",
        "insert into crm.x_limits values (1, 'infinity', null)",
    )
    with pytest.raises(GroundplanError, match=r"x_limits holds an infinite time or a NaN.*CSV"):
        export_data(tmp_path / "out", shop, file_format="parquet")
    execute(shop, "update crm.x_limits set at = null, rate = 'NaN'")
    with pytest.raises(GroundplanError, match=r"x_limits holds an infinite time or a NaN.*CSV"):
        export_data(tmp_path / "out", shop, file_format="parquet")
    assert not (tmp_path / "out").exists()


def test_without_polars_one_sentence_says_how_to_get_it(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundplan.exporter.parquet.find_spec", lambda _name: None)
    with pytest.raises(ParquetMissing, match="Install it with `pip install 'polars"):
        export_data(tmp_path / "out", shop, file_format="parquet")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("orders", "Did you mean sales.orders?"),
        ("sales.ordres", "Did you mean sales.orders"),
        ('sales.orders"; drop table sales.orders; --', "There is no table or view"),
        ("pg_catalog.pg_authid", "Name it with its schema, which is one of catalog"),
    ],
)
def test_unknown_tables(shop: str, tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(UnknownTable) as refused:
        export_data(tmp_path / "out", shop, tables=["crm.customers", name])
    assert hint in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_no_cell_is_a_formula_for_spreadsheets(shop: str, tmp_path: Path) -> None:
    execute(
        shop,
        "create table crm.x_cells (id integer primary key, cell text, list text[], n numeric)",
        "create view reporting.x_cells as select * from crm.x_cells",
    )
    with connect(shop) as connection:
        for number, text in enumerate(NAUGHTY):
            connection.execute(
                "insert into crm.x_cells values (%s, %s, %s, -1.5)", [number, text, ["=1"]]
            )
    exported = export_data(
        tmp_path / "out",
        shop,
        tables=["crm.x_cells", "reporting.x_cells"],
        for_spreadsheets=True,
    )
    assert exported.spreadsheets
    for name in ("crm.x_cells.csv", "reporting.x_cells.csv"):
        assert (tmp_path / "out" / name).read_bytes().startswith(b"\xef\xbb\xbf")
        rows = rows_of(tmp_path / "out" / name)
        dangerous = ("=", "+", "-", "@", "\t", "\r", "\n", "＝")
        assert [row for row in rows if row["cell"].startswith(dangerous)] == []
        told = {int(row["id"]): row["cell"] for row in rows}
        escaped = {n for n, text in enumerate(NAUGHTY) if text.startswith(dangerous)}
        assert len(escaped) >= 8
        for number, text in enumerate(NAUGHTY):
            assert told[number] == ("'" + text if number in escaped else text)
        assert {row["n"] for row in rows} == {"-1.5"}
    # The control: byte-exact CSV has them as they are.
    export_data(tmp_path / "exact", shop, tables=["crm.x_cells"])
    exact = {int(row["id"]): row["cell"] for row in rows_of(tmp_path / "exact" / "crm.x_cells.csv")}
    assert exact == dict(enumerate(NAUGHTY))


def test_spreadsheets_and_parquet_do_not_go_together(shop: str, tmp_path: Path) -> None:
    with pytest.raises(GroundplanError, match="Spreadsheets read CSV"):
        export_data(tmp_path / "out", shop, file_format="parquet", for_spreadsheets=True)


OWN = (
    "alter table crm.customers add column x_size smallint, add column \"x \"\"odd\"\" näme\" text",
    "alter table crm.customers add column x_twice integer generated always as (x_size * 2) stored",
    "alter table core.currencies add column x_sign text",
    """create table crm.x_kinds (
        tenant_id integer not null default 1,
        id bigint generated always as identity primary key,
        parent_id bigint references crm.x_kinds (id),
        leader_id integer,
        f4 real, f8 double precision, b bytea, ts timestamp, d date, t time, i interval,
        list text[], n numeric, wide numeric(50, 10), flag boolean, j json, c char(5), x xid8)""",
    """create table crm."x Leaders.of/all" (
        id serial primary key,
        kind_id bigint not null references crm.x_kinds (id),
        words text)""",
    """alter table crm.x_kinds add constraint leads foreign key (leader_id)
        references crm."x Leaders.of/all" (id)""",
)  # fmt: skip
FILLED = (
    'update crm.customers set x_size = 3, "x ""odd"" näme" = \'=x\'',
    "update core.currencies set x_sign = '€' where code = 'EUR'",
    """insert into crm.x_kinds (id, parent_id, f4, f8, b, ts, d, t, i, list, n, wide, flag, j, c, x)
        overriding system value values
        (5, 6, 0.1, 1e-300, '\\x00ff', '0044-03-15 BC', '9999-12-31', '24:00', '1 mon -3 days',
         array['a', null, '"', ''], 1e40, 12345678901234567890.0123456789, true, '{"a" : 1 }',
         'ab', '42'),
        (6, null, 'NaN', '-Infinity', '', '12026-01-01 00:00:00.000001', '0001-01-01', '00:00',
         '0', '{}', -0.000, null, false, 'null', '', null),
        (7, 7, null, null, null, '1969-12-31 23:59:59.999999', '1969-12-31', null, null, null,
         'NaN', 'NaN', null, null, null, null)""",
    """insert into crm."x Leaders.of/all" (kind_id, words) values (5, 'one'), (6, '')""",
    """update crm.x_kinds set leader_id = 2 where id = 5""",
)


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_columns_and_tables_of_ones_own_come_along(
    shop: str, fresh: str, tmp_path: Path, file_format: Any
) -> None:
    """Trees and circles of references, and every kind of value."""
    execute(shop, *OWN)
    execute(shop, *FILLED)
    execute(fresh, *OWN)
    export_data(tmp_path / "out", shop, file_format=file_format)
    before = contents(shop)
    assert len(before["crm.x_kinds"]) == 3
    restore_export(tmp_path / "out", fresh)
    assert contents(fresh) == before
    assert execute(fresh, "select id from crm.x_kinds where f8 = '-Infinity'") == [(6,)]
    deferrable = "select conname from pg_constraint where condeferrable or not convalidated"
    assert execute(fresh, deferrable) == execute(shop, deferrable)
    insert = 'insert into crm."x Leaders.of/all" (kind_id) values (5) returning id'
    assert execute(fresh, insert) == [(3,)]
    assert execute(fresh, "insert into crm.x_kinds default values returning id") == [(8,)]


def test_all_files_show_one_moment(shop: str, fresh: str, tmp_path: Path) -> None:
    """Orders that are placed meanwhile are in all tables, or in none."""
    stop = threading.Event()
    placed: list[Any] = []

    def trade() -> None:
        with connect(shop, autocommit=True) as connection:
            connection.execute("select inventory.receive_stock('CHAIR-S', 10000)")
            while not stop.is_set():
                order = """select (sales.place_order(
                    '[{"sku": "CHAIR-S", "quantity": 1}]')).number"""
                placed.append(connection.execute(order.encode()).fetchone())

    trader = threading.Thread(target=trade)
    trader.start()
    try:
        during: list[int] = []
        while len(placed) < 5:
            pass
        manifest = export_data(
            tmp_path / "out", shop, progress=lambda *_: during.append(len(placed))
        )
    finally:
        stop.set()
        trader.join()
    # The control: trade went on while the files were written.
    assert during[-1] > during[0]
    orders = next(table for table in manifest.tables if table.qualified == "sales.orders")
    assert orders.rows < execute(shop, "select count(*) from sales.orders")[0][0]
    restore_export(tmp_path / "out", fresh)
    assert broken_rules(fresh) == []


def test_the_manifest_says_what_there_is(shop: str, tmp_path: Path) -> None:
    export_data(tmp_path / "out", shop)
    content = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert content["kind"] == "groundplan export"
    assert (content["tenancy"], content["tenant"], content["format"]) == ("single", 1, "csv")
    assert {module["name"] for module in content["modules"]} >= {"core", "sales"}
    (refunds,) = (table for table in content["tables"] if table["name"] == "refunds")
    (amount,) = (column for column in refunds["columns"] if column["name"] == "amount")
    assert amount == {
        "name": "amount",
        "type": "numeric(38,4)",
        "generated": True,
        "in_file": False,
    }
    assert "amount" not in rows_of(tmp_path / "out" / "sales.refunds.csv")[0]
    names = [f"{table['schema']}.{table['name']}" for table in content["tables"]]
    assert not {"core.installed_modules", "core.role_tenants", "reporting.verifications"} & {*names}
    assert [name for name in names if name.startswith("reporting.")] == ["reporting.calendar"]
