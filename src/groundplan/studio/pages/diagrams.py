"""The schema as pictures: its modules, one module, all tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from groundplan.modules.module import Module
from groundplan.snapshot.model import Function, Schema
from groundplan.studio.diagram import first_sentence, module_graph, whole_graph
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.lineage import report_views
from groundplan.studio.links import Links, LiveLinks
from groundplan.studio.module_map import module_map
from groundplan.studio.rendering import ground, page, tenant_of

Context = dict[str, Any]

_VIEW = re.compile(r"create (?:or replace )?view reporting\.([a-z0-9_]+)", re.IGNORECASE)


def schema_context(knowledge: Knowledge, links: Links) -> Context:
    """The modules, and the way to everything else."""
    modules = _modules(knowledge)
    tables = [table for table in knowledge.snapshot.tables() if not table.is_partition]
    counts = {name: sum(table.schema == name for table in tables) for name in modules}
    return {
        "title": "Schema",
        "section": "schema",
        "modules": [(module, counts[name]) for name, module in modules.items()],
        "tables": len(tables),
        "map": module_map(modules, counts, lambda name: links.link("module", name=name)),
    }


def diagram_context(knowledge: Knowledge, links: Links) -> Context:
    """All tables."""
    graph = whole_graph(knowledge.snapshot, _modules(knowledge), _table_page(links))
    return {"title": "All tables", "section": "schema", "graph": graph}


def module_context(knowledge: Knowledge, links: Links, name: str) -> Context:
    """One module. KeyError if it is not installed."""
    modules = _modules(knowledge)
    module = modules[name]
    schema = _schema(knowledge, name)
    return {
        "title": f"Module {name}",
        "section": "schema",
        "module": module,
        "needed_by": [each.name for each in modules.values() if name in each.needs],
        "graph": module_graph(knowledge.snapshot, modules, name, _table_page(links)),
        "tables": [
            (table, first_sentence(table.comment))
            for table in (schema.tables if schema else ())
            if not table.is_partition
        ],
        "reports": _reports(knowledge, module),
        "functions": _functions(schema) if schema else [],
    }


def _modules(knowledge: Knowledge) -> dict[str, Module]:
    return {module.name: module for module in knowledge.plan.modules}


def _schema(knowledge: Knowledge, name: str) -> Schema | None:
    found = [schema for schema in knowledge.snapshot.schemas if schema.name == name]
    return found[0] if found else None


def _table_page(links: Links) -> Callable[[str], str]:
    def href(name: str) -> str:
        return links.link("table", name=name)

    return href


def _reports(knowledge: Knowledge, module: Module) -> list[tuple[str, str]]:
    """The views that the module adds to schema reporting, and the counts beneath them."""
    comments = {view.name: view.comment for view in report_views(knowledge.snapshot)}
    names = [
        *_VIEW.findall(module.text("views.sql")),
        *(
            name
            for rollup in module.rollups
            for name in (rollup.name, *(level.name for level in rollup.coarser))
        ),
    ]
    return [
        (name, first_sentence(comments[name])) for name in dict.fromkeys(names) if name in comments
    ]


def _functions(schema: Schema) -> list[tuple[Function, str]]:
    """Those that can be called: what triggers call is said with the tables and rules."""
    return [
        (function, " ".join((function.comment or "").split()))
        for function in schema.functions
        if function.returns not in ("trigger", "event_trigger")
    ]


def schema(request: Request) -> Response:
    """All modules."""
    context = schema_context(ground(request).knowledge(), LiveLinks(tenant_of(request)))
    return page(request, "diagrams/schema.html", **context)


def diagram(request: Request) -> Response:
    """All tables."""
    context = diagram_context(ground(request).knowledge(), LiveLinks(tenant_of(request)))
    return page(request, "diagrams/diagram.html", **context)


def module(request: Request) -> Response:
    """One module; 404 if there is none of that name."""
    knowledge = ground(request).knowledge()
    name = request.path_params["name"]
    if name not in {each.name for each in knowledge.plan.modules}:
        raise HTTPException(404)
    context = module_context(knowledge, LiveLinks(tenant_of(request)), name)
    return page(request, "diagrams/module.html", **context)


routes = [
    Route("/schema", schema),
    Route("/schema/diagram", diagram),
    Route("/schema/modules/{name}", module),
]
