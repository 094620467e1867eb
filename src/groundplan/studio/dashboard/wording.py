"""Ranges and changes in words."""

from __future__ import annotations

from decimal import Decimal

from groundplan.studio.dashboard.ranges import Days
from groundplan.studio.rendering import NOTHING

_WITHOUT_CENTS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_IN_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
"""As core.minor_units has them."""


def minor_units(currency: str) -> int:
    """With how many decimal places an amount is shown."""
    return 0 if currency in _WITHOUT_CENTS else 3 if currency in _IN_THOUSANDTHS else 2


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
