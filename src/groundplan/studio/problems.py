"""What can be wrong, each as a page that says what is so and what to do."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from groundplan.errors import (
    CannotConnect,
    GroundplanError,
    NotInstalled,
    PermissionDenied,
    StatementFailed,
    TenantNotSet,
)
from groundplan.installation import OtherVersion
from groundplan.proof import UnknownRule
from groundplan.studio.rendering import page

logger = logging.getLogger(__name__)

_TOO_LONG = "57014"


@dataclass(frozen=True)
class Problem:
    """``what`` is so, and what ``to_do``."""

    title: str
    what: str
    to_do: str
    status: int


class NoSuchThing(GroundplanError):
    """The URL names a table, rule, report or record that does not exist."""


def of(error: GroundplanError) -> Problem:
    """The problem behind an error; its own words where there are no better ones."""
    what, hint = error.message, error.hint or ""
    match error:
        case CannotConnect():
            later = "Then load this page again; the studio need not be started again."
            return Problem("No database", what, f"{hint} {later}".strip(), 503)
        case NotInstalled():
            return Problem(
                "No Groundplan here",
                what,
                "Type `groundplan apply` to install it, or `groundplan studio --demo` to look at "
                "a shop with a year of orders.",
                503,
            )
        case OtherVersion():
            return Problem("Another version", what, hint, 503)
        case PermissionDenied():
            return Problem(
                "This role may not read it",
                what,
                "Start the studio with a role that may: `groundplan grants --auditor ROLE` "
                "prints what it needs.",
                403,
            )
        case TenantNotSet():
            return Problem(
                "Which tenant?", what, "Add ?tenant=1 to the URL, or start with --tenant 1.", 400
            )
        case NoSuchThing() | UnknownRule():
            return Problem("Not found", what, hint, 404)
        case StatementFailed() if error.sqlstate == _TOO_LONG:
            return Problem(
                "It took too long",
                "The database did not answer within the time a page may take.",
                "Choose a shorter range, or try again when the server is less busy.",
                503,
            )
        case _:
            return Problem("That did not work", what, hint, 500)


def told(request: Request, error: Exception) -> Response:
    """The page for an error of groundplan.errors."""
    assert isinstance(error, GroundplanError)
    return _shown(request, of(error))


def not_found(request: Request, error: Exception) -> Response:
    """The page for a URL that leads nowhere, or is called in a way it is not meant for."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 405:
        problem = Problem("Not that way", "This URL is not called like that.", "", status)
    else:
        problem = Problem("Not found", "There is no such page.", "Begin at the dashboard.", status)
    return _shown(request, problem)


def defect(request: Request, error: Exception) -> Response:
    """The page for anything else, which is a mistake of the studio's own."""
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    problem = Problem(
        "A defect of the studio",
        "Something went wrong that should not; nothing in the database was changed.",
        "The terminal in which the studio runs shows where. Please report it.",
        500,
    )
    return _shown(request, problem)


def _shown(request: Request, problem: Problem) -> Response:
    return page(request, "problem.html", problem.status, title=problem.title, problem=problem)
