"""One way into every format."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import closing, contextmanager
from pathlib import Path

from groundplan.importer.files.container import Format, open_source, told_format
from groundplan.importer.files.delimited import delimited_table
from groundplan.importer.files.encoding import told_encoding
from groundplan.importer.files.faults import bad_file, reading
from groundplan.importer.files.parquet import parquet_table
from groundplan.importer.files.table import FileOptions, Table
from groundplan.importer.files.xlsx import xlsx_table

_HEAD = 1 << 16
_DEFAULTS = FileOptions()


@contextmanager
def open_table(
    path: Path, options: FileOptions = _DEFAULTS, wanted: Collection[str] = ()
) -> Generator[Table]:
    """The table in ``path``: delimited text (also in gzip, xz, bzip2), XLSX or Parquet.

    What it is is told by its bytes, not by its name. Raises BadFile, here or while its rows are
    read, for a file that is none of these, that lacks one of the ``wanted`` columns, or whose rest
    is unreadable; what is wrong with one row alone is that row's fault.
    """
    kind, head = told_file(path)
    if kind == "xlsx":
        with xlsx_table(path, options, wanted) as table:
            yield table
        return
    if kind == "parquet":
        with parquet_table(path, options, wanted) as table:
            yield table
        return
    try:
        encoding = told_encoding(head, options.encoding)
    except LookupError as error:
        raise bad_file(
            path, f"there is no encoding {options.encoding!r}.", hint="Try utf-8 or cp1252."
        ) from error
    with reading(path):
        source = open_source(path)
    with closing(source):
        yield delimited_table(source, encoding, options, wanted)


def told_file(path: Path) -> tuple[Format, bytes]:
    """The format of ``path`` and its first 64 kB uncompressed; raises BadFile."""
    with reading(path), closing(open_source(path)) as source:
        head = source.binary.read(_HEAD)
        return told_format(source, head), head
