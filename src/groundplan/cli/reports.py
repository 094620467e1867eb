"""What `groundplan report` asks the database, and which columns a table shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import click
import psycopg
from psycopg import sql

from groundplan.errors import GroundplanError

TABLE_ROWS = 31
"""Rows of a table without --limit."""


@dataclass(frozen=True)
class Column:
    """A column of a table: the view's name for it, the heading, and how it is written."""

    name: str
    heading: str
    write: Callable[[Any], str]
    is_number: bool = True


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _short(value: Any) -> str:
    text = _text(value)
    return text if len(text) <= 24 else f"{text[:23]}…"


def _month(value: date) -> str:
    return value.strftime("%Y-%m")


def _count(value: Any) -> str:
    return "" if value is None else f"{Decimal(value):,.0f}"


def _quantity(value: Any) -> str:
    if value is None:
        return ""
    number = Decimal(value)
    return f"{number:,.0f}" if number == number.to_integral_value() else f"{number.normalize():,f}"


def _amount(value: Any) -> str:
    return "" if value is None else f"{Decimal(value):,.2f}"


def _percent(value: Any) -> str:
    return "" if value is None else f"{Decimal(value) * 100:,.1f} %"


_CURRENCY = Column("currency_code", "cur", _text, is_number=False)
_CHANNEL = Column("channel_code", "channel", _short, is_number=False)
_SKU = Column("sku_code", "SKU", _short, is_number=False)
_NAME = Column("sku_name", "name", _short, is_number=False)
_DAY = Column("business_date", "day", _text, is_number=False)
_MONTH = Column("month", "month", _month, is_number=False)
_NET_SALES = Column("net_sales", "net sales", _amount)
_GROSS_PROFIT = Column("gross_profit", "gross profit", _amount)
_MARGIN = Column("gross_margin", "margin", _percent)
_ORDERS = Column("orders", "orders", _count)
_UNITS = Column("units", "units", _quantity)
_AVERAGE = Column("average_order_value", "per order", _amount)


@dataclass(frozen=True)
class Report:
    """A view, the column of its time (None: it has none) and the columns of the table."""

    time: str | None
    order: tuple[str, ...]
    columns: tuple[Column, ...]
    has_currency: bool = True
    has_channel: bool = True


REPORTS = {
    "metrics_daily": Report(
        "business_date",
        ("business_date", "currency_code", "channel_code"),
        (_DAY, _CURRENCY, _CHANNEL, _ORDERS, _NET_SALES, _GROSS_PROFIT, _MARGIN, _AVERAGE),
    ),
    "metrics_monthly": Report(
        "month",
        ("month", "currency_code", "channel_code"),
        (
            _MONTH,
            _CURRENCY,
            _CHANNEL,
            _ORDERS,
            Column("customers", "customers", _count),
            _NET_SALES,
            _GROSS_PROFIT,
            _MARGIN,
        ),
    ),
    "sku_metrics_daily": Report(
        "business_date",
        ("business_date", "currency_code", "sku_code"),
        (_DAY, _SKU, _NAME, _CURRENCY, _UNITS, _NET_SALES, _GROSS_PROFIT),
        has_channel=False,
    ),
    "top_skus": Report(
        "range",
        (),
        (
            Column("rank", "rank", _count),
            _SKU,
            _NAME,
            _UNITS,
            _NET_SALES,
            Column("profit", "profit", _amount),
            Column("share", "share", _percent),
        ),
        has_channel=False,
    ),
    "stock_alerts": Report(
        None,
        ("kind", "location_code", "sku_code"),
        (
            Column("kind", "alert", _text, is_number=False),
            Column("location_code", "at", _short, is_number=False),
            _SKU,
            Column("available", "available", _quantity),
            Column("reorder_point", "reorder at", _quantity),
            Column("days_of_supply", "days left", _quantity),
        ),
        has_currency=False,
        has_channel=False,
    ),
    "profit_summary": Report(
        "month",
        ("month", "currency_code", "channel_code"),
        (
            _MONTH,
            _CURRENCY,
            _CHANNEL,
            _NET_SALES,
            Column("cogs", "goods", _amount),
            Column("profit", "profit", _amount),
            Column("profit_margin", "margin", _percent),
            Column("cost_coverage", "costs known", _percent),
        ),
    ),
}


class NoSuchReport(GroundplanError):
    """The modules of this database do not make this report."""


@dataclass(frozen=True)
class Question:
    """What was asked for; None leaves it open."""

    name: str
    first: date | None
    last: date | None
    currency: str | None
    channel: str | None
    limit: int | None
    form: str


@dataclass(frozen=True)
class Answer:
    """All columns and the rows; ``left_out`` rows more would have been there."""

    report: Report
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    left_out: int = 0
    newest_shown: bool = False

    def for_people(self) -> tuple[list[str], list[list[str]], str]:
        """Headings, cells and the alignment, ``r`` for each column of numbers."""
        chosen = self.report.columns
        places = [self.columns.index(column.name) for column in chosen]
        rows = [
            [column.write(row[place]) for column, place in zip(chosen, places, strict=True)]
            for row in self.rows
        ]
        right = "".join("r" if column.is_number else " " for column in chosen)
        return [column.heading for column in chosen], rows, right


def ask(connection: psycopg.Connection[Any], question: Question) -> Answer:
    """The rows of a report. Raises UsageError for what it has no column for."""
    report = REPORTS[question.name]
    _check(report, question)
    found = connection.execute(
        "select to_regclass('reporting.' || %s) is not null", [question.name]
    ).fetchone()
    if found is None or not found[0]:
        raise NoSuchReport(
            f"The modules of this database do not make the report {question.name}.",
            hint="`groundplan status` shows what is installed, `groundplan apply` adds to it.",
        )
    if question.name == "top_skus":
        answer = _top_skus(connection, question)
    else:
        answer = _view(connection, report, question)
    if not answer.rows:
        _demand_known(connection, question)
    return answer


def _demand_known(connection: psycopg.Connection[Any], question: Question) -> None:
    """Nothing was found: it may be that there is no such thing. Raises BadParameter.

    A role that reads reports alone may not look; it is told of no rows.
    """
    looks = (
        ("currency", (question.currency or "").upper(), "core.currencies where code = %s"),
        (
            "channel",
            question.channel,
            "catalog.sales_channels where code = %s and tenant_id = core.current_tenant_id()",
        ),
    )
    for name, given, where in looks:
        if not given:
            continue
        try:
            known = connection.execute(f"select from {where}".encode(), [given]).fetchone()
        except psycopg.errors.InsufficientPrivilege:
            continue
        if known is None:
            raise click.BadParameter(f"there is no {name} {given}", param_hint=f"--{name}")


def _check(report: Report, question: Question) -> None:
    if report.time is None and (question.first or question.last):
        raise click.UsageError(f"{question.name} is about now: it has no --from and --to.")
    if question.first and question.last and question.first > question.last:
        raise click.UsageError("--from is after --to.")
    if question.currency and not report.has_currency:
        raise click.UsageError(f"{question.name} has no --currency.")
    if question.channel and not report.has_channel:
        raise click.UsageError(f"{question.name} has no --channel.")


def _view(connection: psycopg.Connection[Any], report: Report, question: Question) -> Answer:
    conditions = [sql.SQL("true")]
    values: list[Any] = []

    def where(condition: str, value: Any) -> None:
        conditions.append(sql.SQL(condition))  # pyright: ignore[reportArgumentType]
        values.append(value)

    if question.first:
        is_month = report.time == "month"
        where(f"{report.time} >= %s", question.first.replace(day=1) if is_month else question.first)
    if question.last:
        where(f"{report.time} <= %s", question.last)
    if question.currency:
        where("currency_code = %s", question.currency.upper())
    if question.channel:
        where("channel_code = %s", question.channel)
    limit = question.limit or (TABLE_ROWS if question.form == "table" else None)
    newest = report.time is not None
    order = [
        sql.SQL("{} {}").format(
            sql.Identifier(name), sql.SQL("desc" if newest and name == report.time else "asc")
        )
        for name in report.order
    ]
    query = sql.SQL(
        "select *, count(*) over () from reporting.{} where {} order by {} limit {}"
    ).format(
        sql.Identifier(question.name),
        sql.SQL(" and ").join(conditions),
        sql.SQL(", ").join(order),
        sql.Literal(limit),
    )
    cursor = connection.execute(query, values)
    columns = _columns(cursor)
    found = cursor.fetchall()
    total = found[0][-1] if found else 0
    rows = [row[:-1] for row in found]
    places = [columns.index(name) for name in report.order]
    rows.sort(key=lambda row: tuple(str(row[place]) for place in places))
    return Answer(report, columns[:-1], rows, total - len(rows), newest)


def _top_skus(connection: psycopg.Connection[Any], question: Question) -> Answer:
    """Ranked over the days from the first to the last sale, unless told otherwise."""
    limit = question.limit or 20
    row = connection.execute(
        # Days that a report knows, whatever there is.
        "select greatest(min(business_date), '1900-01-01'),"
        " least(max(business_date), '2999-12-31'), (\n"
        "    select currency_code from reporting.sales_monthly\n"
        "    group by currency_code order by sum(orders) desc, currency_code limit 1)\n"
        "from reporting.sales_daily"
    ).fetchone()
    begin, end, currency = row or (None, None, None)
    cursor = connection.execute(
        "select * from reporting.top_skus(%s, %s, %s, 'net_sales', %s)",
        [
            question.first or begin,
            question.last or end,
            question.currency.upper() if question.currency else currency,
            limit,
        ],
    )
    return Answer(REPORTS["top_skus"], _columns(cursor), cursor.fetchall())


def _columns(cursor: psycopg.Cursor[Any]) -> tuple[str, ...]:
    described: Sequence[psycopg.Column] = cursor.description or ()
    return tuple(column.name for column in described)
