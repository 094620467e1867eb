"""docs/reports.md: every report with the definition of each of its columns."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.docs.markdown import GENERATED, anchor, cell, code, one_line, table
from groundplan.modules.module import Module
from groundplan.snapshot.model import Snapshot, View

_INTRODUCTION = """\
What dashboards read: the views of schema `reporting`. Each number is defined once, in the comment
of its column, and this page shows those comments. All of them are exact at the moment they are
read: what has been committed is counted, and nothing else.

A role that may read these views alone is enough for a BI tool: `groundplan grants --report ROLE`.
"""

_COUNTED = """\
What the reports above are made of. Each is counted from one table, in the transaction that writes
to it; `groundplan verify` recounts it from that table and compares.
`groundplan.…_all_tenants` shows the rows of every tenant to the owner, and is left out here.
"""

_WIDE = """\
For the question after the chart: one row for each fact, names beside ids, no join needed.
"""


def reports_page(snapshot: Snapshot, modules: Mapping[str, Module]) -> str:
    """The page; ``snapshot`` holds schema reporting."""
    sources = _sources(modules)
    views = [
        view for schema in snapshot.schemas for view in schema.views if view.schema == "reporting"
    ]
    counts = [view for view in views if view.name in sources]
    wide = [view for view in views if view.name.endswith("_wide")]
    reports = [view for view in views if view not in counts and view not in wide]
    lines = [GENERATED, "", "# The reports", "", _INTRODUCTION]
    for title, group in (("Reports", reports), ("Wide views", wide), ("Counts", counts)):
        links = ", ".join(f"[{view.name}](#{anchor(view.name)})" for view in group)
        lines.append(f"* {title}: {links}")
    lines += ["", "## Reports", ""]
    for view in reports:
        lines += _view(view)
    lines += [*_functions(snapshot), "## Wide views", "", _WIDE]
    for view in wide:
        lines += _view(view)
    lines += ["## Counts", "", _COUNTED]
    for view in counts:
        lines += _view(view, sources[view.name])
    return "\n".join(lines).rstrip() + "\n"


def _sources(modules: Mapping[str, Module]) -> dict[str, str]:
    """The source table of each counted view, coarser levels included."""
    return {
        name: rollup.source
        for module in modules.values()
        for rollup in module.rollups
        for name in (rollup.name, *(level.name for level in rollup.coarser))
    }


def _view(view: View, source: str = "") -> list[str]:
    comment = one_line(view.comment or "")
    if source:
        comment += f" Counted from {code(source)}."
    return [
        f"### {view.name}",
        "",
        comment,
        "",
        *table(
            ("column", "type", "what it is"),
            (
                (code(column.name), cell(column.type), cell(column.comment or ""))
                for column in view.columns
            ),
        ),
    ]


def _functions(snapshot: Snapshot) -> list[str]:
    found = [
        function
        for schema in snapshot.schemas
        if schema.name == "reporting"
        for function in schema.functions
        if function.name in ("customers", "top_skus")
    ]
    lines: list[str] = []
    for function in found:
        lines += [f"### {function.name}()", "", one_line(function.comment or ""), ""]
        lines += [f"Arguments: {code(function.arguments)}", ""]
    return lines
