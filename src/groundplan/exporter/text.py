"""CSV: what PostgreSQL's COPY writes, byte for byte, or a form that is safe in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from psycopg import sql

from groundplan.exporter.checksum import Connection
from groundplan.exporter.relations import Relation
from groundplan.snapshot import Column

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""By it, spreadsheets know UTF-8."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_NEVER_FORMULAS = (
    "smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "uuid",
    "date", "time", "timestamp",
)  # fmt: skip

Spelled = Callable[[Column], sql.Composable]


class Writable(Protocol):
    """Where the bytes go."""

    def write(self, data: bytes, /) -> int:
        """Append."""
        ...


def as_it_is(column: Column) -> sql.Composable:
    """The column of ``t``."""
    return sql.Identifier("t", column.name)


def safe_in_spreadsheets(column: Column) -> sql.Composable:
    """The column of ``t``, with an apostrophe before text that a spreadsheet would execute."""
    if column.type.startswith(_NEVER_FORMULAS) and not column.type.endswith("[]"):
        return as_it_is(column)
    return sql.SQL(
        "case when left({column}::text, 1) in ({starts}) then '''' || {column}::text"
        " else {column}::text end"
    ).format(
        column=as_it_is(column),
        starts=sql.SQL(", ").join(sql.Literal(start) for start in _FORMULA_STARTS),
    )


def copy_out(
    connection: Connection,
    relation: Relation,
    columns: Sequence[Column],
    condition: sql.Composable,
    file: Writable,
    spelled: Spelled = as_it_is,
    quoted: Iterable[str] = (),
    header: bool = True,
) -> None:
    """Write the rows to ``file`` as CSV; null is nothing, empty text is ``""``.

    ``quoted`` are columns whose values stand in quotes even where they need not.
    """
    always = [sql.Identifier(name) for name in quoted]
    statement = sql.SQL(
        "copy (select {values} from {table} as t where {condition}) to stdout"
        " (format csv, header {header}{quote})"
    ).format(
        values=sql.SQL(", ").join(
            sql.SQL("{} as {}").format(spelled(column), sql.Identifier(column.name))
            for column in columns
        ),
        table=sql.Identifier(relation.schema, relation.name),
        condition=condition,
        header=sql.Literal(header),
        quote=sql.SQL(", force_quote ({})").format(sql.SQL(", ").join(always))
        if always
        else sql.SQL(""),
    )
    with connection.cursor().copy(statement) as copy:
        for block in copy:
            file.write(bytes(block))
