"""The reports as short tables for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files

WIDTH = 80


def _text(value: object) -> str:
    return str(value)


def _whole(value: object) -> str:
    return f"{Decimal(str(value)):,.0f}"


def _money(value: object) -> str:
    return f"{Decimal(str(value)):,.2f}"


def _percent(value: object) -> str:
    return f"{Decimal(str(value)) * 100:.1f} %"


def _month(value: object) -> str:
    return value.strftime("%Y-%m") if isinstance(value, date) else str(value)


def _day(value: object) -> str:
    return value.strftime("%a %d %b") if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Column:
    """``shown`` makes a value readable; numbers stand right. ``width`` cuts longer texts."""

    header: str
    shown: Callable[[object], str] = _text
    is_number: bool = True
    width: int | None = None


@dataclass(frozen=True)
class ReportTable:
    """The columns of a query, in order. ``note`` says what the numbers mean."""

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]

    @property
    def query(self) -> str:
        """``queries/<name>.sql``."""
        return files(__package__ or "").joinpath(f"queries/{self.name}.sql").read_text("utf-8")


REPORTS = (
    ReportTable(
        "metrics_daily",
        "Daily numbers, last 7 days",
        "Net sales = gross sales - discounts - returns, all without tax.",
        (
            Column("Day", _day, is_number=False),
            Column("Orders", _whole),
            Column("Units", _whole),
            Column("Gross sales", _money),
            Column("Discounts", _money),
            Column("Returns", _money),
            Column("Net sales", _money),
        ),
    ),
    ReportTable(
        "metrics_monthly",
        "Monthly numbers, last 6 months",
        "Average order = (gross sales - discounts) / orders.",
        (
            Column("Month", _month, is_number=False),
            Column("Orders", _whole),
            Column("Units", _whole),
            Column("Net sales", _money),
            Column("Gross profit", _money),
            Column("Margin", _percent),
            Column("Average order", _money),
        ),
    ),
    ReportTable(
        "top_skus",
        "Top SKUs of the year",
        "Ranked by net sales; the share is of the net sales of all SKUs.",
        (
            Column("#", _whole),
            Column("SKU", is_number=False, width=21),
            Column("Name", is_number=False, width=23),
            Column("Units", _whole),
            Column("Net sales", _money),
            Column("Share", _percent),
        ),
    ),
    ReportTable(
        "stock_alerts",
        "Stock alerts, some of each kind",
        "What a buyer has to look at: nothing left, order more, too much, not moving.",
        (
            Column("Alert", is_number=False),
            Column("SKU", is_number=False, width=21),
            Column("Available", _whole),
            Column("Order at", _whole),
            Column("At most", _whole),
            Column("Sold in 28 days", _whole),
        ),
    ),
    ReportTable(
        "profit_summary",
        "Profit, last 6 months",
        "Profit = net sales + surcharges - cost of goods - payment and shipping costs.",
        (
            Column("Month", _month, is_number=False),
            Column("Net sales", _money),
            Column("Surcharges", _money),
            Column("Cost of goods", _money),
            Column("Profit", _money),
            Column("Margin", _percent),
        ),
    ),
)
"""The reports in the order in which they are shown."""


def table_lines(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> list[str]:
    """The header and one line for each row, in columns that are as wide as they must be.

    An empty value is shown as a dash. Lines of these reports have at most 80 columns.
    """
    body = [
        [
            _cut("-" if value is None else column.shown(value), column.width)
            for column, value in zip(columns, row, strict=True)
        ]
        for row in rows
    ]
    table = [[column.header for column in columns], *body]
    widths = [max(len(row[place]) for row in table) for place in range(len(columns))]
    # Wide numbers move together before they leave the screen.
    gap = "  " if sum(widths) + 2 * len(widths) <= WIDTH else " "
    return [
        gap.join(
            cell.rjust(width) if column.is_number else cell.ljust(width)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ).rstrip()
        for row in table
    ]


def _cut(text: str, width: int | None) -> str:
    return text if width is None or len(text) <= width else text[: width - 1] + "…"
