"""A year of trading: believable, the same for a seed, and clean by every rule and report."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from groundplan.compose import Plan
from groundplan.database import EmbeddedServer, connect, scratch_database
from groundplan.errors import NotInstalled
from groundplan.reports import verify
from groundplan.seed import NotEmpty, SeedCounts, seed_year

Connection = psycopg.Connection[Any]

UNTIL = date(2026, 3, 15)
ORDERS = 400

AMOUNTS = """
select
    (select count(*) from sales.orders),
    (select sum(total_amount) from sales.orders),
    (select sum(refunded_amount) from sales.orders),
    (select sum(gross_sales) from sales.ledger_entries),
    (select sum(cogs) from sales.ledger_entries),
    (select sum(quantity) from inventory.inventory_movements),
    (select sum(on_hand) from inventory.stock_levels),
    (select sum(allocated) from inventory.stock_levels),
    (select md5(string_agg(concat_ws('|', o.placed_at, o.channel_code, o.status, o.total_amount,
                customer.email), ';' order by o.placed_at, o.total_amount, customer.email))
        from sales.orders as o left join crm.customers as customer on customer.id = o.customer_id),
    (select md5(string_agg(concat_ws('|', sku_code, quantity, unit_price, discount_amount), ';'
                order by sku_code, quantity, gross_amount, discount_amount))
        from sales.order_items)
"""


@dataclass(frozen=True)
class Traded:
    """A database that has been traded in."""

    connection: Connection
    counts: SeedCounts
    told: list[tuple[int, int]]

    def value(self, query: str) -> Any:
        """The one value of a query."""
        row = self.connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]

    def column(self, query: str) -> list[Any]:
        """The one column of a query."""
        return [row[0] for row in self.connection.execute(query.encode()).fetchall()]


@pytest.fixture(scope="module")
def traded(server: EmbeddedServer, shop_template: str) -> Generator[Traded]:
    told: list[tuple[int, int]] = []
    with (
        scratch_database(server.url(), template=shop_template) as url,
        connect(url, autocommit=True) as connection,
    ):
        counts = seed_year(
            connection,
            orders=ORDERS,
            until=UNTIL,
            on_progress=lambda done, total: told.append((done, total)),
        )
        yield Traded(connection, counts, told)


@pytest.fixture
def shop(clone: Callable[[str | None], str], shop_template: str) -> Generator[Connection]:
    """A connection in autocommit to a shop of the test's own, nothing sold yet."""
    with connect(clone(shop_template), autocommit=True) as connection:
        yield connection


def test_no_rule_is_broken(traded: Traded, plan: Plan) -> None:
    audits = {rule.name: rule.audit() for rule in plan.rules}
    assert len(audits) > 50
    broken = {
        name: rows
        for name, audit in audits.items()
        if (rows := traded.connection.execute(audit.encode()).fetchmany(3))
    }
    assert broken == {}


def test_reports_equal_their_source(traded: Traded, plan: Plan) -> None:
    assert traded.value("select sum(orders) from reporting.metrics_daily") > 0
    assert verify(traded.connection, plan.rollups) == []


def test_counts_are_what_is_there(traded: Traded) -> None:
    there = {
        "products": traded.value("select count(*) from catalog.products"),
        "skus": traded.value("select count(*) from catalog.skus"),
        "customers": traded.value("select count(*) from crm.customers"),
        "orders": traded.value("select count(*) from sales.orders"),
        "shipments": traded.value("select count(*) from fulfillment.shipments"),
        "returns": traded.value("select count(*) from fulfillment.returns"),
        "refunds": traded.value("select count(*) from sales.refunds"),
        "cancellations": traded.value(
            "select count(*) from sales.orders where status = 'cancelled'"
        ),
        "receipts": traded.value(
            "select count(*) from inventory.inventory_movements where kind = 'receipt'"
        ),
        "adjustments": traded.value(
            "select count(*) from inventory.inventory_movements where kind = 'adjustment'"
        ),
    }
    assert vars(traded.counts) == there
    assert there["orders"] == ORDERS
    assert min(there.values()) > 0


def test_everything_that_happens_in_a_shop_has_happened(traded: Traded) -> None:
    assert set(traded.column("select distinct status from sales.orders")) >= {
        "placed",
        "fulfilled",
        "completed",
        "cancelled",
    }
    assert set(traded.column("select distinct kind from inventory.inventory_movements")) == {
        "receipt",
        "issue",
        "return",
        "adjustment",
    }
    assert set(traded.column("select distinct channel_code from sales.orders")) == {
        "web",
        "shop",
        "marketplace",
    }
    assert set(traded.column("select distinct disposition from fulfillment.return_items")) == {
        "restock",
        "discard",
    }
    assert traded.value("select count(*) from sales.order_items where discount_amount > 0") > 10
    assert traded.value("select count(*) from sales.orders where customer_id is null") > 10
    assert (
        traded.value(
            "select max(n) from (select count(*) as n from sales.orders"
            " where customer_id is not null group by customer_id) as bought"
        )
        > 2
    )
    assert traded.value("select count(distinct tax_rate) from sales.order_items") == 2


def test_orders_are_spread_over_the_year(traded: Traded) -> None:
    assert (
        traded.value("select count(distinct date_trunc('month', business_date)) from sales.orders")
        == 13
    )
    first, last = (
        traded.value("select min(business_date) from sales.orders"),
        traded.value("select max(business_date) from sales.orders"),
    )
    assert (UNTIL - first).days in range(330, 365)
    assert (UNTIL - last).days in range(7)


def test_nothing_happens_before_its_cause_or_after_the_end(traded: Traded) -> None:
    for too_early in (
        "fulfillment.shipments as s join sales.orders as o on o.id = s.order_id"
        " where s.shipped_at <= o.placed_at",
        "fulfillment.returns as r join fulfillment.shipments as s using (order_id)"
        " where r.received_at <= s.shipped_at",
        "sales.refunds as r join sales.orders as o on o.id = r.order_id"
        " where r.refunded_at <= o.placed_at",
    ):
        assert traded.value(f"select count(*) from {too_early}") == 0
    for column in (
        "sales.orders.placed_at",
        "fulfillment.shipments.shipped_at",
        "fulfillment.returns.received_at",
        "sales.refunds.refunded_at",
        "inventory.inventory_movements.moved_at",
    ):
        table, name = column.rsplit(".", 1)
        assert traded.value(f"select max({name}) from {table}") < traded.value(
            f"select timestamptz '{UNTIL + timedelta(days=1)} UTC'"
        )


def test_stock_was_there_at_every_moment(traded: Traded) -> None:
    lowest = """
select min(there) from (
    select sum(case when place.id = movement.destination_location_id then quantity
                    else -quantity end)
        over (partition by movement.sku_id order by movement.moved_at, movement.kind desc) as there
    from inventory.inventory_movements as movement
    join inventory.locations as place
        on place.is_default
        and place.id in (movement.source_location_id, movement.destination_location_id)
) as running"""
    assert traded.value(lowest) == 0


def test_some_stock_needs_a_buyer(traded: Traded) -> None:
    levels = """
select count(*) from inventory.stock_levels as level
join inventory.reorder_rules as rule using (location_id, sku_id) where """
    available = "level.on_hand - level.allocated"
    assert traded.value(f"{levels} {available} = 0") > 0
    assert traded.value(f"{levels} {available} between 1 and rule.min_quantity") > 0
    assert traded.value(f"{levels} {available} > rule.max_quantity") > 0
    assert traded.value(f"{levels} {available} > rule.min_quantity") > 50


def test_progress_is_told_to_the_end(traded: Traded) -> None:
    assert traded.told[-1] == (ORDERS, ORDERS)
    assert [done for done, _ in traded.told] == sorted(done for done, _ in traded.told)


def test_a_seed_makes_the_same_year_again(traded: Traded, shop: Connection) -> None:
    counts = seed_year(shop, orders=ORDERS, until=UNTIL)
    assert counts == traded.counts
    again = shop.execute(AMOUNTS.encode()).fetchone()
    assert again == traded.connection.execute(AMOUNTS.encode()).fetchone()


def test_another_seed_makes_another_year(traded: Traded, shop: Connection) -> None:
    seed_year(shop, orders=60, seed=2, until=UNTIL)
    first = b"select total_amount from sales.orders order by placed_at limit 10"
    assert shop.execute(first).fetchall() != traded.connection.execute(first).fetchall()


def test_a_few_orders_of_today_lie_before_now(shop: Connection) -> None:
    row = shop.execute("select now()::date").fetchone()
    assert row is not None
    counts = seed_year(shop, orders=20, days=2, until=row[0])
    assert counts.orders == 20
    late = shop.execute("select count(*) from sales.orders where placed_at > now()").fetchone()
    assert late == (0,)


def test_a_day_to_come_is_refused(shop: Connection) -> None:
    with pytest.raises(ValueError, match="until must not lie in the future"):
        seed_year(shop, orders=1, until=date(2999, 1, 1))


def test_a_shop_with_products_is_left_alone(traded: Traded) -> None:
    with pytest.raises(NotEmpty, match="a database of its own"):
        seed_year(traded.connection, orders=1, until=UNTIL)
    assert traded.value("select count(*) from sales.orders") == ORDERS


def test_an_empty_database_is_refused(empty_database: str) -> None:
    with connect(empty_database) as connection, pytest.raises(NotInstalled):
        seed_year(connection, orders=1, until=UNTIL)


def test_the_connection_comes_back_as_it_was(
    clone: Callable[[str | None], str], shop_template: str
) -> None:
    with connect(clone(shop_template)) as connection:
        seed_year(connection, orders=3, days=3, until=UNTIL)
        assert not connection.autocommit
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        connection.execute("select 1")
        with pytest.raises(ValueError, match="no transaction in progress"):
            seed_year(connection, orders=1, until=UNTIL)
