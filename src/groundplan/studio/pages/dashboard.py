"""The dashboard: the numbers of a range of days, and word of it when they change."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from groundplan.errors import PermissionDenied, StatementFailed, TenantNotSet
from groundplan.studio.dashboard import answer
from groundplan.studio.dashboard.feed import Feeds, event
from groundplan.studio.dashboard.presentation import (
    Context,
    alert_context,
    head_context,
    sales_context,
)
from groundplan.studio.dashboard.question import Question
from groundplan.studio.ground import Ground
from groundplan.studio.links import LiveLinks
from groundplan.studio.rendering import ground, page, tenant_of


def dashboard(request: Request) -> Response:
    """The page. Numbers come through a role that may read schema reporting alone."""
    tenant = tenant_of(request)
    tenants = _tenants(request)
    if tenant is None and len(tenants) > 1:
        query = {**request.query_params, "tenant": tenants[0][0]}
        return RedirectResponse(f"{request.url.path}?{urlencode(query)}", status_code=303)
    links = LiveLinks(tenant)
    question = Question.of(request.query_params, tenant)
    with ground(request).reading(tenant, only_reports=True) as connection:
        context = _read(connection, links, question)
    return page(
        request,
        "dashboard.html",
        title="Dashboard",
        section="dashboard",
        tenants=tenants if len(tenants) > 1 else [],
        tenant=tenant,
        question=question,
        here=links.link("dashboard", **question.query()),
        live_url=_live_url(request, question),
        **context,
    )


def _read(connection: answer.Connection, links: LiveLinks, question: Question) -> Context:
    """All that is read of the database, at one snapshot."""
    shop = answer.read_shop(connection)
    context: Context = {
        "shop": shop,
        "definitions": answer.read_definitions(connection),
        "mark": "",
        "orders": 0,
    }
    if shop.choices:
        selection = answer.select(connection, shop, question)
        context |= head_context(links, shop, question, selection)
        context |= sales_context(connection, shop, question, selection, links)
    if shop.has_alerts:
        context |= alert_context(answer.read_alerts(connection))
    return context


def _live_url(request: Request, question: Question) -> str:
    query = question.query("rank")
    if question.tenant is not None:
        query["tenant"] = str(question.tenant)
    path = str(request.app.url_path_for("live"))
    return f"{path}?{urlencode(query)}" if query else path


def _tenants(request: Request) -> list[tuple[int, str]]:
    """Those to choose from; none where the list may not be read."""
    try:
        return ground(request).tenants()
    except (PermissionDenied, StatementFailed, TenantNotSet):
        return []


async def live(request: Request) -> Response:
    """Server-sent events: the head numbers of a selection now, and whenever they change."""
    question = Question.of(request.query_params, tenant_of(request))
    return StreamingResponse(
        _feeds(request).listen(question),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _feeds(request: Request) -> Feeds[Question]:
    """Those of this studio, made when the first dashboard listens."""
    state = request.app.state
    if not hasattr(state, "feeds"):
        state.feeds = Feeds(_asking(ground(request)))
    found: Feeds[Question] = state.feeds
    return found


def _asking(base: Ground) -> Callable[[Question], str]:
    def ask(question: Question) -> str:
        with base.reading(question.tenant, only_reports=True) as connection:
            shop = answer.read_shop(connection)
            if not shop.choices:
                return event("heads", mark="", orders=0)
            selection = answer.select(connection, shop, question)
            numbers = answer.read_numbers(connection, selection, selection.days)
            mark = answer.mark_of(shop, selection, numbers)
            return event("heads", mark=mark, orders=numbers.orders)

    return ask


routes = [
    Route("/", dashboard),
    Route("/live", live, name="live"),
]
