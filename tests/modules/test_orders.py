"""Orders: what they cost, what the ledger says, what is refused; by verb and by plain statement.

Every expected number was worked out by hand; the working stands beside it.
"""

from __future__ import annotations

import json
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest

from groundplan.testing import refuses
from tests.modules.shop import Shop, entry, fresh, totals


def money(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def test_cancelling_takes_back_sale_and_stock(shop: Shop) -> None:
    sku = shop.sku(10, tax="0.2", cost=4, stock=5)
    order_id = shop.place({"sku": sku, "quantity": 3}, shipping_amount=5)
    assert shop.level(sku) == (5, 3)
    shop.cancel(order_id)
    assert shop.order(order_id)["status"] == "cancelled"
    assert shop.level(sku) == (5, 0)
    sale = entry(
        "sale", 1, quantity=3, gross_sales=30, tax=6, costed_sales=30, charged=36,
        base_amount=36, order_count=1, line_count=1,
    )  # fmt: skip
    shipping = entry("order", shipping=5, charged=5, base_amount=5)
    taken_back = [
        {name: value if name in ("kind", "position") else -value for name, value in each.items()}
        for each in (sale, shipping)
    ]
    assert shop.ledger(order_id) == [sale, shipping, *taken_back]
    assert shop.rows(
        "select from_status, to_status from sales.order_status_history where order_id = %s"
        " order by entity_version",
        order_id,
    ) == [
        {"from_status": "draft", "to_status": "placed"},
        {"from_status": "placed", "to_status": "cancelled"},
    ]
    # A second time changes nothing; a refund of it is none.
    shop.cancel(order_id)
    assert len(shop.ledger(order_id)) == 4
    with refuses("cancelled_order_has_no_refund", shop.connection):
        shop.do("select sales.refund_order(%s, 1, 'too late')", order_id)


def test_a_cancelled_draft_leaves_nothing(shop: Shop) -> None:
    sku = shop.sku(stock=1)
    order_id = shop.draft({"sku": sku, "quantity": 1})
    shop.cancel(order_id)
    assert shop.order(order_id)["status"] == "cancelled"
    assert shop.ledger(order_id) == []
    assert shop.level(sku) == (1, 0)


def test_an_empty_order_is_refused(shop: Shop) -> None:
    with refuses("placed_order_has_a_line", shop.connection):
        shop.place()


def test_a_total_the_client_did_not_expect_is_refused(shop: Shop) -> None:
    sku = shop.sku(10, tax="0.19", stock=1)
    with refuses("order_total_is_what_the_client_expected", shop.connection):
        shop.place({"sku": sku, "quantity": 1}, expected_total="11.89")
    shop.place({"sku": sku, "quantity": 1}, expected_total="11.90")


def test_a_discount_above_the_price_is_refused(shop: Shop) -> None:
    sku = shop.sku(10, stock=1)
    with refuses("order_item_discount_is_within_its_price", shop.connection):
        shop.place({"sku": sku, "quantity": 1, "discount_amount": "10.01"})
    with refuses("order_total_is_never_negative", shop.connection):
        shop.place({"sku": sku, "quantity": 1}, discount_amount="10.01")


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN"])
def test_a_line_orders_something(shop: Shop, quantity: str) -> None:
    sku = shop.sku(stock=1)
    with refuses("order_item_quantity_is_positive", shop.connection):
        shop.place({"sku": sku, "quantity": quantity})


def test_infinite_quantities_are_refused(shop: Shop) -> None:
    sku = shop.sku(stock=1)
    with (
        refuses("order_item_quantity_is_positive", shop.connection)
        if shop.way == "verb"
        else pytest.raises(psycopg.errors.NumericValueOutOfRange)
    ):
        shop.place({"sku": sku, "quantity": "Infinity"})


@pytest.mark.parametrize("wanted", ["unknown", "archived", "absent"])
def test_the_verb_refuses_a_sku_it_cannot_sell_and_says_which(
    plain_shop: Shop, wanted: str
) -> None:
    good = plain_shop.sku(stock=1)
    line: dict[str, object] = {"sku": fresh("NONE"), "quantity": 1}
    if wanted == "archived":
        line["sku"] = plain_shop.sku(status="archived")
    elif wanted == "absent":
        del line["sku"]
    with refuses("order_line_names_an_active_sku", plain_shop.connection) as refusal:
        plain_shop.place({"sku": good, "quantity": 1}, line)
    assert isinstance(refusal.error, psycopg.Error)
    assert refusal.error.sqlstate == "23R09"
    assert str(line.get("sku", "null")) in (refusal.error.diag.message_detail or "")
    assert "catalog.skus.code" in (refusal.error.diag.message_hint or "")
    assert plain_shop.level(good) == (1, 0)


def test_codes_are_found_in_any_spelling(plain_shop: Shop) -> None:
    sku = plain_shop.sku(stock=1)
    order_id = plain_shop.place({"sku": f"  {sku.lower()} ", "quantity": 1})
    assert plain_shop.items(order_id)[0]["sku_code"] == sku


def test_a_channel_nobody_knows_is_refused(shop: Shop) -> None:
    sku = shop.sku(stock=1)
    with refuses("order_channel_is_known", shop.connection):
        shop.place({"sku": sku, "quantity": 1}, channel_code="pigeon")


def test_a_guest_buys_without_an_account(shop: Shop) -> None:
    sku = shop.sku(stock=1)
    order_id = shop.place({"sku": sku, "quantity": 1})
    assert shop.order(order_id)["customer_id"] is None
    assert len(shop.ledger(order_id)) == 1
    with refuses("order_customer_belongs_to_the_tenant", shop.connection):
        shop.place({"sku": sku, "quantity": 1}, customer_id=uuid4())


def test_the_same_sku_on_two_lines_counts_twice(shop: Shop) -> None:
    sku = shop.sku(10, stock=5)
    order_id = shop.place({"sku": sku, "quantity": 2}, {"sku": sku, "quantity": 3})
    assert shop.level(sku) == (5, 5)
    with refuses("stock_is_never_promised_twice", shop.connection):
        shop.place({"sku": sku, "quantity": 1})
    shop.ship(order_id)
    assert shop.level(sku) == (0, 0)


def test_the_lines_of_a_placed_order_stay(shop: Shop) -> None:
    sku = shop.sku(10, stock=5)
    order_id = shop.place({"sku": sku, "quantity": 1})
    for statement in (
        "update sales.order_items set unit_price = 0 where order_id = %s",
        "update sales.order_items set name = 'Other' where order_id = %s",
        "update sales.order_items set created_by = 'nobody' where order_id = %s",
        # What follows these lines by foreign key would speak first, if the rule did not.
        "update sales.order_items set quantity = 2 where order_id = %s",
        "update sales.order_items set sku_id = core.new_id() where order_id = %s",
        "delete from sales.order_items where order_id = %s",
    ):
        with refuses("lines_of_placed_orders_are_frozen", shop.connection):
            shop.do(statement, order_id)
    with refuses("lines_of_placed_orders_are_frozen", shop.connection):
        shop.add_line(order_id, {"sku": sku, "quantity": 1})
    with refuses("placed_orders_keep_their_terms", shop.connection):
        shop.do("update sales.orders set shipping_amount = 0.5 where id = %s", order_id)
    with refuses("order_totals_are_the_sum_of_its_lines", shop.connection):
        shop.do("update sales.orders set items_net_amount = 1 where id = %s", order_id)
    with refuses("placed_orders_keep_their_terms", shop.connection):
        shop.do("delete from sales.orders where id = %s", order_id)
    assert len(shop.items(order_id)) == 1


def test_a_draft_is_freely_edited_and_removed(plain_shop: Shop) -> None:
    shop = plain_shop
    sku = shop.sku(10, tax="0.19", stock=9)
    order_id = shop.draft({"sku": sku, "quantity": 1}, {"sku": sku, "quantity": 2})
    shop.do(
        "update sales.order_items set quantity = 4 where order_id = %s and position = 1", order_id
    )
    shop.do("delete from sales.order_items where order_id = %s and position = 2", order_id)
    shop.do("update sales.orders set shipping_amount = 3 where id = %s", order_id)
    shop.do("update sales.orders set status = 'placed' where id = %s", order_id)
    # 4 x 10 + 19 % + 3
    assert totals(shop.order(order_id)) == money("40", "7.6", "50.6")
    other = shop.draft({"sku": sku, "quantity": 1})
    shop.do("delete from sales.order_items where order_id = %s", other)
    shop.do("delete from sales.orders where id = %s", other)
    assert shop.rows("select id from sales.orders where id = %s", other) == []


def test_later_changes_of_the_catalog_change_no_order(shop: Shop) -> None:
    sku = shop.sku(10, tax="0.19", cost=4, stock=1)
    order_id = shop.place({"sku": sku, "quantity": 1})
    shop.do(
        "update catalog.skus set unit_price = 99, tax_rate = 0.07, name = 'X' where code = %s", sku
    )
    (line,) = shop.items(order_id)
    assert (line["unit_price"], line["tax_rate"]) == money("10", "0.19")
    assert line["name"] == f"Thing {sku}"


def test_gift_cards_are_charged_but_are_no_sales(shop: Shop) -> None:
    card = shop.sku(50, kind="gift_card", is_stocked=False)
    order_id = shop.place({"sku": card, "quantity": 1})
    assert shop.ledger(order_id) == [
        entry("sale", 1, quantity=1, charged=50, base_amount=50, order_count=1, line_count=1)
    ]


def test_a_test_order_is_never_counted(shop: Shop) -> None:
    sku = shop.sku(10, cost=4, stock=5)
    counted = (
        "select coalesce(sum(orders), 0) as orders, coalesce(sum(gross_sales), 0) as sales,"
        " coalesce(sum(cogs), 0) as cogs, coalesce(sum(returns), 0) as returns"
        " from reporting.metrics_daily"
    )
    moved = (
        "select count(*) from inventory.inventory_movements where kind <> 'receipt' and sku_id = %s"
    )
    before = shop.row(counted)
    order_id = shop.place({"sku": sku, "quantity": 2}, is_test=True)
    assert shop.level(sku) == (5, 0)
    shop.ship(order_id)
    shop.take_back(order_id, (1, 1, "restock"), refund=True)
    assert shop.order(order_id)["refunded_amount"] == 10
    assert shop.ledger(order_id) == []
    assert shop.row(counted) == before
    assert shop.value(moved, shop.sku_id(sku)) == 0
    assert shop.level(sku) == (5, 0)


def test_the_same_request_finds_the_same_order(plain_shop: Shop) -> None:
    shop = plain_shop
    sku, key = shop.sku(10, stock=5), fresh("key")
    first = shop.place({"sku": sku, "quantity": 1}, idempotency_key=key)
    assert shop.place({"sku": sku, "quantity": 1}, idempotency_key=key) == first
    assert shop.level(sku) == (5, 1)
    with refuses("order_idempotency_key_is_unique", shop.connection) as refusal:
        shop.place({"sku": sku, "quantity": 2}, idempotency_key=key)
    assert isinstance(refusal.error, psycopg.errors.UniqueViolation)
    with refuses("order_idempotency_key_is_unique", shop.connection):
        shop.draft({"sku": sku, "quantity": 1}, idempotency_key=key)


@pytest.mark.parametrize(
    "other",
    [
        {"shipping_amount": "1"},
        {"placed_at": "2024-01-02 12:00Z"},
        {"is_test": True},
        {"note": "by the back door"},
        {"customer_id": None, "channel_code": "web", "surcharge_amount": "1"},
        {"currency_code": "USD", "exchange_rate": "2"},
    ],
    ids=lambda other: "+".join(other),
)
def test_a_key_belongs_to_everything_in_its_request(
    plain_shop: Shop, other: dict[str, object]
) -> None:
    sku, key = plain_shop.sku(10, stock=5), fresh("key")
    line = {"sku": sku, "quantity": 1, "unit_price": 10}
    plain_shop.place(line, idempotency_key=key)
    with refuses("order_idempotency_key_is_unique", plain_shop.connection):
        plain_shop.place(line, idempotency_key=key, **other)


def test_the_business_day_begins_where_and_when_the_shop_opens(trial: Shop) -> None:
    trial.keep_books(time_zone="America/New_York", day_starts_at="04:00")
    trial.do(
        "insert into catalog.sales_channels (code, name, time_zone)"
        " values ('tokyo', 'Tokyo', 'Asia/Tokyo')"
    )
    sku = trial.sku(stock=100)
    found = {
        (channel, moment): str(
            trial.order(
                trial.place({"sku": sku, "quantity": 1}, channel_code=channel, placed_at=moment)
            )["business_date"]
        )
        for channel, moment in (
            # Summer time began at 07:00Z that night: 07:59Z is 03:59 in New York.
            ("web", "2024-03-10 07:59Z"),
            ("web", "2024-03-10 08:00Z"),
            ("tokyo", "2024-03-09 18:59:59Z"),
            ("tokyo", "2024-03-09 19:00Z"),
        )
    }
    assert list(found.values()) == ["2024-03-09", "2024-03-10", "2024-03-09", "2024-03-10"]
    days = trial.rows("select distinct business_date, order_date from sales.ledger_entries"
                      " where sku_id = %s", trial.sku_id(sku))  # fmt: skip
    assert {(str(day["business_date"]), str(day["order_date"])) for day in days} == {
        ("2024-03-09", "2024-03-09"),
        ("2024-03-10", "2024-03-10"),
    }


def test_an_unknown_order_is_told(plain_shop: Shop) -> None:
    for call in (
        "sales.cancel_order(%s, 'x')",
        "sales.refund_order(%s, 1, 'x')",
        "fulfillment.ship_order(%s)",
        "fulfillment.return_items(%s)",
    ):
        with refuses("order_is_known", plain_shop.connection) as refusal:
            plain_shop.do(f"select {call}", uuid4())
        assert isinstance(refusal.error, psycopg.Error)
        assert refusal.error.sqlstate == "23R09"


def test_many_lines_at_once(plain_shop: Shop) -> None:
    """A thousand lines in one request: exact, and each SKU reserved as often as it stands there."""
    skus = [plain_shop.sku("1.01", tax="0.19", stock=1000) for _ in range(3)]
    lines = [{"sku": skus[n % 3], "quantity": 1} for n in range(999)]
    order_id = plain_shop.value("select (sales.place_order(%s::jsonb)).id", json.dumps(lines))
    # 1.01 x 0.19 = 0.1919 = 0.19 for each line: 999 x 1.01 = 1008.99, 999 x 0.19 = 189.81
    assert totals(plain_shop.order(order_id)) == money("1008.99", "189.81", "1198.80")
    assert [plain_shop.level(sku) for sku in skus] == [(1000, 333)] * 3


def test_a_key_written_by_hand_answers_for_no_request(plain_shop: Shop) -> None:
    """A row that says of no request that it made it cannot be the answer to one."""
    sku = plain_shop.sku(stock=5)
    key = fresh("KEY")
    plain_shop.do(
        "insert into sales.orders (currency_code, idempotency_key) values ('EUR', %s)", key
    )
    with refuses("order_idempotency_key_is_unique", plain_shop.connection):
        plain_shop.do(
            "select sales.place_order(%s, idempotency_key => %s)",
            json.dumps([{"sku": sku, "quantity": 1}]),
            key,
        )


def test_what_a_placed_order_was_asked_for_stays(plain_shop: Shop) -> None:
    order = plain_shop.place({"sku": plain_shop.sku(stock=5), "quantity": 1})
    for change in ("reserves_stock = false", "request_hash = repeat('a', 64)"):
        with refuses("placed_orders_keep_their_terms", plain_shop.connection):
            plain_shop.do(f"update sales.orders set {change} where id = %s", order)


@pytest.mark.parametrize("change", ["unit_code = 'kg'", "is_stocked = false"])
def test_a_sku_that_was_ordered_keeps_its_unit_and_stock_keeping(
    plain_shop: Shop, change: str
) -> None:
    sku = plain_shop.sku(stock=1)
    order = plain_shop.place({"sku": sku, "quantity": 1})
    plain_shop.do("select fulfillment.ship_order(%s)", order)
    with refuses("sold_skus_keep_their_unit_and_stock_keeping", plain_shop.connection):
        plain_shop.do(f"update catalog.skus set {change} where code = %s", sku)
