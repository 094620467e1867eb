"""Compile a source to the views that are read: base and pending deltas, exact at any moment."""

from __future__ import annotations

from groundplan.reports.declaration import Top
from groundplan.reports.folding import (
    added_columns,
    base_columns,
    change_branch,
    pending_sums,
)
from groundplan.reports.source import PRIVATE, Counted, Source
from groundplan.reports.state import top_groups
from groundplan.reports.text import comment, filled, indented, lines_of

WHY_TWICE = """\
-- Each report is asked twice: for its tenant, with the owner's rights, and for all tenants, with
-- the reader's, so that it answers the owner alone. (One cannot be read through the other.)
"""


def compile_views(source: Source) -> str:
    """For each level: the view of all tenants, the tenant's, and its rank lists."""
    parts = [WHY_TWICE]
    for level in source.levels:
        parts.append(_views(source, level))
        if level.rollup.top:
            parts.append(_top(source, level))
    return "\n".join(parts)


def column_sentences(level: Counted) -> tuple[tuple[str, str], ...]:
    """The columns of a level's view with the sentences that define them."""
    return (
        *((key.name, key.sentence) for key in level.keys),
        ("row_count", f"How many rows of {level.rollup.source} are counted in it."),
        *((measure.name, measure.sentence) for measure in level.rollup.measures),
        *level.counts,
    )


def _types(level: Counted) -> dict[str, str]:
    types = {"row_count": "bigint", **{m.name: m.type for m in level.rollup.measures}}
    return types | {name: "bigint" for name, _ in level.counts}


def _views(source: Source, level: Counted) -> str:
    types = _types(level)
    columns = base_columns(level)
    branches = [
        f"select\n    {indented(lines_of(columns))}\nfrom {level.base}",
        pending_sums(level, source.delta),
        *(change_branch(level, count, source.delta) for count in level.rollup.distinct),
    ]
    sums = (f"sum({name})::{types[name]} as {name}" for name in added_columns(level))
    text = filled(
        "views",
        {
            "everyone": level.everyone,
            "view": level.view,
            "sums": lines_of((*level.key_names, *sums)),
            "branches": "\nunion all\n".join(branches),
            "names": lines_of(columns),
            "columns": lines_of(columns),
            "keys": lines_of(level.key_names),
        },
    )
    sentence = level.rollup.sentence
    if level.period != "day":
        sentence = f"{level.rollup.sentence.rstrip('.')}, by {level.period}."
    for view, text_ in (
        (level.everyone, f"{sentence} Of all tenants, for the owner."),
        (level.view, sentence),
    ):
        text += comment("view", view, text_)
        text += "".join(
            comment("column", f"{view}.{name}", line) for name, line in column_sentences(level)
        )
    return text


def _top(source: Source, level: Counted) -> str:
    groups = top_groups(level)
    types = {key.name: key.type for key in level.keys}
    added = added_columns(level)
    sums = (f"sum({name})::{_types(level)[name]} as {name}" for name in added)
    key = level.rollup.top_key
    common = {
        "base": level.base,
        "delta": source.delta,
        "key": key,
        "columns": lines_of(base_columns(level)),
        "pending": pending_sums(level, source.delta),
        "keys": lines_of(level.key_names),
        "names": lines_of(base_columns(level)),
        "sums": lines_of((*level.key_names, *sums)),
        "of_group": "\nand ".join(f"{name} = of_{name}" for name in groups),
        "base_of_group": "\nand ".join(f"base.{name} = of_{name}" for name in groups),
        "merged": lines_of(
            (
                *(f"pending.{name}" for name in level.key_names),
                *(f"pending.{name} + coalesce(base.{name}, 0)" for name in added),
            )
        ),
        "joined": "\nand ".join(f"base.{name} = pending.{name}" for name in level.key_names),
    }
    queries = [
        _branch(index, top, filled("top_query", {**common, "by": top.expression}))
        for index, top in enumerate(level.rollup.top)
    ]
    listed = ", ".join(top.name for top in level.rollup.top)
    return filled(
        "top",
        {
            "name": f"{PRIVATE}.{level.name}_top",
            "view": level.view,
            "everyone": level.everyone,
            "groups": "\n".join(f"of_{name} {types[name]}," for name in groups),
            "group_types": ", ".join(types[name] for name in groups),
            "branches": "\n".join(queries),
            "listed": listed,
            "known": ", ".join(f"'{top.name}'" for top in level.rollup.top),
        },
    )


def _branch(index: int, top: Top, query: str) -> str:
    word = "if" if index == 0 else "elsif"
    return f"{word} ranked_by = '{top.name}' then\n    {indented(query.rstrip())}"
