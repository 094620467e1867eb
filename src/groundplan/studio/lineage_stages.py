"""The way of one column from its source to its number, as stages to be drawn from left to right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from groundplan.studio.lineage import ColumnLineage, Lineage, Place

Kind = Literal["table", "delta", "base", "view", "report"]


@dataclass(frozen=True)
class Box:
    """A relation and what of it is used; ``notes`` are sentences about it."""

    kind: Kind
    name: str
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """What stands beside each other in the picture."""

    title: str
    boxes: tuple[Box, ...]


def stages(lineage: Lineage, report: str, column: str) -> tuple[Stage, ...]:
    """From tables, through counts with their deltas and bases and through views, to the report."""
    found = lineage.reports[report].columns[column]
    passed = list(dict.fromkeys(_passed(lineage, report, found)))
    counted = [place for place in passed if place[0] in lineage.levels]
    views = [place for place in passed if place[0] not in lineage.levels]
    if lineage.reports[report].is_count:
        counted = [(report, column)]
    drawn = [Stage("Source", _tables(found))]
    if counted:
        drawn.append(Stage("Waits as a change", _deltas(lineage, counted)))
        drawn.append(Stage("Is counted", _bases(lineage, counted)))
    if counted and not lineage.reports[report].is_count:
        drawn.append(Stage("Count, exact", tuple(_grouped("view", counted, lineage))))
    if views:
        drawn.append(Stage("View", tuple(_grouped("view", views, lineage))))
    computed = (f"{column} = {found.expression}",) if found.expression else (column,)
    if lineage.reports[report].is_count:
        computed = (column,)
    drawn.append(Stage("Number", (Box("report", report, computed),)))
    return tuple(stage for stage in drawn if stage.boxes)


def _passed(lineage: Lineage, report: str, column: ColumnLineage) -> Iterator[Place]:
    """The reports between, by name without schema, with the column that is used of each."""
    for relation, name in column.direct:
        inner = relation.removeprefix("reporting.")
        if inner == report or inner not in lineage.reports:
            continue
        yield inner, name
        further = lineage.reports[inner].columns.get(name)
        if further is not None:
            yield from _passed(lineage, inner, further)


def _tables(column: ColumnLineage) -> tuple[Box, ...]:
    found: dict[str, list[str]] = {}
    for table, name in column.sources:
        found.setdefault(table, []).append(name)
    return tuple(Box("table", table, tuple(names)) for table, names in found.items())


def _deltas(lineage: Lineage, counted: list[Place]) -> tuple[Box, ...]:
    """A transaction appends what it changes, in the same transaction."""
    found: dict[str, dict[str, None]] = {}
    for count, name in counted:
        column = lineage.reports[count].columns[name]
        text = f"{name} = {column.expression}" if column.expression else name
        found.setdefault(lineage.source_of(count).delta, {})[text] = None
    return tuple(Box("delta", name, tuple(lines)) for name, lines in found.items())


def _bases(lineage: Lineage, counted: list[Place]) -> tuple[Box, ...]:
    boxes: dict[str, Box] = {}
    for count, name in counted:
        level = lineage.levels[count]
        column = lineage.reports[count].columns[name]
        before = boxes.get(level.base, Box("base", level.base))
        notes = dict.fromkeys((*before.notes, f"by {', '.join(level.key_names)}"))
        if level.rollup.where:
            notes[f"only rows where {level.rollup.where}"] = None
        lines = (*before.lines, f"{name}: {column.counted}")
        boxes[level.base] = Box("base", level.base, lines, tuple(notes))
    return tuple(boxes.values())


def _grouped(kind: Kind, places: list[Place], lineage: Lineage) -> Iterator[Box]:
    found: dict[str, list[str]] = {}
    for name, column in places:
        found.setdefault(name, []).append(column)
    for name, columns in found.items():
        notes = ("base and what waits, added when it is read",) if name in lineage.levels else ()
        yield Box(kind, name, tuple(columns), notes)
