"""Parquet, in slices, by polars."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from groundplan.importer.files.cells import cell_of_number
from groundplan.importer.files.faults import bad_file
from groundplan.importer.files.header import Header, check_wanted, make_header
from groundplan.importer.files.table import Cell, FileOptions, Row, Table

if TYPE_CHECKING:
    import polars

_SLICE = 20_000
_EXACT_FLOAT = 2**53


class _NoValue(Exception):
    """A value that is none of the kinds a cell has."""


@dataclass
class _Progress:
    passed: int = 0


@contextmanager
def parquet_table(path: Path, options: FileOptions, wanted: Collection[str]) -> Generator[Table]:
    """The table in ``path``; rows count from 1.

    Raises BadFile when polars is not installed, when the file is damaged, and for missing columns.
    """
    try:
        import polars as pl
    except ImportError as error:
        raise bad_file(
            path,
            "Parquet is read by polars, which is not installed.",
            hint="Type `pip install 'groundplan[parquet]'`.",
        ) from error
    try:
        scan = pl.scan_parquet(path)
        schema = scan.collect_schema()
        count = scan.select(pl.len())  # pyright: ignore[reportUnknownMemberType]
        total = int(count.collect().item())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise bad_file(path, "the Parquet file is damaged.", hint="Get it again.") from error
    header = make_header(path, schema.names(), options, wanted, 0)
    check_wanted(path, header.columns, wanted, 0)
    progress = _Progress()
    rows = _rows(path, scan, schema, total, header, progress)
    yield Table(
        path, header.columns, rows, progress=lambda: progress.passed / total if total else 1.0
    )


def _rows(
    path: Path,
    scan: polars.LazyFrame,
    schema: polars.Schema,
    total: int,
    header: Header,
    progress: _Progress,
) -> Generator[Row]:
    import polars as pl

    readers = [_reader(dtype) for dtype in schema.dtypes()]
    for start in range(0, total, _SLICE):
        try:
            frame = scan.slice(start, _SLICE).collect()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise bad_file(
                path, "the Parquet file is damaged.", line=start + 1, hint="Get it again."
            ) from error
        for values in frame.iter_rows():
            progress.passed += 1
            cells: list[Cell] = []
            fault: str | None = None
            for name, read, value in zip(header.columns, readers, values, strict=True):
                try:
                    cells.append("" if value is None else read(value))
                except _NoValue as error:
                    cells.append(str(value))
                    fault = fault or f"{name} {error}"
            yield Row(progress.passed, tuple(cells), fault)


def _reader(dtype: polars.DataType) -> Callable[[object], Cell]:
    import polars as pl

    if dtype == pl.Float32:
        return lambda value: _float(_shortest32(float(str(value))))
    return _cell


def _cell(value: object) -> Cell:
    if isinstance(value, (str, bool, Decimal, datetime, date, time)):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return _float(value)
    raise _NoValue(f"holds {type(value).__name__}, which is no single value.")


def _float(value: float) -> Cell:
    if not math.isfinite(value):
        raise _NoValue(f"holds {value}, which is not a number.")
    return cell_of_number(value, _EXACT_FLOAT)


def _shortest32(value: float) -> float:
    """The number with the fewest digits that is the same in 32 bits: 0.1, not 0.10000000149."""
    if not math.isfinite(value):
        return value
    for digits in range(6, 10):
        short = float(f"{value:.{digits}g}")
        if struct.unpack("f", struct.pack("f", short))[0] == value:
            return short
    return value
