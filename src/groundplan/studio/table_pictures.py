"""Small pictures on the page of a table, as plain numbers: its neighbours, and its statuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from groundplan.rules import StateMachine
from groundplan.studio.diagram import Reference

HEIGHT = 30
_ROW_GAP = 12
_LANE = 64
_LETTER = 7.4
"""Width of an average letter of the labels, in the widest of the usual fonts."""
_MOST = 9
"""Neighbours on one side; the list beneath has all of them."""
_STATE_GAP = 46


@dataclass(frozen=True)
class Box:
    """A rectangle with a name in it. ``tone``: self, parent, child, more, begin, final, plain."""

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


def statuses(machine: StateMachine) -> Picture:
    """Statuses from left to right, with an arrow for each allowed move."""
    depths = _depths(machine)
    rows = _rows(machine, depths)
    widths = [
        max(_width(state) for state, depth in depths.items() if depth == column)
        for column in sorted(set(depths.values()))
    ]
    starts = [0.0]
    for width in widths:
        starts.append(starts[-1] + width + _STATE_GAP)
    highest = _highest_bow(machine, depths, rows)
    step = HEIGHT + 34
    boxes = {
        state: Box(
            state,
            starts[depth],
            highest + rows[state] * step,
            widths[depth],
            "begin" if state in machine.begins_in else "plain" if machine.moves[state] else "final",
        )
        for state, depth in depths.items()
    }
    lines = tuple(
        Line(_move(boxes[start], boxes[end], depths[end] - depths[start]), f"{start} to {end}")
        for start, ends in machine.moves.items()
        for end in ends
    )
    words = "; ".join(
        f"{start} may become {' or '.join(ends)}" if ends else f"{start} is final"
        for start, ends in machine.moves.items()
    )
    height = highest + (max(rows.values()) + 1) * step - 34 + 4
    return Picture(starts[-1] - _STATE_GAP + 4, height, tuple(boxes.values()), lines, words)


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


def _depths(machine: StateMachine) -> dict[str, int]:
    """How many moves away a status is at most; a way back does not count."""
    depths = dict.fromkeys(machine.moves, 0)

    def walk(state: str, seen: tuple[str, ...]) -> None:
        for end in machine.moves[state]:
            if end not in seen and depths[end] <= depths[state]:
                depths[end] = depths[state] + 1
                walk(end, (*seen, end))

    for state in machine.begins_in:
        walk(state, (state,))
    # Columns without a status in them are left out.
    used = {depth: place for place, depth in enumerate(sorted(set(depths.values())))}
    return {state: used[depth] for state, depth in depths.items()}


def _rows(machine: StateMachine, depths: Mapping[str, int]) -> dict[str, int]:
    """The longest way is the first row; the others stand beneath it."""
    deepest = max(depths.values())
    taken: dict[int, int] = {}
    rows: dict[str, int] = {}

    def order(state: str) -> int:
        """Those that lead on first."""
        return -_longest(machine, state, ())

    for state in sorted(depths, key=lambda each: (depths[each], order(each))):
        alone_at_the_end = not machine.moves[state] and depths[state] < deepest
        row = max(taken.get(depths[state], 0), 1 if alone_at_the_end else 0)
        rows[state] = row
        taken[depths[state]] = row + 1
    return rows


def _longest(machine: StateMachine, state: str, seen: tuple[str, ...]) -> int:
    ends = [end for end in machine.moves[state] if end not in seen]
    return max((1 + _longest(machine, end, (*seen, state)) for end in ends), default=0)


def _highest_bow(
    machine: StateMachine, depths: Mapping[str, int], rows: Mapping[str, int]
) -> float:
    """Room above the first row for the moves that pass over other statuses."""
    over = [
        abs(depths[end] - depths[start])
        for start, ends in machine.moves.items()
        for end in ends
        if rows[start] == rows[end] == 0 and depths[end] - depths[start] != 1
    ]
    return max((12.0 + 13 * each for each in over), default=4.0)


def _move(start: Box, end: Box, columns: int) -> str:
    if start.y == end.y and columns == 1:
        return f"M{start.x + start.width:.1f} {start.middle:.1f} H{end.x - 6:.1f}"
    if start.y == end.y:
        x, aim = start.x + start.width * 0.62, end.x + end.width * 0.38
        top = start.y - (14 + 17 * abs(columns))
        lift = end.y - 6
        return f"M{x:.1f} {start.y:.1f} C{x:.1f} {top:.1f} {aim:.1f} {top:.1f} {aim:.1f} {lift:.1f}"
    if columns == 0:
        x = start.x + start.width / 2
        y, aim = (start.y + HEIGHT, end.y - 6) if end.y > start.y else (start.y, end.y + HEIGHT + 6)
        return f"M{x:.1f} {y:.1f} V{aim:.1f}"
    x = start.x + start.width * 0.5
    y = start.y + HEIGHT if end.y > start.y else start.y
    aim = end.x - 6 if columns > 0 else end.x + end.width + 6
    level = f"{end.middle:.1f}"
    return f"M{x:.1f} {y:.1f} C{x:.1f} {level} {x:.1f} {level} {aim:.1f} {level}"
