"""Every verb refuses every kind of bad argument by a rule that says what is wrong.

The verbs and their arguments are read from the catalog. Each argument of a call that is right is
replaced by each bad value of its type, and by what is bad for this one. The call must be refused in
class 23, by the name and the sentence of a rule; what is legal all the same is listed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString, cast
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from groundplan.compose import closure, compose, load_modules
from groundplan.rules import Audited
from groundplan.testing import refuses
from tests.modules.shop import Shop

PLAN = compose(closure(["ecommerce"], load_modules()))
SENTENCES = {each.name: each.sentence for each in (*PLAN.rules, *PLAN.arguments)}

BAD: Mapping[str, tuple[str | None, ...]] = {
    "text": (None, "", "  ", "\t", "\u00a0\u200b", "no such thing", "x" * 5000),
    "uuid": (None, str(uuid4())),
    "numeric": (
        *(None, "NaN", "Infinity", "-Infinity", "-1", "0", "0.00000001", "1e-11", "1e15", "1e30"),
        # What rounds up to more than a column holds.
        *("9999999999.99999999999", "999999999999.9999999999", "999999999999999.99999"),
    ),
    "integer": (None, "-1", "0"),
    "boolean": (None,),
    "date": (None, "infinity", "-infinity", "4713-01-01 BC", "5874897-12-31"),
    "timestamp with time zone": (
        None,
        "infinity",
        "-infinity",
        "4713-01-01 BC",
        "1969-12-31",
        "9999-12-31",
    ),
    "jsonb": (None, "null", "5", '"x"', "true", "{}", "[]", "[5]", "[null]", "[[]]", "[{}]"),
}
NO_NUMBERS = ("abc", "", "NaN", "999999999999.9999999999", -1, 0, 1e15, 1e300, True, [], {})

# By name of the argument, for each verb: what is no mistake.
FREE_TEXT = ("", "  ", "\t", "\u00a0\u200b", "no such thing", "x" * 5000)
LEGAL: Mapping[str, tuple[str | None, ...]] = {
    "core.create_tenant(name)": ("no such thing", "x" * 5000),
    "sales.place_order(customer_id)": (None,),
    "sales.place_order(currency_code)": (None,),
    "sales.place_order(discount_amount)": ("0",),
    "sales.place_order(shipping_amount)": ("0",),
    "sales.place_order(shipping_tax_amount)": ("0",),
    "sales.place_order(surcharge_amount)": ("0",),
    "sales.place_order(billing_address_id)": (None,),
    "sales.place_order(shipping_address_id)": (None,),
    "sales.place_order(expected_total)": (None,),
    "sales.place_order(exchange_rate)": (None,),
    "sales.place_order(placed_at)": (None,),
    "sales.place_order(idempotency_key)": (None, "no such thing"),
    "sales.place_order(note)": (None, *FREE_TEXT),
    "sales.place_order(source)": ("no such thing", "x" * 5000),
    "sales.cancel_order(reason)": ("no such thing", "x" * 5000),
    "sales.cancel_order(cancelled_at)": (None,),
    "sales.refund_order(reason)": ("no such thing", "x" * 5000),
    "sales.refund_order(order_item_id)": (None,),
    "sales.refund_order(quantity)": ("0", "0.00000001", "1e-11"),
    "sales.refund_order(refunded_at)": (None,),
    "sales.refund_order(idempotency_key)": (None, "no such thing"),
    "inventory.receive_stock(quantity)": ("9999999999.99999999999",),
    "inventory.receive_stock(unit_cost)": (
        *(None, "0", "0.00000001", "1e-11", "9999999999.99999999999"),
    ),
    "inventory.receive_stock(location)": (None,),
    "inventory.receive_stock(received_at)": (None,),
    "inventory.receive_stock(note)": (None, *FREE_TEXT),
    "inventory.receive_stock(idempotency_key)": (None, "no such thing"),
    "inventory.adjust_stock(quantity)": ("-1", "9999999999.99999999999"),
    "inventory.adjust_stock(location)": (None,),
    "inventory.adjust_stock(adjusted_at)": (None,),
    "inventory.adjust_stock(note)": (None, *FREE_TEXT),
    "inventory.adjust_stock(idempotency_key)": (None, "no such thing"),
    "inventory.transfer_stock(moved_at)": (None,),
    "inventory.transfer_stock(note)": (None, *FREE_TEXT),
    "inventory.transfer_stock(idempotency_key)": (None, "no such thing"),
    "inventory.reserve(expires_at)": (None, "9998-12-31"),
    "inventory.reserve(location)": (None,),
    "fulfillment.ship_order(lines)": (None,),
    "fulfillment.ship_order(location)": (None,),
    "fulfillment.ship_order(carrier)": (None, *FREE_TEXT),
    "fulfillment.ship_order(tracking_number)": (None, *FREE_TEXT),
    "fulfillment.ship_order(shipped_at)": (None,),
    "fulfillment.return_items(lines)": (None,),
    "fulfillment.return_items(location)": (None,),
    "fulfillment.return_items(received_at)": (None,),
    # A report of a currency in which nothing was sold is empty; so is one of no rows.
    "reporting.top_skus(currency)": FREE_TEXT,
    "reporting.top_skus(n)": ("0",),
}
# They write, and are called by verbs and triggers only.
INSIDE = {"inventory.post_movement"}


@dataclass(frozen=True)
class Verb:
    """A function, its arguments with their types, and a call that is right."""

    name: str
    types: Mapping[str, str]
    good: Mapping[str, object]

    def statement(self, given: Mapping[str, object]) -> sql.Composed:
        """The call with these values."""
        return sql.SQL("select * from {}({})").format(
            sql.Identifier(*self.name.split(".")),
            sql.SQL(", ").join(
                sql.SQL("{} => cast(%({})s as {})").format(
                    sql.Identifier(argument),
                    sql.SQL(cast(LiteralString, argument)),
                    sql.SQL(cast(LiteralString, self.types[argument])),
                )
                for argument in given
            ),
        )

    def bad(self) -> Iterator[tuple[str, str | None]]:
        """Each argument with each value that may be bad for it."""
        for argument, kind in self.types.items():
            for value in BAD[kind]:
                yield argument, value
        for value in _lines(self):
            yield "lines", value


def _lines(verb: Verb) -> Iterator[str]:
    """Lines of which one value is wrong, or one key too many or missing."""
    if "lines" not in verb.types:
        return
    (good,) = json.loads(str(verb.good["lines"]))
    numbers = {"quantity", "unit_price", "discount_amount", "tax_rate", "position"}
    for key in numbers & set(good):
        allowed = () if key in ("quantity", "position") else (0,)
        for wrong in NO_NUMBERS:
            if wrong is True or wrong not in allowed:
                yield json.dumps([{**good, key: wrong}])
    for key in ("discount", "price", "qty", "Quantity", "", "x" * 300):
        yield json.dumps([{**good, key: 1}])
    for key in ("sku", "position"):
        if key in good:
            yield json.dumps([{name: value for name, value in good.items() if name != key}])
            yield json.dumps([good, {**good, key: "no such thing"}])
            yield json.dumps([{**good, key: None}])
    if "position" in good:
        yield json.dumps([good, good])
        yield json.dumps([{**good, "position": 1.5}])
        yield json.dumps([{**good, "quantity": 1e6}])
    else:
        yield json.dumps([{key: value for key, value in good.items() if key != "quantity"}])
    if verb.name.endswith("return_items"):
        yield json.dumps([{**good, "disposition": "eat"}])
        yield json.dumps([{**good, "disposition": 5}])


def _good(shop: Shop) -> dict[str, dict[str, object]]:
    """A call of each verb that is right."""
    sku = shop.sku(20, stock=100)
    lines = json.dumps(
        [{"sku": sku, "quantity": 2, "unit_price": 3, "discount_amount": 1, "tax_rate": 0.1}]
    )
    placed = shop.row("select id from sales.place_order(%s)", lines)["id"]
    item = shop.items(placed)[0]["id"]
    sent = shop.row("select id from sales.place_order(%s)", lines)["id"]
    shop.do("select fulfillment.ship_order(%s)", sent)
    held = shop.row("select id from inventory.reserve(%s, 1)", sku)["id"]
    position = json.dumps([{"position": 1, "quantity": 1}])
    moved: dict[str, object] = {"sku": sku, "quantity": 1}
    return {
        "core.create_tenant": {"name": "A company"},
        "sales.place_order": {"lines": lines},
        "sales.cancel_order": {"order_id": placed, "reason": "a change of mind"},
        "sales.refund_order": {
            "order_id": placed,
            "amount": 1,
            "reason": "a dent",
            "order_item_id": item,
            "quantity": 1,
        },
        "inventory.receive_stock": moved,
        "inventory.adjust_stock": {**moved, "reason": "found"},
        "inventory.transfer_stock": {**moved, "source": "MAIN", "destination": "TRANSIT"},
        "inventory.reserve": moved,
        "inventory.release": {"reservation_id": held},
        "fulfillment.ship_order": {"order_id": placed, "lines": position},
        "fulfillment.return_items": {"order_id": sent, "lines": position},
        "reporting.top_skus": {
            "from_date": "2020-01-01",
            "to_date": "2030-12-31",
            "currency": "EUR",
        },
    }


def _in_catalog(shop: Shop) -> dict[str, dict[str, str]]:
    """Functions that write, with the names and types of what they are given."""
    return {
        row["name"]: dict(zip(row["names"], row["types"], strict=True))
        for row in shop.rows(
            """
            select namespace.nspname || '.' || routine.proname as name,
                routine.proargnames[:routine.pronargs] as names,
                array(select format_type(kind, null)
                      from unnest(routine.proargtypes) with ordinality as given (kind, place)
                      order by place) as types
            from pg_proc as routine
            join pg_namespace as namespace on namespace.oid = routine.pronamespace
            where namespace.nspname = any (%s) and routine.pronargs > 0
              and routine.prorettype <> 'trigger'::regtype
              and (routine.provolatile = 'v' or routine.proname = 'top_skus')
              and routine.proname !~ '^(require|refuse)'
            """,
            [name for name in PLAN.schemas if name != "groundplan"],
        )
    }


VERBS = (
    "core.create_tenant",
    "sales.place_order",
    "sales.cancel_order",
    "sales.refund_order",
    "inventory.receive_stock",
    "inventory.adjust_stock",
    "inventory.transfer_stock",
    "inventory.reserve",
    "inventory.release",
    "fulfillment.ship_order",
    "fulfillment.return_items",
    "reporting.top_skus",
)


def test_every_function_that_writes_is_tried(plain_shop: Shop) -> None:
    assert set(_in_catalog(plain_shop)) - INSIDE == set(VERBS)


@pytest.mark.parametrize("name", VERBS)
def test_bad_arguments_are_refused_by_a_rule(trial: Shop, name: str) -> None:
    verb = Verb(name, _in_catalog(trial)[name], _good(trial)[name])
    assert _attempt(trial, verb, verb.good) is None
    faults: list[str] = []
    tried = 0
    for argument, value in verb.bad():
        shown = f"{argument} = {value if value is None else value[:60]}"
        error = _attempt(trial, verb, {**verb.good, argument: value})
        tried += 1
        if error is None:
            if value not in LEGAL.get(f"{name}({argument})", ()):
                faults.append(f"{shown}: accepted")
        else:
            faults += [f"{shown}: {fault}" for fault in _faults(trial, error)]
    assert not faults, "\n".join(faults)
    assert tried >= len(verb.types)


def _attempt(shop: Shop, verb: Verb, given: Mapping[str, object]) -> psycopg.Error | None:
    """The error of a call, whose work is taken back."""
    try:
        with shop.connection.transaction(force_rollback=True):
            shop.connection.execute(verb.statement(given), given)
            shop.connection.execute("set constraints all immediate")
    except psycopg.Error as error:
        return error
    return None


def _faults(shop: Shop, error: psycopg.Error) -> Iterator[str]:
    """What is wrong with a refusal."""
    diag = error.diag
    message, detail = diag.message_primary or "", diag.message_detail or ""
    rule = diag.constraint_name or ""
    if not (error.sqlstate or "").startswith("23"):
        yield f"{error.sqlstate} {message}"
        return
    if rule not in SENTENCES and not shop.rows(
        "select 1 from pg_constraint where conname = %s", rule
    ):
        yield f"nobody knows the rule {rule!r}"
    if message != SENTENCES.get(rule, message):
        yield f"{rule} has another sentence than {message!r}"
    if not message.endswith(".") or re.search(r"null|%|  |''", message):
        yield f"not a sentence: {message!r}"
    if not detail.endswith(f"Rule: {rule}.") or len(detail) > 400:
        yield f"{rule} has no fit detail: {detail!r}"
    if not diag.message_hint or diag.message_hint == message:
        yield f"{rule} has no hint"
    if not (diag.schema_name and diag.table_name):
        yield f"{rule} does not say where"


@pytest.mark.parametrize("name", [each.name for each in PLAN.arguments])
def test_what_verbs_ask_is_refused_as_declared(plain_shop: Shop, name: str) -> None:
    (asked,) = [each for each in PLAN.arguments if each.name == name]
    connection: Any = plain_shop.connection
    with refuses(name, connection) as refusal:
        connection.execute(asked.call.replace("MUG", plain_shop.sku()))
    assert isinstance(refusal.error, psycopg.Error)
    assert refusal.error.sqlstate == asked.sqlstate
    assert refusal.error.diag.message_primary == asked.sentence


def test_names_of_what_verbs_ask_are_unique() -> None:
    assert len(SENTENCES) == len(PLAN.rules) + len(PLAN.arguments)


# Written by the database only.
UNCOUNTED: set[str] = set()

WITHOUT = {
    "kind": "movement_of_this_kind_comes_from_its_verb",
    "quantity": "movement_quantity_is_positive",
    "reason_code": "adjustment_names_its_reason",
    "sku_id": "sku_is_known",
    "source_location_id": "location_is_known",
    "destination_location_id": "location_is_known",
}
WRONG = {
    "quantity": ("NaN", "movement_quantity_is_positive"),
    "unit_cost": (-1, "movement_cost_is_not_negative"),
    "reason_code": ("because", "movement_reason_is_known"),
    "sku_id": (str(uuid4()), "sku_is_known"),
    "source_location_id": (str(uuid4()), "location_is_known"),
    "moved_at": ("infinity", "moved_at_is_a_business_time"),
    "idempotency_key": (" ", "idempotency_key_is_a_short_text"),
}


def test_a_movement_that_is_posted_by_itself(plain_shop: Shop) -> None:
    """What the verbs stand on refuses by the same rules, field by field."""
    shop = plain_shop
    places = {
        row["code"]: row["id"] for row in shop.rows("select id, code from inventory.locations")
    }
    good: dict[str, object] = {
        "kind": "adjustment",
        "quantity": 1,
        "reason_code": "found",
        "sku_id": str(shop.sku_id(shop.sku())),
        "source_location_id": str(places["ADJUSTMENT"]),
        "destination_location_id": str(places["MAIN"]),
    }
    attempts = [({**good, field: None}, rule) for field, rule in WITHOUT.items()]
    attempts += [({**good, field: value}, rule) for field, (value, rule) in WRONG.items()]
    attempts.append(
        ({**good, "source_location_id": str(places["SUPPLIER"])}, "movement_fits_its_locations")
    )
    post = (
        "select inventory.post_movement("
        "jsonb_populate_record(null::inventory.inventory_movements, %s::jsonb))"
    )
    for given, rule in attempts:
        with refuses(rule, shop.connection) as refusal:
            shop.do(post, json.dumps(given))
        assert isinstance(refusal.error, psycopg.Error)
        assert not list(_faults(shop, refusal.error)), rule
    assert shop.do(post, json.dumps(good)) == 1


def test_a_row_begins_with_its_first_version(plain_shop: Shop) -> None:
    """A client cannot begin near the end of integers, where the next change would fail."""
    shop = plain_shop
    brand = shop.row(
        "insert into catalog.brands (name, version) values (%s, 2147483647) returning id, version",
        shop.sku(),
    )
    order = shop.row(
        "insert into sales.orders (currency_code, version) values ('EUR', 2147483647)"
        " returning id, version"
    )
    assert (brand["version"], order["version"]) == (1, 1)
    changed = "update {} set custom_fields = '{{\"a\": 1}}' where id = %s returning version"
    assert shop.value(changed.format("sales.orders"), order["id"]) == 2


def test_every_version_is_begun_by_the_database(plain_shop: Shop) -> None:
    """Every table that counts versions has a rule that begins them."""
    counting = {
        row["name"]
        for row in plain_shop.rows(
            "select attrelid::regclass::text as name from pg_attribute"
            " join pg_class on pg_class.oid = attrelid and relkind = 'r'"
            " where attname = 'version' and atttypid = 'integer'::regtype"
            " and relnamespace::regnamespace::text = any (%s)",
            list(PLAN.schemas),
        )
    }
    audited = {rule.table for rule in PLAN.rules if isinstance(rule, Audited)}
    assert counting - audited == UNCOUNTED
