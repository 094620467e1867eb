"""What happened to an order, a SKU, a customer."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from groundplan.studio.ground import Connection
from groundplan.studio.problems import NoSuchThing
from groundplan.studio.rendering import ground, page, tenant_of
from groundplan.studio.tracing import KINDS, Event, ask, changes, grouped, order_events

Context = dict[str, Any]

AT_MOST = 50
MOVEMENTS = 200
_ORDER = """
    select orders.*, customer.display_name as customer_name
    from sales.orders as orders
    left join crm.customers as customer on customer.id = orders.customer_id
    where orders.tenant_id = core.current_tenant_id() and orders.number = %s
"""
_LINES = """
    select position, sku_code, name, quantity, unit_price, discount_amount, tax_amount, gross_amount
    from sales.order_items
    where order_id = %s
    order by position
"""
_SKU = """
    select sku.*, product.name as product_name
    from catalog.skus as sku
    join catalog.products as product on product.id = sku.product_id
    where sku.tenant_id = core.current_tenant_id() and sku.code_key = core.key_of(%s)
"""
_COSTS = """
    select id, unit_cost, valid_from, valid_to, created_by
    from catalog.sku_costs where sku_id = %s order by valid_from desc limit 50
"""
_CUSTOMER = """
    select * from crm.customers where tenant_id = core.current_tenant_id() and id = %s
"""
_ORDERS_OF = """
    select number, status, placed_at, total_amount, refunded_amount, currency_code
    from sales.orders
    where customer_id = %s and tenant_id = core.current_tenant_id()
    order by placed_at desc nulls last, number desc limit 51
"""
_TOTALS_OF = """
    select currency_code, count(*), sum(total_amount), sum(refunded_amount)
    from sales.orders
    where customer_id = %s and tenant_id = core.current_tenant_id()
        and status not in ('draft', 'cancelled')
    group by currency_code order by currency_code
"""
_NEAR_NUMBERS = """
    select number from sales.orders
    where tenant_id = core.current_tenant_id() and strpos(number, left(%s, 3)) = 1
    order by number desc limit 3
"""
_NEAR_CODES = """
    select code from catalog.skus
    where tenant_id = core.current_tenant_id()
        and strpos(code_key, left(core.key_of(%s), 3)) = 1
    order by code limit 3
"""


def trace(request: Request) -> Response:
    """Look for orders, SKUs and customers; without a question, the newest."""
    modules = _modules(request)
    text = request.query_params.get("q", "").replace("\x00", "").strip()[:200]
    with ground(request).reading(tenant_of(request)) as connection:
        found = {
            kind: ask(connection, f"found_{kind}", text)
            for kind, module in (("orders", "sales"), ("skus", "catalog"), ("customers", "crm"))
            if module in modules
        }
    return page(
        request,
        "trace/trace.html",
        title="Trace",
        section="trace",
        text=text,
        found={kind: rows[:AT_MOST] for kind, rows in found.items()},
        more={kind for kind, rows in found.items() if len(rows) > AT_MOST},
        total=sum(map(len, found.values())),
        tenant=request.query_params.get("tenant", ""),
    )


def order(request: Request) -> Response:
    """One order with its lines and its timeline."""
    modules = _modules(request)
    number = request.path_params["number"].replace("\x00", "")
    with ground(request).reading(tenant_of(request)) as connection:
        found = _row(connection, _ORDER, number) if "sales" in modules else None
        if found is None:
            near = connection.execute(_NEAR_NUMBERS, [number]) if "sales" in modules else ()
            raise _unknown(f"There is no order {number}.", [str(row[0]) for row in near])
        lines = connection.execute(_LINES, [found["id"]]).fetchall()
        events = order_events(connection, modules, found["id"])
    money = [event.charged for event in events if event.charged is not None]
    return page(
        request,
        "trace/order.html",
        title=f"Order {number}",
        section="trace",
        order=found,
        lines=lines,
        charged=sum((each for each in money if each > 0), Decimal(0)),
        given_back=-sum((each for each in money if each < 0), Decimal(0)),
        **_timeline(request, events),
    )


def sku(request: Request) -> Response:
    """One SKU with prices, costs, stock and its movements."""
    modules = _modules(request)
    code = request.path_params["code"].replace("\x00", "")
    before = _before(request.query_params.get("before", ""))
    with ground(request).reading(tenant_of(request)) as connection:
        found = _row(connection, _SKU, code) if "catalog" in modules else None
        if found is None:
            near = connection.execute(_NEAR_CODES, [code]) if "catalog" in modules else ()
            raise _unknown(f"There is no SKU {code}.", [str(row[0]) for row in near])
        costs = connection.execute(_COSTS, [found["id"]]).fetchall()
        events = changes(connection, "catalog.skus", [str(found["id"])])
        events += changes(connection, "catalog.sku_costs", [str(row[0]) for row in costs])
        stock: list[tuple[Any, ...]] = []
        moved: list[tuple[Any, ...]] = []
        if "inventory" in modules:
            stock = ask(connection, "sku_stock", found["id"])
            moved = ask(connection, "sku_movements", found["id"], *before)
    older = moved[MOVEMENTS - 1][:3] if len(moved) > MOVEMENTS else None
    is_first = before[0] is None
    shown = _movements(moved[:MOVEMENTS], {row[0]: row[3] for row in stock} if is_first else {})
    events = [*shown, *(events if is_first else [])]
    events.sort(key=lambda event: event.at, reverse=True)
    return page(
        request,
        "trace/sku.html",
        title=f"SKU {found['code']}",
        section="trace",
        sku=found,
        costs=costs,
        stock=stock,
        has_stock="inventory" in modules,
        is_first=is_first,
        older=f"{older[1]}~{older[2].isoformat()}~{older[0]}" if older else "",
        **_timeline(request, events),
    )


def customer(request: Request) -> Response:
    """One customer with orders and changes."""
    modules = _modules(request)
    try:
        number = UUID(request.path_params["id"])
    except ValueError:
        raise _unknown("There is no such customer.", []) from None
    with ground(request).reading(tenant_of(request)) as connection:
        found = _row(connection, _CUSTOMER, number) if "crm" in modules else None
        if found is None:
            raise _unknown("There is no such customer.", [])
        orders: list[tuple[Any, ...]] = []
        totals: list[tuple[Any, ...]] = []
        if "sales" in modules:
            orders = connection.execute(_ORDERS_OF, [number]).fetchall()
            totals = connection.execute(_TOTALS_OF, [number]).fetchall()
        events = changes(connection, "crm.customers", [str(number)])
    return page(
        request,
        "trace/customer.html",
        title=found["display_name"],
        section="trace",
        customer=found,
        orders=orders[:AT_MOST],
        more=len(orders) > AT_MOST,
        totals=totals,
        **_timeline(request, events),
    )


def _modules(request: Request) -> tuple[str, ...]:
    return ground(request).knowledge().plan.schemas


def _row(connection: Connection, statement: str, value: object) -> Context | None:
    cursor = connection.execute(statement.encode(), [value])
    row = cursor.fetchone()
    names = [column.name for column in cursor.description or ()]
    return None if row is None else dict(zip(names, row, strict=True))


def _unknown(message: str, near: list[str]) -> NoSuchThing:
    hint = f"Did you mean {' or '.join(near)}?" if near else "The page Trace looks for it."
    return NoSuchThing(message, hint=hint)


def _before(text: str) -> tuple[date | None, datetime | None, UUID | None]:
    """A place in the movements; what is none begins at the newest."""
    try:
        day, moment, key = text.split("~")
        return date.fromisoformat(day), datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None, None, None


def _movements(rows: list[tuple[Any, ...]], stock: dict[UUID, Decimal]) -> list[Event]:
    """The newest first; ``stock`` now, from which what was there before is counted backwards."""
    left = dict(stock)
    events: list[Event] = []
    for _, _, at, kind, quantity, source, from_code, target, to_code, actor, note in rows:
        known = [
            f"{code} {left[place].normalize():f}"
            for place, code in ((source, from_code), (target, to_code))
            if place in left
        ]
        detail = f"from {from_code} to {to_code}" + (f": {note}" if note else "")
        title = f"{kind} of {quantity.normalize():f}"
        events.append(Event(at, 7, "stock", title, detail, actor, stock=", ".join(known)))
        if source in left:
            left[source] += quantity
        if target in left:
            left[target] -= quantity
    return events


def _timeline(request: Request, events: list[Event]) -> Context:
    """The events of the kind that is asked for, by day."""
    kind = request.query_params.get("kind", "")
    present = [each for each in KINDS if any(event.kind == each for event in events)]
    shown = [event for event in events if kind not in KINDS or event.kind == kind]
    return {
        "days": grouped(shown),
        "count": len(shown),
        "kind": kind if kind in KINDS else "",
        "kinds": present,
    }


routes = [
    Route("/trace", trace),
    Route("/trace/orders/{number:path}", order),
    Route("/trace/skus/{code:path}", sku),
    Route("/trace/customers/{id}", customer),
]
