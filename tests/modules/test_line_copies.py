"""What lines copy and what comments promise: refused when written, when placed, and let through."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest

from groundplan.database import connect
from groundplan.testing import refuses
from tests.modules.shop import Shop, fresh

FULL_LINE = {
    "position": 1,
    "currency_code": "EUR",
    "sku_kind": "goods",
    "name": "A thing",
    "quantity": 1,
    "unit_price": 10,
    "price_includes_tax": False,
    "tax_rate": 0,
    "expected_unit_cost": 4,
}
"""A line that brings all its copies, as a client may that has read the catalog."""


def full_line(sku: str, **changes: object) -> dict[str, object]:
    return {"sku": sku, "sku_code": sku, **FULL_LINE, **changes}


def test_a_line_may_bring_the_copies_it_would_get(plain_shop: Shop) -> None:
    sku = plain_shop.sku(10, cost=4, stock=1)
    order_id = plain_shop.draft(full_line(sku, name="As I call it"))
    plain_shop.do("update sales.orders set status = 'placed' where id = %s", order_id)
    (line,) = plain_shop.items(order_id)
    assert (line["name"], line["sku_code"]) == ("As I call it", sku)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"sku_kind": "gift_card"}, "line_bears_code_and_kind_of_its_sku"),
        ({"sku_kind": "banana"}, "line_bears_code_and_kind_of_its_sku"),
        ({"sku_code": "SOMETHING-ELSE"}, "line_bears_code_and_kind_of_its_sku"),
        ({"price_includes_tax": True}, "line_prices_contain_tax_as_its_order_says"),
        ({"expected_unit_cost": "0.01"}, "line_expects_the_standard_cost_of_its_sku"),
        ({"quantity": "0.5"}, "line_quantity_fits_the_unit_of_its_sku"),
        ({"position": -5}, "order_item_position_begins_at_one"),
        ({"position": 0}, "order_item_position_begins_at_one"),
        ({"name": "  "}, "order_item_name_is_not_blank"),
        ({"currency_code": "USD"}, "order_item_belongs_to_an_order_in_its_currency"),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value),
)
def test_copies_that_disagree_are_refused_at_once(
    plain_shop: Shop, changes: dict[str, object], rule: str
) -> None:
    sku = plain_shop.sku(10, cost=4, stock=1)
    with refuses(rule, plain_shop.connection):
        plain_shop.draft(full_line(sku, **changes))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("sku_kind = 'gift_card'", "line_bears_code_and_kind_of_its_sku"),
        ("sku_code = 'SOMETHING-ELSE'", "line_bears_code_and_kind_of_its_sku"),
        ("expected_unit_cost = 0.01", "line_expects_the_standard_cost_of_its_sku"),
        ("price_includes_tax = true", "line_prices_contain_tax_as_its_order_says"),
        ("quantity = 0.5", "line_quantity_fits_the_unit_of_its_sku"),
    ],
)
@pytest.mark.parametrize("early", ["", "on"], ids=["early", "late"])
def test_a_draft_is_not_falsified_later(
    plain_shop: Shop, change: str, rule: str, early: str
) -> None:
    """Also where the early look was put off: placing looks again."""
    sku = plain_shop.sku(10, cost=4, stock=1)
    order_id = plain_shop.draft({"sku": sku, "quantity": 1})
    with refuses(rule, plain_shop.connection):
        plain_shop.do("select set_config('groundplan.lines_checked_when_placed', %s, true)", early)
        plain_shop.do(f"update sales.order_items set {change} where order_id = %s", order_id)
        assert early == "on", "the early look should have refused it"
        plain_shop.do("update sales.orders set status = 'placed' where id = %s", order_id)


def test_a_line_that_gets_another_sku_gets_its_copies(plain_shop: Shop) -> None:
    first = plain_shop.sku(10, tax="0.19", cost=4, stock=1)
    other = plain_shop.sku(25, tax="0.07", cost=9, stock=1)
    order_id = plain_shop.draft({"sku": first, "quantity": 1})
    plain_shop.do(
        "update sales.order_items set sku_id = %s where order_id = %s",
        plain_shop.sku_id(other),
        order_id,
    )
    plain_shop.do("update sales.orders set status = 'placed' where id = %s", order_id)
    (line,) = plain_shop.items(order_id)
    assert (line["sku_code"], line["name"]) == (other, f"Thing {other}")
    assert (line["unit_price"], line["tax_rate"], line["expected_unit_cost"]) == (
        Decimal(25),
        Decimal("0.07"),
        Decimal(9),
    )


def test_an_order_whose_prices_change_their_meaning_is_refused(plain_shop: Shop) -> None:
    sku = plain_shop.sku(10, stock=1)
    order_id = plain_shop.draft({"sku": sku, "quantity": 1})
    plain_shop.do("update sales.orders set prices_include_tax = true where id = %s", order_id)
    with refuses("line_prices_contain_tax_as_its_order_says", plain_shop.connection):
        plain_shop.do("update sales.orders set status = 'placed' where id = %s", order_id)
    plain_shop.do(
        "update sales.order_items set price_includes_tax = true where order_id = %s", order_id
    )
    plain_shop.do("update sales.orders set status = 'placed' where id = %s", order_id)


def test_a_line_of_nothing_is_told(plain_shop: Shop) -> None:
    order_id = plain_shop.draft()
    line = "insert into sales.order_items (order_id, sku_id, quantity) values (%s, %s, 1)"
    with refuses("order_item_sku_belongs_to_the_tenant", plain_shop.connection):
        plain_shop.do(line, order_id, uuid4())
    sku = plain_shop.sku()
    with refuses("order_item_belongs_to_an_order_in_its_currency", plain_shop.connection):
        plain_shop.do(line, uuid4(), plain_shop.sku_id(sku))


def test_a_sku_that_is_renamed_while_in_a_draft_can_be_placed(plain_shop: Shop) -> None:
    sku = plain_shop.sku(10, stock=1)
    order_id = plain_shop.draft({"sku": sku, "quantity": 1})
    plain_shop.do("update catalog.skus set code = %s where code = %s", fresh("NEW"), sku)
    plain_shop.do("update sales.orders set status = 'placed' where id = %s", order_id)
    assert plain_shop.items(order_id)[0]["sku_code"] == sku


END = {
    "archived_sku_is_not_for_new_orders": (
        "update catalog.skus set status = 'archived' where id = %s"
    ),
    "only_active_products_are_for_new_orders": (
        "update catalog.products set status = 'draft'"
        " where id = (select product_id from catalog.skus where id = %s)"
    ),
    "closed_tenant_takes_no_order": (
        "update core.tenants set status = 'closed' where id = 1 and %s is not null"
    ),
    "closed_channel_takes_no_order": (
        "update catalog.sales_channels set is_active = false where code = 'web' and %s is not null"
    ),
}


@pytest.mark.parametrize("rule", END)
def test_what_came_to_an_end_while_in_a_draft_is_not_placed(trial: Shop, rule: str) -> None:
    sku = trial.sku(10, stock=1)
    order_id = trial.draft({"sku": sku, "quantity": 1})
    trial.do(END[rule], trial.sku_id(sku))
    with refuses(rule, trial.connection):
        trial.do("update sales.orders set status = 'placed' where id = %s", order_id)


@pytest.mark.parametrize("rule", list(END)[:2])
def test_a_line_of_what_came_to_an_end_is_refused_at_once(trial: Shop, rule: str) -> None:
    sku = trial.sku(10, stock=1)
    trial.do(END[rule], trial.sku_id(sku))
    with refuses(rule, trial.connection):
        trial.draft({"sku": sku, "quantity": 1})


def test_an_erased_customer_places_no_order(shop: Shop) -> None:
    sku = shop.sku(10, stock=5)
    customer = shop.value(
        "insert into crm.customers (display_name, email) values ('Eve', 'eve@example.com')"
        " returning id"
    )
    shop.place({"sku": sku, "quantity": 1}, customer_id=customer)
    with refuses("erased_customer_has_no_personal_data", shop.connection):
        shop.do("update crm.customers set status = 'erased' where id = %s", customer)
    shop.do(
        "update crm.customers set status = 'erased', display_name = 'erased', email = null"
        " where id = %s",
        customer,
    )
    with refuses("erased_customer_places_no_order", shop.connection):
        shop.place({"sku": sku, "quantity": 1}, customer_id=customer)
    with refuses("erased_customers_stay_erased", shop.connection):
        shop.do("update crm.customers set status = 'active' where id = %s", customer)


def test_history_may_name_what_was_archived_later(plain_shop: Shop) -> None:
    sku = plain_shop.sku(10)
    plain_shop.do("update catalog.skus set status = 'archived' where code = %s", sku)
    line = {"sku": sku, "quantity": 1}
    history = {"source": "import:old-shop", "reserves_stock": False}

    def placed(placed_at: str, **columns: object) -> None:
        plain_shop.do(
            "update sales.orders set status = 'placed', placed_at = %s where id = %s",
            placed_at,
            plain_shop.draft(line, **columns),
        )

    placed("2020-05-05 12:00Z", **history)
    with refuses("archived_sku_is_not_for_new_orders", plain_shop.connection):
        plain_shop.do(
            "update sales.orders set status = 'placed' where id = %s",
            plain_shop.draft(line, **history),
        )
    with refuses("archived_sku_is_not_for_new_orders", plain_shop.connection):
        placed("2020-05-05 12:00Z", reserves_stock=False)


def test_history_keeps_the_code_and_name_of_its_time(plain_shop: Shop) -> None:
    sku = plain_shop.sku(10)
    line = full_line(sku, sku_code="OF-OLD", name="Old name", expected_unit_cost=None)
    history = plain_shop.draft(line, source="import:old-shop", reserves_stock=False)
    plain_shop.do(
        "update sales.orders set status = 'placed', placed_at = '2020-05-05 12:00Z' where id = %s",
        history,
    )
    (kept,) = plain_shop.items(history)
    assert (kept["sku_code"], kept["name"], kept["expected_unit_cost"]) == (
        "OF-OLD",
        "Old name",
        None,
    )
    lately = plain_shop.draft(line, source="import:old-shop", reserves_stock=False)
    with refuses("line_bears_code_and_kind_of_its_sku", plain_shop.connection):
        plain_shop.do("update sales.orders set status = 'placed' where id = %s", lately)
    lie = plain_shop.draft({**line, "sku_kind": "gift_card"}, source="import:old-shop")
    with refuses("line_bears_code_and_kind_of_its_sku", plain_shop.connection):
        plain_shop.do(
            "update sales.orders set status = 'placed', placed_at = '2020-05-05 12:00Z'"
            " where id = %s",
            lie,
        )


def test_the_end_is_dated_by_the_database(plain_shop: Shop) -> None:
    sku = plain_shop.sku()
    dated = "select archived_at from catalog.skus where code = %s"
    with refuses("archiving_of_a_sku_is_dated", plain_shop.connection):
        plain_shop.do("update catalog.skus set archived_at = now() where code = %s", sku)
    with refuses("archiving_of_a_sku_is_dated", plain_shop.connection):
        plain_shop.sku(status="archived", archived_at="2020-01-01Z")
    assert plain_shop.value(dated, sku) is None
    plain_shop.do("update catalog.skus set status = 'archived' where code = %s", sku)
    first = plain_shop.value(dated, sku)
    assert plain_shop.value("select %s between now() - interval '1 hour' and now()", first)
    plain_shop.do("update catalog.skus set name = 'Still archived' where code = %s", sku)
    assert plain_shop.value(dated, sku) == first
    plain_shop.do("update catalog.skus set status = 'active' where code = %s", sku)
    assert plain_shop.value(dated, sku) is None


def test_quantities_have_the_decimals_of_their_unit(shop: Shop) -> None:
    by_weight = shop.sku(10, unit_code="kg")
    shop.do("select inventory.receive_stock(%s, 2.125)", by_weight)
    order_id = shop.place({"sku": by_weight, "quantity": "1.125"})
    assert shop.level(by_weight) == (Decimal("2.125"), Decimal("1.125"))
    with refuses("line_quantity_fits_the_unit_of_its_sku", shop.connection):
        shop.place({"sku": by_weight, "quantity": "0.0005"})
    with refuses("movement_fits_the_unit_of_its_sku", shop.connection):
        shop.do("select inventory.receive_stock(%s, 0.0005)", by_weight)
    with refuses("reservation_fits_the_unit_of_its_sku", shop.connection):
        shop.do("select inventory.reserve(%s, 0.0005)", by_weight)
    with refuses("shipment_item_fits_the_unit_of_its_sku", shop.connection):
        shop.ship(order_id, {1: "0.0005"})
    with refuses("refund_quantity_fits_the_unit_of_its_sku", shop.connection):
        shop.do(
            "insert into sales.refunds (order_id, order_item_id, quantity, merchandise_amount,"
            " reason) select order_id, id, 0.0005, 1, 'x' from sales.order_items"
            " where order_id = %s",
            order_id,
        )
    with refuses("refunded_units_are_never_above_the_line", shop.connection):
        shop.do(
            "insert into sales.refunds (order_id, order_item_id, quantity, merchandise_amount,"
            " reason) select order_id, id, 2, 1, 'x' from sales.order_items where order_id = %s",
            order_id,
        )


def test_a_service_has_no_stock(plain_shop: Shop) -> None:
    service = plain_shop.sku(10, kind="service", is_stocked=False, allows_backorder=True)
    with refuses("movement_is_of_a_stocked_sku", plain_shop.connection):
        plain_shop.do("select inventory.receive_stock(%s, 1)", service)
    with refuses("movement_is_of_a_stocked_sku", plain_shop.connection):
        plain_shop.do("select inventory.adjust_stock(%s, 1, 'found')", service)
    with refuses("reservation_is_of_a_stocked_sku", plain_shop.connection):
        plain_shop.do("select inventory.reserve(%s, 1)", service)
    with refuses("reorder_rule_is_of_a_stocked_sku", plain_shop.connection):
        plain_shop.do(
            "insert into inventory.reorder_rules (location_id, sku_id, min_quantity, max_quantity)"
            " select id, %s, 1, 2 from inventory.locations where is_default and tenant_id = 1",
            plain_shop.sku_id(service),
        )


@pytest.mark.parametrize("change", ["unit_code = 'kg'", "is_stocked = false"])
def test_a_sku_keeps_its_unit_while_there_is_stock(plain_shop: Shop, change: str) -> None:
    sku = plain_shop.sku(10, stock=1)
    statement = f"update catalog.skus set {change} where code = %s"
    with refuses("skus_keep_their_unit_while_there_is_stock", plain_shop.connection):
        plain_shop.do(statement, sku)
    promised = plain_shop.sku(10, allows_backorder=True)
    plain_shop.do("select inventory.reserve(%s, 1)", promised)
    with refuses("skus_keep_their_unit_while_there_is_stock", plain_shop.connection):
        plain_shop.do(statement, promised)
    plain_shop.do("select inventory.adjust_stock(%s, -1, 'lost')", sku)
    assert plain_shop.do(statement, sku) == 1


def test_a_closed_location_empties(plain_shop: Shop) -> None:
    sku = plain_shop.sku(10, stock=5, allows_backorder=True)
    place = fresh("SHELF")
    plain_shop.do("insert into inventory.locations (code, name) values (%s, 'Shelf')", place)
    plain_shop.do("select inventory.transfer_stock(%s, 3, 'MAIN', %s)", sku, place)
    plain_shop.do("update inventory.locations set status = 'closed' where code = %s", place)
    with refuses("closed_location_takes_nothing_in", plain_shop.connection):
        plain_shop.do("select inventory.transfer_stock(%s, 1, 'MAIN', %s)", sku, place)
    with refuses("closed_location_takes_nothing_in", plain_shop.connection):
        plain_shop.do("select inventory.receive_stock(%s, 1, location => %s)", sku, place)
    with refuses("reservation_is_at_an_open_place_of_ours", plain_shop.connection):
        plain_shop.do("select inventory.reserve(%s, 1, location => %s)", sku, place)
    plain_shop.do("select inventory.transfer_stock(%s, 3, %s, 'MAIN')", sku, place)
    with refuses("default_location_is_open", plain_shop.connection):
        plain_shop.do(
            "update inventory.locations set status = 'closed' where is_default and tenant_id = 1"
        )


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"source": "A Program"}, "order_source_says_which_program"),
        ({"source": " "}, "order_source_says_which_program"),
        ({"request_hash": "abc"}, "order_request_hash_is_a_digest"),
        ({"custom_fields": "[]"}, "order_custom_fields_are_an_object"),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value),
)
def test_orders_say_what_their_comments_promise(
    plain_shop: Shop, columns: dict[str, object], rule: str
) -> None:
    with refuses(rule, plain_shop.connection):
        plain_shop.draft(**columns)


def test_archiving_waits_for_the_order_that_is_being_placed(
    plain_shop: Shop, shop_url: str
) -> None:
    """The draft is of an earlier transaction: only placing locks its SKU."""
    sku = plain_shop.sku(10, stock=1)
    order_id = plain_shop.draft({"sku": sku, "quantity": 1})
    plain_shop.do("begin")
    plain_shop.do("update sales.orders set status = 'placed' where id = %s", order_id)
    with connect(shop_url, autocommit=True) as other:
        other.execute("set lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("select from catalog.skus where code = %s for update", [sku])
    plain_shop.do("commit")
