"""Values out of cells: each reader gives the one value a cell says, None for blank, or refuses."""

from __future__ import annotations

from groundplan.importer.values.numbers import NumberStyle, read_number, read_share
from groundplan.importer.values.reference import read_country, read_currency
from groundplan.importer.values.refused import Cell, Refused
from groundplan.importer.values.signs import currencies_meant
from groundplan.importer.values.text import read_code, read_email, read_flag, read_text
from groundplan.importer.values.times import TimeStyle, read_day, read_moment

__all__ = [
    "Cell",
    "NumberStyle",
    "Refused",
    "TimeStyle",
    "currencies_meant",
    "read_code",
    "read_country",
    "read_currency",
    "read_day",
    "read_email",
    "read_flag",
    "read_moment",
    "read_number",
    "read_share",
    "read_text",
]
