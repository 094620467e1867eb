"""What a report counts: a rollup of one append-mostly table, declared as data.

A rollup is validated when it is made and never touches a connection. Expressions are SQL over one
source row, which is called ``r``: ``r.quantity``, ``case when r.kind = 'issue' then r.quantity else
0 end``. A key, measure or counted thing without an expression is the column of its own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from groundplan.rules.declaration import require, require_table

NAME_LIMIT = 50
Period = Literal["day", "month", "year"]
PERIODS: tuple[Period, ...] = ("day", "month", "year")
KEY_TYPES = ("integer", "date", "text", "uuid", "boolean")
MEASURE_TYPES = ("bigint", "numeric")

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_STRING = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\s*\.\s*[A-Za-z_][A-Za-z0-9_]*)*")
_ROW_COLUMN = re.compile(r"r\.[a-z_][a-z0-9_]*")
# Only what gives the same answer for the same row forever. No subquery: what a trigger reads from
# another table has drifted by the time both commit. No cast to a floating type: sums would depend
# on the order of their terms.
_ALLOWED = """
    and or not is null in like between case when then else end true false distinct from
    coalesce nullif greatest least abs sign round trunc date bigint numeric integer text
"""
_FORBIDDEN_SIGNS = (";", "--", "/*", '"', "$", "\\")


@dataclass(frozen=True)
class Key:
    """A column to group by. ``type``: integer, date, text, uuid or boolean."""

    name: str
    type: str
    sentence: str
    expression: str = ""

    def __post_init__(self) -> None:
        _require_name(self.name, "key")
        require(
            self.type in KEY_TYPES,
            f"type of key {self.name} must be one of {', '.join(KEY_TYPES)}, not {self.type!r}",
        )
        _require_sentence(self.sentence, f"key {self.name}")
        if self.expression:
            require_expression(self.expression, f"key {self.name}")

    @property
    def sql(self) -> str:
        """The expression over the source row."""
        return self.expression or f"r.{self.name}"

    @property
    def column_type(self) -> str:
        """Its type as a column; codes sort bytewise, as in their tables."""
        return 'text collate "C"' if self.type == "text" else self.type


@dataclass(frozen=True)
class Measure:
    """A number that is added up. ``type``: numeric, or bigint for counts of things."""

    name: str
    sentence: str
    expression: str = ""
    type: str = "numeric"

    def __post_init__(self) -> None:
        _require_name(self.name, "measure")
        require(
            self.name != "row_count", "measure row_count is always there and cannot be declared"
        )
        require(
            self.type in MEASURE_TYPES,
            f"type of measure {self.name} must be bigint or numeric, not {self.type!r}: "
            "sums of floating numbers depend on the order of their terms",
        )
        _require_sentence(self.sentence, f"measure {self.name}")
        if self.expression:
            require_expression(self.expression, f"measure {self.name}")

    @property
    def sql(self) -> str:
        """The expression over the source row."""
        return self.expression or f"r.{self.name}"


@dataclass(frozen=True)
class Distinct:
    """How many different things a group has: ``of`` is a uuid column of the source row.

    A thing counts in a group while the sum of the measure ``weight`` there is above zero, so that
    an order that is taken back takes its customer back. ``first`` names a second count: of those
    for whom this group's period is the first in which they count at all, in any group.
    Rows without the thing (null) count nobody.
    """

    name: str
    of: str
    weight: str
    sentence: str
    first: str = ""
    first_sentence: str = ""

    def __post_init__(self) -> None:
        _require_name(self.name, "distinct count")
        _require_name(self.of, f"column counted by {self.name}")
        _require_sentence(self.sentence, f"distinct count {self.name}")
        require(
            bool(self.first) == bool(self.first_sentence),
            f"distinct count {self.name} needs first and first_sentence, or neither",
        )
        if self.first:
            _require_name(self.first, f"first of {self.name}")
            _require_sentence(self.first_sentence, f"first of {self.name}")

    @property
    def counts(self) -> tuple[tuple[str, str], ...]:
        """The columns it gives, with their sentences."""
        found = [(self.name, self.sentence)]
        if self.first:
            found.append((self.first, self.first_sentence))
        return tuple(found)


@dataclass(frozen=True)
class Top:
    """A rank list of a rollup by an expression over its measures, written by their bare names.

    ``indexed`` keeps an index for it at the coarser levels: the first few are read without looking
    at the rest. Each such index makes folding a SKU dearer by about a third.
    """

    name: str
    expression: str
    sentence: str
    indexed: bool = False

    def __post_init__(self) -> None:
        _require_name(self.name, "top list")
        _require_sentence(self.sentence, f"top list {self.name}")


@dataclass(frozen=True)
class Level:
    """A rollup counted by a coarser period, as a view of its own."""

    period: Period
    name: str

    def __post_init__(self) -> None:
        _require_name(self.name, "level")
        require(
            self.period in PERIODS,
            f"period of level {self.name} must be day, month or year, not {self.period!r}",
        )


@dataclass(frozen=True, kw_only=True)
class Rollup:
    """Numbers counted from exactly one append-mostly table, exact at every commit.

    ``name`` is the view of the finest level, grouped by ``keys``, the first of which is tenant_id.
    ``period`` names the date key that ``coarser`` levels cut to months and years. A source row one
    of whose keys is null is left out, and so is one for which ``where`` is not true.
    ``sides`` is for a source one row of which counts in several groups (a movement leaves one
    location and enters another): each side maps keys and measures to their expressions there.
    All rollups of a source have the same sides. ``top_key`` is the key that top lists rank.
    """

    name: str
    source: str
    sentence: str
    keys: tuple[Key, ...]
    measures: tuple[Measure, ...]
    period: str
    where: str = ""
    distinct: tuple[Distinct, ...] = ()
    coarser: tuple[Level, ...] = ()
    sides: tuple[Mapping[str, str], ...] = field(default=({},), hash=False)
    top: tuple[Top, ...] = ()
    top_key: str = ""

    def __post_init__(self) -> None:
        _require_name(self.name, "rollup")
        require_table(self.source, f"source of rollup {self.name}")
        _require_sentence(self.sentence, f"rollup {self.name}")
        require(len(self.measures) > 0, f"rollup {self.name} must have at least one measure")
        require(
            len(self.keys) > 1 and self.keys[0].name == "tenant_id",
            f"keys of rollup {self.name} must begin with tenant_id and have one more",
        )
        if self.where:
            require_expression(self.where, f"where of rollup {self.name}")
        self._require_unique_columns()
        self._require_periods()
        self._require_sides()
        self._require_distinct()
        self._require_top()

    def _require_unique_columns(self) -> None:
        names = [key.name for key in self.keys] + [measure.name for measure in self.measures]
        names += [name for count in self.distinct for name, _ in count.counts] + ["row_count"]
        names += [level.period for level in self.coarser]
        for name in names:
            require(names.count(name) == 1, f"rollup {self.name} has two columns named {name!r}")

    def _require_periods(self) -> None:
        dates = [key.name for key in self.keys if key.type == "date"]
        require(
            self.period in dates,
            f"period {self.period!r} of rollup {self.name} must be one of its date keys",
        )
        for level in self.coarser:
            require(
                level.period != "day",
                f"level {level.name} of rollup {self.name} must be coarser than a day",
            )

    def _require_sides(self) -> None:
        known = {key.name for key in self.keys} | {measure.name for measure in self.measures}
        require(len(self.sides) > 0, f"rollup {self.name} must have at least one side")
        for side in self.sides:
            for name, expression in side.items():
                require(
                    name in known, f"side of rollup {self.name} names {name!r}, no column of it"
                )
                require_expression(expression, f"{name} of a side of {self.name}")

    def _require_distinct(self) -> None:
        measures = {measure.name for measure in self.measures}
        for count in self.distinct:
            require(
                count.weight in measures,
                f"weight {count.weight!r} of {count.name} must be a measure of rollup {self.name}",
            )

    def _require_top(self) -> None:
        if not self.top:
            return
        names = [key.name for key in self.keys]
        require(
            self.top_key in names[1:] and self.top_key != self.period,
            f"top_key {self.top_key!r} of rollup {self.name} must be one of its keys",
        )
        measures = {measure.name for measure in self.measures}
        for top in self.top:
            for word in _WORD.findall(top.expression):
                require(
                    word in measures,
                    f"top list {top.name} of {self.name} uses {word!r}, which is no measure of it",
                )


def require_expression(expression: str, what: str) -> None:
    """An expression over one row ``r`` that gives the same answer for the same row forever."""
    bare = _STRING.sub("''", expression)
    for sign in _FORBIDDEN_SIGNS:
        require(sign not in bare, f"{what} must not contain {sign!r}: {expression}")
    for word in _WORD.findall(bare):
        require(
            _ROW_COLUMN.fullmatch(word) is not None or word.lower() in _ALLOWED.split(),
            f"{what} uses {word!r}: only columns of the source row (r.column), plain arithmetic, "
            "comparisons and CASE are counted exactly; no subqueries, no floating types",
        )
    require(
        _ROW_COLUMN.search(bare) is not None or not _WORD.search(bare),
        f"{what} must read a column of the source row, written r.column: {expression}",
    )


def _require_name(name: str, what: str) -> None:
    require(
        _NAME.fullmatch(name) is not None,
        f"name of {what} {name!r} must be lower-case words joined by underscores",
    )
    require(
        len(name) <= NAME_LIMIT,
        f"name of {what} {name!r} has {len(name)} bytes, the limit is {NAME_LIMIT}",
    )


def _require_sentence(sentence: str, what: str) -> None:
    require(sentence.strip().endswith("."), f"sentence of {what} must end with a full stop")


def names_of(keys: Iterable[Key]) -> tuple[str, ...]:
    """The names of keys, in their order."""
    return tuple(key.name for key in keys)
