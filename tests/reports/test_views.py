"""The reporting views say what their definitions say, of a shop that was run by its verbs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from groundplan.database import EmbeddedServer, connect
from groundplan.modules.inventory.reports import ROLLUPS as OF_INVENTORY
from groundplan.modules.sales.reports import ROLLUPS as OF_SALES
from groundplan.reports import verify
from groundplan.testing import installed
from tests.modules.shop import Shop, fresh


@pytest.fixture(scope="module")
def shop(server: EmbeddedServer) -> Iterator[Shop]:
    """One shop for all tests of this file; each adds to it or only looks."""
    with (
        installed("ecommerce", url=server.url()) as url,
        connect(url, autocommit=True) as connection,
    ):
        yield Shop(connection)


def _today(shop: Shop, view: str) -> dict[str, Any]:
    """The sum of everything the view says of the web shop in euros."""
    return shop.row(f"select * from reporting.{view} where channel_code = 'web'")


def test_one_day_of_trade(shop: Shop) -> None:
    cheap = shop.sku(10, tax="0.19", cost=4, stock=100)
    dear = shop.sku(50, cost=20, stock=100)
    first = shop.place({"sku": cheap, "quantity": 3}, {"sku": dear, "quantity": 1})
    second = shop.place({"sku": dear, "quantity": 2})
    cancelled = shop.place({"sku": cheap, "quantity": 7})
    shop.cancel(cancelled)
    shop.ship(first)
    shop.ship(second)
    shop.do("select groundplan.fold()")
    for view in ("metrics_daily", "metrics_monthly"):
        row = _today(shop, view)
        assert (row["orders"], row["lines"], row["units"]) == (2, 3, 6), view
        assert row["gross_sales"] == 3 * 10 + 3 * 50
        assert row["net_sales"] == row["gross_sales"] - row["discounts"] - row["returns"]
        assert (
            row["total_sales"]
            == row["net_sales"] + row["tax"] + row["shipping"] + row["surcharges"]
        )
        assert row["tax"] == Decimal("5.70")
        assert row["cogs"] == 3 * 4 + 3 * 20
        assert row["gross_profit"] == row["net_sales"] - row["cogs"] == 108
        assert row["gross_margin"] == Decimal("0.6")
        assert row["average_order_value"] == 90
        assert row["units_per_order"] == 3
        assert row["customers"] == row["new_customers"] + row["returning_customers"]
    profit = _today(shop, "profit_summary")
    assert profit["profit"] == 108
    assert profit["profit_margin"] == Decimal("0.6")
    assert profit["cost_coverage"] == 1
    ranks = shop.rows("select * from reporting.top_skus where period = 'month' order by rank")
    assert [(row["sku_code"], row["net_sales"]) for row in ranks] == [(dear, 150), (cheap, 30)]
    assert sum(row["share"] for row in ranks) == pytest.approx(1)
    assert verify(shop.connection, (*OF_SALES, *OF_INVENTORY)) == []


def test_the_wide_views_have_one_row_for_each_fact(shop: Shop) -> None:
    before = shop.value("select count(*) from reporting.orders_wide")
    code = shop.sku(5, stock=9)
    shop.place({"sku": code, "quantity": 2}, {"sku": code, "quantity": 1})
    assert shop.value("select count(*) from reporting.orders_wide") == before + 1
    line = shop.rows(
        "select * from reporting.order_lines_wide where sku_code = %s order by units desc", code
    )
    assert [row["units"] for row in line] == [2, 1]
    assert all(row["product_name"] for row in line)
    waiting = shop.rows("select * from reporting.unshipped_lines where sku_code = %s", code)
    assert sum(row["unshipped_units"] for row in waiting) == 3
    assert (
        shop.row("select * from reporting.skus_wide where sku_code = %s", code)["unit_price"] == 5
    )
    assert shop.value("select count(*) from reporting.customers_wide") == shop.value(
        "select count(*) from crm.customers"
    )


def test_stock_moved_adds_up_to_stock(shop: Shop) -> None:
    code = shop.sku(5, stock=40)
    shop.ship(shop.place({"sku": code, "quantity": 6}))
    shop.do("select inventory.adjust_stock(%s, -3, 'lost')", code)
    moved = shop.rows(
        """
        select moved.location_id, moved.sku_id,
            sum(received - issued + returned + adjusted_in - adjusted_out
                + transferred_in - transferred_out) as change
        from reporting.stock_moved_daily as moved
        join inventory.locations as location
            on location.id = moved.location_id and location.usage in ('internal', 'transit')
        group by 1, 2
        """
    )
    levels = shop.rows("select location_id, sku_id, on_hand from inventory.stock_levels")
    assert {tuple(row.values()) for row in moved} == {tuple(row.values()) for row in levels}
    (row,) = shop.rows("select * from reporting.stock_wide where sku_code = %s", code)
    assert (row["on_hand"], row["issued_28_days"]) == (31, 6)
    assert row["days_of_supply"] == round(Decimal(31) * 28 / 6, 1)


def test_alerts(shop: Shop) -> None:
    def alerts(code: str) -> set[str]:
        return {
            row["kind"]
            for row in shop.rows(
                "select kind from reporting.stock_alerts where sku_code = %s", code
            )
        }

    def rule(code: str, low: int, high: int) -> None:
        shop.do(
            """
            insert into inventory.reorder_rules (location_id, sku_id, min_quantity, max_quantity)
            select id, %s, %s, %s
            from inventory.locations where is_default and usage = 'internal'
            """,
            shop.sku_id(code),
            low,
            high,
        )

    enough, few, many = shop.sku(1, stock=20), shop.sku(1, stock=5), shop.sku(1, stock=99)
    none, never = shop.sku(1, stock=3), shop.sku(1)
    for code in (enough, few, many, none, never):
        rule(code, 5, 50)
    shop.place({"sku": none, "quantity": 3})
    assert alerts(enough) == set()
    assert alerts(few) == {"below_reorder_point"}
    assert alerts(many) == {"overstock"}
    assert alerts(none) == {"out_of_stock"}
    assert alerts(never) == {"out_of_stock"}
    still = shop.sku(1)
    shop.do(
        "select inventory.receive_stock(%s, 4, received_at => now() - interval '200 days')", still
    )
    assert alerts(still) == {"dead_stock"}


def test_a_column_means_the_same_in_every_report(shop: Shop) -> None:
    shared = ["orders", "lines", "units", "customers", "new_customers", "tax", "shipping"]
    shared += ["gross_sales", "discounts", "returned_units", "returns", "net_sales", "surcharges"]
    shared += ["cogs", "gross_profit", "payment_costs", "shipping_costs"]
    rows = shop.rows(
        """
        select column_name as name, array_agg(distinct col_description(
            format('reporting.%%I', table_name)::regclass, ordinal_position)) as sentences
        from information_schema.columns
        where table_schema = 'reporting' and column_name = any (%s)
            and table_name !~ '^(orders|order_lines|shipments)_wide$'
        group by 1
        """,
        shared,
    )
    assert {row["name"]: len(row["sentences"]) for row in rows} == dict.fromkeys(shared, 1)


def test_every_column_of_a_report_is_explained(shop: Shop) -> None:
    assert (
        shop.rows(
            """
            select attrelid::regclass, attname
            from pg_attribute
            join pg_class on pg_class.oid = attrelid
            where relnamespace = 'reporting'::regnamespace and relkind in ('r', 'v') and attnum > 0
                and not attisdropped and col_description(attrelid, attnum) is null
            """
        )
        == []
    )


def test_the_calendar_has_every_day(shop: Shop) -> None:
    row = shop.row("select min(day), max(day), count(*) as days from reporting.calendar")
    assert (row["min"], row["max"]) == (date(2000, 1, 1), date(2050, 12, 31))
    assert timedelta(days=row["days"] - 1) == row["max"] - row["min"]


def test_a_share_of_nothing_is_not_known(shop: Shop) -> None:
    """A month that only gave money back has no margin."""
    channel = fresh("only-refunds").lower()
    shop.do("insert into catalog.sales_channels (code, name) values (%s, %s)", channel, channel)
    code = shop.sku(10, cost=4, stock=5)
    order = shop.place(
        {"sku": code, "quantity": 1},
        channel_code=channel,
        placed_at=datetime.now(UTC) - timedelta(days=70),
    )
    shop.do("select sales.refund_order(%s, 10, 'broken')", order)
    for view, day, ratios in (
        ("metrics_daily", "business_date", ["gross_margin", "average_order_value"]),
        ("metrics_monthly", "month", ["gross_margin", "average_order_value"]),
        ("profit_summary", "month", ["profit_margin", "cost_coverage"]),
    ):
        rows = shop.rows(
            f"select * from reporting.{view} where channel_code = %s order by {day}", channel
        )
        assert [row["net_sales"] for row in rows] == [10, -10], view
        assert [rows[0][name] is None for name in ratios] == [False, False], view
        assert [rows[1][name] for name in ratios] == [None, None], view


def test_what_is_promised_twice_lasts_no_day(shop: Shop) -> None:
    code = shop.sku(10, cost=4, stock=2, allows_backorder=True)
    shop.ship(shop.place({"sku": code, "quantity": 1}))
    shop.place({"sku": code, "quantity": 5})
    row = shop.row("select * from reporting.stock_wide where sku_code = %s", code)
    assert (row["available"], row["days_of_supply"]) == (-4, 0)
