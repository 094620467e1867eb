"""The timeline of an order, a SKU and a customer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groundplan.database import connect
from tests.studio.asking import get
from tests.studio.running import Studio, Tab, execute

_REFUNDED = """
    select orders.number, customer.id, item.sku_code
    from sales.refunds as refund
    join sales.orders as orders on orders.id = refund.order_id
    join crm.customers as customer on customer.id = orders.customer_id
    join sales.order_items as item on item.order_id = orders.id
    order by refund.refunded_at desc, orders.number, item.position
    limit 1
"""


@pytest.fixture(scope="module")
def refunded(shop_url: str) -> tuple[str, str, str]:
    """An order with a refund: its number, its customer, a SKU of it."""
    with connect(shop_url) as connection:
        row = connection.execute(_REFUNDED.encode()).fetchone()
    assert row is not None
    return str(row[0]), str(row[1]), str(row[2])


def test_an_order_tells_what_happened_to_it(tab: Tab, refunded: tuple[str, str, str]) -> None:
    page = tab.open(f"/trace/orders/{refunded[0]}")
    told = page.locator(".timeline").all_inner_texts()
    assert "Order made" in " ".join(told)
    assert "Refund of" in " ".join(told)
    tab.demand_accessible()
    page.get_by_role("link", name="Money").click()
    assert page.locator(".event.money").count() > 0
    assert page.locator(".event:not(.money)").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_is_accessible_and_narrow(
    studio: Studio,
    open_tab: Callable[..., Tab],
    refunded: tuple[str, str, str],
    scheme: str,
) -> None:
    number, customer, sku = refunded
    tab = open_tab(studio, color_scheme=scheme, viewport={"width": 390, "height": 800})
    for path in (
        "/trace",
        f"/trace/orders/{number}",
        f"/trace/skus/{sku}",
        f"/trace/customers/{customer}",
    ):
        page = tab.open(path)
        tab.demand_accessible()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_it_is_found_without_javascript(
    studio: Studio, open_tab: Callable[..., Tab], refunded: tuple[str, str, str]
) -> None:
    page = open_tab(studio, java_script_enabled=False).open("/trace")
    page.get_by_label("Number, code, name or e-mail").fill(refunded[2].lower())
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=refunded[2], exact=True).click()
    assert refunded[2] in page.locator("h1").inner_text()


def test_a_change_is_shown_as_a_difference_and_escaped(
    own_shop: str, run_studio: Callable[..., Studio]
) -> None:
    with connect(own_shop) as connection:
        row = connection.execute("select code, name from catalog.skus order by code").fetchone()
    assert row is not None
    execute(
        own_shop,
        f"update catalog.skus set name = '<script>alert(1)</script>' where code = '{row[0]}'",
    )
    text = get(run_studio(own_shop), f"/trace/skus/{row[0]}?kind=changes").text
    assert f"<del>{row[1]}</del>" in text
    assert "<ins>&lt;script&gt;alert(1)&lt;/script&gt;</ins>" in text
    assert "<script>alert" not in text


@pytest.mark.parametrize("path", ["orders/nope", "skus/nope", "customers/nope"])
def test_what_does_not_exist_is_told(studio: Studio, path: str) -> None:
    answer = get(studio, f"/trace/{path}")
    assert answer.status == 404
    assert "There is no" in answer.text
