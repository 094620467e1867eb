"""Where the tables of the picture stand: modules in rows by what they need, parents above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 900
MARGIN = 10
PADDING = 12
TITLE = 30
BOX_HEIGHT = 24
BOX_GAP = 10
LEVEL_GAP = 22
ROW_GAP = 26
LETTER = 7.0
"""Width of an average letter at the size of the labels, in the widest of the usual fonts."""


@dataclass(frozen=True)
class Box:
    """A rectangle with the name of a table or view in it; pixels."""

    name: str
    module: str
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + BOX_HEIGHT


@dataclass(frozen=True)
class Panel:
    """The coloured ground of a module."""

    module: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """``boxes`` by schema.name."""

    panels: tuple[Panel, ...]
    boxes: Mapping[str, Box]
    height: float


def layout(rows: Sequence[Sequence[str]], levels: Mapping[str, Sequence[Sequence[str]]]) -> Layout:
    """Place everything.

    ``rows`` are names of modules from top to bottom, ``levels`` the names (schema.name) in each
    module from top to bottom.
    """
    panels: list[Panel] = []
    boxes: dict[str, Box] = {}
    y = float(MARGIN)
    for row in rows:
        widths = _shares([_natural(levels[module]) for module in row])
        x, height = float(MARGIN), 0.0
        placed: list[tuple[str, float, float]] = []
        for module, width in zip(row, widths, strict=True):
            bottom = _fill(boxes, module, levels[module], (x, y, width))
            height = max(height, bottom - y)
            placed.append((module, x, width))
            x += width + ROW_GAP
        panels += [Panel(module, x, y, width, height) for module, x, width in placed]
        y += height + ROW_GAP
    return Layout(tuple(panels), boxes, y - ROW_GAP + MARGIN)


def _box_width(name: str) -> float:
    return len(name.split(".")[-1]) * LETTER + 16


def _natural(levels: Sequence[Sequence[str]]) -> float:
    """The width in which each level would stand in one line, within reason."""
    lines = [sum(_box_width(name) + BOX_GAP for name in level) for level in levels]
    return min(max(lines, default=0.0), WIDTH * 0.55) + PADDING * 2


def _shares(natural: Sequence[float]) -> list[float]:
    """The widths, so that together they fill a row."""
    free = WIDTH - MARGIN * 2 - ROW_GAP * (len(natural) - 1)
    return [free * each / sum(natural) for each in natural]


def _fill(
    boxes: dict[str, Box],
    module: str,
    levels: Sequence[Sequence[str]],
    place: tuple[float, float, float],
) -> float:
    """Place the boxes of a module; returns the y at which its panel ends."""
    x, y, width = place
    y += TITLE
    for level in levels:
        for line in _lines(level, width - PADDING * 2):
            used = sum(_box_width(name) for name in line)
            gap = min((width - PADDING * 2 - used) / (len(line) + 1), 40.0)
            at = x + (width - used - gap * (len(line) - 1)) / 2
            for name in line:
                boxes[name] = Box(name.split(".")[-1], module, at, y, _box_width(name))
                at += _box_width(name) + gap
            y += BOX_HEIGHT + LEVEL_GAP
    return y - LEVEL_GAP + PADDING


def _lines(level: Sequence[str], width: float) -> list[list[str]]:
    """As many lines as it needs, as even as they get."""
    lines: list[list[str]] = [[]]
    used = 0.0
    for name in level:
        needed = _box_width(name) + BOX_GAP
        if lines[-1] and used + needed > width:
            lines.append([])
            used = 0.0
        lines[-1].append(name)
        used += needed
    return lines
