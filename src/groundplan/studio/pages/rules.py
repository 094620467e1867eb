"""The rules and their attacks."""

from __future__ import annotations

from starlette.routing import Route

routes: list[Route] = []
