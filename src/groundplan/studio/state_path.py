"""The path of a status as a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groundplan.rules import StateMachine

_HEIGHT = 34
_CHARACTER = 7.6
_PADDING = 22
_BETWEEN = 58
_ROW = 58
_MARGIN = 6
_ARC = 17


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
    """All statuses and moves of a machine.

    The longest way stands in one line, what leaves it beneath. Moves that skip a status of the
    line are drawn above it.
    """
    moves = machine.moves
    line = _longest_way(moves, machine.begins_in)
    columns = [[name] for name in line]
    for name in moves:
        if name not in line:
            far = [line.index(start) for start in line if name in moves[start]]
            columns[min(max(far, default=-1) + 1, len(line) - 1)].append(name)
    skips = [
        (start, end)
        for start, ends in moves.items()
        for end in ends
        if start in line and end in line and line.index(end) - line.index(start) != 1
    ]
    top = _MARGIN + (_ARC * (1 + len(skips)) if skips else 0)
    places = _places(machine, columns, top)
    return StatePath(
        width=max(place.x + place.width for place in places.values()) + _MARGIN,
        height=max(place.y + place.height for place in places.values()) + _MARGIN,
        states=tuple(places.values()),
        moves=tuple(
            Move(start, end, _path(places[start], places[end], _rank(skips, start, end)))
            for start, ends in moves.items()
            for end in ends
        ),
    )


def _places(machine: StateMachine, columns: list[list[str]], top: int) -> dict[str, State]:
    places: dict[str, State] = {}
    left = _MARGIN
    for names in columns:
        width = max(round(len(name) * _CHARACTER) + _PADDING for name in names)
        for row, name in enumerate(names):
            is_final = not machine.moves[name]
            is_first = name in machine.begins_in
            places[name] = State(name, left, top + row * _ROW, width, is_first, is_final)
        left += width + _BETWEEN
    return places


def _longest_way(moves: Mapping[str, tuple[str, ...]], begins_in: tuple[str, ...]) -> list[str]:
    """From a first status on, through as many others as can be without meeting one twice."""
    best: list[str] = []

    def visit(way: list[str]) -> None:
        nonlocal best
        if len(way) > len(best):
            best = way
        for end in moves[way[-1]]:
            if end not in way:
                visit([*way, end])

    for name in begins_in:
        visit([name])
    return best


def _rank(skips: list[tuple[str, str]], start: str, end: str) -> int:
    """How high above the line a move goes: 0 is not above it."""
    return skips.index((start, end)) + 1 if (start, end) in skips else 0


def _path(start: State, end: State, rank: int) -> str:
    if rank:
        peak = start.y - _ARC * (1 + rank)
        x1, x2 = start.middle + 5 * rank, end.middle - 5 * rank
        return f"M{x1} {start.y} C{x1} {peak} {x2} {peak} {x2} {end.y - 4}"
    y1, y2 = start.y + _HEIGHT // 2, end.y + _HEIGHT // 2
    x1, x2 = start.x + start.width, end.x - 4
    if x2 > x1:
        bend = (x2 - x1) // 2
        return f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    x1, x2 = start.middle, end.middle
    if y1 == y2:
        return f"M{x1} {start.y} C{x1} {y1 - _ROW} {x2 + 9} {y1 - _ROW} {x2 + 9} {end.y - 4}"
    edge = (start.y, end.y + _HEIGHT + 4) if y1 > y2 else (start.y + _HEIGHT, end.y - 4)
    return f"M{x1} {edge[0]} L{x2} {edge[1]}"
