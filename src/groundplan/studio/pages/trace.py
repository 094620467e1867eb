"""What happened to an order, a SKU, a customer."""

from __future__ import annotations

from starlette.routing import Route

routes: list[Route] = []
