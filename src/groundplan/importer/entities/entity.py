"""What can be imported: an entity, its fields, and the SQL that loads it.

A *record* is what is loaded or refused as a whole: an order, a product with its SKUs, a customer, a
count of one SKU at one place. Its *lines* are rows of the file. A field belongs to the record (the
date of an order) or to the line (the quantity).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Literal

Kind = Literal[
    "text", "code", "amount", "price", "quantity", "rate", "share", "moment", "day", "flag",
    "country", "currency", "email",
]  # fmt: skip
Level = Literal["record", "line"]

SqlType = Literal["text", "numeric", "timestamptz", "date", "boolean"]

_TYPES: Mapping[str, SqlType] = {
    "amount": "numeric",
    "price": "numeric",
    "quantity": "numeric",
    "rate": "numeric",
    "share": "numeric",
    "moment": "timestamptz",
    "day": "date",
    "flag": "boolean",
}


@dataclass(frozen=True)
class Field:
    """One thing a mapping may fill.

    ``kind`` says how the file's text is read: an ``amount`` is money, a ``price`` is money per
    unit, a ``share`` is a rate below one or with a percent sign, a ``moment`` is a time with a
    zone. ``meaning`` is what ``groundplan import inspect`` writes beside it. ``choices`` are the
    only texts allowed, where there are such.
    """

    name: str
    kind: Kind
    level: Level
    meaning: str
    is_required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def sql_type(self) -> SqlType:
        """The column type in the staging table."""
        return _TYPES.get(self.kind, "text")

    @property
    def is_number(self) -> bool:
        """Whether the mapping's style of numbers applies to it."""
        return self.sql_type == "numeric"


@dataclass(frozen=True)
class Entity:
    """A kind of record.

    ``key`` names the record-level fields that tell one record from another; the scripts are those
    of ``matching``, then ``load.sql`` and ``measure.sql``, in the folder of its name beside this
    file. ``measure`` is what the counts add up: money by currency, or a quantity, or nothing.
    ``options`` are the settings of ``[load]`` with their defaults.
    """

    name: str
    title: str
    module: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    measure: Literal["amount", "quantity"] | None = None
    options: Mapping[str, str | bool] | None = None
    matching: tuple[str, ...] = ("match",)

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Name to field."""
        return {field.name: field for field in self.fields}

    @cached_property
    def record_fields(self) -> tuple[Field, ...]:
        """The fields of the record."""
        return tuple(field for field in self.fields if field.level == "record")

    @cached_property
    def line_fields(self) -> tuple[Field, ...]:
        """The fields of its lines."""
        return tuple(field for field in self.fields if field.level == "line")

    def script(self, name: str) -> bytes:
        """The text of ``<name>.sql``, as it is sent to the server."""
        folder = resources.files("groundplan.importer.entities")
        return folder.joinpath(self.name, f"{name}.sql").read_bytes()
