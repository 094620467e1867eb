"""Who holds a right on what we installed that nobody but the owner should have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg

from groundplan.errors import from_postgres


@dataclass(frozen=True, order=True)
class TooMuch:
    """``role`` is "public" for everybody; ``object`` as in ``sales.orders`` or ``schema sales``."""

    role: str
    object: str
    privilege: str

    def __str__(self) -> str:
        return f"{self.role} holds {self.privilege} on {self.object}"


def roles_with_too_much(
    connection: psycopg.Connection[Any], schemas: Sequence[str]
) -> tuple[TooMuch, ...]:
    """Every right that lets a role act as the owner, or see what the database keeps to itself."""
    query = files("groundplan.installation").joinpath("queries", "roles_with_too_much.sql")
    try:
        with connection.transaction():
            cursor = psycopg.RawCursor(connection)
            rows = cursor.execute(query.read_bytes(), [list(schemas)]).fetchall()
    except psycopg.Error as error:
        raise from_postgres(error) from error
    return tuple(TooMuch(*row) for row in rows)
