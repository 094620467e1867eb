"""Lookups: small files beside the one that is imported, read whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from groundplan.errors import BadFile
from groundplan.importer.files import Cell, open_table
from groundplan.importer.mapping.model import FileMapping, Lookup


def read_lookups(
    mapping: FileMapping, folder: Path
) -> Mapping[str, Mapping[str, Mapping[str, Cell]]]:
    """Lookup name, key, column to cell. A relative name is looked for in ``folder``.

    Raises BadFile for a file that is not there or has two rows of one key.
    """
    return {name: _read(folder / lookup.file, lookup) for name, lookup in mapping.lookups.items()}


def _read(file: Path, lookup: Lookup) -> Mapping[str, Mapping[str, Cell]]:
    found: dict[str, Mapping[str, Cell]] = {}
    with open_table(file, wanted=(lookup.key,)) as table:
        place = table.columns.index(lookup.key)
        for row in table.rows:
            if row.fault is not None:
                raise BadFile(file, row.line, None, row.fault)
            key = str(row.cells[place]).strip()
            if key in found:
                raise BadFile(file, row.line, lookup.key, f"{key!r} is there twice.")
            found[key] = dict(zip(table.columns, row.cells, strict=True))
    return found
