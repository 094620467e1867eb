"""The pages, one file a family. Each has ``routes``."""

from collections.abc import Sequence

from starlette.routing import Route

from groundplan.studio.pages import (
    dashboard,
    diagrams,
    reports,
    rules,
    tables,
    trace,
    verification,
    walkthrough,
)

PAGES: tuple[Sequence[Route], ...] = (
    dashboard.routes,
    reports.routes,
    diagrams.routes,
    tables.routes,
    rules.routes,
    verification.routes,
    trace.routes,
    walkthrough.routes,
)
