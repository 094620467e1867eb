"""Codes and names are compared by what people see of them."""

from __future__ import annotations

import pytest

from groundplan.testing import refuses
from tests.modules.shop import Shop, fresh

UNSEEN = {
    "no-break space": "\u00a0{}",
    "tab": "\t{}\t",
    "line break": "{}\r\n",
    "zero width space": "{}\u200b",
    "zero width no-break space": "\ufeff{}",
    "soft hyphen": "{}\u00ad",
    "marks of direction": "\u202e{}\u202c",
    "isolates": "\u2066{}\u2069",
    "word joiner": "\u2060{}",
    "ideographic space": "\u3000{}\u3000",
    "variation selector": "{}\ufe0f",
    "tag": "{}\U000e0041",
    "control": "\x01{}\x7f",
    "control of hieroglyphs": "{}\U00013430",
    "filler": "{}\U00016fe4",
    "null notehead": "{}\U0001d159",
}
by_spelling = pytest.mark.parametrize("spelling", UNSEEN.values(), ids=UNSEEN.keys())


@by_spelling
def test_a_code_is_known_however_it_is_spelled(trial: Shop, spelling: str) -> None:
    sku = trial.sku(10, stock=5)
    product = trial.value("select product_id from catalog.skus where code = %s", sku)
    written = spelling.format(sku.lower())
    assert trial.place({"sku": written, "quantity": 1})
    with refuses("sku_code_is_unique", trial.connection):
        trial.do(
            "insert into catalog.skus (product_id, code, name) values (%s, %s, 'Twin')",
            product,
            written,
        )
    with refuses("location_code_is_unique", trial.connection):
        trial.do(
            "insert into inventory.locations (code, name) values (%s, 'Twin')",
            spelling.format("main"),
        )
    trial.do(
        "select inventory.receive_stock(%s, 1, location => %s)", written, spelling.format("MAIN")
    )
    assert trial.level(sku)[0] == 6


@by_spelling
@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        ("brand_name_is_not_blank", "insert into catalog.brands (name) values (%s)"),
        (
            "product_name_is_not_blank",
            "insert into catalog.products (name, slug) values (%s, 'blank')",
        ),
        (
            "sku_code_is_not_blank",
            "insert into catalog.skus (product_id, code, name)"
            " select product_id, %s, 'Blank' from catalog.skus limit 1",
        ),
        (
            "sku_name_is_not_blank",
            "insert into catalog.skus (product_id, code, name)"
            " select product_id, 'BLANK', %s from catalog.skus limit 1",
        ),
        (
            "location_code_is_not_blank",
            "insert into inventory.locations (code, name) values (%s, 'Blank')",
        ),
        (
            "customer_number_is_not_blank",
            "insert into crm.customers (number, display_name) values (%s, 'Blank')",
        ),
        (
            "customer_display_name_is_not_blank",
            "insert into crm.customers (display_name) values (%s)",
        ),
        ("order_number_is_not_blank", "insert into sales.orders (number) values (%s)"),
    ],
)
def test_what_nobody_can_see_is_blank(
    trial: Shop, spelling: str, rule: str, statement: str
) -> None:
    trial.sku()
    with refuses(rule, trial.connection):
        trial.do(statement, spelling.format(""))


def test_what_people_see_makes_a_difference(trial: Shop) -> None:
    """The control: other letters are other codes, and a key stays what it is."""
    keys = [
        trial.value("select core.key_of(%s)", text)
        for text in ("Öl 5", "Ol 5", "öl  5", "\u00d6l\u00a05", "O\u0308l 5", "öl5", "ﬁ", "日本 語")
    ]
    assert keys == ["öl 5", "ol 5", "öl 5", "öl 5", "öl 5", "öl5", "fi", "日本 語"]
    assert [trial.value("select core.key_of(%s)", key) for key in keys] == keys


def test_a_key_is_worked_out_by_the_database(trial: Shop) -> None:
    name = fresh("Brand")
    with refuses("brand_key_is_its_normalised_name", trial.connection):
        trial.do("insert into catalog.brands (name, name_key) values (%s, 'another')", name)
    brand = trial.value("insert into catalog.brands (name) values (%s) returning id", name)
    trial.do("update catalog.brands set name = %s where id = %s", f" New {name}\u200b ", brand)
    key = trial.value("select name_key from catalog.brands where id = %s", brand)
    assert key == f"new {name.lower()}"
