"""The reports: what each number means, where it comes from, how fresh it is, and its rows."""

from __future__ import annotations

import difflib
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from groundplan.snapshot.model import View
from groundplan.studio import report_cells, report_reading, report_rows
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.lineage import Lineage, report_lineage, report_views
from groundplan.studio.lineage_stages import stages
from groundplan.studio.links import LiveLinks
from groundplan.studio.problems import NoSuchThing
from groundplan.studio.rendering import ground, page, tenant_of
from groundplan.studio.report_question import LAST_PAGE, Shape, asked

Context = dict[str, Any]


def reports_context(knowledge: Knowledge) -> Context:
    """The list: reports, wide views and counts, each with its definition and its grain."""
    lineage = report_lineage(knowledge)
    groups: dict[str, list[Context]] = {"Reports": [], "Wide views": [], "Counts": []}
    for view in report_views(knowledge.snapshot):
        found = lineage.reports[view.name]
        group = "Counts" if found.is_count else "Reports"
        if view.name.endswith("_wide"):
            group = "Wide views"
        groups[group].append(
            {
                "name": view.name,
                "definition": _one_line(view.comment),
                "grain": _grain(view, lineage),
                "tables": found.tables,
                "columns": len(view.columns),
                "is_counted": bool(found.counts),
            }
        )
    return {
        "title": "Reports",
        "section": "reports",
        "groups": [(name, listed) for name, listed in groups.items() if listed],
        "total": sum(map(len, groups.values())),
    }


def report_context(knowledge: Knowledge, name: str, lineage: Lineage) -> Context:
    """All of a report that does not change with its rows. KeyError if there is none."""
    view = next((v for v in report_views(knowledge.snapshot) if v.name == name), None)
    if view is None:
        raise KeyError(f"there is no report {name}")
    found = lineage.reports[name]
    shape = Shape.of(view)
    main = shape.measure or view.columns[-1].name
    return {
        "title": name,
        "section": "reports",
        "name": name,
        "definition": _one_line(view.comment),
        "grain": _grain(view, lineage),
        "lineage": found,
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "sentence": column.comment or "",
                "lineage": found.columns[column.name],
                "stages": stages(lineage, name, column.name),
            }
            for column in view.columns
        ],
        "main": main,
        "stages": stages(lineage, name, main),
        "levels": [(lineage.levels[each], lineage.source_of(each)) for each in found.counts],
        "is_wide": name.endswith("_wide"),
    }


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _grain(view: View, lineage: Lineage) -> str:
    """What one row is."""
    level = lineage.levels.get(view.name)
    if level is not None:
        names = [name for name in level.key_names if name != "tenant_id"]
        return "one row for each " + ", ".join(map(_words, names))
    names = [column.name for column in view.columns]
    keys = [name for name in names if name in ("business_date", "month", "period_start")]
    if view.name.endswith("_wide") or not keys:
        return _one_line(view.comment).split(".")[0] if view.comment else ""
    keys += [name for name in ("currency_code", "channel_code", "sku_code") if name in names]
    return "one row for each " + ", ".join(map(_words, keys))


def _words(name: str) -> str:
    return name.removesuffix("_code").removesuffix("_id").replace("_", " ").replace("sku", "SKU")


def reports(request: Request) -> Response:
    """The list, with what waits to be folded."""
    knowledge = ground(request).knowledge()
    lineage = report_lineage(knowledge)
    with ground(request).reading(tenant_of(request)) as connection:
        pending = report_reading.read_pending(connection, lineage.sources)
        verified = report_reading.read_verified(connection)
    return page(
        request,
        "reports/reports.html",
        **reports_context(knowledge),
        pending=pending,
        verified=verified,
    )


def report(request: Request) -> Response:
    """One report with its rows."""
    knowledge = ground(request).knowledge()
    name = request.path_params["name"]
    view = _view(knowledge, name)
    shape = Shape.of(view)
    question = asked(shape, request.query_params)
    links = LiveLinks(tenant_of(request))
    with ground(request).reading(tenant_of(request), only_reports=True) as connection:
        began = time.perf_counter()
        found = report_rows.read_rows(connection, name, shape, question)
        took = time.perf_counter() - began
        chart = report_rows.read_chart(connection, name, shape, question)
    facts, names = _facts(request, knowledge, name, shape, found.rows)
    query = question.query()
    return page(
        request,
        "reports/report.html",
        **facts,
        shape=shape,
        asked=question,
        headings=report_cells.headings(shape, question, links, name),
        rows=report_cells.cells(shape, found.rows, names, links),
        more=found.more and question.page < LAST_PAGE,
        ends=found.more and question.page >= LAST_PAGE,
        took=took * 1000,
        chart=chart,
        decimals=names.decimals,
        query=query,
        csv=links.link("report_csv", name=name, **query),
        tenant=request.query_params.get("tenant", ""),
    )


def rows_csv(request: Request) -> Response:
    """All rows that are asked for."""
    knowledge = ground(request).knowledge()
    name = request.path_params["name"]
    shape = Shape.of(_view(knowledge, name))
    question = asked(shape, request.query_params)
    if question.problems:
        raise NoSuchThing(question.problems[0], hint="The page of the report says what there is.")
    pieces = report_rows.csv_of(ground(request), tenant_of(request), name, shape, question)
    return StreamingResponse(
        pieces,
        media_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _view(knowledge: Knowledge, name: str) -> View:
    views = {view.name: view for view in report_views(knowledge.snapshot)}
    if name in views:
        return views[name]
    near = difflib.get_close_matches(name, views, n=3, cutoff=0.5)
    raise NoSuchThing(
        f"There is no report {name}.",
        hint=f"Did you mean {' or '.join(near)}?"
        if near
        else "The page of reports lists them all.",
    )


def _facts(
    request: Request, knowledge: Knowledge, name: str, shape: Shape, rows: list[tuple[Any, ...]]
) -> tuple[Context, report_cells.Names]:
    """What the auditor reads: lineage, freshness, sizes, and the names of ids."""
    with ground(request).reading(tenant_of(request)) as connection:
        lineage = report_lineage(knowledge, report_reading.read_dependencies(connection))
        context = report_context(knowledge, name, lineage)
        levels = context["levels"]
        bases = [level.base for level, _ in levels]
        bases += [level.kept(each) for level, _ in levels for each in level.rollup.distinct]
        sources = tuple(dict.fromkeys(source for _, source in levels))
        tables = [*bases, *(source.delta for source in sources), *context["lineage"].tables]
        context |= {
            "pending": report_reading.read_pending(connection, sources),
            "verified": report_reading.read_verified(connection),
            "sizes": report_reading.read_sizes(connection, list(dict.fromkeys(tables))),
            "sources": sources,
        }
        names = report_cells.Names(
            of=_names(connection, shape, rows) if report_cells.lone_ids(shape) else {},
            decimals=report_reading.read_decimals(connection),
        )
    return context, names


def _names(
    connection: report_reading.Connection, shape: Shape, rows: list[tuple[Any, ...]]
) -> dict[UUID, str]:
    def ids(name: str) -> Iterator[UUID]:
        if name in shape.names:
            place = shape.names.index(name)
            yield from {row[place] for row in rows if row[place] is not None}

    return report_reading.read_names(connection, list(ids("sku_id")), list(ids("location_id")))


routes = [
    Route("/reports", reports),
    Route("/reports/{name}", report),
    Route("/reports/{name}/rows.csv", rows_csv),
]
