"""Queries that compare what the reports hold with what the source says, in one statement each."""

# ruff: noqa: S608 - every name in these statements was validated as a plain identifier
from __future__ import annotations

from dataclasses import dataclass

from groundplan.reports.declaration import Distinct
from groundplan.reports.folding import added_columns
from groundplan.reports.recompute import recomputed, recomputed_references
from groundplan.reports.source import Counted, counts_in
from groundplan.reports.text import indented, lines_of


@dataclass(frozen=True)
class Comparison:
    """One statement whose rows are groups in which a stored number differs from the source.

    Its columns are the ``keys``, then for each of ``numbers`` the stored and the recomputed one.
    A group that is missing on one side has nulls there.
    """

    report: str
    keys: tuple[str, ...]
    numbers: tuple[str, ...]
    sql: str


def comparison(level: Counted, first: str | None = None, last: str | None = None) -> Comparison:
    """The view of a level against the source. ``first``, ``last``: placeholders of a date range.

    The range is over the level's own period column, both ends included.
    """
    numbers = added_columns(level)
    return Comparison(
        level.view,
        level.key_names,
        numbers,
        _differences(
            f"select * from {level.everyone}",
            recomputed(level),
            level,
            level.key_names,
            numbers,
            (first, last),
        ),
    )


def comparison_of_references(level: Counted, count: Distinct, delta: str) -> Comparison:
    """The reference counts of a distinct count, folded and pending, against the source."""
    keys = (*level.key_names, count.of)
    over = (
        level.key_over(key)
        if level.key_over(key) == key.name
        else f"{level.key_over(key)} as {key.name}"
        for key in level.keys
    )
    stored = (
        f"select\n    {indented(lines_of(keys))}, sum(n) as n\nfrom (\n"
        f"    select\n        {indented(lines_of(keys), 2)}, n\n    from {level.kept(count)}\n"
        "    union all\n"
        f"    select\n        {indented(lines_of((*over, count.of)), 2)}, {count.weight}\n"
        f"    from {delta}\n"
        f"    where {count.of} is not null and {counts_in(level.rollup)}\n"
        f") as kept\ngroup by\n    {indented(lines_of(keys))}\nhaving sum(n) <> 0"
    )
    return Comparison(
        level.kept(count),
        keys,
        ("n",),
        _differences(
            stored, recomputed_references(level, count), level, keys, ("n",), (None, None)
        ),
    )


def _differences(
    stored: str,
    truth: str,
    level: Counted,
    keys: tuple[str, ...],
    numbers: tuple[str, ...],
    period: tuple[str | None, str | None],
) -> str:
    pairs = lines_of(f"stored.{name}, truth.{name}" for name in numbers)
    either = " or ".join(f"stored.{name} is distinct from truth.{name}" for name in numbers)
    ends = [
        f" and {level.period_column} {sign} {end}"
        for sign, end in ((">=", period[0]), ("<=", period[1]))
        if end is not None
    ]
    within = "where true" + "".join(ends)
    return f"""\
select
    {lines_of(keys)},
    {indented(pairs)}
from (
    select * from (
        {indented(stored, 2)}
    ) as stored
    {within}
) as stored
full join (
    select * from (
        {indented(truth, 2)}
    ) as truth
    {within}
) as truth using ({", ".join(keys)})
where {either}
order by {", ".join(keys)}"""
