"""Ranges and changes in words."""

from __future__ import annotations

from decimal import Decimal

from groundplan.studio.dashboard.ranges import Days
from groundplan.studio.rendering import NOTHING

_MINOR_UNITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
"""Decimal places of the currencies that do not have two, as core.minor_units has them."""


def minor_units(currency: str) -> int:
    """With how many decimal places an amount is shown."""
    return _MINOR_UNITS.get(currency, 2)


def days_in_words(days: Days) -> str:
    """Sun 1 Feb 2026, or 27 Oct – 23 Nov 2026: the year once where it is the same."""
    first, last = days.first, days.last
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return f"{last:%a} {end}"
    begin = f"{first.day} {first:%b}" if first.year == last.year else f"{first.day} {first:%b %Y}"
    return f"{begin} – {end}"


def percent(now: Decimal | int | None, before: Decimal | int | None) -> tuple[str, str]:
    """The change in words, and its tone. Nothing can be said of a change from nothing."""
    if now is None or before is None:
        return NOTHING, "plain"
    if now == before:
        return "unchanged", "plain"
    tone = "good" if now > before else "bad"
    if before == 0:
        return "from 0", tone
    change = (Decimal(now) - Decimal(before)) / abs(Decimal(before)) * 100
    return f"{change:+,.1f} %".replace("-", "−"), tone
