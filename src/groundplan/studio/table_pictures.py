"""The small picture on the page of a table: its neighbours, as plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from groundplan.studio.diagram import Reference

HEIGHT = 30
_ROW_GAP = 12
_LANE = 64
_LETTER = 7.4
"""Width of an average letter of the labels, in the widest of the usual fonts."""
_MOST = 9
"""Neighbours on one side; the list beneath has all of them."""


@dataclass(frozen=True)
class Box:
    """A rectangle with a name in it. ``tone``: self, parent, child or more."""

    label: str
    x: float
    y: float
    width: float
    tone: str
    href: str = ""
    title: str = ""
    height: float = HEIGHT

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Line:
    """``path`` as SVG writes it; ``implied``: without a foreign key."""

    path: str
    title: str
    implied: bool = False


@dataclass(frozen=True)
class Picture:
    """``label`` says in words what it shows."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    label: str


def neighbours(name: str, lines: Sequence[Reference], href: Callable[[str], str]) -> Picture:
    """What the table refers to on its left, what refers to it on its right."""
    parents = _grouped(lines, name, of_parents=True)
    children = _grouped(lines, name, of_parents=False)
    left, right = _side(parents), _side(children)
    wide = [max((_width(label) for label, _ in side), default=0.0) for side in (left, right)]
    rows = max(len(left), len(right), 1)
    height = rows * (HEIGHT + _ROW_GAP) - _ROW_GAP
    start = wide[0] + _LANE if left else 0.0
    own = Box(name, start, (height - HEIGHT) / 2, _width(name), "self")
    boxes, drawn = [own], list[Line]()
    places = (
        (left, parents, "parent", 0.0, wide[0]),
        (right, children, "child", start + own.width + _LANE, wide[1]),
    )
    for side, through, tone, x, width in places:
        top = (height - (len(side) * (HEIGHT + _ROW_GAP) - _ROW_GAP)) / 2
        for row, (label, other) in enumerate(side):
            y = top + row * (HEIGHT + _ROW_GAP)
            if other is None:
                boxes.append(Box(label, x, y, width, "more"))
                continue
            title = ", ".join(", ".join(line.columns) for line in through[other])
            box = Box(label, x, y, width, tone, href(other), title)
            boxes.append(box)
            child, parent = (own, box) if tone == "parent" else (box, own)
            implied = all(line.implied for line in through[other])
            drawn.append(Line(_leftwards(child, parent), title, implied))
    total = start + own.width + (_LANE + wide[1] if right else 0)
    words = f"{name} refers to {_listed(parents)}; {_listed(children)} refer to it"
    return Picture(total, height, tuple(boxes), tuple(drawn), words)


def _grouped(
    lines: Sequence[Reference], name: str, *, of_parents: bool
) -> dict[str, list[Reference]]:
    """The references to each parent or from each child; those of the table to itself are no
    neighbours."""
    found: dict[str, list[Reference]] = {}
    for line in lines:
        here, other = (line.child, line.parent) if of_parents else (line.parent, line.child)
        if here == name and other != name:
            found.setdefault(other, []).append(line)
    return found


def _side(names: Mapping[str, object]) -> list[tuple[str, str | None]]:
    listed = list(names)
    if len(listed) <= _MOST:
        return [(name, name) for name in listed]
    shown: list[tuple[str, str | None]] = [(name, name) for name in listed[: _MOST - 1]]
    return [*shown, (f"and {len(listed) - _MOST + 1} more", None)]


def _width(label: str) -> float:
    return len(label) * _LETTER + 22


def _leftwards(child: Box, parent: Box) -> str:
    """From the left edge of the child to the right edge of the parent."""
    x, end = child.x, parent.x + parent.width + 6
    bend = (x - end) / 2
    return (
        f"M{x:.1f} {child.middle:.1f} C{x - bend:.1f} {child.middle:.1f} "
        f"{end + bend:.1f} {parent.middle:.1f} {end:.1f} {parent.middle:.1f}"
    )


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names) or "nothing"
