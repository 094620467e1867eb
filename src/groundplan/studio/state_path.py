"""The path of a status as a drawing: statuses in columns, by how far they are from the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groundplan.rules import StateMachine

_HEIGHT = 34
_CHARACTER = 7.6
_PADDING = 22
_BETWEEN = 58
_ROW = 62
_MARGIN = 6


@dataclass(frozen=True)
class State:
    """A box; ``x`` and ``y`` are its upper left corner."""

    name: str
    x: int
    y: int
    width: int
    is_first: bool
    is_final: bool

    @property
    def height(self) -> int:
        return _HEIGHT

    @property
    def middle(self) -> int:
        """Where its text begins to be centred."""
        return self.x + self.width // 2


@dataclass(frozen=True)
class Move:
    """An arrow, as the data of an SVG path."""

    start: str
    end: str
    path: str


@dataclass(frozen=True)
class StatePath:
    """The whole drawing."""

    width: int
    height: int
    states: tuple[State, ...]
    moves: tuple[Move, ...]


def state_path(machine: StateMachine) -> StatePath:
    """All statuses and moves of a machine."""
    columns = _columns(machine)
    places: dict[str, State] = {}
    left = _MARGIN
    deepest = max(len(names) for names in columns)
    for names in columns:
        width = max(round(len(name) * _CHARACTER) + _PADDING for name in names)
        for row, name in enumerate(names):
            places[name] = State(
                name,
                left,
                _MARGIN + row * _ROW + (_ROW // 2 if deepest - len(names) == 1 else 0),
                width,
                is_first=name in machine.begins_in,
                is_final=not machine.moves[name],
            )
        left += width + _BETWEEN
    columns_of = {name: place for place, names in enumerate(columns) for name in names}
    moves = tuple(
        Move(start, end, _curve(places[start], places[end], columns_of, index))
        for start, ends in machine.moves.items()
        for index, end in enumerate(ends)
    )
    bends = any(
        columns_of[end] - columns_of[start] != 1
        for start, ends in machine.moves.items()
        for end in ends
    )
    return StatePath(
        width=left - _BETWEEN + _MARGIN,
        height=deepest * _ROW + _MARGIN + (_ROW // 2 if bends else 0),
        states=tuple(places.values()),
        moves=moves,
    )


def _columns(machine: StateMachine) -> list[list[str]]:
    """Statuses by the length of the longest way there; what is final and early stands below."""
    depth = _depths(machine.moves, machine.begins_in)
    columns: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name in machine.moves:
        columns[depth[name]].append(name)
    for names in columns:
        names.sort(key=lambda name: -_reach(machine.moves, name))
    return [names for names in columns if names]


def _depths(moves: Mapping[str, tuple[str, ...]], begins_in: tuple[str, ...]) -> dict[str, int]:
    """The longest way to each status that goes round no circle."""
    depth: dict[str, int] = {}

    def visit(name: str, far: int, way: frozenset[str]) -> None:
        if depth.get(name, -1) >= far:
            return
        depth[name] = far
        for end in moves[name]:
            if end not in way:
                visit(end, far + 1, way | {end})

    for name in begins_in:
        visit(name, 0, frozenset({name}))
    for name in moves:
        depth.setdefault(name, 0)
    return depth


def _reach(moves: Mapping[str, tuple[str, ...]], name: str) -> int:
    """How many statuses can still come."""
    seen = {name}
    waiting = [name]
    while waiting:
        for end in moves[waiting.pop()]:
            if end not in seen:
                seen.add(end)
                waiting.append(end)
    return len(seen)


def _curve(start: State, end: State, columns: dict[str, int], index: int) -> str:
    """From the right of one box to the left of the other; what skips a column goes beneath."""
    y1 = start.y + _HEIGHT // 2
    y2 = end.y + _HEIGHT // 2
    x1 = start.x + start.width
    far = columns[end.name] - columns[start.name]
    if far == 1 or (far > 1 and y1 != y2):
        x2 = end.x - 3
        bend = min(_BETWEEN, x2 - x1) // 2 + (far - 1) * 30
        return f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    below = max(start.y, end.y) + _HEIGHT
    dip = below + _ROW // 2 + 4 * index
    x1, x2 = start.middle, end.middle
    return f"M{x1} {start.y + _HEIGHT} C{x1} {dip} {x2} {dip} {x2} {end.y + _HEIGHT + 3}"
