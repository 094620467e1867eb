"""Which style a column of texts is written in: a guess, with the reason, for a person to check."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from groundplan.importer.values.numbers import NumberStyle, read_number
from groundplan.importer.values.refused import Refused, shown
from groundplan.importer.values.times import TimeStyle, read_day

_NUMBER_STYLES = tuple(
    NumberStyle(decimal, thousands)
    for decimal in (".", ",")
    for thousands in ("", ",", ".", " ", "'")
    if decimal != thousands
)
_DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d",
         "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y",
         "%d-%b-%Y", "%d-%b-%y")  # fmt: skip
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S %z", " %H:%M %z")
_DIGIT = re.compile(r"\d")


def guess_numbers(texts: Sequence[str]) -> tuple[NumberStyle, str] | None:
    """The style that reads all of ``texts`` (blank ones aside) as numbers, and why.

    None when there is none, or no text at all. The plainest style wins; the reason says so when
    another would read other numbers.
    """
    texts = [text for text in texts if text.strip()]
    if not texts or not all(_DIGIT.search(text) for text in texts):
        return None
    fitting = [
        (style, readings)
        for style in _NUMBER_STYLES
        if (readings := _all(texts, lambda text, s=style: read_number(text, s))) is not None
    ]
    if not fitting:
        return None
    style, readings = fitting[0]
    for other, others in fitting[1:]:
        for text, first, second in zip(texts, readings, others, strict=True):
            if first != second:
                return style, (
                    f"{shown(text)} is read as {first}; with {_named(other)} it would be {second}"
                )
    sample = next((text for text in texts if not text.strip().isdigit()), texts[0])
    return style, f"numbers like {shown(sample)}"


def guess_times(texts: Sequence[str]) -> tuple[tuple[str, ...], str] | None:
    """The formats of which each reads all of ``texts`` (blank ones aside) as days, and why.

    More than one means that they read different days and that the file does not tell which is
    meant. None when there is none.
    """
    texts = [text for text in texts if text.strip()]
    if not texts or not all(len(text) > 5 and _DIGIT.search(text) for text in texts):
        return None
    found: dict[tuple[object, ...], str] = {}
    for style in _time_styles():
        days = _all(texts, lambda text, s=style: read_day(text, s))
        if days is not None:
            found.setdefault(tuple(days), style.formats[0])
    if not found:
        return None
    formats = tuple(found.values())
    if len(formats) > 1:
        return formats, f"{shown(texts[0])} fits {' and '.join(formats)}, which are different days"
    return formats, f"times like {shown(texts[0])}"


@cache
def _time_styles() -> tuple[TimeStyle, ...]:
    forms = ("iso", *(day + clock for clock in _CLOCKS for day in _DAYS))
    return tuple(TimeStyle((form,)) for form in forms)


def _all(texts: Sequence[str], read: Callable[[str], object]) -> list[object] | None:
    readings: list[object] = []
    for text in texts:
        try:
            readings.append(read(text))
        except Refused:
            return None
    return readings


def _named(style: NumberStyle) -> str:
    thousands = f", thousands {style.thousands!r}" if style.thousands else ""
    return f"decimal {style.decimal!r}{thousands}"
