"""Counting again, straight from the columns of the source.

Nothing here goes through the map, the delta or the bases: what checks the reports must not share
their mistakes. Used by verify, repair and rebuild.
"""

# ruff: noqa: S608 - every name in these statements was validated as a plain identifier
from __future__ import annotations

from collections.abc import Mapping

from groundplan.reports.declaration import Distinct
from groundplan.reports.source import Counted
from groundplan.reports.text import indented, lines_of


def recomputed(level: Counted) -> str:
    """A query with the columns of the level's base table, counted from the source."""
    rollup = level.rollup
    groups = ", ".join(level.key_names)
    sums = [f"sum({m.name})::{m.type} as {m.name}" for m in rollup.measures]
    columns = lines_of((*level.key_names, "count(*) as row_count", *sums))
    text = (
        f"select\n    {indented(columns)}\n"
        f"from (\n    {indented(_rows(level))}\n) as counted\ngroup by\n    {groups}"
    )
    if not rollup.distinct:
        return text
    counted = [f"coalesce({name}, 0)::bigint as {name}" for name, _ in level.counts]
    measures = (measure.name for measure in rollup.measures)
    chosen = lines_of((*level.key_names, "row_count", *measures, *counted))
    joins = "".join(
        f"\nleft join (\n    {indented(_distinct(level, count))}\n"
        f") as {count.name}_counted using ({groups})"
        for count in rollup.distinct
    )
    return f"select\n    {indented(chosen)}\nfrom (\n    {indented(text)}\n) as sums{joins}"


def recomputed_references(level: Counted, count: Distinct, sign: str = "<>") -> str:
    """A query with the columns of the table of reference counts, counted from the source.

    ``sign`` ">" keeps only those that count.
    """
    columns = ", ".join((*level.key_names, count.of))
    return (
        f"select\n    {indented(lines_of((*level.key_names, count.of)))},\n"
        f"    sum({count.weight}) as n\n"
        f"from (\n    {indented(_rows(level))}\n) as counted\n"
        f"where {count.of} is not null\ngroup by\n    {columns}\n"
        f"having sum({count.weight}) {sign} 0"
    )


def _distinct(level: Counted, count: Distinct) -> str:
    """How many count in each group, and for how many it is their first period."""
    groups = ", ".join(level.key_names)
    first = (
        f",\n    count(*) filter (where {level.period_column} = first_period) as {count.first}"
        if count.first
        else ""
    )
    references = recomputed_references(level, count, ">")
    return (
        f"select\n    {indented(lines_of(level.key_names))},\n    count(*) as {count.name}{first}\n"
        "from (\n"
        f"    select *, min({level.period_column}) over (\n"
        f"        partition by tenant_id, {count.of}) as first_period\n"
        f"    from (\n        {indented(indented(references))}\n    ) as counting\n"
        f") as judged\ngroup by\n    {groups}"
    )


def _rows(level: Counted) -> str:
    """What each row of the source counts for, at the level's keys: one query per side."""
    return "\nunion all\n".join(_side(level, side) for side in level.rollup.sides)


def _side(level: Counted, side: Mapping[str, str]) -> str:
    rollup = level.rollup
    expressions = {key.name: side.get(key.name) or key.sql for key in rollup.keys}
    columns = [
        f"{_at_level(level, name, sql)} as {level.period_column if name == rollup.period else name}"
        for name, sql in expressions.items()
    ]
    for count in rollup.distinct:
        if count.of not in expressions:
            columns.append(f"r.{count.of}")
    columns += [
        f"coalesce({side.get(measure.name) or measure.sql}, 0) as {measure.name}"
        for measure in rollup.measures
    ]
    conditions = [f"({rollup.where})"] if rollup.where else []
    conditions += [f"({sql}) is not null" for sql in expressions.values()]
    return (
        f"select\n    {indented(lines_of(columns))}\nfrom {rollup.source} as r\n"
        f"where {indented(lines_of(conditions, ' and '))}"
    )


def _at_level(level: Counted, name: str, sql: str) -> str:
    if name != level.rollup.period or level.period == "day":
        return sql
    # Not the expression of the views: the same day, found in another way. Infinity has no day.
    field = "day" if level.period == "month" else "doy"
    return f"coalesce(\n    {sql} - (extract({field} from {sql})::integer - 1),\n    {sql})"
