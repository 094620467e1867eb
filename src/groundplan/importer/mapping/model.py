"""A mapping: which columns of a file fill which fields, and how their texts are read.

It is data, read from TOML; what cannot be right about it is said when it is made.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Literal

from groundplan.errors import GroundplanError
from groundplan.importer.entities.entity import Entity
from groundplan.importer.files.table import FileOptions
from groundplan.importer.values import NumberStyle, TimeStyle

Otherwise = Literal["refuse", "keep"]


CURRENCY = "{currency}"
"""In the name of a column: the currency of the tenant's books."""


class BadMapping(GroundplanError):
    """A mapping says something that cannot be."""


@dataclass(frozen=True)
class FieldSource:
    """Where the value of one field comes from.

    ``columns``: the first that is not blank, or all of them with ``join`` between; ``constant``:
    the same for every row; ``default``: where the columns are blank. In this order: the column's
    text, ``empty`` (texts that mean nothing), ``pattern`` (its first group, or else the whole
    match), ``lookup``, ``values`` (what stands for what; another text is refused, kept or becomes
    ``otherwise_value``), then the reading by the field's kind, ``plus`` and ``divided_by`` (columns
    with a number), ``negate`` and ``round_to`` (decimals; a half goes away from zero).

    ``is_sum``: what the rows of a record say is added up; without it they have to agree.

    A row takes part only where every column of ``where`` matches as a whole, and none of
    ``unless`` does. ``is_optional``: a file may lack the column; ``is_demanded``: it has to have
    one of ``columns``. ``{currency}`` in a column's name is the currency of the tenant's books.
    """

    columns: tuple[str, ...] = ()
    join: str | None = None
    constant: str | None = None
    default: str | None = None
    empty: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    values: Mapping[str, str] | None = None
    otherwise: Otherwise = "refuse"
    otherwise_value: str | None = None
    plus: str | None = None
    divided_by: str | None = None
    negate: bool = False
    round_to: int | None = None
    where: Mapping[str, re.Pattern[str]] = field(default_factory=dict[str, re.Pattern[str]])
    unless: Mapping[str, re.Pattern[str]] = field(default_factory=dict[str, re.Pattern[str]])
    is_optional: bool = False
    is_demanded: bool = False
    numbers: NumberStyle | None = None
    times: TimeStyle | None = None
    is_sum: bool = False
    lookup: str | None = None
    take: str | None = None

    def column_in(self, columns: Collection[str]) -> str | None:
        """The column to name in a message about a file with these columns; None without any."""
        named = next((each for each in self.columns if each in columns), None)
        return named or (self.columns[0] if self.columns else None)


@dataclass(frozen=True)
class Lookup:
    """Another file, read whole: ``key`` is the column to find a row by."""

    name: str
    file: str
    key: str


@dataclass(frozen=True)
class Rows:
    """Which rows belong together, and which are none of ours.

    Rows with the same texts in the columns ``key`` are one record; without ``key`` the entity's own
    key fields tell. With ``is_continued`` a blank key means: the same as in the row above.
    ``only`` and ``skip`` name texts of a column by which rows are taken or passed over. With
    ``may_be_short`` a row may end where nothing more is to be said.

    ``repeat`` is for files in which a row may stand twice and mean two things: it names a column
    that the file does not have, with 1 in the first row of a key, 2 in the second, and so on,
    through all files of an import. Each of these rows is a record.
    """

    key: tuple[str, ...] = ()
    is_continued: bool = False
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    may_be_short: bool = False
    repeat: str | None = None


@dataclass(frozen=True)
class FileMapping:
    """How one kind of file becomes records of one entity.

    ``source`` is the namespace of the keys: the same key from the same source is the same record,
    whichever file it comes in. A file whose header has all columns of one of ``recognised_by`` is
    taken for one of this kind. Where ``known_columns`` are told, a column that none of them matches
    as a whole is refused. ``zone_in`` is the column that names the time zone of a row's times, and
    ``zones`` says what its names mean. Raises BadMapping, naming the field, where something is
    missing, unknown or contradictory.
    """

    name: str
    title: str
    entity: Entity
    source: str
    fields: Mapping[str, FieldSource]
    file: FileOptions = field(default_factory=FileOptions)
    numbers: NumberStyle = field(default_factory=NumberStyle)
    times: TimeStyle = field(default_factory=TimeStyle)
    rows: Rows = field(default_factory=Rows)
    options: Mapping[str, str | bool] = field(default_factory=dict[str, str | bool])
    custom_fields: Mapping[str, FieldSource] = field(default_factory=dict[str, FieldSource])
    line_custom_fields: Mapping[str, FieldSource] = field(default_factory=dict[str, FieldSource])
    recognised_by: tuple[tuple[str, ...], ...] = ()
    known_columns: tuple[re.Pattern[str], ...] = ()
    lookups: Mapping[str, Lookup] = field(default_factory=dict[str, Lookup])
    query: str | None = None
    zone_in: str | None = None
    zones: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        for name, source in self.fields.items():
            if name not in self.entity.by_name:
                raise BadMapping(
                    f"{self.name}: {self.entity.title} have no field {name}.",
                    hint=_nearest(name, self.entity.by_name),
                )
            target = self.entity.by_name[name]
            if source.is_sum and not (target.is_number and target.level == "record"):
                raise BadMapping(
                    f"{self.name}: {name} cannot be a sum.",
                    hint="Sums are numbers of the whole record: of its rows there are several.",
                )
            if source.round_to is not None and not target.is_number:
                raise BadMapping(f"{self.name}: {name} is not a number, and cannot be rounded.")
            if source.lookup is not None and source.lookup not in self.lookups:
                raise BadMapping(
                    f"{self.name}: the field {name} looks up {source.lookup}, which is not there.",
                    hint=f"Add [lookups.{source.lookup}] with file and key.",
                )
        for field_ in self.entity.fields:
            if field_.is_required and field_.name not in self.fields:
                raise BadMapping(
                    f"{self.name}: nothing fills {field_.name}, and {self.entity.title} need it.",
                    hint=f"Add {field_.name} to [fields]: {field_.meaning}",
                )
        if self.rows.repeat is not None and (not self.rows.key or self.rows.is_continued):
            raise BadMapping(
                f"{self.name}: repeat in [rows] counts the rows of one key, and there is no key.",
                hint='Name the columns by which rows are the same: key = ["Customer", "Date"].',
            )
        for option, value in self.options.items():
            known = self.entity.options or {}
            if option not in known:
                raise BadMapping(
                    f"{self.name}: [load] has no setting {option} for {self.entity.title}.",
                    hint=_nearest(option, known),
                )
            if type(value) is not type(known[option]):
                raise BadMapping(f"{self.name}: {option} in [load] cannot be {value!r}.")

    @property
    def wanted_columns(self) -> tuple[str, ...]:
        """The columns without which a file cannot be read by this mapping."""
        wanted = dict.fromkeys((*self.rows.key, *self.rows.only, *self.rows.skip))
        for source in self.fields.values():
            if not source.is_optional and len(source.columns) == 1:
                wanted.update(dict.fromkeys(source.columns))
            also = (source.plus, source.divided_by, self.zone_in)
            wanted.update(dict.fromkeys(column for column in also if column))
            wanted.update(dict.fromkeys((*source.where, *source.unless)))
        return tuple(name for name in wanted if name != self.rows.repeat)

    def in_books(self, currency: str) -> FileMapping:
        """The same mapping for a tenant whose books are kept in this currency."""
        fields = {
            name: replace(
                source,
                columns=tuple(each.replace(CURRENCY, currency) for each in source.columns),
            )
            for name, source in self.fields.items()
        }
        return replace(self, fields=fields)

    def told(self, *, encoding: str | None = None, zone: str | None = None) -> FileMapping:
        """The same mapping, with what the user knows better about this file."""
        known = self
        if encoding is not None:
            known = replace(known, file=replace(known.file, encoding=encoding))
        if zone is not None:
            known = replace(
                known,
                times=replace(known.times, zone=zone),
                fields={name: _in_zone(source, zone) for name, source in known.fields.items()},
            )
        return known

    @property
    def load_options(self) -> Mapping[str, str | bool]:
        """The settings of the entity, as this mapping has them."""
        return {**(self.entity.options or {}), **self.options}


def _in_zone(source: FieldSource, zone: str) -> FieldSource:
    return (
        source if source.times is None else replace(source, times=replace(source.times, zone=zone))
    )


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
