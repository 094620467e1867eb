"""Compile rollups to their tables: the delta of each source, bases and reference counts."""

# ruff: noqa: S608 - every name in these statements was validated as a plain identifier
from __future__ import annotations

from collections.abc import Iterable

from groundplan.reports.declaration import Distinct, Rollup, Top
from groundplan.reports.source import Counted, Source, sources_of
from groundplan.reports.text import HEADER, comment


def compile_state(rollups: Iterable[Rollup]) -> str:
    """The text of ``rollups.sql``: the tables in which the rollups of a module are kept."""
    parts = [HEADER]
    for source in sources_of(rollups):
        parts.append(_delta(source))
        for level in source.levels:
            parts.append(_base(level))
            parts += [_kept(level, count) for count in level.rollup.distinct]
    return "\n".join(parts)


def _delta(source: Source) -> str:
    columns = [(key.name, key.column_type) for key in source.keys]
    columns += [(name, "boolean") for name, _ in source.conditions]
    columns += [("row_count", "bigint"), *((m.name, m.type) for m in source.measures)]
    comments = [(key.name, key.sentence) for key in source.keys]
    comments += [
        (name, f"Whether it counts in {name.removeprefix('in_')}.") for name, _ in source.conditions
    ]
    comments.append(("row_count", "1 for a row that was added, -1 for one that was taken away."))
    comments += [(measure.name, measure.sentence) for measure in source.measures]
    return f"""\
-- Nothing in the delta can wait: no key, no foreign key, no index. It is emptied all the time, so
-- vacuum must follow closely. The replica identity lets the fold delete from a published delta.
create table {source.delta} (
{_column_list(columns)}
) with (
    fillfactor = 100,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_vacuum_cost_delay = 0
);
alter table {source.delta} replica identity full;
{
        _comments(
            source.delta,
            f"What has changed in {source.table} and is not folded into the reports yet: every "
            "report adds it to its base. Appended by triggers, emptied by groundplan.fold().",
            comments,
        )
    }"""


def _base(level: Counted) -> str:
    measures = level.rollup.measures
    columns = [(key.name, f"{key.column_type} not null") for key in level.keys]
    columns.append(("row_count", "bigint not null default 0"))
    columns += [(measure.name, f"{measure.type} not null default 0") for measure in measures]
    columns += [(name, "bigint not null default 0") for name, _ in level.counts]
    comments = [(key.name, key.sentence) for key in level.keys]
    comments.append(("row_count", f"How many rows of {level.rollup.source} are counted in it."))
    comments += [(measure.name, measure.sentence) for measure in measures]
    comments += list(level.counts)
    indexes = "".join(_top_index(level, top) for top in _indexed(level))
    return f"""\
create table {level.base} (
{_column_list(columns)},

    primary key ({", ".join(level.key_names)})
) with (fillfactor = 80);
{indexes}{
        _comments(
            level.base,
            f"What has been folded of {level.view}; read that instead. Written by "
            "groundplan.fold() only.",
            comments,
        )
    }"""


def _indexed(level: Counted) -> tuple[Top, ...]:
    """The rank lists with an index: a single day is sorted quickly enough."""
    return () if level.period == "day" else tuple(top for top in level.rollup.top if top.indexed)


def _top_index(level: Counted, top: Top) -> str:
    """The index a rank list is read from, one period after the other; see the top functions."""
    keys = top_groups(level)
    columns = ",\n    ".join((", ".join(keys), f"({top.expression}) desc"))
    return f"""\
create index {level.name}_top_{top.name} on {level.base} (
    {columns});
"""


def top_groups(level: Counted) -> tuple[str, ...]:
    """The keys of a level within which it is ranked: all but the one that is ranked."""
    return tuple(name for name in level.key_names if name != level.rollup.top_key)


def _kept(level: Counted, count: Distinct) -> str:
    columns = [(key.name, f"{key.column_type} not null") for key in level.keys]
    columns += [(count.of, "uuid not null"), ("n", "numeric not null")]
    comments = [(key.name, key.sentence) for key in level.keys]
    comments.append((count.of, f"Counts in {count.name} of {level.view} while n is above zero."))
    comments.append(("n", f"The sum of {count.weight} of it there."))
    table = level.kept(count)
    return f"""\
-- No check that n is not negative: a reversal may be folded before what it reverses.
create table {table} (
{_column_list(columns)},

    primary key ({", ".join(level.kept_key(count))})
) with (fillfactor = 80);
{
        _comments(
            table,
            f"Reference counts behind {count.name} of {level.view}, for what has been folded.",
            comments,
        )
    }"""


def _column_list(columns: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in columns)
    return ",\n".join(f"    {name.ljust(width)} {type_}" for name, type_ in columns)


def _comments(table: str, sentence: str, columns: list[tuple[str, str]]) -> str:
    return comment("table", table, sentence) + "".join(
        comment("column", f"{table}.{name}", text) for name, text in columns
    )
