"""Which column may fill which field: by what columns are called, and by what is in them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from groundplan.importer.entities.entity import Entity, Field
from groundplan.importer.entities.known import ENTITIES
from groundplan.importer.files.sniff import Sniffed

_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")


@dataclass(frozen=True)
class Guess:
    """An entity, and the columns that may fill its fields. ``missing`` are required fields that no
    column fills; ``number`` are columns that together stand for the number of an order."""

    entity: Entity
    fields: Mapping[str, str]
    missing: tuple[str, ...]
    number: tuple[str, ...] = ()


def guess_entity(sniffed: Sniffed, wanted: str | None = None) -> Guess | None:
    """The entity that the columns fit best; None where they fit none.

    ``wanted`` names the entity, where the user knows. The fewest required fields missing wins, then
    the most columns used.
    """
    guesses = [
        _fields_of(entity, sniffed)
        for name, entity in ENTITIES.items()
        if wanted is None or name == wanted
    ]
    if wanted is None:
        guesses = [guess for guess in guesses if len(guess.fields) >= 2]
    return min(
        guesses,
        key=lambda guess: (len(guess.missing), -len(set(guess.fields.values()))),
        default=None,
    )


def _fields_of(entity: Entity, sniffed: Sniffed) -> Guess:
    fields: dict[str, str] = {}
    taken: set[str] = set()
    keys = set(entity.key)
    called = {plain_name(column): column for column in reversed(sniffed.columns) if column}
    for field in entity.fields:
        for name in _synonyms().get(entity.name, {}).get(field.name, []):
            column = called.get(name)
            if column is None or not _fits(field, column, sniffed):
                continue
            # What tells records apart may be said by a column that says something else as well.
            if column in taken and not (field.name in keys or field.name in ("sku_code", "number")):
                continue
            fields[field.name] = column
            if field.name not in keys or field.name == "number":
                taken.add(column)
            break
    fields = _one_meaning(entity, fields)
    missing = tuple(
        field.name for field in entity.fields if field.is_required and field.name not in fields
    )
    number = _made_number(fields) if "number" in missing and entity.name == "orders" else ()
    if number:
        missing = tuple(name for name in missing if name != "number")
    return Guess(entity, fields, missing, number)


def _made_number(fields: Mapping[str, str]) -> tuple[str, ...]:
    """What stands for an order's number where there is none: when it was ordered, and by whom."""
    when = fields.get("placed_at")
    who = next(
        (fields[name] for name in ("email", "customer_number", "customer_name") if name in fields),
        None,
    )
    return (when, who) if when and who else ()


def _one_meaning(entity: Entity, fields: dict[str, str]) -> dict[str, str]:
    """Where a line has a price and an amount, the amount is what the price is multiplied to."""
    if entity.name == "orders" and "unit_price" in fields and "total_amount" in fields:
        return {name: column for name, column in fields.items() if name != "line_amount"}
    return fields


def _fits(field: Field, column: str, sniffed: Sniffed) -> bool:
    """Whether what is in the column can be read as this kind of field at all."""
    cells = values_of(column, sniffed)
    if not cells:
        return True
    if field.kind in ("moment", "day"):
        return column in sniffed.times or all(not isinstance(cell, str) for cell in cells)
    if field.kind == "share":
        return all(isinstance(cell, str) for cell in cells) and (
            column in sniffed.numbers or all(str(cell).strip().endswith("%") for cell in cells)
        )
    if field.is_number:
        return column in sniffed.numbers or all(not isinstance(cell, str) for cell in cells)
    if field.kind == "email":
        return all("@" in str(cell) for cell in cells)
    return True


def values_of(column: str, sniffed: Sniffed) -> Sequence[object]:
    """What stands in the column, blanks aside, in the rows that were looked at."""
    place = sniffed.columns.index(column)
    return [
        row.cells[place]
        for row in sniffed.rows
        if row.fault is None and str(row.cells[place]).strip()
    ]


def tells_zone(column: str, sniffed: Sniffed) -> bool:
    """Whether the times in the column say their own zone."""
    cells = values_of(column, sniffed)
    return bool(cells) and all(_OFFSET.search(str(cell).strip()) for cell in cells)


def plain_name(name: str) -> str:
    """A name as synonyms are written: small letters, no accents, signs as blanks."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", letters.replace("_", " ")))


@cache
def _synonyms() -> Mapping[str, Mapping[str, Sequence[str]]]:
    file = resources.files("groundplan.importer.inspect").joinpath("synonyms.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
