"""A movement that takes back another moves the same units of the same SKU the other way."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from groundplan.testing import refuses
from tests.modules.shop import Shop

RULE = "reversal_takes_back_the_movement_it_names"


def found(shop: Shop, sku: str) -> UUID:
    """Five of it, found."""
    return shop.row("select id from inventory.adjust_stock(%s, 5, 'found')", sku)["id"]


def take_back(shop: Shop, movement: UUID, **other: object) -> None:
    """The movement the other way, but for these columns."""
    named = shop.row("select * from inventory.inventory_movements where id = %s", movement)
    values = {
        "sku_id": named["sku_id"],
        "source_location_id": named["destination_location_id"],
        "destination_location_id": named["source_location_id"],
        "kind": named["kind"],
        "quantity": named["quantity"],
        "reason_code": named["reason_code"],
        "reverses_id": movement,
    } | other
    shop.do(
        f"insert into inventory.inventory_movements ({', '.join(values)})"
        f" values ({', '.join(['%s'] * len(values))})",
        *values.values(),
    )


def test_a_movement_is_taken_back_once(plain_shop: Shop) -> None:
    sku = plain_shop.sku(10, stock=10)
    movement = found(plain_shop, sku)
    assert plain_shop.level(sku)[0] == 15
    take_back(plain_shop, movement)
    assert plain_shop.level(sku)[0] == 10
    with refuses("inventory_movements_reverses_id_key", plain_shop.connection):
        take_back(plain_shop, movement)


@pytest.mark.parametrize("quantity", ["4", "6", "0.001"])
def test_it_takes_back_all_of_it(plain_shop: Shop, quantity: str) -> None:
    movement = found(plain_shop, plain_shop.sku(10, stock=10, unit_code="kg"))
    with refuses(RULE, plain_shop.connection):
        take_back(plain_shop, movement, quantity=Decimal(quantity))


def test_it_is_of_the_same_sku_the_other_way(plain_shop: Shop) -> None:
    sku, other = plain_shop.sku(10, stock=10), plain_shop.sku(10, stock=10)
    movement = found(plain_shop, sku)
    named = plain_shop.row("select * from inventory.inventory_movements where id = %s", movement)
    shelf = plain_shop.value("select id from inventory.locations where code = 'TRANSIT'")
    for wrong in (
        {"sku_id": plain_shop.sku_id(other)},
        {
            "source_location_id": named["source_location_id"],
            "destination_location_id": named["destination_location_id"],
        },
        {"kind": "transfer", "destination_location_id": shelf},
        {"reverses_id": plain_shop.value("select core.new_id()")},
    ):
        with refuses(RULE, plain_shop.connection):
            take_back(plain_shop, movement, **wrong)
    assert plain_shop.level(sku)[0] == 15
