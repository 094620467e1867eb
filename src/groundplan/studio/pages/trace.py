"""What happened to an order, a SKU, a customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from groundplan.studio.history.events import KINDS, Event, by_day, chosen
from groundplan.studio.history.records import ask, read_customer, read_order, read_sku
from groundplan.studio.problems import NoSuchThing
from groundplan.studio.rendering import ground, page, tenant_of

_SHOWN = 50
_LATEST = 10


def search(request: Request) -> Response:
    """Orders, SKUs and customers by words; the latest ones where there are none."""
    words = request.query_params.get("words", "").replace("\x00", "").strip()[:200]
    asked = _pattern(words) if words else None
    schemas = ground(request).knowledge().plan.schemas
    found: dict[str, list[tuple[Any, ...]]] = {}
    with ground(request).reading(tenant_of(request)) as connection:
        for kind, schema in (("orders", "sales"), ("skus", "catalog"), ("customers", "crm")):
            found[kind] = ask(connection, f"{kind}_found", asked) if schema in schemas else []
    return page(
        request,
        "trace/search.html",
        title="Trace",
        section="trace",
        words=words,
        found=found,
        most=_SHOWN if words else _LATEST,
    )


def order(request: Request) -> Response:
    """The timeline of an order."""
    schemas = _schemas(request, "sales", "orders")
    with ground(request).reading(tenant_of(request)) as connection:
        history = read_order(connection, schemas, request.path_params["number"])
    return page(
        request,
        "trace/order.html",
        title=f"Order {history.facts['number']}",
        history=history,
        **_timeline(request, history.events),
    )


def sku(request: Request) -> Response:
    """The timeline of a SKU; ``before`` is a movement that older ones are wanted of."""
    schemas = _schemas(request, "catalog", "SKUs")
    before = _uuid(request.query_params.get("before", ""))
    with ground(request).reading(tenant_of(request)) as connection:
        history = read_sku(connection, schemas, request.path_params["code"], before)
    return page(
        request,
        "trace/sku.html",
        title=f"SKU {history.facts['code']}",
        history=history,
        before=before,
        **_timeline(request, history.events),
    )


def customer(request: Request) -> Response:
    """The timeline of a customer."""
    schemas = _schemas(request, "crm", "customers")
    number = _uuid(request.path_params["id"])
    if number is None:
        raise NoSuchThing("There is no such customer.", hint="Look for the name or e-mail.")
    with ground(request).reading(tenant_of(request)) as connection:
        history = read_customer(connection, schemas, number)
    return page(
        request,
        "trace/customer.html",
        title=history.facts["display_name"],
        history=history,
        **_timeline(request, history.events),
    )


def _timeline(request: Request, events: list[Event]) -> dict[str, Any]:
    """What the timeline of a record needs: latest first, by day, of the kind that was chosen."""
    kind = request.query_params.get("kind", "")
    shown = chosen(events, kind)
    present = [name for name in KINDS if any(event.kind == name for event in events)]
    return {
        "section": "trace",
        "kind": kind if kind in KINDS else "",
        "kinds": [(name, KINDS[name]) for name in present],
        "days": by_day(reversed(shown)),
        "count_shown": len(shown),
        "name": next(iter(request.path_params.values())),
    }


def _schemas(request: Request, needed: str, what: str) -> tuple[str, ...]:
    schemas = ground(request).knowledge().plan.schemas
    if needed not in schemas:
        raise NoSuchThing(
            f"This database has no module {needed}, so there are no {what}.",
            hint=f"`groundplan apply --module {needed}` adds it.",
        )
    return tuple(schemas)


def _pattern(words: str) -> str:
    """The words as themselves within LIKE."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


routes = [
    Route("/trace", search),
    Route("/trace/orders/{number:path}", order),
    Route("/trace/skus/{code:path}", sku),
    Route("/trace/customers/{id}", customer),
]
