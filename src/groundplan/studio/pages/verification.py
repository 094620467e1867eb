"""Verify, on demand."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from groundplan.errors import PermissionDenied
from groundplan.installation import Verification
from groundplan.proof import Violation
from groundplan.reports import report_count
from groundplan.studio import problems
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.links import LiveLinks
from groundplan.studio.rendering import ground, page, tenant_of
from groundplan.studio.rule_list import page_names
from groundplan.studio.verifying import Run, Verifier

_LAST = files("groundplan.studio").joinpath("queries", "last_verification.sql")

DIFFERENCES_SHOWN = 50
FAULTS_SHOWN = 50
RULES_SHOWN = 3


def verification(request: Request) -> Response:
    """What was verified when, and a button."""
    knowledge = ground(request).knowledge()
    return page(
        request,
        "verify.html",
        title="Verify",
        section="verify",
        recorded=_recorded(request, knowledge),
        figures=knowledge.register.figures,
        reports=report_count(knowledge.plan.rollups),
        **_run_context(request, knowledge),
    )


def start(request: Request) -> Response:
    """Begin a run, or join the one under way."""
    knowledge = ground(request).knowledge()
    _verifier(request).start(knowledge)
    if "HX-Request" in request.headers:
        return _progress(request, knowledge)
    return RedirectResponse(LiveLinks(tenant_of(request)).link("verify"), status_code=303)


def progress(request: Request) -> Response:
    """The run as it is now; for those without JavaScript it is the page."""
    if "HX-Request" not in request.headers:
        return RedirectResponse(LiveLinks(tenant_of(request)).link("verify"), status_code=303)
    run = _verifier(request).run
    # While it runs, nothing is asked of the database but the run itself.
    is_over = run is None or run.ended_at is not None
    return _progress(request, ground(request).knowledge() if is_over else None)


def _progress(request: Request, knowledge: Knowledge | None) -> Response:
    return page(
        request, "verify/_run.html", title="Verify", said=True, **_run_context(request, knowledge)
    )


def _run_context(request: Request, knowledge: Knowledge | None) -> dict[str, Any]:
    run = _verifier(request).run
    return {
        "run": run,
        "problem": problems.of(run.error) if run and run.error else None,
        "violations": _violations(run, knowledge) if run and knowledge else [],
        "differences_shown": DIFFERENCES_SHOWN,
        "faults_shown": FAULTS_SHOWN,
        "rules_shown": RULES_SHOWN,
    }


def _violations(run: Run, knowledge: Knowledge) -> list[tuple[Violation, str]]:
    """Each with the name of the rule's page; empty when the rule is gone."""
    names = page_names(knowledge.register)
    return [(each, names.get((each.rule.table, each.rule.name), "")) for each in run.violations]


def _recorded(request: Request, knowledge: Knowledge) -> Verification | PermissionDenied | None:
    """The last one that `groundplan verify` made; the page is of use to those who may not see."""
    if "reporting" not in knowledge.plan.schemas:
        return None
    try:
        with ground(request).reading(tenant_of(request)) as connection:
            row = connection.execute(_LAST.read_bytes()).fetchone()
    except PermissionDenied as error:
        return error
    return Verification(*row) if row else None


def _verifier(request: Request) -> Verifier:
    found: Verifier = request.app.state.verifier
    return found


routes = [
    Route("/verify", verification),
    Route("/verify", start, methods=["POST"]),
    Route("/verify/progress", progress),
]
