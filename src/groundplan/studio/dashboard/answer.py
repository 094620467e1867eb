"""Ask schema reporting, and nothing else, what a dashboard shows; all at one snapshot."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any, LiteralString, cast

import psycopg
from psycopg.rows import class_row

from groundplan.installation import OtherVersion
from groundplan.studio.dashboard.question import Question
from groundplan.studio.dashboard.ranges import CHOSEN, Anchor, Days, resolve

Connection = psycopg.Connection[tuple[Any, ...]]

_QUERIES = files("groundplan.studio") / "queries"


def _query(name: str) -> LiteralString:
    text = (_QUERIES / f"dashboard_{name}.sql").read_text(encoding="utf-8")
    return cast(LiteralString, text)


@dataclass(frozen=True)
class Moment:
    """``as_of``: when the snapshot was taken. ``today``: the business day it is then."""

    as_of: datetime
    today: date
    time_zone: str
    home_currency: str
    verified_at: datetime | None
    rules: int | None
    violations: int | None
    reports: int | None
    differences: int | None
    faults: int | None


@dataclass(frozen=True)
class Choice:
    """A currency and channel that something was sold in; the months are None where nothing is
    left of it."""

    currency: str
    channel: str
    first_month: date | None
    last_month: date | None
    orders: int


@dataclass(frozen=True)
class Shop:
    """What there is to choose from. ``choices`` is empty before the first order."""

    moment: Moment
    has_sales: bool
    has_alerts: bool
    choices: tuple[Choice, ...]

    @property
    def currencies(self) -> list[str]:
        """That of most orders first: amounts in different currencies say nothing beside each
        other."""
        sums: dict[str, int] = {}
        for choice in self.choices:
            sums[choice.currency] = sums.get(choice.currency, 0) + choice.orders
        return sorted(sums, key=lambda currency: (-sums[currency], currency))

    def channels(self, currency: str) -> list[str]:
        return [each.channel for each in self.choices if each.currency == currency]


@dataclass(frozen=True)
class Selection:
    """What a question means in a shop: these days, in this currency, through this channel."""

    days: Days
    currency: str
    channel: str | None
    anchor: Anchor

    def parameters(self, days: Days) -> dict[str, Any]:
        """For a query on those days."""
        return {
            "first": days.first,
            "last": days.last,
            "currency": self.currency,
            "channel": self.channel,
        }


@dataclass(frozen=True)
class Numbers:
    """Of a range of days. None: cannot be said, as there is nothing to divide by."""

    net_sales: Decimal
    orders: int
    units: Decimal
    average_order_value: Decimal | None
    gross_margin: Decimal | None


@dataclass(frozen=True)
class Customers:
    """Of a range of days; known ones."""

    customers: int
    new_customers: int
    returning_customers: int


@dataclass(frozen=True)
class Day:
    day: date
    net_sales: Decimal
    orders: int


@dataclass(frozen=True)
class Month:
    month: date
    net_sales: Decimal
    gross_profit: Decimal
    cogs: Decimal
    surcharges: Decimal
    payment_costs: Decimal
    shipping_costs: Decimal
    profit: Decimal
    profit_margin: Decimal | None
    cost_coverage: Decimal | None


@dataclass(frozen=True)
class TopSku:
    rank: int
    sku_id: Any
    sku_code: str
    sku_name: str
    units: Decimal
    net_sales: Decimal
    profit: Decimal
    share: Decimal | None


@dataclass(frozen=True)
class Alert:
    """``how_many`` there are of its kind."""

    kind: str
    sku_id: Any
    sku_code: str
    sku_name: str
    location_code: str
    location_name: str
    available: Decimal
    reorder_point: Decimal | None
    reorder_maximum: Decimal | None
    days_of_supply: Decimal | None
    how_many: int


def read_shop(connection: Connection) -> Shop:
    """What there is. Raises OtherVersion where the views are older than the studio."""
    row = connection.execute(_query("shop")).fetchone()
    assert row is not None
    as_of, has_sales, has_alerts, is_fresh = row
    if not is_fresh:
        raise OtherVersion(
            "The reports of this database are older than this studio.",
            hint="Type `groundplan apply` to renew them; no data change.",
        )
    found = connection.execute(_query("moment")).fetchone()
    assert found is not None
    choices = connection.execute(_query("choices")).fetchall() if has_sales else []
    return Shop(
        Moment(as_of, *found),
        has_sales,
        has_alerts,
        tuple(Choice(*choice) for choice in choices),
    )


def select(connection: Connection, shop: Shop, question: Question) -> Selection:
    """What the question means here. A currency or channel the shop does not have is left out."""
    currencies = shop.currencies
    currency = question.currency if question.currency in currencies else currencies[0]
    channel = question.channel if question.channel in shop.channels(currency) else None
    first, last = _edges(connection, shop, currency, channel)
    # A business day may have begun for the shop that has not for the clock that asked.
    today = max(shop.moment.today, last) if last else shop.moment.today
    anchor = Anchor(today, first, last)
    if question.range == CHOSEN and question.days is not None:
        return Selection(question.days, currency, channel, anchor)
    return Selection(resolve(question.range, anchor), currency, channel, anchor)


def _edges(
    connection: Connection, shop: Shop, currency: str, channel: str | None
) -> tuple[date | None, date | None]:
    mine = [
        each
        for each in shop.choices
        if each.currency == currency and channel in (None, each.channel)
    ]
    firsts = [each.first_month for each in mine if each.first_month]
    lasts = [each.last_month for each in mine if each.last_month]
    if not firsts or not lasts:
        return None, None
    parameters = {
        "currency": currency,
        "channel": channel,
        "first_month": min(firsts),
        "last_month": max(lasts),
    }
    row = connection.execute(_query("edges"), parameters).fetchone()
    assert row is not None
    return row


def read_numbers(connection: Connection, selection: Selection, days: Days) -> Numbers:
    """The sums of some days."""
    with connection.cursor(row_factory=class_row(Numbers)) as cursor:
        found = cursor.execute(_query("numbers"), selection.parameters(days)).fetchone()
    assert found is not None
    return found


def read_customers(connection: Connection, selection: Selection, days: Days) -> Customers:
    """Whoever comes twice is one, so that these are asked for each range anew."""
    with connection.cursor(row_factory=class_row(Customers)) as cursor:
        found = cursor.execute(_query("customers"), selection.parameters(days)).fetchone()
    assert found is not None
    return found


def read_days(connection: Connection, selection: Selection) -> list[Day]:
    """For the chart."""
    with connection.cursor(row_factory=class_row(Day)) as cursor:
        parameters = selection.parameters(selection.days.to_draw())
        return cursor.execute(_query("days"), parameters).fetchall()


def read_months(connection: Connection, selection: Selection) -> list[Month]:
    """For the chart and the profit, the oldest first."""
    with connection.cursor(row_factory=class_row(Month)) as cursor:
        parameters = selection.parameters(selection.days.months())
        return cursor.execute(_query("months"), parameters).fetchall()


def read_top_skus(connection: Connection, selection: Selection, ranked_by: str) -> list[TopSku]:
    """The best ten, through all channels: SKUs are not counted by channel."""
    with connection.cursor(row_factory=class_row(TopSku)) as cursor:
        parameters = selection.parameters(selection.days) | {"ranked_by": ranked_by}
        return cursor.execute(_query("top_skus"), parameters).fetchall()


def read_alerts(connection: Connection) -> list[Alert]:
    """The worst of each kind, the worst kind first."""
    with connection.cursor(row_factory=class_row(Alert)) as cursor:
        return cursor.execute(_query("alerts")).fetchall()


def read_definitions(connection: Connection) -> dict[str, str]:
    """``view.column`` and what its comment in the database says."""
    return {
        f"{view}.{column}": " ".join(sentence.split())
        for view, column, sentence in connection.execute(_query("definitions"))
    }


def mark_of(shop: Shop, selection: Selection, numbers: Numbers) -> str:
    """Changes when, and only when, what a dashboard shows on top has changed."""
    values = [getattr(numbers, each.name) for each in fields(numbers)]
    parts = (selection.days.first, selection.days.last, shop.moment.verified_at, *values)
    return " ".join(map(str, parts))
