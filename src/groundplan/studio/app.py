"""The studio as an ASGI application."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from groundplan.errors import GroundplanError
from groundplan.studio import problems
from groundplan.studio.attacking import ScratchCopy
from groundplan.studio.ground import Ground
from groundplan.studio.pages import PAGES
from groundplan.studio.security import Security
from groundplan.studio.settings import Settings
from groundplan.studio.verifying import Verifier

ASSETS = Path(str(files("groundplan.studio"))) / "assets"


def create_app(settings: Settings) -> Starlette:
    """All pages on the database of ``settings``; nothing is opened before the first request."""
    routes: list[BaseRoute] = [route for pages in PAGES for route in pages]
    routes.append(Mount("/assets", StaticFiles(directory=ASSETS)))
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Security, settings=settings),
            Middleware(GZipMiddleware, minimum_size=2_000),
        ],
        exception_handlers={
            GroundplanError: problems.told,
            HTTPException: problems.not_found,
            Exception: problems.defect,
        },
    )
    app.state.ground = Ground(settings)
    app.state.scratch_copy = ScratchCopy(settings)
    app.state.verifier = Verifier(app.state.ground)
    return app
