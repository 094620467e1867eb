"""Tables fit the terminal and say what they show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from groundplan.demo import REPORTS, Column, table_lines
from groundplan.demo.tables import WIDTH


def test_numbers_stand_right_and_words_left() -> None:
    columns = (Column("Name", is_number=False), Column("Units"))
    assert table_lines(columns, [("Mug", 5), ("A long name", 1234)]) == [
        "Name         Units",
        "Mug              5",
        "A long name   1234",
    ]


def test_what_is_not_there_is_a_dash() -> None:
    assert table_lines((Column("Share"),), [(None,)])[1].strip() == "-"


def test_long_texts_are_cut() -> None:
    (_, line) = table_lines((Column("N", is_number=False, width=6),), [("Armchair",)])
    assert line == "Armch…"


def test_large_shops_fit_as_well() -> None:
    amount, units = Decimal("1234567.89"), Decimal("98765")
    shown = {
        "Day": date(2026, 9, 30),
        "Month": date(2026, 9, 1),
        "SKU": "X" * 40,
        "Name": "Y" * 60,
        "Alert": "out of stock",
        "#": 10,
        "Share": Decimal("0.333"),
        "Margin": Decimal("-0.333"),
    }
    counted = {"Orders", "Units", "Available", "Order at", "At most", "Sold in 28 days"}
    for report in REPORTS:
        row = [
            shown.get(column.header, units if column.header in counted else amount)
            for column in report.columns
        ]
        assert max(map(len, table_lines(report.columns, [row]))) <= WIDTH, report.name


def test_the_five_reports_are_there() -> None:
    assert [report.name for report in REPORTS] == [
        "metrics_daily",
        "metrics_monthly",
        "top_skus",
        "stock_alerts",
        "profit_summary",
    ]
    for report in REPORTS:
        assert f"from reporting.{report.name}" in report.query
        assert len(report.note) <= WIDTH
