"""Statements that bring the bases of a source back to what it says, within one snapshot."""

# ruff: noqa: S608 - every name in these statements was validated as a plain identifier
from __future__ import annotations

from collections.abc import Iterator

from groundplan.reports.checking import comparison, comparison_of_references
from groundplan.reports.declaration import Distinct
from groundplan.reports.source import Counted, Source
from groundplan.reports.text import indented, lines_of


def repairs(source: Source) -> Iterator[str]:
    """Statements to run in order, in a REPEATABLE READ transaction that nobody folds beside.

    The difference between source and view is added to the base: with what is pending, and what
    comes while this runs, it gives the right number again.
    """
    for level in source.levels:
        for count in level.rollup.distinct:
            yield _references(level, count, source.delta)
        yield _numbers(level)
        for count in level.rollup.distinct:
            yield _distinct(level, count)


def _numbers(level: Counted) -> str:
    measures = ("row_count", *(measure.name for measure in level.rollup.measures))
    keys = ", ".join(level.key_names)
    differences = (f"coalesce(truth_{name}, 0) - coalesce(stored_{name}, 0)" for name in measures)
    added = lines_of(f"{name} = base.{name} + excluded.{name}" for name in measures)
    compared = comparison(level)
    return f"""\
insert into {level.base} as base (
    {indented(lines_of((*level.key_names, *measures)))})
select
    {indented(lines_of((*level.key_names, *differences)))}
from (
    {indented(compared.sql)}
) as difference (
    {indented(_paired(compared.keys, compared.numbers))})
on conflict ({keys}) do update set
    {indented(added)}"""


def _references(level: Counted, count: Distinct, delta: str) -> str:
    compared = comparison_of_references(level, count, delta)
    order = level.kept_key(count)
    return f"""\
insert into {level.kept(count)} as kept (
    {indented(lines_of(compared.keys))}, n)
select
    {indented(lines_of(compared.keys))}, coalesce(truth_n, 0) - coalesce(stored_n, 0)
from (
    {indented(compared.sql)}
) as difference (
    {indented(_paired(compared.keys, compared.numbers))})
on conflict ({", ".join(order)}) do update set n = kept.n + excluded.n"""


def _distinct(level: Counted, count: Distinct) -> str:
    """Distinct counts of the base are those of the folded reference counts, nothing else."""
    keys = ", ".join(level.key_names)
    counts = tuple(name for name, _ in count.counts)
    first = (
        f",\n        count(*) filter (where {level.period_column} = first_period) as {count.first}"
        if count.first
        else ""
    )
    return f"""\
insert into {level.base} as base ({keys}, {", ".join(counts)})
select {keys}, {", ".join(f"coalesce(truth.{name}, 0)" for name in counts)}
from (select {keys}, {", ".join(counts)} from {level.base}) as stored
full join (
    select
        {keys},
        count(*) as {count.name}{first}
    from (
        select *, min({level.period_column}) over (
            partition by tenant_id, {count.of}) as first_period
        from {level.kept(count)}
        where n > 0
    ) as counting
    group by {keys}
) as truth using ({keys})
where {" or ".join(f"coalesce(stored.{n}, 0) <> coalesce(truth.{n}, 0)" for n in counts)}
on conflict ({keys}) do update set
    {", ".join(f"{name} = excluded.{name}" for name in counts)}"""


def _paired(keys: tuple[str, ...], numbers: tuple[str, ...]) -> str:
    return lines_of((*keys, *(f"stored_{name}, truth_{name}" for name in numbers)))
