"""The numbers of the dashboard are those of the ledger, read as a role that sees nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any, LiteralString

import psycopg
import pytest

from groundplan.database import connect
from groundplan.errors import PermissionDenied
from groundplan.studio import Settings
from groundplan.studio.dashboard import answer
from groundplan.studio.dashboard.question import Question
from groundplan.studio.dashboard.ranges import Days
from groundplan.studio.ground import Ground
from tests.studio.conftest import LAST_DAY
from tests.studio.running import execute

Connection = psycopg.Connection[tuple[Any, ...]]

RANGES = [
    Days(LAST_DAY - timedelta(27), LAST_DAY),
    Days(date(2026, 3, 1), date(2026, 3, 31)),
    Days(date(2026, 2, 11), date(2026, 5, 2)),
    Days(LAST_DAY, LAST_DAY),
    Days(date(2000, 1, 1), date(2050, 12, 31)),
]

COUNTED_BY_HAND: LiteralString = """
    select
        coalesce(sum(gross_sales - discounts - returns), 0),
        coalesce(sum(order_count), 0)::bigint,
        coalesce(sum(quantity), 0),
        round(sum(gross_sales - discounts) / nullif(sum(order_count), 0), 4),
        round(sum(gross_sales - discounts - returns - cogs)
            / nullif(sum(gross_sales - discounts - returns), 0), 6)
    from (
        select
            coalesce(order_count, 0) as order_count, coalesce(quantity, 0) as quantity,
            coalesce(gross_sales, 0) as gross_sales, coalesce(discounts, 0) as discounts,
            coalesce(returns, 0) as returns, coalesce(cogs, 0) as cogs
        from sales.ledger_entries
        where business_date between %(first)s and %(last)s
            and (%(channel)s::text is null or channel_code = %(channel)s)
    ) as entry
"""

CUSTOMERS_BY_HAND: LiteralString = """
    with ordered as (
        select customer_id, business_date, channel_code, sum(order_count) as n
        from sales.ledger_entries
        where customer_id is not null
        group by customer_id, business_date, channel_code
    ),
    inside as (
        select customer_id
        from ordered
        where business_date between %(first)s and %(last)s
            and (%(channel)s::text is null or channel_code = %(channel)s)
        group by customer_id
        having sum(n) > 0
    )
    select
        count(*),
        count(*) filter (where customer_id not in (
            select customer_id from ordered where n > 0 and business_date < %(first)s))
    from inside
"""


@contextmanager
def reading(url: str) -> Generator[Connection]:
    """As the page reads."""
    with Ground(Settings(url, makes_roles=True)).reading(only_reports=True) as connection:
        yield connection


@pytest.mark.parametrize("channel", [None, "web", "shop"])
@pytest.mark.parametrize("days", RANGES, ids=str)
def test_numbers_are_those_of_the_ledger(shop_url: str, days: Days, channel: str | None) -> None:
    parameters = {"first": days.first, "last": days.last, "channel": channel}
    with connect(shop_url) as owner:
        sums = owner.execute(COUNTED_BY_HAND, parameters).fetchone()
        people = owner.execute(CUSTOMERS_BY_HAND, parameters).fetchone()
    assert sums
    assert people
    with reading(shop_url) as connection:
        shop = answer.read_shop(connection)
        question = Question(range="dates", days=days, channel=channel)
        selection = answer.select(connection, shop, question)
        assert (selection.days, selection.channel) == (days, channel)
        found = answer.read_numbers(connection, selection, days)
        customers = answer.read_customers(connection, selection, days)
    assert found == answer.Numbers(*sums)
    assert (customers.customers, customers.new_customers) == people
    assert customers.returning_customers == people[0] - people[1]
    if days.length > 60:
        assert found.orders > 10
        assert 0 < customers.new_customers <= customers.customers


def test_customers_agree_with_the_reports_of_a_day_and_of_a_month(shop_url: str) -> None:
    with reading(shop_url) as connection:
        for view, period, last in (
            ("metrics_daily", "business_date", "business_date"),
            ("metrics_monthly", "month", "(month + interval '1 month - 1 day')::date"),
        ):
            rows = connection.execute(
                f"""
                select
                    (metrics.customers, metrics.new_customers, metrics.returning_customers)
                        is not distinct from (of_range.*)::record
                from reporting.{view} as metrics
                cross join lateral reporting.customers(
                    {period}, {last}, currency_code, channel_code) as of_range
                where {period} >= '2026-05-01'
                """.encode()
            ).fetchall()
            assert len(rows) >= 2
            assert {same for (same,) in rows} == {True}


def test_customers_count_what_is_not_folded_yet(own_shop: str) -> None:
    everything = ["2000-01-01", "2050-12-31", "EUR"]
    query: LiteralString = "select * from reporting.customers(%s, %s, %s)"
    with connect(own_shop) as owner:
        owner.execute("select groundplan.fold()")
        owner.commit()
        before = owner.execute(query, everything).fetchone()
        customer = owner.execute(
            "insert into crm.customers (display_name) values ('Late') returning id"
        ).fetchone()
        assert before
        assert customer
        order = owner.execute(
            "select (sales.place_order(jsonb_build_array(jsonb_build_object("
            " 'sku', sku_code, 'quantity', 1)), %s)).id"
            " from reporting.stock_wide where available > 5 limit 1",
            [customer[0]],
        ).fetchone()
        assert order
        owner.commit()
        after = owner.execute(query, everything).fetchone()
        assert after == (before[0] + 1, before[1] + 1, before[2])
        owner.execute("select sales.cancel_order(%s, 'changed mind')", [order[0]])
        owner.commit()
        assert owner.execute(query, everything).fetchone() == before


def test_the_role_of_the_page_reads_reports_alone(shop_url: str) -> None:
    def look(connection: Connection, statement: str) -> None:
        connection.execute(statement.encode())

    for relation in ("sales.orders", "core.tenants", "groundplan.sales_daily_base"):
        with pytest.raises(PermissionDenied), reading(shop_url) as connection:
            look(connection, f"select from {relation} limit 1")
    with reading(shop_url) as connection:
        shop = answer.read_shop(connection)
        selection = answer.select(connection, shop, Question())
        assert answer.read_days(connection, selection)
        assert answer.read_months(connection, selection)
        assert answer.read_top_skus(connection, selection, "units")
        assert answer.read_alerts(connection)
        assert answer.read_definitions(connection)


def test_no_statement_names_another_schema() -> None:
    folder = files("groundplan.studio") / "queries"
    named: set[str] = set()
    texts = [
        each.read_text(encoding="utf-8")
        for each in folder.iterdir()
        if each.name.startswith("dashboard_")
    ]
    assert len(texts) >= 10
    for text in texts:
        text = re.sub("--.*", "", text)
        named |= set(re.findall(r"(?:from|join)\s+([a-z_]+)\.", text))
    assert named == {"reporting", "pg_catalog"}


def test_days_and_months_without_orders_are_zeros(shop_url: str) -> None:
    days = Days(date(2026, 6, 20), date(2026, 7, 20))
    with reading(shop_url) as connection:
        shop = answer.read_shop(connection)
        selection = answer.select(connection, shop, Question(range="dates", days=days))
        drawn = answer.read_days(connection, selection)
        months = answer.read_months(connection, selection)
    assert [each.day for each in drawn] == [days.first + timedelta(n) for n in range(days.length)]
    assert [(each.net_sales, each.orders) for each in drawn[-20:]] == [(Decimal(0), 0)] * 20
    assert sum(each.orders for each in drawn) > 0
    assert (months[-1].month, months[-1].profit) == (date(2026, 7, 1), 0)
    assert months[-2].profit > 0


def test_currencies_are_never_added(own_shop: str, place: Callable[..., None]) -> None:
    with reading(own_shop) as connection:
        before = everything(connection, "EUR")
    place(own_shop, currency="USD", rate="1.1", price="7.00")
    with reading(own_shop) as connection:
        assert answer.read_shop(connection).currencies == ["EUR", "USD"]
        assert everything(connection, "EUR") == before
        assert everything(connection, "USD").net_sales == 7


def everything(connection: Connection, currency: str) -> answer.Numbers:
    """All days of one currency."""
    shop = answer.read_shop(connection)
    selection = answer.select(connection, shop, Question(range="all", currency=currency))
    assert selection.currency == currency
    return answer.read_numbers(connection, selection, selection.days)


@pytest.fixture
def place() -> Callable[..., None]:
    """Call it to place an order for one of something that is there."""

    def placed(url: str, *, currency: str, rate: str, price: str) -> None:
        execute(
            url,
            f"""
            select sales.place_order(
                jsonb_build_array(jsonb_build_object(
                    'sku', sku_code, 'quantity', 1, 'unit_price', {price})),
                currency_code => '{currency}', exchange_rate => {rate})
            from reporting.stock_wide where available > 5 limit 1
            """,
        )

    return placed


def test_customers_are_the_same_before_and_after_folding(own_shop: str) -> None:
    ranges = [
        ("2026-06-01", "2026-06-30"),
        ("2026-03-06", "2026-04-30"),
        ("2026-03-05", "2026-03-05"),
    ]

    def counted(owner: Connection) -> list[Any]:
        query: LiteralString = "select * from reporting.customers(%s, %s, 'EUR')"
        return [owner.execute(query, each).fetchone() for each in ranges]

    with connect(own_shop) as owner:
        owner.execute("select groundplan.fold()")
        before = counted(owner)
        # An order of March, for some who had not ordered by then and ordered in June.
        placed = owner.execute(
            """
            select count(sales.place_order(
                jsonb_build_array(jsonb_build_object('sku', sku.sku_code, 'quantity', 1)),
                customer_id, placed_at => '2026-03-05 12:00+00'))
            from (
                select customer_id from reporting.orders_wide
                where customer_id is not null
                group by customer_id
                having min(business_date) between '2026-06-01' and '2026-06-20'
                limit 3
            ) as late
            cross join (
                select sku_code from reporting.stock_wide where available > 20 limit 1
            ) as sku
            """
        ).fetchone()
        assert placed == (3,)
        pending = counted(owner)
        folded = owner.execute("select groundplan.fold()").fetchone()
        assert folded
        assert folded[0] > 0
        assert counted(owner) == pending
        assert pending[0][1] == before[0][1] - 3
        assert pending[2][0] == before[2][0] + 3
