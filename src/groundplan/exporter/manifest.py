"""manifest.json: what an export holds, from where, and by which it is recognised as whole.

It is written last: a directory without it is no export. A file is described by its size and its
SHA-256, a table by its rows and its checksum (see groundplan.exporter.checksum).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from groundplan.errors import BadFile

NAME = "manifest.json"

FORMAT = 1
"""Counts up when an older Groundplan could not read a newer export."""

_MARK = "groundplan export"

FileFormat = Literal["csv", "parquet"]
Contents = Literal["everything", "tables"]


@dataclass(frozen=True)
class ExportedColumn:
    """``type`` as SQL writes it. ``in_file`` is False for a generated column: it is not loaded."""

    name: str
    type: str
    generated: bool
    in_file: bool


@dataclass(frozen=True)
class ExportedTable:
    """A file and what it was made from. ``sha256`` is that of the file, ``bytes`` its size."""

    schema: str
    name: str
    kind: Literal["tenant", "shared", "view"]
    file: str
    bytes: int
    sha256: str
    rows: int
    checksum: str
    columns: tuple[ExportedColumn, ...]

    @property
    def qualified(self) -> str:
        """schema.name"""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class ExportedModule:
    """A module as it was installed: see core.installed_modules."""

    name: str
    version: str
    state_digest: str


@dataclass(frozen=True)
class ExportedSequence:
    """``last_value``: the last number that was taken."""

    schema: str
    name: str
    last_value: int


@dataclass(frozen=True)
class Manifest:
    """``contents``: everything can be restored; chosen tables cannot, nor can ``spreadsheets``."""

    groundplan: str
    postgresql: str
    created_at: str
    contents: Contents
    format: FileFormat
    spreadsheets: bool
    tenancy: Literal["single", "multi"]
    tenant: int
    modules: tuple[ExportedModule, ...]
    tables: tuple[ExportedTable, ...]
    sequences: tuple[ExportedSequence, ...]

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        """Bytes of all files together, without the manifest."""
        return sum(table.bytes for table in self.tables)

    def text(self) -> str:
        """The content of manifest.json."""
        content = {"kind": _MARK, "version": FORMAT, **asdict(self)}
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_manifest(directory: Path, name: str = NAME) -> Manifest:
    """The manifest of an export. Raises BadFile where there is none, or none of ours."""
    file = directory / name
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadFile(
            file, None, None, "it is missing, so this is no export, or one that did not finish."
        ) from error
    except NotADirectoryError as error:
        raise BadFile(directory, None, None, "it is a file; name the directory.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _not_ours(file) from error
    try:
        if content["kind"] != _MARK:
            raise _not_ours(file)
        if content["version"] != FORMAT:
            raise BadFile(
                file,
                None,
                None,
                f"it is of format {content['version']}, and this Groundplan reads {FORMAT}: use "
                "the version that wrote it.",
            )
        return _manifest(content)
    except (KeyError, TypeError, AttributeError) as error:
        raise _not_ours(file) from error


def is_export(directory: Path) -> bool:
    """Whether the directory holds a whole export."""
    try:
        read_manifest(directory)
    except BadFile:
        return False
    return True


def check_files(directory: Path, manifest: Manifest) -> None:
    """Every file is there, with the bytes it was written with, and no other. Raises BadFile."""
    for table in manifest.tables:
        file = directory / table.file
        if not file.is_file():
            raise BadFile(file, None, None, "it is missing: take the export's whole directory.")
        size = file.stat().st_size
        if size != table.bytes:
            raise BadFile(
                file,
                None,
                None,
                f"it has {size:,} bytes instead of {table.bytes:,}, so it was cut off or edited: "
                "take the original.",
            )
    for file in directory.iterdir():
        if file.name not in _expected(manifest) and not file.name.endswith(".part"):
            raise BadFile(file, None, None, "it does not belong to the export: take it away.")
    for table in manifest.tables:
        file = directory / table.file
        if _sha256(file) != table.sha256:
            raise BadFile(file, None, None, "it was changed after the export: take the original.")


def _expected(manifest: Manifest) -> set[str]:
    return {NAME, *(table.file for table in manifest.tables)}


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _not_ours(file: Path) -> BadFile:
    return BadFile(file, None, None, "it is not the manifest of an export by Groundplan.")


def _manifest(content: dict[str, Any]) -> Manifest:
    return Manifest(
        **{
            name: content[name]
            for name in (
                "groundplan",
                "postgresql",
                "created_at",
                "contents",
                "format",
                "spreadsheets",
                "tenancy",
                "tenant",
            )
        },
        modules=tuple(ExportedModule(**module) for module in content["modules"]),
        tables=tuple(_tables(content["tables"])),
        sequences=tuple(ExportedSequence(**sequence) for sequence in content["sequences"]),
    )


def _tables(listed: list[dict[str, Any]]) -> Iterator[ExportedTable]:
    for table in listed:
        columns: Any = tuple(ExportedColumn(**column) for column in table["columns"])
        if Path(table["file"]).name != table["file"] or table["file"] in (NAME, "..", "."):
            raise TypeError("files of an export lie in its directory")
        yield ExportedTable(**{**table, "columns": columns})
