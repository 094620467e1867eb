"""A source and everything that is counted from it: what one delta row must carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from groundplan.reports.declaration import Distinct, Key, Measure, Period, Rollup, names_of
from groundplan.rules.declaration import require

SCHEMA = "reporting"
"""What people read."""

PRIVATE = "groundplan"
"""What it is counted with."""

Column = TypeVar("Column", Key, Measure)


@dataclass(frozen=True)
class Counted:
    """One level of one rollup: a base table and a view.

    ``keys`` are the columns of the view; at coarser levels the period key is replaced by a column
    named month or year, which holds the first day of it.
    """

    rollup: Rollup
    name: str
    period: Period

    @property
    def period_column(self) -> str:
        """The name of its period key."""
        return self.rollup.period if self.period == "day" else self.period

    @property
    def keys(self) -> tuple[Key, ...]:
        """Its grouping columns."""
        return tuple(self._at_level(key) for key in self.rollup.keys)

    def _at_level(self, key: Key) -> Key:
        if key.name != self.rollup.period or self.period == "day":
            return key
        return Key(
            self.period, "date", f"First day of the {self.period} of the {_words(key.name)}."
        )

    @property
    def key_names(self) -> tuple[str, ...]:
        """The names of its grouping columns."""
        return names_of(self.keys)

    def key_over(self, key: Key) -> str:
        """A grouping column computed from the finest keys, as SQL over bare column names."""
        if key.name == self.period_column and self.period != "day":
            # The cast forbids the variant for timestamptz, which depends on the session's zone.
            return f"date_trunc('{self.period}', {self.rollup.period}::timestamp)::date"
        return key.name

    @property
    def base(self) -> str:
        """The table that holds what has been folded."""
        return f"{PRIVATE}.{self.name}_base"

    @property
    def view(self) -> str:
        """The view a tenant reads."""
        return f"{SCHEMA}.{self.name}"

    @property
    def everyone(self) -> str:
        """The same view over all tenants, for the owner."""
        return f"{PRIVATE}.{self.name}_all_tenants"

    def kept(self, count: Distinct) -> str:
        """The table of reference counts behind a distinct count."""
        return f"{PRIVATE}.{self.name}_{count.name}"

    def kept_key(self, count: Distinct) -> tuple[str, ...]:
        """Its primary key, in the order in which one thing's first period is found."""
        head = ("tenant_id", count.of, self.period_column)
        return (*head, *(name for name in self.key_names if name not in head))

    @property
    def counts(self) -> tuple[tuple[str, str], ...]:
        """Columns of its distinct counts, with their sentences."""
        return tuple(pair for count in self.rollup.distinct for pair in count.counts)


@dataclass(frozen=True)
class Source:
    """One append-mostly table, the rollups counted from it, and the columns of its delta."""

    table: str
    rollups: tuple[Rollup, ...]

    def __post_init__(self) -> None:
        sides = self.rollups[0].sides
        for rollup in self.rollups:
            require(
                rollup.sides == sides,
                f"rollup {rollup.name} must have the same sides as the others of {self.table}",
            )
        for level in self.levels:
            names = [level.everyone, *(level.kept(count) for count in level.rollup.distinct)]
            for name in names:
                require(len(name.split(".")[1]) <= 63, f"{name} is longer than 63 bytes")

    @property
    def name(self) -> str:
        """The name of the table without its schema."""
        return self.table.split(".")[1]

    @property
    def delta(self) -> str:
        """The table of changes that are not folded yet."""
        return f"{PRIVATE}.{self.name}_delta"

    @property
    def map(self) -> str:
        """The function that maps one source row to its delta rows."""
        return f"{PRIVATE}.map_{self.name}"

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys of its rollups, and the things they count."""
        found: dict[str, Key] = {}
        for rollup in self.rollups:
            for key in rollup.keys:
                _agree(found, key, self.table)
        for rollup in self.rollups:
            for count in rollup.distinct:
                if count.of not in found:
                    found[count.of] = Key(
                        count.of, "uuid", f"Counted by {count.name}; may be null."
                    )
        return tuple(found.values())

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All measures of its rollups."""
        found: dict[str, Measure] = {}
        for rollup in self.rollups:
            for measure in rollup.measures:
                _agree(found, measure, self.table)
        return tuple(found.values())

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """Boolean columns for the rollups that leave out some rows: name and expression."""
        return tuple((condition(r), r.where) for r in self.rollups if r.where)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the delta, in order."""
        return (*self.group_columns, "row_count", *(measure.name for measure in self.measures))

    @property
    def group_columns(self) -> tuple[str, ...]:
        """The columns of the delta that are not added up."""
        return (*names_of(self.keys), *(name for name, _ in self.conditions))

    @property
    def levels(self) -> tuple[Counted, ...]:
        """All levels of all rollups, the finest of each first."""
        return tuple(level for rollup in self.rollups for level in levels_of(rollup))


def levels_of(rollup: Rollup) -> tuple[Counted, ...]:
    """The levels of a rollup, the finest first."""
    coarser = (Counted(rollup, level.name, level.period) for level in rollup.coarser)
    return (Counted(rollup, rollup.name, "day"), *coarser)


def condition(rollup: Rollup) -> str:
    """The delta column that says whether a row counts in a rollup with a condition."""
    return f"in_{rollup.name}"


def counts_in(rollup: Rollup) -> str:
    """Which delta rows count in a rollup, as SQL over bare column names."""
    known = f"({', '.join(names_of(rollup.keys))}) is not null"
    return f"{condition(rollup)} and {known}" if rollup.where else known


def sources_of(rollups: Iterable[Rollup]) -> tuple[Source, ...]:
    """The rollups, grouped by source, in the order of their first mention."""
    found: dict[str, list[Rollup]] = {}
    names: set[str] = set()
    for rollup in rollups:
        found.setdefault(rollup.source, []).append(rollup)
        for level in levels_of(rollup):
            require(level.name not in names, f"two reports are named {level.name!r}")
            names.add(level.name)
    return tuple(Source(table, tuple(listed)) for table, listed in found.items())


def _agree(found: dict[str, Column], new: Column, table: str) -> None:
    """Add a column of the delta; two rollups that share its name must mean the same by it."""
    known = found.setdefault(new.name, new)
    require(
        (known.sql, known.type) == (new.sql, new.type),
        f"two rollups of {table} mean different things by {new.name}: {known.sql} and {new.sql}",
    )


def _words(name: str) -> str:
    return name.replace("_", " ")
