"""Which of the formats that come with Groundplan a file has, by its header."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from groundplan.errors import GroundplanError
from groundplan.importer.files.sniff import sniff
from groundplan.importer.mapping.model import FileMapping
from groundplan.importer.mapping.toml import built_in, built_in_names


class UnknownFormat(GroundplanError):
    """The header of a file is that of no format, or of several."""


def recognised(path: Path) -> FileMapping:
    """The built-in mapping for the file at ``path``.

    Raises UnknownFormat where there is none or more than one, BadFile where it is no table.
    """
    found = formats_with(sniff(path).columns)
    if not found:
        raise UnknownFormat(
            f"{path.name}: its header is that of no format that comes with Groundplan.",
            hint=f"Type `groundplan import inspect {path}` for a first mapping.",
        )
    if len(found) > 1:
        raise UnknownFormat(
            f"{path.name}: its header is that of {' and '.join(each.name for each in found)}.",
            hint=f"Say which: `groundplan import {found[0].name} {path}`.",
        )
    return found[0]


def formats_with(columns: Collection[str]) -> list[FileMapping]:
    """The built-in mappings whose tell-tale columns are all there; those with the most of them."""
    there = set(columns)
    fitting = [
        mapping
        for name in built_in_names()
        if (mapping := built_in(name)) is not None
        and mapping.query is None
        and _tell_tale(mapping, there)
    ]
    most = max((_tell_tale(mapping, there) for mapping in fitting), default=0)
    return [mapping for mapping in fitting if _tell_tale(mapping, there) == most]


def _tell_tale(mapping: FileMapping, columns: set[str]) -> int:
    """How many of its columns tell that a file is of this format; 0: it is not."""
    return max((len(each) for each in mapping.recognised_by if columns.issuperset(each)), default=0)
