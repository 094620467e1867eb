"""report, trace, fold and status on a shop."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from groundplan.cli.output import print_json, print_table
from groundplan.cli.report import NAMES
from groundplan.cli.reports import REPORTS
from groundplan.database import connect
from tests.cli.conftest import Type, assert_narrow


def test_the_names_are_those_of_the_reports() -> None:
    assert set(NAMES) == set(REPORTS)


@pytest.mark.parametrize("name", NAMES)
def test_a_report_in_three_forms(shop: str, type_in: Type, name: str) -> None:
    with connect(shop, autocommit=True) as connection:
        connection.execute(
            "insert into inventory.reorder_rules\n"
            "    (location_id, sku_id, min_quantity, max_quantity)\n"
            "select location.id, sku.id, 100000, 200000\n"
            "from inventory.locations as location cross join catalog.skus as sku\n"
            "where location.is_default and location.tenant_id = 1 and sku.tenant_id = 1\n"
            "    and sku.is_stocked\n"
            "on conflict (location_id, sku_id) do update set min_quantity = 100000,\n"
            "    max_quantity = 200000"
        )
    table = type_in("report", name)
    assert (table.code, table.err) == (0, "")
    assert_narrow(table.out)
    rows = type_in("report", name, "--json").json
    assert rows
    assert {column.name for column in REPORTS[name].columns} <= set(rows[0])
    text = type_in("report", name, "--format", "csv").out
    read = list(csv.DictReader(io.StringIO(text)))
    assert (len(read), list(read[0])) == (len(rows), list(rows[0]))


@pytest.mark.parametrize("columns", [40, 60, 70, 80])
def test_words_and_numbers_stay_whole_in_a_narrow_terminal(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    headers = ("day", "cur", "channel", "name", "orders", "net sales", "margin")
    row = (
        date(2026, 2, 28),
        "EUR",
        "marketplace",
        "A lamp of brass",
        12,
        Decimal("3918.11"),
        "9 %",
    )
    print_table(headers, [row, row], "    rrr")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= columns
    text = "\n".join(lines)
    for whole in ("2026-02-28", "marketplace", "brass", "3,918.11", "9 %"):
        assert text.count(whole) == 2, whole


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("123456789012345.6789", "123456789012345.6789"),
        ("-0.10", "-0.1"),
        ("1200.0000", "1200"),
        ("1E+3", "1000"),
        ("0.00000001", "0.00000001"),
        ("NaN", '"NaN"'),
    ],
)
def test_numbers_of_json_have_all_their_digits(
    value: str, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_json([Decimal(value)])
    assert capsys.readouterr().out == f"[\n  {written}\n]\n"


def test_a_report_is_narrowed(shop: str, type_in: Type) -> None:
    def rows(*arguments: str) -> int:
        return len(type_in("report", *arguments, "--json").json)

    everything = rows("sku_metrics_daily")
    assert everything > 1
    assert rows("sku_metrics_daily", "--limit", "1") == 1
    assert rows("sku_metrics_daily", "--to", "2001-01-01") == 0
    assert rows("sku_metrics_daily", "--from", "2001-01-01") == everything
    assert rows("metrics_daily", "--currency", "jpy") == 0
    assert rows("metrics_daily", "--currency", "eur") > 0
    assert type_in("report", "metrics_daily", "--to", "2001-01-01").out == "No rows.\n"
    assert "more before these" in type_in("report", "sku_metrics_daily", "--limit", "1").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["metric_daily"], "Did you mean metrics_daily"),
        (["weather"], "There are metrics_daily"),
        (["metrics_daily", "--from", "yesterday"], "'yesterday' is not a date: write it like 2026"),
        (["metrics_daily", "--tenant", "x"], "'x' is not a whole number"),
        (["metrics_daily", "--limit", "1.5"], "'1.5' is not a whole number"),
        (["metrics_daily", "--currency", "ZZZ"], "there is no currency ZZZ"),
        (["top_skus", "--currency", "zzz"], "there is no currency ZZZ"),
        (["metrics_daily", "--currency", "ZZZ", "--json"], "there is no currency ZZZ"),
        (["metrics_daily", "--channel", "nowhere"], "there is no channel nowhere"),
        (["metrics_daily", "--from", "2026-02-01", "--to", "2026-01-01"], "--from is after --to"),
        (["metrics_daily", "--limit", "0"], "--limit"),
        (["stock_alerts", "--from", "2026-01-01"], "it has no --from"),
        (["stock_alerts", "--currency", "EUR"], "has no --currency"),
        (["top_skus", "--channel", "web"], "has no --channel"),
        (["metrics_daily", "--tenant", "77"], "there is no tenant 77"),
    ],
)
def test_a_report_that_cannot_be(
    shop: str, type_in: Type, arguments: list[str], words: str
) -> None:
    answer = type_in("report", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert words in " ".join(answer.err.split())


def test_a_report_of_another_module(nothing: str, type_in: Type) -> None:
    assert type_in("report", "metrics_daily").code == 1
    assert type_in("apply", "--preset", "inventory").code == 0
    answer = type_in("report", "metrics_daily")
    assert answer.code == 1
    assert "do not make the report metrics_daily" in " ".join(answer.err.split())
    assert "no module sales" in type_in("trace", "order", "1").err
    assert type_in("report", "stock_alerts").out == "No rows.\n"


def test_everything_that_happened_to_an_order(shop: str, type_in: Type) -> None:
    with connect(shop, autocommit=True) as connection:
        connection.execute("select set_config('groundplan.actor', 'ada', false)")
        connection.execute("update sales.orders set note = 'By noon.' where number = 'S-2'")
    answer = type_in("trace", "order", "S-2")
    assert answer.code == 0
    assert_narrow(answer.out)
    events = type_in("trace", "order", "S-2", "--json").json
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
    kinds = {event["what"] for event in events}
    assert {"order", "status", "ledger", "change"} <= kinds
    changes = [event for event in events if event["what"] == "change"]
    assert (changes[-1]["detail"], changes[-1]["by"]) == ("orders update: note", "ada")


def test_a_shipped_order_names_its_goods(shop: str, type_in: Type) -> None:
    events = [
        event
        for number in ("S-5", "S-6", "S-7")
        for event in type_in("trace", "order", number, "--json").json
    ]
    kinds = {event["what"] for event in events}
    assert {"reservation", "shipment", "movement"} <= kinds


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["order", "S-99"], 1, "There is no order S-99"),
        (["parcel", "S-1"], 2, "`groundplan trace order NUMBER`"),
        (["1001"], 2, "`groundplan trace order 1001`"),
        (["order"], 2, "NUMBER"),
    ],
)
def test_a_trace_of_nothing(
    shop: str, type_in: Type, arguments: list[str], code: int, words: str
) -> None:
    answer = type_in("trace", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.err


def test_folding_leaves_nothing_pending(shop: str, type_in: Type) -> None:
    before = type_in("status", "--json").json["pending"]
    assert set(before) == {"inventory_movements", "ledger_entries"}
    folded = type_in("fold", "--json").json
    assert folded["folded"] == sum(before.values())
    assert set(folded["pending"].values()) == {0}
    assert type_in("fold").out == "0 rows folded.\n"
    assert_narrow("\n".join(type_in("status").out.splitlines()[2:]))


def test_several_tenants_must_be_told_apart(nothing: str, type_in: Type) -> None:
    assert type_in("apply", "--preset", "sales", "--tenancy", "multi").code == 0
    for command in (["report", "metrics_daily"], ["trace", "order", "1"]):
        answer = type_in(*command)
        assert answer.code == 2
        assert "--tenant N" in answer.err
        assert type_in(*command, "--tenant", "1").code in (0, 1)
