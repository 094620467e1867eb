"""Timelines of orders, SKUs and customers, compared with what the tables say."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from groundplan.database import connect
from groundplan.installation import apply, plan_for
from groundplan.studio.history.records import SHOWN, read_customer, read_order, read_sku
from tests.studio.asking import get
from tests.studio.running import Studio, Tab, execute

SCHEMAS = ("core", "reporting", "catalog", "crm", "sales", "inventory", "fulfillment")


def one(url: str, query: str) -> Any:
    with connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


REFUNDED = """
    select orders.number from sales.refunds as refund
    join sales.orders as orders on orders.id = refund.order_id
    order by refund.refunded_at desc, orders.number limit 1
"""


def test_the_money_of_every_order_ends_at_what_is_owed(shop_url: str) -> None:
    """The last balance of the timeline is the total less what was refunded."""
    with connect(shop_url) as connection:
        orders = connection.execute(
            "select number, total_amount - refunded_amount from sales.orders"
            " where status not in ('draft', 'cancelled') order by number limit 60"
        ).fetchall()
        assert len(orders) == 60
        for number, owed in orders:
            history = read_order(connection, SCHEMAS, number)
            balances = [event.balance for event in history.events if event.balance is not None]
            assert balances[-1] == owed, number


def test_an_order_tells_its_statuses_parcels_and_movements(shop_url: str) -> None:
    number = one(shop_url, REFUNDED)
    with connect(shop_url) as connection:
        events = read_order(connection, SCHEMAS, number).events
    assert [event.happened_at for event in events] == sorted(e.happened_at for e in events)
    titles = [event.title for event in events]
    assert {"Made", "Placed", "Sold", "Promised", "Refund agreed", "Given back"} <= set(titles)
    moved = one(
        shop_url,
        f"""
        select count(*) from fulfillment.shipment_items as item
        join fulfillment.shipments as shipment on shipment.id = item.shipment_id
        join sales.orders as orders on orders.id = shipment.order_id
        where orders.number = '{number}' and item.movement_id is not null
        """,
    )
    assert titles.count("Issue") == moved


def test_stock_after_every_movement_is_the_sum_so_far(shop_url: str) -> None:
    code = one(
        shop_url,
        """
        select sku.code from inventory.inventory_movements as movement
        join catalog.skus as sku on sku.id = movement.sku_id
        group by sku.code having count(*) between 10 and 90 order by count(*) desc limit 1
        """,
    )
    with connect(shop_url) as connection:
        history = read_sku(connection, SCHEMAS, code, None)
    assert history.older is None
    there = {row[0]: Decimal(0) for row in history.levels}
    told = 0
    for event in history.events:
        if event.kind != "stock" or event.quantity is None:
            continue
        source, destination = event.title.split(": ")[1].split(" → ")
        for place, change in ((source, -event.quantity), (destination, event.quantity)):
            if place in there:
                there[place] += change
        for place, on_hand in event.left:
            assert on_hand == there[place]
            told += 1
    assert told >= 10
    assert there == {row[0]: row[2] for row in history.levels}


def test_many_movements_are_told_a_page_at_a_time(
    own_shop: str, run_studio: Callable[..., Studio]
) -> None:
    execute(
        own_shop,
        """
        do $$ begin
            for i in 1..250 loop
                perform inventory.receive_stock('MUG-BLUE', 1, unit_cost => 1);
            end loop;
        end $$
        """,
    )
    studio = run_studio(own_shop)
    count = one(
        own_shop,
        "select count(*) from inventory.inventory_movements where sku_id ="
        " (select id from catalog.skus where code = 'MUG-BLUE')",
    )
    told, path = 0, "/trace/skus/MUG-BLUE"
    for _ in range(20):
        answer = get(studio, path)
        told += answer.text.count('class="event stock"')
        if 'rel="next"' not in answer.text:
            break
        start = answer.text.index('rel="next" href="') + len('rel="next" href="')
        path = answer.text[start : answer.text.index('"', start)].replace("&amp;", "&")
        path = path.split("#")[0]
    assert (told, count > 2 * SHOWN) == (count, True)


def test_changes_are_differences_and_personal_values_stay_apart(
    own_shop: str, run_studio: Callable[..., Studio]
) -> None:
    customer = one(own_shop, "select id::text from crm.customers where kind = 'person' limit 1")
    execute(
        own_shop,
        "set groundplan.actor = 'ada'",
        f"update crm.customers set country_code = 'IS', phone = '+1 new' where id = '{customer}'",
        f"update crm.customers set country_code = 'FI' where id = '{customer}'",
        "update catalog.skus set unit_price = 77.5 where code = 'MUG-BLUE'",
    )
    with connect(own_shop) as connection:
        events = read_customer(connection, SCHEMAS, customer).events
        changes = [event for event in events if event.kind == "change"]
        prices = [
            difference
            for event in read_sku(connection, SCHEMAS, "MUG-BLUE", None).events
            for difference in event.differences
            if difference.column == "unit_price"
        ]
    first, second = changes[-2:]
    assert first.actor == "ada"
    assert {each.column for each in first.differences} == {"country_code", "phone"}
    assert next(each for each in first.differences if each.column == "phone").is_personal
    assert [(e.column, e.before, e.after) for e in second.differences] == [
        ("country_code", "IS", "FI")
    ]
    assert prices[-1].after.startswith("77.5")
    answer = get(run_studio(own_shop), f"/trace/customers/{customer}?kind=change")
    assert "<del>IS</del>" in answer.text
    assert "kept apart" in answer.text


def test_what_is_not_a_change_is_not_told(own_shop: str) -> None:
    customer = one(own_shop, "select id::text from crm.customers where kind = 'person' limit 1")
    with connect(own_shop) as connection:
        before = read_customer(connection, SCHEMAS, customer).events
    execute(own_shop, f"update crm.customers set version = version where id = '{customer}'")
    with connect(own_shop) as connection:
        assert read_customer(connection, SCHEMAS, customer).events == before


@pytest.mark.parametrize(
    ("words", "shown"),
    [("mug-b", "MUG-BLUE"), ("MUG-BLUE", "MUG-BLUE"), ("mug", "MUG-BLUE")],
)
def test_search_finds_codes_and_names_case_aside(studio: Studio, words: str, shown: str) -> None:
    assert f">{shown}</a>" in get(studio, f"/trace?words={words}").text


def test_search_takes_words_as_they_are(studio: Studio) -> None:
    for words in ("%25", "_____", "%5C", "x%00y", "'%22%3E", "%" + "25" * 300):
        answer = get(studio, f"/trace?words={words}")
        assert (answer.status, "Nothing is called" in answer.text) == (200, True), words


def test_from_search_to_order_to_sku_and_customer(tab: Tab, shop_url: str) -> None:
    number = one(shop_url, REFUNDED)
    page = tab.open("/trace")
    page.get_by_role("searchbox").fill(number)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=number, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Order {number}")
    page.get_by_role("link", name="Money").click()
    expect(page.locator(".event.money").first).to_be_visible()
    expect(page.locator(".event.status")).to_have_count(0)
    page.get_by_role("link", name="Everything").click()
    expect(page.locator(".event.status").first).to_be_visible()
    page.locator("th a").first.click()
    expect(page.get_by_role("heading", name="Stock now")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/trace/orders/none",
        "/trace/skus/none",
        "/trace/customers/none",
        "/trace/customers/00000000-0000-0000-0000-000000000000",
        "/trace/orders/a%2Fb%3Cscript%3E",
    ],
)
def test_what_does_not_exist(studio: Studio, path: str) -> None:
    answer = get(studio, path)
    assert (answer.status, "Not found" in answer.text) == (404, True)
    assert "<script>" not in answer.text


def test_a_number_with_a_slash(own_shop: str, run_studio: Callable[..., Studio]) -> None:
    execute(own_shop, "insert into sales.orders (number, currency_code) values ('A/7?ü', 'EUR')")
    studio = run_studio(own_shop)
    assert "/trace/orders/A%2F7%3F%C3%BC" in get(studio, "/trace?words=A/7").text
    assert "Order A/7?ü" in get(studio, "/trace/orders/A%2F7%3F%C3%BC").text


def test_an_installation_without_sales(
    empty_database: str, run_studio: Callable[..., Studio]
) -> None:
    with connect(empty_database, autocommit=True) as connection:
        apply(connection, plan_for((), ["inventory"]))
    studio = run_studio(empty_database)
    assert "There are no orders, SKUs or customers yet" in get(studio, "/trace").text
    answer = get(studio, "/trace/orders/1")
    assert (answer.status, "apply --module sales" in answer.text) == (404, True)
