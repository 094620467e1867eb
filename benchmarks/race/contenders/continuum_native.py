"""SQLAlchemy-Continuum with its option native_versioning: triggers write the versions."""

from __future__ import annotations

from typing import Any

from groundplan.database import connect

from .continuum import open_tables


def open_system(url: str) -> Any:
    """Called by the client's process."""
    with connect(url, autocommit=True) as connection:
        connection.execute("create extension if not exists hstore")  # Its triggers use it.
    return open_tables(url, {"native_versioning": True})
