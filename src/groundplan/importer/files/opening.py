"""One way into every format."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path

from groundplan.importer.files.container import open_source, told_format
from groundplan.importer.files.delimited import delimited_table
from groundplan.importer.files.encoding import told_encoding
from groundplan.importer.files.faults import bad_file, reading
from groundplan.importer.files.table import FileOptions, Table

_HEAD = 1 << 16
_DEFAULTS = FileOptions()


@contextmanager
def open_table(
    path: Path, options: FileOptions = _DEFAULTS, wanted: Collection[str] = ()
) -> Generator[Table]:
    """The table in ``path``: delimited text (also in gzip, xz, bzip2), XLSX or Parquet.

    What it is is told by its bytes. Raises BadFile, here or while its rows are read, for a file
    that is none of these, that lacks one of the ``wanted`` columns, or whose rest is unreadable;
    what is wrong with one row alone is that row's fault.
    """
    with reading(path):
        source = open_source(path)
        try:
            head = source.binary.read(_HEAD)
            source.binary.seek(0)
            kind = told_format(source, head)
        except BaseException:
            source.close()
            raise
    try:
        if kind != "delimited":
            raise bad_file(path, f"{kind} cannot be read yet.")
        encoding = told_encoding(path, head, options.encoding)
        yield delimited_table(source, encoding, options, wanted)
    finally:
        source.close()
