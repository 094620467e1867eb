"""Does it add up? Rows and money of the files against what the database says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg

from groundplan.errors import GroundplanError
from groundplan.importer.entities.entity import Entity
from groundplan.importer.loading.report import Amounts, ImportReport, exact

Connection = psycopg.Connection[tuple[Any, ...]]

_UNITS = "units"
"""Stands for the currency where quantities are added up."""

_ROUNDED_PER_LINE = 4
"""Price, discount, net and tax of a line are each rounded to the smallest unit, by half of one at
most."""

_SOURCE = """
    select coalesce(amount.currency_code, 'units'), sum(amount.amount),
        coalesce(sum(amount.amount) filter (where record.state = 'refused'), 0),
        coalesce(sum(amount.amount) filter (where record.state = 'known'), 0)
    from record_amounts as amount
    join records as record on record.record_number = amount.record_number
    group by amount.currency_code
    order by amount.currency_code
"""


def amounts_of(connection: Connection, entity: Entity) -> dict[str, Amounts]:
    """By currency (or units): what the files say, from ``record_amounts``; what is there, by the
    entity's ``measure.sql``."""
    if entity.measure is None:
        return {}
    loaded: dict[str, Decimal] = {
        unit or _UNITS: amount
        for unit, amount in connection.execute(entity.script("measure")).fetchall()
    }
    found: dict[str, Amounts] = {}
    for unit, source, rejected, duplicates in connection.execute(_SOURCE).fetchall():
        there = loaded.pop(unit, Decimal(0))
        total = source or Decimal(0)
        found[unit] = Amounts(
            source=total,
            loaded=there,
            rejected=rejected,
            duplicates=duplicates,
            rounding=total - there - rejected - duplicates,
        )
    for unit, there in loaded.items():
        found[unit] = Amounts(Decimal(0), there, Decimal(0), Decimal(0), -there)
    return found


def demand_balance(connection: Connection, report: ImportReport, staged: int) -> None:
    """Raises GroundplanError unless every row and every unit of money is accounted for."""
    rows = report.loaded + report.rejected + report.duplicates
    if rows != staged or rows != report.read:
        raise GroundplanError(
            f"{staged} rows were read, but {rows} are accounted for; nothing was imported.",
            hint="If somebody changed imported records meanwhile, try again.",
        )
    for unit, found in report.amounts.items():
        if abs(found.rounding) > _most_rounding(connection, unit, report.loaded):
            raise GroundplanError(
                f"The files add up to {exact(found.source)} {unit}, but what was loaded, rejected"
                f" and known to {exact(found.source - found.rounding)}; nothing was imported.",
                hint="If somebody changed imported records meanwhile, try again.",
            )


def _most_rounding(connection: Connection, unit: str, lines: int) -> Decimal:
    if unit == _UNITS:
        return Decimal(0)
    row = connection.execute("select core.minor_units(%s)", [unit]).fetchone()
    decimals = row[0] if row is not None and row[0] is not None else 0
    return Decimal(_ROUNDED_PER_LINE * lines) * Decimal(5).scaleb(-1 - decimals)
