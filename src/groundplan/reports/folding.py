"""Compile a source to the functions that fold its delta and that count it again."""

# ruff: noqa: S608 - every name in these statements was validated as a plain identifier
from __future__ import annotations

from groundplan.reports.declaration import Distinct
from groundplan.reports.recompute import recomputed, recomputed_references
from groundplan.reports.source import Counted, Source, counts_in
from groundplan.reports.text import filled, indented, lines_of

# The second half of our advisory locks, so that they collide with nobody's by accident.
LOCK_CLASS = 1_735_418_000


def compile_fold(source: Source) -> str:
    """The function ``reporting.fold_<source>``."""
    bases: list[str] = []
    kept: list[str] = []
    emptied: list[str] = []
    for level in source.levels:
        bases.append(_base(source, level))
        emptied.append(_emptied_base(level))
        for count in level.rollup.distinct:
            kept.append(_kept(level, count))
            emptied.append(_emptied_kept(level, count))
    return filled(
        "fold",
        {
            "name": source.name,
            "delta": source.delta,
            "lock": fold_lock(source),
            "bases": "\n".join(bases),
            "kept": "\n".join(kept),
            "emptied": "\n".join(emptied),
        },
    )


def compile_rebuild(source: Source) -> str:
    """The function ``groundplan.rebuild_<source>``."""
    steps: list[str] = []
    for level in source.levels:
        columns = lines_of(base_columns(level))
        steps.append(
            f"delete from {level.base};\n"
            f"insert into {level.base} (\n    {indented(columns)})\n{recomputed(level)};\n"
        )
        for count in level.rollup.distinct:
            table, keys = level.kept(count), lines_of((*level.key_names, count.of, "n"))
            steps.append(
                f"delete from {table};\n"
                f"insert into {table} (\n    {indented(keys)})\n"
                f"{recomputed_references(level, count)};\n"
            )
    return filled(
        "rebuild",
        {
            "name": source.name,
            "source": source.table,
            "delta": source.delta,
            "lock": fold_lock(source),
            "steps": "\n".join(steps),
        },
    )


def fold_lock(source: Source) -> str:
    """The arguments of the advisory lock that whoever writes the bases of a source holds."""
    return f"'{source.delta}'::regclass::oid::integer, {LOCK_CLASS}"


def base_columns(level: Counted) -> tuple[str, ...]:
    """The columns of a base table, in order."""
    return (*level.key_names, *added_columns(level))


def added_columns(level: Counted) -> tuple[str, ...]:
    """The columns of a base table that are added up."""
    measures = (measure.name for measure in level.rollup.measures)
    return ("row_count", *measures, *(name for name, _ in level.counts))


def pending_sums(level: Counted, delta: str, indent: str = "") -> str:
    """A query: what rows of a delta add to a level, distinct counts as zeros, not grouped.

    ``delta`` is the delta table or a set of its rows.
    """
    columns = [
        *_keys_over_delta(level),
        "row_count",
        *(measure.name for measure in level.rollup.measures),
    ]
    columns += ["0" for _ in level.counts]
    text = (
        f"select\n    {indented(lines_of(columns))}\nfrom {delta}\nwhere {counts_in(level.rollup)}"
    )
    return text.replace("\n", "\n" + indent)


def changed_counts(level: Counted, count: Distinct, delta: str) -> str:
    """A query: what rows of a delta change in a distinct count, one row per group that changes.

    The number of those that counted before is taken away, the number of those that count with the
    delta is added; only things that occur in the delta are looked at.
    """
    keys = level.key_names
    names = [name for name, _ in count.counts]
    values = {
        "delta": delta,
        "kept": level.kept(count),
        "of": count.of,
        "weight": count.weight,
        "period": level.period_column,
        "keys": lines_of(keys),
        "kept_keys": lines_of(f"kept.{name}" for name in keys),
        "pending_keys": lines_of(_keys_over_delta(level)),
        "same_group": "\n    and ".join(f"kept.{n} = pending.{n}" for n in (*keys, count.of)),
        "ordinals": ", ".join(str(index) for index in range(1, len(keys) + 2)),
        "counts_in": counts_in(level.rollup),
        "own_change": "(folded_n + n > 0)::integer - (folded_n > 0)::integer"
        + (f" as {count.name},\n0 as {count.first}" if count.first else f" as {count.name}"),
        "totals": lines_of(f"sum({name}) as {name}" for name in names),
        "something": " or ".join(f"sum({name}) <> 0" for name in names),
        "comma": "," if count.first else "",
        "folded_first": "",
        "judged": "",
        "first_change": "",
    }
    if count.first:
        values["folded_first"] = filled("folded_first", values)
        values["judged"] = filled("changed_first", values)
        values["first_change"] = _first_change(level)
    return filled("changed_counts", values).rstrip()


def _first_change(level: Counted) -> str:
    period = level.period_column
    return (
        f"union all\nselect\n    {indented(lines_of(level.key_names))},\n    0,\n"
        f"    coalesce((counts and {period} = first)::integer, 0)\n"
        f"        - coalesce((counted and {period} = former_first)::integer, 0)\n"
        "from judged"
    )


def _base(source: Source, level: Counted) -> str:
    added = added_columns(level)
    changes = "".join(
        "\nunion all\n" + change_branch(level, count, "unnest(picked)")
        for count in level.rollup.distinct
    )
    columns = lines_of(base_columns(level))
    return filled(
        "fold_base",
        {
            "base": level.base,
            "columns": columns,
            "sums": lines_of((*level.key_names, *(f"sum({name})" for name in added))),
            "pending": pending_sums(level, "unnest(picked)") + changes,
            "names": lines_of(base_columns(level)),
            "keys": lines_of(level.key_names),
            "something": "\n    or ".join(f"sum({name}) <> 0" for name in added),
            "added": ",\n".join(f"{name} = base.{name} + excluded.{name}" for name in added),
        },
    )


def change_branch(level: Counted, count: Distinct, delta: str) -> str:
    """A query with the columns of a base table: what rows of a delta change in a distinct count."""
    return (
        f"select\n    {indented(lines_of(_change_columns(level, count)))}\n"
        f"from (\n    {indented(changed_counts(level, count, delta))}\n"
        f") as changed_{count.name}"
    )


def _change_columns(level: Counted, count: Distinct) -> tuple[str, ...]:
    """The columns of a base table as a change of one distinct count gives them."""
    own = {name for name, _ in count.counts}
    zeros = ("0", *("0" for _ in level.rollup.measures))
    return (
        *level.key_names,
        *zeros,
        *(name if name in own else "0" for name, _ in level.counts),
    )


def _kept(level: Counted, count: Distinct) -> str:
    order = level.kept_key(count)
    return filled(
        "fold_kept",
        {
            "kept": level.kept(count),
            "of": count.of,
            "weight": count.weight,
            "columns": lines_of((*level.key_names, count.of)),
            "pending_columns": lines_of((*_keys_over_delta(level), count.of)),
            "ordinals": ", ".join(str(index) for index in range(1, len(level.keys) + 2)),
            "order": lines_of(order),
            "counts_in": counts_in(level.rollup),
        },
    )


def _emptied_base(level: Counted) -> str:
    zero = "\n    and ".join(f"base.{name} = 0" for name in added_columns(level))
    keys = indented(lines_of(f"base.{name}" for name in level.key_names), 2)
    over = indented(lines_of(level.key_over(key) for key in level.keys), 3)
    return (
        f"delete from {level.base} as base\n"
        f"where (\n        {keys}\n    ) in (\n"
        f"        select\n            {over}\n"
        f"        from unnest(picked)\n        where {counts_in(level.rollup)})\n"
        f"    and {zero};"
    )


def _emptied_kept(level: Counted, count: Distinct) -> str:
    keys = indented(lines_of(f"kept.{name}" for name in (*level.key_names, count.of)), 2)
    over = lines_of((*(level.key_over(key) for key in level.keys), count.of))
    return (
        f"delete from {level.kept(count)} as kept\n"
        f"where (\n        {keys}\n    ) in (\n"
        f"        select\n            {indented(over, 3)}\n"
        f"        from unnest(picked) where {count.weight} < 0)\n"
        "    and kept.n = 0;"
    )


def _keys_over_delta(level: Counted) -> list[str]:
    """The keys of a level as a select list over delta rows."""
    over = ((level.key_over(key), key.name) for key in level.keys)
    return [sql if sql == name else f"{sql} as {name}" for sql, name in over]
