"""Generated trade: clean by every rule and report, believable, the same for a seed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import sql

from groundplan.compose.plan import Plan, Tenancy
from groundplan.database import EmbeddedServer, connect, scratch_database, template_database
from groundplan.installation import apply, plan_for
from groundplan.proof import build_register, verify_rules
from groundplan.reports import verify
from groundplan.seed.trade import TradeOptions, TradeResult, generate_trade
from groundplan.snapshot import read_snapshot

Connection = psycopg.Connection[Any]

UNTIL = date(2026, 3, 15)


def installed(server: EmbeddedServer, wanted: Sequence[str], tenancy: Tenancy) -> tuple[Plan, str]:
    """A plan, and the name of a database in which it is installed."""
    plan = plan_for((), wanted, tenancy=tenancy)

    def build(url: str) -> None:
        with connect(url, autocommit=True) as connection:
            apply(connection, plan)

    return plan, template_database(server.url(), f"trade {plan.text()}", build)


def wrong(connection: Connection, plan: Plan) -> tuple[list[str], list[str]]:
    """Names of the rules that rows break, and numbers of reports that are not what they count."""
    register = build_register(plan.rules, read_snapshot(connection, plan.schemas))
    assert len(register) > 100
    violations = verify_rules(connection, register)
    return (
        [violation.rule.name for violation in violations],
        [str(difference) for difference in verify(connection, plan.rollups)],
    )


@pytest.mark.parametrize(
    ("wanted", "tenancy", "options"),
    [
        (["ecommerce"], "single", TradeOptions(700, seed=2, years=1, until=UNTIL)),
        (["ecommerce"], "single", TradeOptions(1, seed=3, until=date(2024, 2, 29))),
        (["ecommerce"], "single", TradeOptions(300, seed=4, hot=0.9, until=UNTIL)),
        (["ecommerce"], "multi", TradeOptions(600, tenants=5, skew="giant", until=UNTIL)),
        (["ecommerce"], "multi", TradeOptions(160, tenants=80, years=1, until=UNTIL)),
        (["sales"], "single", TradeOptions(400, until=UNTIL)),
        (["sales", "inventory"], "single", TradeOptions(400, until=UNTIL)),
        (["inventory"], "multi", TradeOptions(400, tenants=2, until=UNTIL)),
        (["crm"], "single", TradeOptions(400, until=UNTIL)),
    ],
    ids=str,
)
def test_every_rule_holds_and_every_report_is_exact(
    server: EmbeddedServer, wanted: list[str], tenancy: Tenancy, options: TradeOptions
) -> None:
    plan, template = installed(server, wanted, tenancy)
    with scratch_database(server.url(), template=template) as url:
        result = generate_trade(url, options)
        assert result.tenants == (options.tenants or 1)
        if "sales" in plan.schemas:
            assert result.rows["sales.orders"] == options.orders
        else:
            assert sum(result.rows.values()) > options.orders / 4
        with connect(url, autocommit=True) as connection:
            assert wrong(connection, plan) == ([], [])


@dataclass(frozen=True)
class Traded:
    """A database with trade in it."""

    url: str
    connection: Connection
    plan: Plan
    result: TradeResult

    def rows(self, query: str) -> list[Any]:
        """The rows of a query."""
        return self.connection.execute(query.encode()).fetchall()

    def value(self, query: str) -> Any:
        """The one value of a query."""
        ((value,),) = self.rows(query)
        return value


OPTIONS = TradeOptions(3000, years=2, seed=1, until=UNTIL)


@pytest.fixture(scope="module")
def traded(server: EmbeddedServer) -> Generator[Traded]:
    """Three thousand orders in two years, of a single company."""
    plan, template = installed(server, ["ecommerce"], "single")
    with scratch_database(server.url(), template=template) as url:
        result = generate_trade(url, OPTIONS)
        with connect(url, autocommit=True) as connection:
            yield Traded(url, connection, plan, result)


def test_three_thousand_orders_are_clean(traded: Traded) -> None:
    assert wrong(traded.connection, traded.plan) == ([], [])


def test_stock_is_never_negative_at_any_moment(traded: Traded) -> None:
    lowest, empty = traded.rows(
        """
        select min(on_hand), count(*) filter (where on_hand = 0) from (
            select sum(delta) over (
                partition by place.id, movement.sku_id order by moved_at, delta desc
                rows unbounded preceding) as on_hand
            from inventory.inventory_movements as movement
            cross join lateral (values (destination_location_id, quantity),
                (source_location_id, -quantity)) as side (location_id, delta)
            join inventory.locations as place
                on place.id = side.location_id and place.usage = 'internal'
        ) as balance
        """
    )[0]
    assert lowest == 0
    assert empty > 0


def test_no_more_was_ever_promised_than_was_there(traded: Traded) -> None:
    lowest = traded.value(
        """
        select min(available) from (
            select sum(delta) over (
                partition by sku_id order by moment, delta desc rows unbounded preceding)
                as available
            from (
                select sku_id, moved_at as moment, quantity as delta
                from inventory.inventory_movements where kind = 'receipt'
                union all
                select sku_id, moved_at, -quantity
                from inventory.inventory_movements where kind = 'adjustment'
                union all
                select item.sku_id, back.received_at, item.quantity
                from fulfillment.return_items as item
                join fulfillment.returns as back on back.id = item.return_id
                where item.disposition = 'restock'
                union all
                select item.sku_id, claim.moment, claim.sign * item.quantity
                from sales.order_items as item
                join sales.orders as o on o.id = item.order_id
                cross join lateral (values (o.placed_at, -1), (o.cancelled_at, 1))
                    as claim (moment, sign)
                where claim.moment is not null
            ) as event
        ) as balance
        """
    )
    assert lowest == 0


def test_goods_cost_what_the_catalog_says(traded: Traded) -> None:
    """Of what left the house, at that moment; of what came back, when it had left."""
    assert traded.value("select count(*) from inventory.inventory_movements") > 8000
    assert not traded.rows(
        """
        select id from inventory.inventory_movements
        where kind in ('receipt', 'issue')
          and unit_cost is distinct from coalesce(catalog.unit_cost(sku_id, moved_at), unit_cost)
        """
    )
    assert not traded.rows(
        """
        select item.id from sales.order_items as item
        join sales.orders as o on o.id = item.order_id
        where item.expected_unit_cost is distinct from catalog.unit_cost(item.sku_id, o.placed_at)
        """
    )


def test_days_are_those_of_the_tenant(traded: Traded) -> None:
    assert not traded.rows(
        """
        select o.id from sales.orders as o join core.tenants as tenant on tenant.id = o.tenant_id
        where o.business_date <> core.business_date(
            o.placed_at, tenant.time_zone, tenant.day_starts_at)
        """
    )
    first, last = traded.rows("select min(business_date), max(business_date) from sales.orders")[0]
    assert traded.result.first_day == date(2024, 3, 16)
    assert traded.result.first_day <= first <= last <= UNTIL == traded.result.last_day


def test_it_looks_like_trade(traded: Traded) -> None:
    def share(condition: str) -> float:
        return float(
            traded.value(f"select avg(case when {condition} then 1 else 0 end) from sales.orders")
        )

    assert 0.005 < share("status = 'cancelled'") < 0.05
    assert share("status = 'completed'") > 0.7
    assert 0.02 < share("refunded_amount > 0") < 0.15
    assert 0.02 < share("customer_id is null") < 0.1
    assert 0.1 < share("currency_code <> 'EUR'") < 0.5
    assert share("exchange_rate <> 1") == share("currency_code <> 'EUR'")
    assert traded.value("select count(distinct currency_code) from sales.orders") >= 5
    assert traded.value("select count(distinct country_code) from crm.customers") >= 8
    returning = traded.value(
        """
        select avg(case when orders > 1 then 1 else 0 end)
        from (select count(*) as orders from sales.orders where customer_id is not null
              group by customer_id) as customer
        """
    )
    assert 0.3 < returning < 0.9


def test_some_days_and_skus_sell_more_than_others(traded: Traded) -> None:
    by_month = dict(
        traded.rows(
            "select extract(month from business_date)::integer, count(*) from sales.orders"
            " group by 1"
        )
    )
    assert by_month[12] > 1.2 * by_month[2]
    sold = [
        row[0]
        for row in traded.rows(
            "select count(*) from sales.order_items group by sku_id order by 1 desc"
        )
    ]
    assert sum(sold[: len(sold) // 5]) > 0.4 * sum(sold)
    discounted = dict(
        traded.rows(
            """
            select extract(month from o.business_date)::integer,
                avg(case when item.discount_amount > 0 then 1 else 0 end)
            from sales.order_items as item join sales.orders as o on o.id = item.order_id
            group by 1
            """
        )
    )
    assert discounted[11] > 0.3
    assert discounted[3] == 0


def test_the_shop_goes_on_trading(
    traded: Traded, server: EmbeddedServer, clone: Callable[[str | None], str]
) -> None:
    """What follows by the verbs fits what was generated, to the last report."""
    traded.connection.close()
    url = clone(traded.url.rpartition("/")[2].partition("?")[0])
    with connect(url, autocommit=True) as connection:
        (open_order,) = _one(
            connection, "select id from sales.orders where status = 'placed' order by id limit 1"
        )
        connection.execute("select fulfillment.ship_order(%s)", [open_order])
        connection.execute("select fulfillment.return_items(%s)", [open_order])
        (code,) = _one(
            connection,
            "select sku.code from catalog.skus as sku join inventory.stock_levels as level"
            " on level.sku_id = sku.id where level.on_hand - level.allocated >= 2 limit 1",
        )
        (number,) = _one(
            connection,
            "select number from sales.place_order(jsonb_build_array(jsonb_build_object("
            "'sku', %s::text, 'quantity', 2)))",
            code,
        )
        assert number == "4001"
        assert wrong(connection, traded.plan) == ([], [])


def _one(connection: Connection, query: str, *values: object) -> Any:
    row = connection.execute(query.encode(), values or None).fetchone()
    assert row is not None
    return row


def digests(url: str, tables: Sequence[str]) -> dict[str, str]:
    """For each table a digest of all its rows."""
    found: dict[str, str] = {}
    with connect(url) as connection:
        for table in tables:
            query = sql.SQL(
                "select md5(string_agg(t::text, ';' order by t.id)) from {} as t"
            ).format(sql.Identifier(*table.split(".")))
            ((found[table],),) = connection.execute(query).fetchall()
    return found


def test_the_same_seed_makes_the_same_rows(server: EmbeddedServer) -> None:
    """Whatever the size of the batches; and another seed other ones."""
    _, template = installed(server, ["ecommerce"], "single")
    found: list[dict[str, str]] = []
    for seed, batch in ((5, 1000), (5, 37), (6, 1000)):
        with scratch_database(server.url(), template=template) as url:
            result = generate_trade(url, TradeOptions(200, seed=seed, until=UNTIL), batch=batch)
            found.append(digests(url, list(result.rows)))
    assert len(found[0]) >= 25
    assert found[0] == found[1]
    assert all(found[0][table] != found[2][table] for table in ("sales.orders", "crm.customers"))


def test_a_hot_sku_is_in_most_orders(server: EmbeddedServer) -> None:
    _, template = installed(server, ["ecommerce"], "single")
    with scratch_database(server.url(), template=template) as url:
        generate_trade(url, TradeOptions(300, hot=0.8, until=UNTIL))
        with connect(url) as connection:
            (most,) = _one(
                connection,
                "select max(orders) from (select count(distinct order_id) as orders"
                " from sales.order_items group by sku_id) as sku",
            )
    assert 210 <= most <= 300


def test_a_giant_and_its_dwarfs(server: EmbeddedServer) -> None:
    _, template = installed(server, ["ecommerce"], "multi")
    with scratch_database(server.url(), template=template) as url:
        generate_trade(url, TradeOptions(500, tenants=6, skew="giant", until=UNTIL))
        with connect(url) as connection:
            orders = connection.execute(
                "select count(*) from sales.orders group by tenant_id order by tenant_id"
            ).fetchall()
    assert [count for (count,) in orders] == [450, 10, 10, 10, 10, 10]
