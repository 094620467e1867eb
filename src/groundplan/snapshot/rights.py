"""Rights of others: who may do what with our tables, and with what is made later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from groundplan.snapshot.inventory import PRIVATE_SCHEMA


@dataclass(frozen=True)
class Right:
    """``kind``: table, column, or what is given of objects that are made later: tables, sequences,
    functions, types, schemas. ``schema`` is None for later objects of every schema. ``role`` is
    "public" for everybody."""

    kind: str
    schema: str | None
    name: str | None
    is_view: bool
    column: str | None
    role: str
    privilege: str

    @property
    def table(self) -> str:
        """schema.table of a table or a column."""
        return f"{self.schema}.{self.name}"

    @property
    def is_given_later(self) -> bool:
        """Whether it is a default privilege."""
        return self.name is None

    def __str__(self) -> str:
        """To be read after the role."""
        match self.kind:
            case "table":
                return f"holds {self.privilege} on {self.table}"
            case "column":
                return f"holds {self.privilege} on column {self.table}.{self.column}"
            case _:
                where = "" if self.schema is None else f" of schema {self.schema}"
                return f"will get {self.privilege} on new {self.kind}{where} of the owner"


def rights_of_others(
    connection: psycopg.Connection[Any], schemas: Sequence[str]
) -> tuple[Right, ...]:
    """What roles but the owner hold, in these schemas and in the private one."""
    wanted = {"schemas": sorted({*schemas, PRIVATE_SCHEMA})}
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        return tuple(Right(*row) for row in cursor.execute(_QUERY, wanted).fetchall())


_QUERY = files("groundplan.snapshot").joinpath("queries", "rights.sql").read_bytes()
