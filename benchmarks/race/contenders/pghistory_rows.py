"""Django's ORM on a table that django-pghistory tracks."""

from __future__ import annotations

from typing import Any

from .django_rows import open_tables


def open_system(url: str) -> Any:
    """Called by the client's process."""
    return open_tables(url, "TrackedProduct")
