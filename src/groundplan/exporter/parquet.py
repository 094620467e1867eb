"""Parquet, by way of CSV: COPY writes it, polars streams it into columns, and the other way round.

Times travel as whole microseconds and days, so that no text is parsed and nothing is rounded:
``timestamp with time zone`` becomes microseconds in UTC, ``numeric(19,4)`` a decimal of that scale.
What has no exact counterpart (uuid, jsonb, numeric without a scale) is kept as PostgreSQL's text.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, cast

from psycopg import sql

from groundplan.errors import BadFile
from groundplan.exporter.refusals import ParquetMissing
from groundplan.exporter.text import Writable
from groundplan.snapshot import Column

if TYPE_CHECKING:
    import polars

Carrier = Literal["moment", "day", "number", "text"]
"""How a column is carried in CSV: as microseconds, as days, as a number or boolean, as text."""

_WIDEST_DECIMAL = 38
_ROWS_TOGETHER = 65_536

_EPOCH = {
    "timestamp with time zone": sql.SQL("timestamp with time zone '1970-01-01 00:00:00+00'"),
    "timestamp without time zone": sql.SQL("timestamp without time zone '1970-01-01 00:00:00'"),
}
_MICROSECONDS_OF_A_DAY = 86_400_000_000


def demand_polars() -> None:
    """Raises ParquetMissing."""
    if find_spec("polars") is None:
        raise ParquetMissing


def carrier(type_: str) -> Carrier:
    """How a column of this PostgreSQL type is carried."""
    if _without_precision(type_) in _EPOCH:
        return "moment"
    if type_ == "date":
        return "day"
    return "text" if _is_text(type_) else "number"


def carried(column: Column) -> sql.Composable:
    """The column of ``t`` as it is written for polars. Infinite times are refused by the server."""
    value = sql.Identifier("t", column.name)
    match carrier(column.type):
        case "moment":
            return sql.SQL("(extract(epoch from {}) * 1000000)::bigint").format(value)
        case "day":
            return sql.SQL("({} - date '1970-01-01')").format(value)
        case _ if column.type == "boolean":
            return sql.SQL("{}::text").format(value)
        case _:
            return value


def staged_type(type_: str) -> str:
    """The type in which a column arrives from polars."""
    match carrier(type_):
        case "moment":
            return "bigint"
        case "day":
            return "integer"
        case _:
            return type_


def arrived(name: str, type_: str) -> sql.Composable:
    """The inverse of `carried`, on a column of ``s``. Days and the rest of one apart: exact."""
    value = sql.Identifier("s", name)
    match carrier(type_):
        case "moment":
            return sql.SQL(
                "({epoch} + {value} / {day} * interval '1 day'"
                " + {value} % {day} * interval '1 microsecond')"
            ).format(
                epoch=_EPOCH[_without_precision(type_)],
                value=value,
                day=sql.Literal(_MICROSECONDS_OF_A_DAY),
            )
        case "day":
            return sql.SQL("(date '1970-01-01' + {})").format(value)
        case _:
            return value


def text_columns(columns: Sequence[Column]) -> list[str]:
    """The columns that must be quoted in CSV, to keep empty text apart from null."""
    return [column.name for column in columns if carrier(column.type) == "text"]


def csv_to_parquet(source: Path, target: Writable, columns: Sequence[Column]) -> None:
    """Write what COPY wrote, without a header, as Parquet; in constant memory.

    Raises ValueError for a value that a decimal cannot be, such as NaN, and whatever ``target``
    raises.
    """
    import polars

    schema = {column.name: _read_as(column.type) for column in columns}
    final: dict[Any, Any] = {
        column.name: _stored_as(column.type)
        for column in columns
        if carrier(column.type) in ("moment", "day")
    }
    frame = polars.scan_csv(
        source,
        has_header=False,
        schema=schema,
        empty_string_is_null=True,
        infer_schema=False,
        glob=False,
    )
    try:
        with _kept_errors(target) as file:
            frame.cast(final).sink_parquet(
                file,
                compression="zstd",
                row_group_size=_ROWS_TOGETHER,
                maintain_order=True,
                engine="streaming",
            )
    except polars.exceptions.PolarsError as error:
        raise ValueError(str(error)) from error


def rows_of_parquet(file: Path) -> int:
    """How many rows the file says it has."""
    import polars

    frame: Any = polars.scan_parquet(file, glob=False)
    return int(frame.select(polars.len()).collect().item())


def parquet_to_csv(source: Path, names: Sequence[str], target: Writable) -> None:
    """Write the columns of a Parquet file as CSV without a header, in constant memory.

    Raises BadFile where the file is none, or has other columns; OSError and whatever ``target``
    raises.
    """
    import polars

    try:
        frame: Any = polars.scan_parquet(source, glob=False)
        found = frame.collect_schema()
    except (polars.exceptions.PolarsError, OSError) as error:
        raise BadFile(source, None, None, "it cannot be read as Parquet.") from error
    if list(found.names()) != list(names):
        raise BadFile(source, None, None, "it has other columns than the manifest says.")
    times = {
        name: polars.Int32 if type_ == polars.Date else polars.Int64
        for name, type_ in found.items()
        if type_ == polars.Date or isinstance(type_, polars.Datetime)
    }
    with _kept_errors(target) as file:
        frame.with_columns(
            polars.col(name).to_physical().cast(type_) for name, type_ in times.items()
        ).sink_csv(
            file,
            include_header=False,
            maintain_order=True,
            quote_style="necessary",
            engine="streaming",
        )


@contextlib.contextmanager
def _kept_errors(target: Writable) -> Generator[IO[bytes]]:
    """``target`` as a file for polars; what writing to it raised is raised again as it was."""
    keeper = _Keeper(target)
    try:
        yield cast("IO[bytes]", keeper)
    except BaseException:
        if keeper.error is not None:
            raise keeper.error from None
        raise


class _Keeper:
    """Remembers what writing raised: on its way through polars it would become another error."""

    def __init__(self, target: Writable) -> None:
        self._target = target
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            self._target.write(data)
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        pass


def _read_as(type_: str) -> polars.DataType | type[polars.DataType]:
    match carrier(type_):
        case "moment":
            import polars

            return polars.Int64
        case "day":
            import polars

            return polars.Int32
        case _:
            return _stored_as(type_)


def _stored_as(type_: str) -> polars.DataType | type[polars.DataType]:
    import polars

    whole = {"smallint": polars.Int16, "integer": polars.Int32, "bigint": polars.Int64}
    if type_ in whole:
        return whole[type_]
    if type_ in ("real", "double precision"):
        return polars.Float64
    if type_ == "boolean":
        return polars.Boolean
    if type_ == "date":
        return polars.Date
    if carrier(type_) == "moment":
        zone = "UTC" if type_.endswith("with time zone") else None
        return polars.Datetime("us", zone)
    digits = _decimal(type_)
    return polars.String if digits is None else polars.Decimal(*digits)


def _is_text(type_: str) -> bool:
    if type_ in ("smallint", "integer", "bigint", "real", "double precision", "boolean"):
        return False
    return _decimal(type_) is None


def _decimal(type_: str) -> tuple[int, int] | None:
    """Precision and scale of a numeric that a decimal of Parquet holds exactly, else None."""
    found = re.fullmatch(r"numeric\((\d+),(\d+)\)", type_)
    if found is None:
        return None
    precision, scale = int(found[1]), int(found[2])
    return (precision, scale) if scale <= precision <= _WIDEST_DECIMAL else None


def _without_precision(type_: str) -> str:
    return re.sub(r"\(\d\)", "", type_)
