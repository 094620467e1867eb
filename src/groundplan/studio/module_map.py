"""The modules as boxes with arrows to what they need: where each stands, as plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from textwrap import shorten, wrap

from groundplan.modules.module import Module

BOX_WIDTH = 196
BOX_HEIGHT = 104
COLUMN_GAP = 54
ROW_GAP = 22
_CHARACTERS, _LINES = 29, 4
"""What fits into a box of a summary."""


@dataclass(frozen=True)
class Box:
    """A module. ``x``, ``y``: its upper left corner. ``lines``: its summary."""

    name: str
    href: str
    colour: int
    tables: int
    lines: tuple[str, ...]
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Arrow:
    """From a module to one that it needs. ``path`` as SVG writes it."""

    source: str
    target: str
    path: str


@dataclass(frozen=True)
class ModuleMap:
    """The picture."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    box_width: float = BOX_WIDTH
    box_height: float = BOX_HEIGHT


def module_map(
    modules: Mapping[str, Module], tables: Mapping[str, int], href: Callable[[str], str]
) -> ModuleMap:
    """``modules``: each after those it needs. What is needed stands to the left."""
    columns = _columns(modules)
    most = max((len(column) for column in columns), default=0)
    height = most * (BOX_HEIGHT + ROW_GAP) - ROW_GAP
    boxes: dict[str, Box] = {}
    for number, column in enumerate(columns):
        own = len(column) * (BOX_HEIGHT + ROW_GAP) - ROW_GAP
        for place, name in enumerate(column):
            boxes[name] = Box(
                name,
                href(name),
                list(modules).index(name) % 7,
                tables[name],
                tuple(wrap(shorten(modules[name].summary, _CHARACTERS * _LINES), _CHARACTERS)),
                _label(modules[name], tables[name]),
                number * (BOX_WIDTH + COLUMN_GAP),
                (height - own) / 2 + place * (BOX_HEIGHT + ROW_GAP),
            )
    arrows = tuple(
        Arrow(name, needed, _path(boxes[name], boxes[needed]))
        for name in modules
        for needed in direct_needs(name, modules)
    )
    width = len(columns) * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP
    return ModuleMap(width, height, tuple(boxes.values()), arrows)


def direct_needs(name: str, modules: Mapping[str, Module]) -> list[str]:
    """What it needs, without what that needs anyway."""
    needs = [needed for needed in modules[name].needs if needed in modules]
    beneath = {each for needed in needs for each in _beneath(needed, modules)}
    return [needed for needed in needs if needed not in beneath]


def _beneath(name: str, modules: Mapping[str, Module]) -> set[str]:
    found: set[str] = set()
    for needed in modules[name].needs:
        if needed in modules:
            found |= {needed} | _beneath(needed, modules)
    return found


def _columns(modules: Mapping[str, Module]) -> list[list[str]]:
    """Modules by how many others lie beneath them, and beside what they need."""
    depths: dict[str, int] = {}
    for name, module in modules.items():
        needs = [depths[needed] for needed in module.needs if needed in depths]
        depths[name] = max(needs, default=-1) + 1
    columns: list[list[str]] = []
    heights: dict[str, float] = {}
    for wanted in sorted(set(depths.values())):
        column = [name for name, depth in depths.items() if depth == wanted]
        column.sort(key=lambda name: _pull(name, modules, heights))
        for place, name in enumerate(column):
            heights[name] = place - (len(column) - 1) / 2
        columns.append(column)
    return columns


def _pull(name: str, modules: Mapping[str, Module], heights: Mapping[str, float]) -> float:
    """The mean height of what it needs."""
    needs = [heights[needed] for needed in direct_needs(name, modules)]
    return sum(needs) / len(needs) if needs else 0.0


def _label(module: Module, tables: int) -> str:
    needs = f" Needs {_listed(module.needs)}." if module.needs else ""
    return f"{module.name}, {tables} tables. {module.summary}{needs}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _path(source: Box, target: Box) -> str:
    x, y = source.x, source.y + BOX_HEIGHT / 2
    end, end_y = target.x + BOX_WIDTH + 7, target.y + BOX_HEIGHT / 2
    bend = max(20.0, (x - end) / 2)
    return f"M{x:g} {y:g} C{x - bend:g} {y:g} {end + bend:g} {end_y:g} {end:g} {end_y:g}"
