"""Binary numbers as the decimals that were meant."""

from __future__ import annotations

from decimal import Decimal

from groundplan.importer.values import Cell

_EXACT_DIGITS = 15


def cell_of_number(value: float, exact: int = 10**_EXACT_DIGITS) -> Cell:
    """The decimal of a finite binary number.

    Integers of ``exact`` and more, whose last digits a spreadsheet has lost, become text with an
    exponent, which is read neither as a code nor as a number.
    """
    if abs(value) >= exact:
        return f"{value:.14E}"
    if isinstance(value, int):
        return Decimal(value)
    if value.is_integer():
        return Decimal(int(value))
    shortest = Decimal(repr(value))
    if len(shortest.as_tuple().digits) > _EXACT_DIGITS:
        # What the spreadsheet shows: 0.1 + 0.2 is 0.3.
        return Decimal(f"{value:.{_EXACT_DIGITS}g}")
    return shortest
