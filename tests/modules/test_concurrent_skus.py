"""An edit of a SKU holds up no order, and what orders stand on waits for them."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest

from groundplan.database import connect
from tests.modules.schedules import buy, by_isolation, settle, two_sessions
from tests.modules.shop import Shop

HARMLESS = (
    "unit_price = unit_price + 1",
    "name = name || ' (new)', tax_rate = 0.07",
    "custom_fields = '{\"shelf\": 7}'",
    "status = status, allows_backorder = allows_backorder, code = code",
)
TERMS = (
    "status = 'archived'",
    "allows_backorder = not allows_backorder",
    "code = code || '-renamed'",
)


def edit(sku: str, change: str) -> Any:
    return lambda shop: shop.do(f"update catalog.skus set {change} where id = %s", shop.sku_id(sku))


@by_isolation
@pytest.mark.parametrize("change", HARMLESS)
def test_an_open_edit_of_a_sku_holds_up_no_order(
    shop_url: str, plain_shop: Shop, isolation: str, change: str
) -> None:
    sku = plain_shop.sku(10, stock=5)
    with two_sessions(shop_url, isolation) as (one, other):
        one.look()
        other.look()
        early = one.start(edit(sku, change))
        assert settle(plain_shop, one, early) == "ended"
        late = other.start(buy(sku))
        assert settle(plain_shop, other, late) == "ended"
        assert other.end(late) == "done"
        # Snapshots that saw each other's rows: SERIALIZABLE may ask for the edit again.
        assert one.end(early) in ("done", "40001" if isolation == "serializable" else "done")


@pytest.mark.parametrize(
    "update",
    [
        "update catalog.brands set custom_fields = '{\"a\": 1}' where id = %(brand)s",
        "update catalog.product_options set position = 7 where id = %(option)s",
        "update catalog.product_option_values set position = 7 where id = %(value)s",
        "update catalog.skus set unit_price = 7 where id = %(sku)s",
        "update crm.customers set email = 'b@example.com' where id = %(customer)s",
    ],
)
def test_an_edit_leaves_the_row_to_those_who_refer_to_it(
    shop_url: str, plain_shop: Shop, update: str
) -> None:
    shop = plain_shop
    sku = shop.sku(10)
    product = shop.value("select product_id from catalog.skus where code = %s", sku)
    option = shop.value(
        "insert into catalog.product_options (product_id, name) values (%s, 'Size') returning id",
        product,
    )
    made = {
        "sku": shop.sku_id(sku),
        "brand": shop.value("insert into catalog.brands (name) values (%s) returning id", sku),
        "option": option,
        "value": shop.value(
            "insert into catalog.product_option_values (option_id, product_id, name)"
            " values (%s, %s, 'Large') returning id",
            option,
            product,
        ),
        "customer": shop.value(
            "insert into crm.customers (display_name, email) values (%s, 'a@example.com')"
            " returning id",
            sku,
        ),
    }
    table = update.split()[1]
    with two_sessions(shop_url, "read committed") as (one, other):
        one.connection.execute(update, made)  # type: ignore[arg-type]
        other.connection.execute(f"select from {table} for key share nowait")  # type: ignore[arg-type]


@pytest.mark.parametrize("change", TERMS)
def test_a_change_of_its_terms_waits_for_open_orders(
    shop_url: str, plain_shop: Shop, change: str
) -> None:
    sku = plain_shop.sku(10, stock=5)
    with two_sessions(shop_url, "read committed") as (one, other):
        early = one.start(buy(sku))
        assert settle(plain_shop, one, early) == "ended"
        late = other.start(edit(sku, change))
        assert settle(plain_shop, other, late) == "waits"
        time.sleep(0.3)  # Longer than any patience inside.
        assert not late.done()
        assert (one.end(early), other.end(late)) == ("done", "done")


@by_isolation
def test_orders_wait_for_a_change_of_its_terms(
    shop_url: str, plain_shop: Shop, isolation: str
) -> None:
    sku = plain_shop.sku(10, stock=5)
    with two_sessions(shop_url, isolation) as (one, other):
        one.look()
        other.look()
        early = one.start(edit(sku, "allows_backorder = true"))
        assert settle(plain_shop, one, early) == "ended"
        late = other.start(buy(sku, 7))
        assert settle(plain_shop, other, late) == "waits"
        outcome = one.end(early), other.end(late)
    assert outcome == ("done", "done" if isolation == "read committed" else "40001")


def test_a_generated_key_would_hold_them_up(weak_url: str, weak: Shop) -> None:
    """The control: with a generated column in a unique key, a price is part of the key."""
    sku = weak.sku(10)
    with connect(weak_url) as one, connect(weak_url, autocommit=True) as other:
        one.execute(
            "alter table catalog.skus add shadow text generated always as (upper(code)) stored,"
            " add unique (tenant_id, shadow)"
        )
        one.commit()
        try:
            one.execute("update catalog.skus set unit_price = 7 where code = %s", [sku])
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute("select from catalog.skus for key share nowait")
        finally:
            one.rollback()
            one.execute("alter table catalog.skus drop shadow")
