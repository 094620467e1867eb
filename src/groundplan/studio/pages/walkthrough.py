"""The guided tour: its first page, and the way from a step to the page it is about."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from groundplan.studio.links import LiveLinks
from groundplan.studio.problems import NoSuchThing
from groundplan.studio.rendering import ground, page, tenant_of
from groundplan.studio.walkthrough import STEPS, address, tour_of


def walkthrough(request: Request) -> Response:
    """All steps, each to begin at."""
    return page(
        request, "walkthrough.html", title="Walkthrough", section="walkthrough", steps=STEPS
    )


def step(request: Request) -> Response:
    """Leads to the page of a step."""
    tour = tour_of(request.path_params["number"])
    if tour is None:
        raise NoSuchThing(
            "The walkthrough has no such step.", hint=f"Its steps are 1 to {len(STEPS)}."
        )
    knowledge = ground(request).knowledge()
    tenant = tenant_of(request)
    schemas = frozenset(knowledge.plan.schemas)
    with ground(request).reading(tenant) as connection:
        target = address(LiveLinks(tenant), tour.number, connection, schemas)
    return RedirectResponse(target, status_code=303)


routes = [
    Route("/walkthrough", walkthrough),
    Route("/walkthrough/{number}", step),
]
