"""Compile a source to the function that maps its rows and the triggers that append deltas."""

from __future__ import annotations

import re
from collections.abc import Mapping

from groundplan.reports.declaration import Rollup
from groundplan.reports.source import Source
from groundplan.reports.text import filled, lines_of

_COLUMN = re.compile(r"r\.\w+")


def compile_triggers(source: Source) -> str:
    """The map, and a trigger for each way in which rows come, change and go."""
    groups, sums = source.group_columns, source.columns[len(source.group_columns) :]
    return filled(
        "counting",
        {
            "source": source.table,
            "name": source.name,
            "delta": source.delta,
            "map": source.map,
            "returns": ",\n".join(_returned(source)),
            "sides": "\nunion all\n".join(_side(source, side) for side in _sides(source)),
            "columns": lines_of(source.columns),
            "mapped": lines_of(f"m.{name}" for name in source.columns),
            "negated": lines_of(
                (f"m.{name}" if name in groups else f"-m.{name}") for name in source.columns
            ),
            "summed": lines_of(
                (name if name in groups else f"sum({name})") for name in source.columns
            ),
            "subtracted": lines_of(
                (f"m.{name}" if name in groups else f"-sum(m.{name})") for name in source.columns
            ),
            "groups": lines_of(groups),
            "mapped_groups": lines_of(f"m.{name}" for name in groups),
            "something_changed": "\n    or ".join(f"sum({name}) <> 0" for name in sums),
        },
    )


def compile_self_fold(source: Source) -> str:
    """The trigger by which one transaction in some hundreds folds at its commit."""
    return filled("self_fold", {"name": source.name, "delta": source.delta})


def _sides(source: Source) -> tuple[Mapping[str, str], ...]:
    return source.rollups[0].sides


def _returned(source: Source) -> list[str]:
    columns = [(key.name, key.type) for key in source.keys]
    columns += [(name, "boolean") for name, _ in source.conditions]
    columns += [("row_count", "bigint"), *((m.name, m.type) for m in source.measures)]
    return [f"{name} {type_}" for name, type_ in columns]


def _side(source: Source, side: Mapping[str, str]) -> str:
    """One row of the map. Casts make its types those of the result, or it would not be inlined."""
    columns = [f"{_cast(side.get(k.name) or k.sql, k.type)} as {k.name}" for k in source.keys]
    columns += [f"coalesce({sql}, false) as {name}" for name, sql in source.conditions]
    columns.append("1::bigint as row_count")
    columns += [
        f"coalesce({side.get(m.name) or m.sql}, 0)::{m.type} as {m.name}" for m in source.measures
    ]
    listed = ",\n    ".join(columns)
    if len(_sides(source)) == 1:
        return f"select\n    {listed}"
    # A side that has no group of its own is not written at all.
    kept = " or ".join(f"({_known(rollup, side)})" for rollup in source.rollups)
    return f"select\n    {listed}\nwhere {kept}"


def _known(rollup: Rollup, side: Mapping[str, str]) -> str:
    given = [side[key.name] for key in rollup.keys if key.name in side]
    return "\n    and ".join(f"({sql}) is not null" for sql in given) or "true"


def _cast(sql: str, type_: str) -> str:
    return f"{sql}::{type_}" if _COLUMN.fullmatch(sql) else f"({sql})::{type_}"
