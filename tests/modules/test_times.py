"""When things happen: at times a business knows, in their order, on the day of their time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from groundplan.database import connect
from groundplan.testing import refuses
from tests.modules.shop import Shop

IMPOSSIBLE = ("infinity", "-infinity", "0044-03-15 BC", "1969-12-31 00:00Z", "294276-01-01Z")
DISTANT = "tomorrow in two days"


def at(shop: Shop, text: str) -> str:
    """A time as text; DISTANT is more than a day ahead of the clock."""
    if text == DISTANT:
        return shop.value("select (now() + interval '25 hours')::text")
    return text


@pytest.mark.parametrize("text", [*IMPOSSIBLE, DISTANT])
class TestTimesThatNoBusinessKnows:
    def test_of_orders(self, shop: Shop, text: str) -> None:
        sku = shop.sku(10, stock=5)
        with refuses("placed_at_is_a_business_time", shop.connection):
            shop.place({"sku": sku, "quantity": 1}, placed_at=at(shop, text))

    def test_of_cancellations(self, plain_shop: Shop, text: str) -> None:
        order = plain_shop.place({"sku": plain_shop.sku(10, stock=5), "quantity": 1})
        with refuses("cancelled_at_is_a_business_time", plain_shop.connection):
            plain_shop.do("select sales.cancel_order(%s, 'no', %s)", order, at(plain_shop, text))

    def test_of_refunds(self, plain_shop: Shop, text: str) -> None:
        order = plain_shop.place({"sku": plain_shop.sku(10, stock=5), "quantity": 1})
        with refuses("refunded_at_is_a_business_time", plain_shop.connection):
            plain_shop.do(
                "select sales.refund_order(%s, 1, 'no', refunded_at => %s)",
                order,
                at(plain_shop, text),
            )

    def test_of_shipments_and_returns(self, plain_shop: Shop, text: str) -> None:
        shop = plain_shop
        # A service: its shipment moves no stock, whose time is looked at, too.
        sku = shop.sku(10, kind="service", is_stocked=False)
        order = shop.place({"sku": sku, "quantity": 1}, placed_at="1970-01-01 00:00Z")
        moment = at(shop, text)
        if not text.startswith(("-", "0", "1")):
            with refuses("shipped_at_is_a_business_time", shop.connection):
                shop.do("select fulfillment.ship_order(%s, shipped_at => %s)", order, moment)
        else:
            with refuses("nothing_is_sent_before_it_is_ordered", shop.connection):
                shop.do("select fulfillment.ship_order(%s, shipped_at => %s)", order, moment)
        shop.ship(order)
        if not text.startswith(("-", "0", "1")):
            with refuses("received_at_is_a_business_time", shop.connection):
                shop.do("select fulfillment.return_items(%s, received_at => %s)", order, moment)
        else:
            with refuses("nothing_comes_back_before_it_was_sent", shop.connection):
                shop.do("select fulfillment.return_items(%s, received_at => %s)", order, moment)

    def test_of_movements(self, plain_shop: Shop, text: str) -> None:
        sku, moment = plain_shop.sku(10), at(plain_shop, text)
        with refuses("moved_at_is_a_business_time", plain_shop.connection):
            plain_shop.do("select inventory.receive_stock(%s, 1, received_at => %s)", sku, moment)
        with refuses("moved_at_is_a_business_time", plain_shop.connection):
            plain_shop.do(
                "select inventory.adjust_stock(%s, 1, 'found', adjusted_at => %s)", sku, moment
            )


@pytest.mark.parametrize("text", [*IMPOSSIBLE, "9999-01-01 00:00Z"])
def test_what_begins_and_ends_is_on_the_calendar(plain_shop: Shop, text: str) -> None:
    shop = plain_shop
    sku = shop.sku_id(shop.sku(10))
    cost = "insert into catalog.sku_costs (sku_id, unit_cost, {}) values (%s, 1, %s{})"
    with refuses("sku_cost_period_is_on_the_calendar", shop.connection):
        shop.do(cost.format("valid_from", ""), sku, text)
    if not text.startswith(("-", "0", "1")):
        with refuses("sku_cost_period_is_on_the_calendar", shop.connection):
            shop.do(cost.format("valid_to, valid_from", ", now()"), sku, text)
        with refuses("reservation_expires_on_the_calendar", shop.connection):
            shop.do(
                "insert into inventory.reservations (location_id, sku_id, quantity, expires_at)"
                " select id, %s, 0.001, %s from inventory.locations"
                " where is_default and tenant_id = 1",
                sku,
                text,
            )
    customer = shop.value(
        "insert into crm.customers (display_name) values ('Somebody') returning id"
    )
    address = shop.value(
        "insert into core.addresses (recipient, line_1, city, country_code)"
        " values ('Somebody', 'A street', 'A city', 'DE') returning id"
    )
    with refuses("customer_address_period_is_on_the_calendar", shop.connection):
        shop.do(
            "insert into crm.customer_addresses (customer_id, address_id, purpose, valid_from)"
            " values (%s, %s, 'billing', %s)",
            customer,
            address,
            text,
        )


def test_the_first_and_the_last_moment_are_taken(plain_shop: Shop) -> None:
    sku = plain_shop.sku(10, stock=5)
    plain_shop.place({"sku": sku, "quantity": 1}, placed_at="1970-01-01 00:00:00Z")
    ahead = plain_shop.value("select (now() + interval '23 hours')::text")
    order = plain_shop.place({"sku": sku, "quantity": 1}, placed_at=ahead)
    # What follows is not before it, though the clock is.
    placed = plain_shop.order(order)["placed_at"]
    shipped = plain_shop.value(
        "select shipped_at from fulfillment.shipments where id = %s", plain_shop.ship(order)
    )
    back = plain_shop.row("select * from fulfillment.return_items(%s)", order)
    refund = plain_shop.row("select * from sales.refunds where order_id = %s", order)
    assert placed == shipped == back["received_at"] == refund["refunded_at"]
    other = plain_shop.place({"sku": sku, "quantity": 1}, placed_at=ahead)
    plain_shop.cancel(other)
    assert plain_shop.order(other)["cancelled_at"] == placed


@pytest.fixture
def ordered(plain_shop: Shop) -> UUID:
    """An order of two units, placed on the first of March."""
    sku = plain_shop.sku(10, stock=5)
    return plain_shop.place({"sku": sku, "quantity": 2}, placed_at="2026-03-01 12:00Z")


class TestNothingHappensBeforeItsOrder:
    BEFORE = "2026-03-01 11:59:59.999999Z"
    THEN = "2026-03-01 12:00Z"

    def test_no_cancellation(self, plain_shop: Shop, ordered: UUID) -> None:
        cancel = "select sales.cancel_order(%s, 'no', %s)"
        with refuses("order_is_cancelled_after_it_was_placed", plain_shop.connection):
            plain_shop.do(cancel, ordered, self.BEFORE)
        plain_shop.do(cancel, ordered, self.THEN)

    def test_no_refund(self, plain_shop: Shop, ordered: UUID) -> None:
        refund = "select sales.refund_order(%s, 1, 'no', refunded_at => %s)"
        with refuses("refund_is_made_after_its_order", plain_shop.connection):
            plain_shop.do(refund, ordered, self.BEFORE)
        plain_shop.do(refund, ordered, self.THEN)

    def test_no_shipment(self, plain_shop: Shop, ordered: UUID) -> None:
        ship = "select fulfillment.ship_order(%s, shipped_at => %s)"
        with refuses("nothing_is_sent_before_it_is_ordered", plain_shop.connection):
            plain_shop.do(ship, ordered, self.BEFORE)
        plain_shop.do(ship, ordered, self.THEN)

    def test_no_return_before_its_shipment(self, plain_shop: Shop, ordered: UUID) -> None:
        ship = "select fulfillment.ship_order(%s, %s, shipped_at => %s)"
        back = "select fulfillment.return_items(%s, %s, received_at => %s, refund => false)"
        one = '[{"position": 1, "quantity": 1}]'
        plain_shop.do(ship, ordered, one, "2026-03-02Z")
        with refuses("nothing_comes_back_before_it_was_sent", plain_shop.connection):
            plain_shop.do(back, ordered, one, "2026-03-01 23:00Z")
        plain_shop.do(ship, ordered, one, "2026-03-06Z")
        # By the fifth, one was sent: one can have come back, and not two, in whatever order.
        plain_shop.do(back, ordered, one, "2026-03-04Z")
        for early in ("2026-03-03Z", "2026-03-05Z"):
            with refuses("nothing_comes_back_before_it_was_sent", plain_shop.connection):
                plain_shop.do(back, ordered, one, early)
        # More than was ever sent is another matter.
        with refuses("returned_is_never_above_shipped", plain_shop.connection):
            plain_shop.do(back, ordered, '[{"position": 1, "quantity": 2}]', "2026-03-03Z")
        plain_shop.do(back, ordered, one, "2026-03-06Z")


@pytest.mark.parametrize("what", ["cancel", "refund", "ship"])
def test_an_older_transaction_follows_a_younger_order(
    shop_url: str, plain_shop: Shop, what: str
) -> None:
    """Its now() is before the order; it has told no time, and is not refused for it."""
    sku = plain_shop.sku(10, stock=5)
    with connect(shop_url) as older:
        older.execute("select now()")
        order = plain_shop.place({"sku": sku, "quantity": 1})
        verbs: dict[str, Any] = {
            "cancel": "select cancelled_at from sales.cancel_order(%s, 'late')",
            "refund": "select refunded_at from sales.refund_order(%s, 1, 'late')",
            "ship": "select shipped_at from fulfillment.ship_order(%s)",
        }
        ((moment,),) = older.execute(verbs[what], [order]).fetchall()
    assert moment == plain_shop.order(order)["placed_at"]


@pytest.mark.parametrize("kind", ["adjustment", "transfer"])
def test_the_day_of_a_movement_is_that_of_its_time(plain_shop: Shop, kind: str) -> None:
    shop = plain_shop
    sku = shop.sku_id(shop.sku(10, stock=5))
    places = {
        "adjustment": ("ADJUSTMENT", "MAIN"),
        "transfer": ("MAIN", "TRANSIT"),
    }
    source, destination = places[kind]
    day = shop.value(
        "insert into inventory.inventory_movements (sku_id, source_location_id,"
        " destination_location_id, kind, quantity, reason_code, moved_at, business_date)"
        " select %s, source.id, destination.id, %s, 1, 'found', '2026-03-01 12:00Z', '1970-01-01'"
        " from inventory.locations as source, inventory.locations as destination"
        " where source.code = %s and destination.code = %s"
        " and source.tenant_id = 1 and destination.tenant_id = 1"
        " returning business_date::text",
        sku, kind, source, destination,
    )  # fmt: skip
    assert day == "2026-03-01"


def test_the_day_of_a_refund_is_that_of_its_time(plain_shop: Shop, ordered: UUID) -> None:
    day = plain_shop.value(
        "insert into sales.refunds (order_id, merchandise_amount, reason, refunded_at,"
        " business_date) values (%s, 1, 'no', '2026-03-02 12:00Z', '1970-01-01')"
        " returning business_date::text",
        ordered,
    )
    assert day == "2026-03-02"


@pytest.mark.parametrize("column", ["shipped_at", "business_date"])
def test_a_shipment_that_has_left_keeps_its_day(
    plain_shop: Shop, ordered: UUID, column: str
) -> None:
    shipment = plain_shop.ship(ordered)
    statement = f"update fulfillment.shipments set {column} = '1970-01-01' where id = %s"
    with refuses("sent_shipments_keep_their_date", plain_shop.connection):
        plain_shop.do(statement, shipment)
    plain_shop.do("update fulfillment.shipments set status = 'delivered' where id = %s", shipment)
    with refuses("sent_shipments_keep_their_date", plain_shop.connection):
        plain_shop.do(statement, shipment)


@pytest.mark.parametrize("column", ["received_at", "business_date"])
def test_a_return_that_has_arrived_keeps_its_day(
    plain_shop: Shop, ordered: UUID, column: str
) -> None:
    plain_shop.ship(ordered)
    back = plain_shop.value("select (fulfillment.return_items(%s)).id", ordered)
    with refuses("received_returns_keep_their_date", plain_shop.connection):
        plain_shop.do(f"update fulfillment.returns set {column} = '1970-01-01' where id = %s", back)


UNKNOWN_ZONES = (
    "CEST", "PDT", "europe/berlin", "Europe/Berlni5", "UTC+3", "Foo5Bar", "+02:00", "5",
)  # fmt: skip


@pytest.mark.parametrize("zone", UNKNOWN_ZONES)
def test_a_zone_that_only_postgresql_reads_is_refused(plain_shop: Shop, zone: str) -> None:
    with refuses("tenant_time_zone_is_known", plain_shop.connection):
        plain_shop.do("insert into core.tenants (name, time_zone) values ('Elsewhere', %s)", zone)
    for table, rule in (
        ("catalog.sales_channels", "sales_channel_time_zone_is_known"),
        ("inventory.locations", "location_time_zone_is_known"),
    ):
        with refuses(rule, plain_shop.connection):
            plain_shop.do(
                f"insert into {table} (code, name, time_zone) values ('zone', 'Zone', %s)", zone
            )


def test_every_zone_of_the_table_is_taken_and_nothing_is_set(trial: Shop) -> None:
    trial.do("set timezone = 'Asia/Kolkata'")
    # Those with a digit or a sign take some time each: a few of them.
    refused = trial.rows(
        "with zone as materialized (select name from pg_timezone_names)"
        " select name from zone where (name ~ '^[A-Za-z/_]+$' or name in"
        " ('Etc/GMT+5', 'EST5EDT', 'America/Port-au-Prince')) and not core.is_time_zone(name)"
    )
    assert refused == []
    assert trial.value("show timezone") == "Asia/Kolkata"
    # Abbreviations that are names of zones, too.
    assert trial.value("select core.is_time_zone('UTC') and core.is_time_zone('GMT')")
