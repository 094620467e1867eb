"""The SQL files beside this one."""

from __future__ import annotations

from importlib import resources


def statements(name: str) -> bytes:
    """The text of ``<name>.sql``, as it is sent to the server."""
    return resources.files("groundplan.importer.online_retail").joinpath(f"{name}.sql").read_bytes()
