"""The picture of the results: bars with their spread, as SVG, for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from .measure import Spread, shown

_WIDTH, _LABELS, _BAR, _GAP, _HEAD = 860, 310, 16, 8, 46
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 15px; }
.note { fill: #59636e; font-size: 12px; }
.other { fill: #afb8c1; } .ours { fill: #0969da; }
.spread { stroke: #1f2328; stroke-width: 1.5; }
.back { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .note { fill: #9198a1; }
    .other { fill: #57606a; } .ours { fill: #4493f8; }
    .spread { stroke: #e6edf3; } .back { fill: #0d1117; }
}
"""


@dataclass(frozen=True)
class Bar:
    """One way; ``is_ours`` is drawn in another colour."""

    label: str
    value: Spread
    is_ours: bool


@dataclass(frozen=True)
class Panel:
    """Bars that are compared; on a logarithmic scale where they differ by powers of ten."""

    title: str
    note: str
    bars: tuple[Bar, ...]
    is_logarithmic: bool = False


def drawing(panels: Sequence[Panel]) -> str:
    """The whole picture, panels below each other."""
    parts: list[str] = []
    top = 12
    for panel in panels:
        parts += _panel(panel, top)
        top += _HEAD + len(panel.bars) * (_BAR + _GAP) + 18
    what = escape("; ".join(panel.title for panel in panels))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" role="img">',
            f"<title>{what}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect class="back" width="{_WIDTH}" height="{top}" rx="6"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _panel(panel: Panel, top: int) -> list[str]:
    values = [bar.value for bar in panel.bars]
    most = max(value.most for value in values)
    least = min((value.least for value in values if value.least > 0), default=most)
    floor = 10 ** math.floor(math.log10(least)) if panel.is_logarithmic and least > 0 else 0.0

    def x(number: float) -> float:
        space = _WIDTH - _LABELS - 90
        if floor:
            share = math.log10(max(number, floor) / floor) / (math.log10(most / floor) or 1)
        else:
            share = max(number, 0) / most if most > 0 else 0.0
        return round(_LABELS + share * space, 1)

    parts = [
        f'<text class="title" x="16" y="{top + 18}">{escape(panel.title)}</text>',
        f'<text class="note" x="16" y="{top + 35}">{escape(panel.note)}</text>',
    ]
    for number, bar in enumerate(panel.bars):
        y = top + _HEAD + number * (_BAR + _GAP)
        middle, low, high = x(bar.value.middle), x(bar.value.least), x(bar.value.most)
        kind, line = "ours" if bar.is_ours else "other", y + _BAR / 2
        parts += [
            f'<text x="{_LABELS - 10}" y="{y + 13}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect class="{kind}" x="{_LABELS}" y="{y}" width="{max(middle - _LABELS, 1):.1f}"'
            f' height="{_BAR}" rx="2"/>',
            f'<line class="spread" x1="{low}" y1="{line}" x2="{high}" y2="{line}"/>',
            f'<text x="{max(high, middle) + 8:.1f}" y="{y + 13}">{shown(bar.value.middle)}</text>',
        ]
    return parts
