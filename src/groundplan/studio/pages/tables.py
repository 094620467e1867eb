"""A page for each table."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from groundplan.errors import GroundplanError
from groundplan.snapshot.model import Table
from groundplan.studio import policy_words, snippets, table_facts, table_pictures
from groundplan.studio.diagram import Reference, references
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.lineage import Lineage, report_lineage
from groundplan.studio.links import Links, LiveLinks
from groundplan.studio.problems import NoSuchThing
from groundplan.studio.rendering import ground, page, tenant_of
from groundplan.studio.state_path import state_path
from groundplan.studio.table_live import Live, Sample, read_live, read_sample
from groundplan.studio.verifying import Checked, Verifier

Context = dict[str, Any]

_FILTER_FROM = 12
"""So many columns, and there is a field to look for one."""


def table_context(
    knowledge: Knowledge, links: Links, name: str, lineage: Lineage | None = None
) -> Context:
    """All that does not change with the rows. KeyError if there is no such table. ``lineage``: what
    report_lineage told of the same knowledge, for those who ask for many tables."""
    table = knowledge.snapshot.table(name)
    register = knowledge.register
    declared = knowledge.plan.rules
    lines = references(knowledge.snapshot.tables())
    leaving = [line for line in lines if line.child == name]
    arriving = [line for line in lines if line.parent == name and line.child != name]
    personal = table_facts.personal_columns(declared, table)
    functions = [each for schema in knowledge.snapshot.schemas for each in schema.functions]
    return {
        "title": name,
        "section": "schema",
        "table": table,
        "about": table_facts.described(table.comment),
        "siblings": _siblings(knowledge, table),
        "columns": table_facts.columns(table, leaving, personal),
        "is_long": len(table.columns) >= _FILTER_FROM,
        "personal": sorted(personal),
        "constraints": table_facts.constraints(table, register),
        "rules": table_facts.rules(table, register),
        "machines": [
            (machine, state_path(machine)) for machine in table_facts.machines(declared, name)
        ],
        "leaving": leaving,
        "arriving": arriving,
        "picture": table_pictures.neighbours(
            name, lines, lambda other: links.link("table", name=other)
        ),
        "readers": _readers(lineage or report_lineage(knowledge), table),
        "triggers": table_facts.triggers(table, functions),
        "audits": {},
        "policies": policy_words.policies(table),
        "tenancy": knowledge.plan.tenancy,
        "indexes": table_facts.indexes(table),
        "snippets": _snippets(table, leaving),
    }


def _siblings(knowledge: Knowledge, table: Table) -> list[Table]:
    """The tables of its schema, for going from one to the next."""
    return [
        each
        for each in knowledge.snapshot.tables()
        if each.schema == table.schema and not each.is_partition
    ]


def _readers(lineage: Lineage, table: Table) -> dict[str, list[str]]:
    """By column, the reports that depend on it."""
    found = {
        column.name: lineage.reports_of_column(table.qualified, column.name)
        for column in table.columns
    }
    return {column: reports for column, reports in found.items() if reports}


def _snippets(table: Table, leaving: list[Reference]) -> list[tuple[str, str]]:
    found = [("The newest rows", snippets.newest_rows(table))]
    joined = snippets.joined(table, leaving)
    return [*found, ("With what they refer to", joined)] if joined else found


def table(request: Request) -> Response:
    """One table; a view of schema reporting is a report."""
    knowledge = ground(request).knowledge()
    links = LiveLinks(tenant_of(request))
    name = request.path_params["name"]
    found = next((each for each in knowledge.snapshot.tables() if each.qualified == name), None)
    if found is None:
        if name in _views(knowledge):
            return RedirectResponse(links.link("report", name=name.partition(".")[2]), 303)
        near = table_facts.near_names(knowledge.snapshot, name)
        raise NoSuchThing(
            f"There is no table {name}.",
            hint=f"Did you mean {' or '.join(near)}?" if near else "The schema lists them all.",
        )
    context = table_context(knowledge, links, name)
    context["audits"] = _audits(request, context["rules"], knowledge)
    with ground(request).reading(tenant_of(request)) as connection:
        live = read_live(connection, found)
    shows_personal = request.query_params.get("personal") == "shown"
    personal = frozenset[str]() if shows_personal else frozenset[str](context["personal"])
    sample, why_not = None, "Add ?tenant=1 to the URL, for the tenant with that number."
    if knowledge.plan.tenancy == "single" or tenant_of(request) is not None:
        sample, why_not = _sample(request, found, personal)
    return page(
        request,
        "tables/table.html",
        **context,
        live=live,
        size=_sizes(live),
        sample=sample,
        why_not=why_not,
        shows_personal=shows_personal,
    )


def _audits(
    request: Request, shown: list[table_facts.RuleFact], knowledge: Knowledge
) -> dict[str, Checked]:
    """What the last audit of each rule came to, of those that were audited."""
    verifier: Verifier = request.app.state.verifier
    found = {each.rule: verifier.checked(knowledge.register.named(each.rule)) for each in shown}
    return {name: checked for name, checked in found.items() if checked is not None}


def _views(knowledge: Knowledge) -> set[str]:
    return {view.qualified for schema in knowledge.snapshot.schemas for view in schema.views}


def _sample(request: Request, table: Table, masked: frozenset[str]) -> tuple[Sample | None, str]:
    """In a transaction of its own: what the role may not read is no reason to show nothing."""
    try:
        with ground(request).reading(tenant_of(request)) as connection:
            return read_sample(connection, table, masked), ""
    except GroundplanError as error:
        return None, error.message


def _sizes(live: Live) -> dict[str, str]:
    """Sizes as people read them, of indexes by their name; the table itself has the empty name."""
    sizes = {name: in_bytes(use.bytes) for name, use in live.indexes.items()}
    return sizes | {"": in_bytes(live.size.total_bytes)}


def in_bytes(number: int) -> str:
    """96 kB"""
    size = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:,.1f} TB"


routes = [Route("/schema/tables/{name:path}", table)]
