"""What orders cost, to the last decimal; by verb and by plain statement.

Every expected number was worked out by hand; the working stands beside it.
"""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest

from groundplan.testing import refuses
from tests.modules.shop import Shop, entry, fresh, totals


def money(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def test_an_order_without_tax_in_its_prices(shop: Shop) -> None:
    first, second = shop.sku("19.99", tax="0.19", cost="8.25", stock=5), shop.sku(100, tax="0.07")
    shop.do("select inventory.receive_stock(%s, 1)", second)
    order_id = shop.place(
        {"sku": first, "quantity": 3, "discount_amount": "5.00"},
        {"sku": second, "quantity": 1},
        discount_amount="2.50",
        shipping_amount="4.90",
        shipping_tax_amount="0.93",
        surcharge_amount="1.00",
    )
    # 3 x 19.99 = 59.97, less 5.00 = 54.97; 19 % of it = 10.4443; 7 % of 100 = 7.
    # 154.97 + 17.44 - 2.50 + 4.90 + 0.93 + 1.00 = 176.74
    assert totals(shop.order(order_id)) == money("154.97", "17.44", "176.74")
    lines = shop.items(order_id)
    assert [line["gross_amount"] for line in lines] == list(money("65.41", "107"))
    assert lines[0]["expected_unit_cost"] == Decimal("8.25")
    assert lines[1]["expected_unit_cost"] is None
    assert shop.ledger(order_id) == [
        entry(
            "sale", 1, quantity=3, gross_sales="59.97", discounts="5", tax="10.44",
            costed_sales="54.97", charged="65.41", base_amount="65.41", order_count=1, line_count=1,
        ),
        entry(
            "sale", 2, quantity=1, gross_sales=100, tax=7, charged=107, base_amount=107,
            line_count=1,
        ),
        entry(
            # 2.50 x 54.97 / 154.97: the discount lowers the line whose cost is known, too.
            "order", discounts="2.5", tax="0.93", shipping="4.9", surcharges=1,
            costed_sales="-0.89", charged="4.33", base_amount="4.33",
        ),
    ]  # fmt: skip
    assert shop.level(first) == (5, 3)
    assert shop.level(second) == (1, 1)


def test_an_order_with_tax_in_its_prices(shop: Shop) -> None:
    first, second = shop.sku("11.90", tax="0.19", stock=9), shop.sku("9.99", tax="0.07", stock=9)
    order_id = shop.place(
        {"sku": first, "quantity": 2, "discount_amount": "1.19"},
        {"sku": second, "quantity": 3},
        prices_include_tax=True,
    )
    # 23.80 / 1.19 = 20; (23.80 - 1.19) / 1.19 = 19.00, tax 22.61 - 19.00 = 3.61
    # 29.97 / 1.07 = 28.0093.., tax 29.97 - 28.01 = 1.96
    names = ("subtotal_amount", "net_amount", "tax_amount", "gross_amount")
    found = [tuple(line[name] for name in names) for line in shop.items(order_id)]
    assert found == [
        money("20", "19", "3.61", "22.61"),
        money("28.01", "28.01", "1.96", "29.97"),
    ]
    assert totals(shop.order(order_id)) == money("47.01", "5.57", "52.58")
    assert sum(each["charged"] for each in shop.ledger(order_id)) == Decimal("52.58")


@pytest.mark.parametrize(
    ("currency", "quantity", "price", "rate", "expected", "base"),
    [
        # 3 x 333.5 = 1000.5, half away from zero 1001; tax 100.1; 1101 x 0.0061 = 6.7161
        ("JPY", 3, "333.5", "0.0061", ("1001", "100", "1101"), "6.72"),
        # 7 x 1.2345 = 8.6415, half away from zero 8.642; tax 0.8642; 9.506 x 2.44 = 23.19464
        ("BHD", 7, "1.2345", "2.44", ("8.642", "0.864", "9.506"), "23.19"),
        # 3 x 0.335 = 1.005, half away from zero 1.01 (a binary float would say 1.00); tax 0.101
        ("USD", 3, "0.335", "0.9", ("1.01", "0.10", "1.11"), "1.00"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    shop: Shop, currency: str, quantity: int, price: str, rate: str, expected: tuple[str, ...],
    base: str,
) -> None:  # fmt: skip
    sku = shop.sku(tax="0.10", stock=10)
    order_id = shop.place(
        {"sku": sku, "quantity": quantity, "unit_price": price},
        currency_code=currency,
        exchange_rate=rate,
    )
    assert totals(shop.order(order_id)) == money(*expected)
    (sale,) = shop.ledger(order_id)
    assert (sale["charged"], sale["base_amount"]) == money(expected[2], base)


@pytest.mark.parametrize(
    ("books", "currency", "rate", "base"),
    [
        # 10.03 x 163.4567 = 1639.47.., 1.01 x 163.4567 = 165.09..
        ("JPY", "EUR", "163.4567", ("1639", "165", "-165")),
        # 10.03 x 0.4101 = 4.113303, 1.01 x 0.4101 = 0.414201
        ("BHD", "EUR", "0.4101", ("4.113", "0.414", "-0.414")),
        ("BHD", "BHD", None, ("10.03", "1.01", "-1.01")),
    ],
)
def test_the_books_have_the_decimals_of_their_own_currency(
    trial: Shop, books: str, currency: str, rate: str | None, base: tuple[str, ...]
) -> None:
    trial.keep_books(currency_code=books)
    sku = trial.sku(stock=10)
    line = {"sku": sku, "quantity": 1, "unit_price": "10.03"}
    order_id = trial.place(line, currency_code=currency, exchange_rate=rate, shipping_amount="1.01")
    trial.do("select sales.refund_order(%s, 1.01, 'late')", order_id)
    found = trial.rows(
        "select base_amount from sales.ledger_entries where order_id = %s"
        " order by kind = 'return', kind = 'order'",
        order_id,
    )
    assert tuple(each["base_amount"] for each in found) == money(*base)


def test_an_amount_finer_than_its_currency_is_refused(shop: Shop) -> None:
    sku = shop.sku(stock=1)
    with refuses("order_amounts_fit_their_currency", shop.connection):
        shop.place({"sku": sku, "quantity": 1}, shipping_amount="0.005")
    with refuses("order_item_discount_fits_its_currency", shop.connection):
        shop.place({"sku": sku, "quantity": 1, "discount_amount": "0.005"})


def test_the_largest_amounts(shop: Shop) -> None:
    sku = shop.sku("999999999999.99", stock=5000)
    with shop.connection.transaction(force_rollback=True):
        order_id = shop.place({"sku": sku, "quantity": 1000})
        assert shop.order(order_id)["total_amount"] == Decimal("999999999999990.00")
        (sale,) = shop.ledger(order_id)
        assert sale["charged"] == Decimal("999999999999990.00")
    rule = (
        "order_amount_is_below_the_limit" if shop.way == "verb" else "order_item_sums_are_numbers"
    )
    with refuses(rule, shop.connection):
        shop.place({"sku": sku, "quantity": 1001})
    with refuses("order_amount_is_below_the_limit", shop.connection):
        shop.place({"sku": sku, "quantity": 600}, {"sku": sku, "quantity": 600})
    with refuses("order_amount_is_below_the_limit", shop.connection):
        shop.place({"sku": sku, "quantity": 1}, shipping_amount="6e14", surcharge_amount="6e14")
    with refuses("order_amount_is_below_the_limit", shop.connection):
        shop.place(
            {"sku": sku, "quantity": 1, "unit_price": 10**9},
            currency_code="USD",
            exchange_rate="1e7",
        )
    assert shop.level(sku) == (5000, 0)


def test_foreign_currency_needs_its_rate_and_its_price(shop: Shop) -> None:
    sku = shop.sku(10, cost=20, stock=5)
    line = {"sku": sku, "quantity": 2, "unit_price": 50}
    with refuses("order_is_settled_when_placed", shop.connection) as refusal:
        shop.place(line, currency_code="USD")
    assert refusal.error is not None
    assert isinstance(refusal.error, psycopg.Error)
    assert "exchange_rate" in (refusal.error.diag.message_hint or "")
    with refuses("order_line_has_a_price", shop.connection):
        shop.place({"sku": sku, "quantity": 2}, currency_code="USD", exchange_rate="0.9")
    with refuses("order_exchange_rate_is_positive", shop.connection):
        shop.place(line, currency_code="USD", exchange_rate=0)
    order_id = shop.place(line, currency_code="USD", exchange_rate="0.9")
    (sale,) = shop.ledger(order_id)
    assert (sale["charged"], sale["base_amount"]) == money("100", "90")
    shop.ship(order_id)
    # Cost is known in euros: 2 x 20 / 0.9 = 44.44 dollars.
    assert shop.ledger(order_id)[-1] == entry("cogs", 1, cogs="44.44")


def test_what_is_placed_can_be_sent_whatever_its_rate(shop: Shop) -> None:
    """Cost in the books is divided by the rate: of the least one, nothing overflows."""
    sku = shop.sku(10, stock=10**11)
    line = {"sku": sku, "quantity": 10**11, "unit_price": 1}
    for rate in ("0.0000000099", "0.0000000001", "0.00000000001"):
        with refuses("order_exchange_rate_is_positive", shop.connection):
            shop.place(line, currency_code="USD", exchange_rate=rate)
    order_id = shop.place(line, currency_code="USD", exchange_rate="0.00000001")
    # What it costs becomes known later.
    shop.do(
        "insert into catalog.sku_costs (sku_id, unit_cost, valid_from) values (%s, %s, %s)",
        shop.sku_id(sku),
        Decimal("999999999999"),
        "2020-01-01",
    )
    shop.ship(order_id)
    assert shop.ledger(order_id)[-1]["cogs"] == Decimal("999999999999") * 10**19
    shop.take_back(order_id, (1, 10**11, "restock"))


def test_an_order_in_the_books_currency_has_rate_one(shop: Shop) -> None:
    sku = shop.sku(stock=1)
    with refuses("own_currency_has_the_rate_one", shop.connection):
        shop.place({"sku": sku, "quantity": 1}, exchange_rate="7")
    order_id = shop.place({"sku": sku, "quantity": 1}, exchange_rate="1.000")
    assert shop.order(order_id)["exchange_rate"] == 1


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        # Whatever is known stays known under a discount on the whole order.
        ("4", "1.000000"),
        # (60 - 3) / (100 - 5): as much of the discount falls on either line as it is worth.
        (None, "0.600000"),
    ],
)
def test_a_discount_on_the_whole_order_covers_costs_as_its_lines_do(
    shop: Shop, cost: str | None, expected: str
) -> None:
    channel = fresh("channel")
    shop.do("insert into catalog.sales_channels (code, name) values (%s, %s)", channel, channel)
    known = shop.sku(60, cost="20", stock=1)
    other = shop.sku(40, cost=cost, stock=1)
    gift_card = shop.sku(100, kind="gift_card", is_stocked=False)
    order_id = shop.place(
        {"sku": known, "quantity": 1},
        {"sku": other, "quantity": 1},
        {"sku": gift_card, "quantity": 1},
        discount_amount="5",
        channel_code=channel,
    )
    coverage = "select cost_coverage from reporting.profit_summary where channel_code = %s"
    assert shop.value(coverage, channel) == Decimal(expected)
    shop.cancel(order_id)
    assert shop.value(coverage, channel) is None
