"""From a template and values to a page. Everything is escaped; there is no way around it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

from groundplan import __version__
from groundplan.studio.ground import Ground
from groundplan.studio.links import Links, LiveLinks
from groundplan.studio.walkthrough import tour_of

NOTHING = "–"
"""Shown where there is no value."""

_NAVIGATION = (
    ("dashboard", "Dashboard"),
    ("reports", "Reports"),
    ("schema", "Schema"),
    ("rules", "Rules"),
    ("trace", "Trace"),
    ("walkthrough", "Walkthrough"),
)


def ground(request: Request) -> Ground:
    """The database of this studio."""
    found: Ground = request.app.state.ground
    return found


def tenant_of(request: Request) -> int | None:
    """The tenant that the URL asks for, else the one the studio was started with.

    A number that is none, or is too large for one, is as if there were none.
    """
    asked = request.query_params.get("tenant", "")
    if asked.isascii() and asked.isdigit() and 0 < int(asked) < 2**31:
        return int(asked)
    return ground(request).settings.tenant


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page of the running studio."""
    text = render(
        template,
        LiveLinks(tenant_of(request)),
        is_live=True,
        path=_without_tour(request),
        tour=tour_of(request.query_params.get("tour", "")),
        **context,
    )
    return HTMLResponse(text, status_code=status)


def _without_tour(request: Request) -> str:
    """This page, without the panel of a step."""
    url = request.url.remove_query_params("tour")
    return f"{url.path}?{url.query}" if url.query else url.path


def render(template: str, links: Links, *, is_live: bool, **context: Any) -> str:
    """The text of a page, wherever its links lead."""
    return _environment.get_template(template).render(
        links=links,
        link=links.link,
        asset=links.asset,
        is_live=is_live,
        version=__version__,
        navigation=[(kind, label) for kind, label in _NAVIGATION if links.has(kind)],
        **context,
    )


def amount(value: Decimal | float | None, digits: int = 2) -> str:
    """1,234.50"""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def count(value: Decimal | int | None) -> str:
    """1,234, and a quantity that is not whole with what follows its point."""
    if value is None:
        return NOTHING
    if isinstance(value, Decimal):
        value = value.normalize()
        return f"{value:,f}"
    return f"{value:,}"


def share(value: Decimal | float | None, digits: int = 1) -> str:
    """12.3 %"""
    return NOTHING if value is None else f"{value * 100:,.{digits}f} %"


def moment(value: datetime | None) -> str:
    """2026-01-31 09:00:00 UTC"""
    return NOTHING if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def clock(value: datetime) -> str:
    """09:00:00 UTC"""
    return f"{value.astimezone(UTC):%H:%M:%S} UTC"


def day(value: date | None) -> str:
    """Sat 31 Jan 2026"""
    return NOTHING if value is None else f"{value:%a} {value.day} {value:%b %Y}"


def plural(number: int, singular: str, many: str | None = None) -> str:
    """1 row, 2 rows"""
    return f"{number:,} {singular if number == 1 else many or singular + 's'}"


_environment = jinja2.Environment(
    loader=jinja2.PackageLoader("groundplan.studio"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_FILTERS: dict[str, Any] = {
    "amount": amount,
    "count": count,
    "share": share,
    "moment": moment,
    "clock": clock,
    "day": day,
    "plural": plural,
}
_environment.filters.update(_FILTERS)
