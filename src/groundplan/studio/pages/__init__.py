"""The pages, one file a family. Each has ``routes``."""

from collections.abc import Sequence

from starlette.routing import Route

PAGES: tuple[Sequence[Route], ...] = ()
