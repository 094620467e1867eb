"""From a source column to a number: what each column of each report is made of.

Counts are told by their declarations, exactly. Other views are told by their text, and by the
catalog (``dependencies``) where a connection was there to ask it. Pure: no connection here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from groundplan.reports import Rollup
from groundplan.reports.source import Counted, Source, levels_of, sources_of
from groundplan.snapshot.model import Snapshot, View
from groundplan.studio import view_text
from groundplan.studio.knowledge import Knowledge

Place = tuple[str, str]
"""A relation, with its schema, and a column of it."""

_ROW_COLUMN = re.compile(r"\br\.([a-z_][a-z0-9_]*)")


@dataclass(frozen=True)
class Dependency:
    """A view reads a column of a relation; all with their schema."""

    view: str
    relation: str
    column: str


@dataclass(frozen=True)
class ColumnLineage:
    """``direct``: what the view itself reads for it. ``sources``: the columns of tables behind
    those, through every count and view between. ``counted``: how, for a column of a
    count; ``condition``: of which rows.
    """

    name: str
    expression: str
    direct: tuple[Place, ...]
    sources: tuple[Place, ...]
    counted: str = ""
    condition: str = ""


@dataclass(frozen=True)
class ReportLineage:
    """``counts``: the counts it is made of, itself among them if it is one. ``tables``: what it
    reads that is no view. ``columns`` in the order of the view."""

    name: str
    is_count: bool
    columns: Mapping[str, ColumnLineage]
    counts: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    sources: frozenset[Place] = frozenset()


@dataclass(frozen=True)
class Lineage:
    """Of all reports, by their name without the schema."""

    reports: Mapping[str, ReportLineage]
    levels: Mapping[str, Counted] = field(default_factory=dict[str, Counted])
    sources: tuple[Source, ...] = ()

    def reports_of_column(self, table: str, column: str) -> list[str]:
        """The reports for which the column is read: ("sales.ledger_entries", "charged")."""
        return [
            report.name for report in self.reports.values() if (table, column) in report.sources
        ]

    def source_of(self, count: str) -> Source:
        """The source of a count; KeyError if it is none."""
        rollup = self.levels[count].rollup
        return next(source for source in self.sources if source.table == rollup.source)


def reads_column(lineage: Lineage, table: str, column: str) -> list[str]:
    """The names of the reports that read a column of a table: for the page of that table."""
    return lineage.reports_of_column(table, column)


def report_views(snapshot: Snapshot) -> list[View]:
    """The views of schema reporting that are meant to be read."""
    return [
        view for schema in snapshot.schemas for view in schema.views if view.schema == "reporting"
    ]


def report_lineage(knowledge: Knowledge, dependencies: Iterable[Dependency] = ()) -> Lineage:
    """Of every report. Without ``dependencies`` the text of the views is all that is known."""
    views = {view.qualified: view for view in report_views(knowledge.snapshot)}
    levels = {level.view: level for rollup in knowledge.plan.rollups for level in levels_of(rollup)}
    read: dict[str, set[Place]] = {}
    for each in dependencies:
        read.setdefault(each.view, set()).add((each.relation, each.column))
    tracer = _Tracer(knowledge.snapshot, views, levels, read)
    return Lineage(
        {view.name: tracer.report(name) for name, view in views.items()},
        {level.name: level for level in levels.values()},
        sources_of(knowledge.plan.rollups),
    )


class _Tracer:
    """Follows columns down; what was followed once is kept."""

    def __init__(
        self,
        snapshot: Snapshot,
        views: Mapping[str, View],
        levels: Mapping[str, Counted],
        read: Mapping[str, set[Place]],
    ) -> None:
        self._columns = {
            table.qualified: {column.name for column in table.columns}
            for table in snapshot.tables()
        } | {name: {column.name for column in view.columns} for name, view in views.items()}
        self._views, self._levels, self._read = views, levels, read
        self._reports: dict[str, ReportLineage] = {}

    def report(self, name: str) -> ReportLineage:
        if name not in self._reports:
            level = self._levels.get(name)
            self._reports[name] = (
                _of_count(level) if level is not None else self._of_view(self._views[name])
            )
        return self._reports[name]

    def _of_view(self, view: View) -> ReportLineage:
        text = _Text(view, self._columns)
        columns = {each.name: self._column(text, each.name) for each in view.columns}
        read = self._read.get(view.qualified) or text.read
        relations = sorted({relation for relation, _ in read})
        inner = [self.report(each) for each in relations if each in self._views]
        sources = {place for each in columns.values() for place in each.sources} | self._behind(
            read
        )
        return ReportLineage(
            view.name,
            is_count=False,
            columns=columns,
            counts=tuple(dict.fromkeys(name for each in inner for name in each.counts)),
            tables=tuple(
                sorted(
                    {each for each in relations if each not in self._views}
                    | {table for each in inner for table in each.tables}
                )
            ),
            sources=frozenset(sources),
        )

    def _column(self, text: _Text, name: str) -> ColumnLineage:
        direct = text.direct(name)
        behind = tuple(dict.fromkeys(p for place in direct for p in self._ends(place)))
        return ColumnLineage(name, text.expression(name), direct, behind)

    def _behind(self, read: Iterable[Place]) -> set[Place]:
        return {end for place in read for end in self._ends(place)}

    def _ends(self, place: Place) -> tuple[Place, ...]:
        """The columns of tables behind a column of a view; a column of a table is its own end."""
        relation, column = place
        if relation not in self._views:
            return (place,)
        found = self.report(relation).columns.get(column)
        return found.sources if found is not None else ()


class _Text:
    """The text of a view, with the relations it names."""

    def __init__(self, view: View, columns: Mapping[str, set[str]]) -> None:
        self._relations = {
            alias: relation
            for alias, relation in view_text.relations(view.definition).items()
            if relation in columns
        }
        self._columns = columns
        self._outputs = view_text.outputs(view.definition)
        found = (self._place(*each) for each in view_text.mentions(view.definition))
        self.read: set[Place] = {place for place in found if place is not None}

    def expression(self, name: str) -> str:
        """As the view writes it, at its outermost SELECT."""
        found = (each for each in self._outputs if each.name == name and each.depth == 0)
        return next((each.expression for each in found), "")

    def direct(self, name: str) -> tuple[Place, ...]:
        found: dict[Place, None] = {}
        self._follow(name, found, set(), outermost=True)
        return tuple(found)

    def _follow(
        self, name: str, found: dict[Place, None], seen: set[str], *, outermost: bool
    ) -> None:
        for output in self._outputs:
            if output.name != name or (output.depth == 0) != outermost:
                continue
            for alias, column in view_text.mentions(output.expression):
                place = self._place(alias, column)
                if place is not None:
                    found.setdefault(place)
                elif column not in seen:
                    seen.add(column)
                    self._follow(column, found, seen, outermost=False)

    def _place(self, alias: str, column: str) -> Place | None:
        relation = self._relations.get(alias)
        if relation is None and not alias and len(set(self._relations.values())) == 1:
            (relation,) = set(self._relations.values())
        if relation is None or column not in self._columns[relation]:
            return None
        return relation, column


def _of_count(level: Counted) -> ReportLineage:
    """A count, by its declaration."""
    rollup = level.rollup
    columns: dict[str, ColumnLineage] = {}
    for key in level.keys:
        finest = next((each for each in rollup.keys if each.name == key.name), None)
        period = next(each for each in rollup.keys if each.name == rollup.period)
        expression = _sides(rollup, (finest or period).name, (finest or period).sql)
        how = "a group" if finest else f"a group, by {level.period}"
        columns[key.name] = _counted(rollup, key.name, expression, how)
    columns["row_count"] = _counted(rollup, "row_count", "", "rows")
    for measure in rollup.measures:
        expression = _sides(rollup, measure.name, measure.sql)
        columns[measure.name] = _counted(rollup, measure.name, expression, "sum")
    for count in rollup.distinct:
        weight = next(each for each in rollup.measures if each.name == count.weight)
        expression = f"r.{count.of} where sum({weight.sql}) > 0"
        for name, _ in count.counts:
            how = "different ones" if name == count.name else "different ones, for the first time"
            columns[name] = _counted(rollup, name, expression, how)
    sources = {place for column in columns.values() for place in column.sources}
    sources |= _places(rollup, rollup.where)
    return ReportLineage(
        level.name,
        is_count=True,
        columns=columns,
        counts=(level.name,),
        tables=(rollup.source,),
        sources=frozenset(sources),
    )


def _sides(rollup: Rollup, name: str, plain: str) -> str:
    """An expression, or those of each side of a row that counts in several groups."""
    found = dict.fromkeys(side.get(name, plain) for side in rollup.sides)
    return ", ".join(found)


def _counted(rollup: Rollup, name: str, expression: str, how: str) -> ColumnLineage:
    places = tuple(sorted(_places(rollup, expression)))
    return ColumnLineage(name, expression, places, places, how, rollup.where)


def _places(rollup: Rollup, expression: str) -> set[Place]:
    return {(rollup.source, column) for column in _ROW_COLUMN.findall(expression)}
