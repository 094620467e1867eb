"""Mappings as TOML files: the built-in ones and those that users write."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, cast

from groundplan.importer.entities.entity import Entity
from groundplan.importer.entities.known import ENTITIES
from groundplan.importer.files.table import FileOptions
from groundplan.importer.mapping.model import (
    BadMapping,
    FieldSource,
    FileMapping,
    Lookup,
    Rows,
)
from groundplan.importer.values import NumberStyle, TimeStyle

_PARTS = {
    "title", "entity", "source", "recognised_by", "query", "file", "numbers", "times", "rows",
    "load", "decide", "fields", "custom_fields", "line_custom_fields", "lookups", "known_columns",
}  # fmt: skip
_SOURCE_KEYS = {
    "column", "columns", "join", "constant", "default", "empty", "pattern", "values", "otherwise",
    "divided_by", "negate", "optional_column", "decimal", "thousands", "formats", "zone", "lookup",
    "take", "where", "unless", "plus", "sum", "round",
}  # fmt: skip


def read_mapping(file: Path) -> FileMapping:
    """The mapping in a TOML file. Raises BadMapping, naming file and place."""
    try:
        return parse_mapping(file.read_text(encoding="utf-8"), name=file.name)
    except OSError as error:
        raise BadMapping(f"{file}: it cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise BadMapping(f"{file}: a mapping is a text in UTF-8, and this is none.") from error


def parse_mapping(text: str, *, name: str) -> FileMapping:
    """The mapping that ``text`` says; ``name`` is for messages."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"{name}: this is not TOML: {error}.") from error
    return _Reader(name).mapping(document)


def built_in(name: str) -> FileMapping | None:
    """The mapping of a format that comes with Groundplan; None where there is none."""
    file = _formats().joinpath(f"{name}.toml")
    if name not in built_in_names():
        return None
    return parse_mapping(file.read_text(encoding="utf-8"), name=name)


def built_in_names() -> tuple[str, ...]:
    """The names of the formats that come with Groundplan."""
    return tuple(
        sorted(
            file.name.removesuffix(".toml")
            for file in _formats().iterdir()
            if file.name.endswith(".toml")
        )
    )


def bundle(name: str) -> tuple[FileMapping, ...]:
    """The mappings of a bundle, in the order in which they need each other; () for another name."""
    if name not in bundle_names():
        return ()
    files = sorted(
        (file for file in _formats().joinpath(name).iterdir() if file.name.endswith(".toml")),
        key=lambda file: file.name,
    )
    return tuple(
        parse_mapping(
            file.read_text(encoding="utf-8"), name=f"{name}/{file.name.removesuffix('.toml')}"
        )
        for file in files
    )


def bundle_names() -> tuple[str, ...]:
    """The formats of several mappings: a folder each, with their files in order."""
    return tuple(
        sorted(
            folder.name
            for folder in _formats().iterdir()
            if folder.is_dir() and any(file.name.endswith(".toml") for file in folder.iterdir())
        )
    )


def _formats() -> Traversable:
    return resources.files("groundplan.importer.formats")


class _Reader:
    """Turns a TOML document into a mapping, and refuses what it does not know."""

    def __init__(self, name: str) -> None:
        self._name = name

    def mapping(self, document: Mapping[str, Any]) -> FileMapping:
        self._only(document, _PARTS, "the mapping")
        undecided = self._texts(document.get("decide", []), "decide")
        if undecided:
            raise BadMapping(
                f"{self._name}: this is left to decide: {undecided[0]}",
                hint="Then take it out of decide.",
            )
        entity = self._entity(document)
        times = self._times(self._table(document, "times"))
        numbers = self._numbers(self._table(document, "numbers"))
        load = self._table(document, "load")
        return FileMapping(
            name=self._name,
            title=self._text(document.get("title", self._name), "title"),
            entity=entity,
            source=self._text(document.get("source", Path(self._name).stem), "source"),
            recognised_by=self._headers(document.get("recognised_by", [])),
            known_columns=self._patterns(document.get("known_columns", [])),
            query=document.get("query"),
            zone_in=self._table(document, "times").get("zone_column"),
            zones=self._words(self._table(document, "times").get("zones"), "[times]") or {},
            file=self._file(self._table(document, "file")),
            numbers=numbers,
            times=times,
            rows=self._rows(self._table(document, "rows")),
            options={name: cast("str | bool", value) for name, value in load.items()},
            fields=self._sources(document, "fields", numbers, times),
            custom_fields=self._sources(document, "custom_fields", numbers, times),
            line_custom_fields=self._sources(document, "line_custom_fields", numbers, times),
            lookups={
                name: self._lookup(name, table)
                for name, table in self._table(document, "lookups").items()
            },
        )

    def _entity(self, document: Mapping[str, Any]) -> Entity:
        found = ENTITIES.get(str(document.get("entity")))
        if found is None:
            raise BadMapping(
                f"{self._name}: entity must be one of {', '.join(ENTITIES)}.",
                hint='Write, for example: entity = "orders".',
            )
        return found

    def _headers(self, value: Any) -> tuple[tuple[str, ...], ...]:
        """One list of columns, or a list of such lists."""
        items = cast("list[Any]", value) if isinstance(value, list) else [value]
        lists = items if items and all(isinstance(each, list) for each in items) else [items]
        return tuple(self._texts(each, "recognised_by") for each in lists if each)

    def _file(self, table: Mapping[str, Any]) -> FileOptions:
        names = {"encoding", "delimiter", "quote", "sheet", "header_line", "columns"}
        self._only(table, names, "[file]")
        values = dict(table)
        if "columns" in values:
            values["columns"] = self._texts(values["columns"], "columns in [file]")
        if not isinstance(values.get("header_line", 1), int):
            raise BadMapping(f"{self._name}: header_line in [file] must be a number.")
        return FileOptions(**values)

    def _numbers(self, table: Mapping[str, Any]) -> NumberStyle:
        self._only(table, {"decimal", "thousands"}, "[numbers]")
        return self._number_style(table, "[numbers]", NumberStyle())

    def _number_style(
        self, table: Mapping[str, Any], place: str, otherwise: NumberStyle
    ) -> NumberStyle:
        try:
            return NumberStyle(
                decimal=self._text(table.get("decimal", otherwise.decimal), f"decimal in {place}"),
                thousands=self._text(
                    table.get("thousands", otherwise.thousands), f"thousands in {place}"
                ),
            )
        except ValueError as error:
            raise BadMapping(f"{self._name}: {place}: {error}") from error

    def _times(self, table: Mapping[str, Any]) -> TimeStyle:
        self._only(table, {"formats", "zone", "zone_column", "zones"}, "[times]")
        return self._time_style(table, "[times]", TimeStyle())

    def _time_style(self, table: Mapping[str, Any], place: str, otherwise: TimeStyle) -> TimeStyle:
        zone = table.get("zone", otherwise.zone)
        try:
            return TimeStyle(
                formats=self._texts(
                    table.get("formats", list(otherwise.formats)), f"formats in {place}"
                ),
                zone=None if zone is None else self._text(zone, f"zone in {place}"),
            )
        except ValueError as error:
            raise BadMapping(f"{self._name}: {place}: {error}") from error

    def _rows(self, table: Mapping[str, Any]) -> Rows:
        self._only(table, {"key", "continued", "only", "skip", "short", "repeat"}, "[rows]")
        return Rows(
            key=self._texts(table.get("key", []), "key in [rows]"),
            is_continued=table.get("continued", False) is True,
            only=self._filter(table, "only"),
            skip=self._filter(table, "skip"),
            may_be_short=table.get("short", False) is True,
            repeat=self._text(table["repeat"], "repeat in [rows]") if "repeat" in table else None,
        )

    def _filter(self, table: Mapping[str, Any], name: str) -> dict[str, tuple[str, ...]]:
        place = f"{name} in [rows]"
        return {
            column: self._texts(texts, place) for column, texts in self._table(table, name).items()
        }

    def _lookup(self, name: str, table: Any) -> Lookup:
        place = f"[lookups.{name}]"
        if not isinstance(table, dict) or set(cast("dict[str, Any]", table)) != {"file", "key"}:
            raise BadMapping(f"{self._name}: {place} needs file and key, and nothing else.")
        found = cast("dict[str, Any]", table)
        return Lookup(name, self._text(found["file"], place), self._text(found["key"], place))

    def _sources(
        self, document: Mapping[str, Any], part: str, numbers: NumberStyle, times: TimeStyle
    ) -> dict[str, FieldSource]:
        return {
            name: self._source(f"{part}.{name}", value, numbers, times)
            for name, value in self._table(document, part).items()
        }

    def _source(
        self, place: str, value: Any, numbers: NumberStyle, times: TimeStyle
    ) -> FieldSource:
        if isinstance(value, str):
            return FieldSource(columns=(value,), numbers=numbers, times=times)
        if isinstance(value, list):
            columns = self._texts(cast("list[Any]", value), place)
            return FieldSource(columns=columns, numbers=numbers, times=times)
        if not isinstance(value, dict):
            raise BadMapping(f"{self._name}: {place} must name a column.")
        table = cast("dict[str, Any]", value)
        self._only(table, _SOURCE_KEYS, place)
        if not {"column", "columns", "constant"} & set(table):
            raise BadMapping(f"{self._name}: {place} needs column, columns or constant.")
        columns = self._texts(
            table.get("columns", [table["column"]] if "column" in table else []), place
        )
        otherwise = table.get("otherwise", "refuse")
        return FieldSource(
            columns=columns,
            join=table.get("join"),
            constant=_plain(table.get("constant")),
            default=_plain(table.get("default")),
            empty=self._texts(table.get("empty", []), place),
            pattern=self._pattern(table.get("pattern"), place),
            values=self._words(table.get("values"), place),
            otherwise=otherwise if otherwise in ("refuse", "keep") else "refuse",
            otherwise_value=None if otherwise in ("refuse", "keep") else _plain(otherwise),
            plus=table.get("plus"),
            divided_by=table.get("divided_by"),
            is_sum=table.get("sum") is True,
            negate=table.get("negate", False) is True,
            round_to=self._decimals(table.get("round"), place),
            where=self._conditions(table.get("where"), f"where of {place}"),
            unless=self._conditions(table.get("unless"), f"unless of {place}"),
            is_optional=table.get("optional_column") is True,
            is_demanded=table.get("optional_column") is False,
            numbers=self._number_style(table, place, numbers),
            times=self._time_style(table, place, times),
            lookup=table.get("lookup"),
            take=table.get("take"),
        )

    def _decimals(self, value: Any, place: str) -> int | None:
        if value is None or (type(value) is int and 0 <= value <= 8):
            return value
        raise BadMapping(
            f"{self._name}: round in {place} is a number of decimals, 0 to 8.",
            hint="round = 2 makes 4.995 of a column to 5.00.",
        )

    def _words(self, table: Any, place: str) -> dict[str, str] | None:
        if table is None:
            return None
        if not isinstance(table, dict):
            raise BadMapping(f"{self._name}: values in {place} must be a table.")
        return {
            word.strip().casefold(): _plain(value) or ""
            for word, value in cast("dict[str, Any]", table).items()
        }

    def _pattern(self, text: Any, place: str) -> re.Pattern[str] | None:
        if text is None:
            return None
        try:
            return re.compile(str(text))
        except re.error as error:
            raise BadMapping(f"{self._name}: the pattern in {place} is wrong: {error}.") from error

    def _patterns(self, texts: Any) -> tuple[re.Pattern[str], ...]:
        found = (self._pattern(text, "known_columns") for text in self._texts(texts, "columns"))
        return tuple(pattern for pattern in found if pattern is not None)

    def _conditions(self, table: Any, place: str) -> dict[str, re.Pattern[str]]:
        if not isinstance(table, dict | None):
            raise BadMapping(f"{self._name}: {place} must be a table of columns and patterns.")
        found = {
            column: self._pattern(self._text(text, place), place)
            for column, text in cast("dict[str, Any]", table or {}).items()
        }
        return {column: pattern for column, pattern in found.items() if pattern is not None}

    def _table(self, document: Mapping[str, Any], part: str) -> dict[str, Any]:
        found = document.get(part, {})
        if not isinstance(found, dict):
            raise BadMapping(f"{self._name}: [{part}] must be a table.")
        return cast("dict[str, Any]", found)

    def _texts(self, value: Any, place: str) -> tuple[str, ...]:
        return _each(value, lambda item: self._text(item, place)) if value else ()

    def _text(self, value: Any, place: str) -> str:
        if not isinstance(value, str):
            raise BadMapping(f"{self._name}: {place} must be text, not {value!r}.")
        return value

    def _only(self, table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
        surplus = [key for key in table if key not in set(known)]
        if surplus:
            raise BadMapping(
                f"{self._name}: {place} has no {surplus[0]}.",
                hint=f"It knows: {', '.join(sorted(known))}.",
            )


def _each(value: Any, read: Callable[[Any], str]) -> tuple[str, ...]:
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    return tuple(read(item) for item in items)


def _plain(value: Any) -> str | None:
    """A constant as text: true as "true", 19 as "19"."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
