"""The rows of a report: some for a page, all of them as CSV, its main measure for a chart."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import sql

from groundplan.studio.ground import Connection, Ground
from groundplan.studio.report_question import PAGE, Asked, Shape

CHART_DAYS = 60
_CSV_PATIENCE = "15min"
_TIES = ("currency_code", "channel_code", "number", "sku_code", "order_number", "id")


@dataclass(frozen=True)
class Rows:
    """A page of rows, and whether there are more."""

    rows: list[tuple[Any, ...]]
    more: bool


@dataclass(frozen=True)
class Chart:
    """A measure by day or month, one series for each currency."""

    measure: str
    series: tuple[str, ...]
    points: list[tuple[date, list[Any]]]


def read_rows(connection: Connection, view: str, shape: Shape, asked: Asked) -> Rows:
    """The rows of the page."""
    statement = sql.SQL("select {} from {} {} {} limit {} offset {}").format(
        _names(shape.names),
        sql.Identifier("reporting", view),
        _where(shape, asked),
        _order(shape, asked),
        sql.Literal(PAGE + 1),
        sql.Literal(asked.offset),
    )
    found = connection.execute(statement).fetchall()
    return Rows(found[:PAGE], len(found) > PAGE)


def read_chart(connection: Connection, view: str, shape: Shape, asked: Asked) -> Chart | None:
    """The last days or months of the rows that are asked for."""
    if shape.date is None or shape.measure is None or view.endswith("_wide"):
        return None
    currency = sql.Identifier("currency_code") if shape.has_currency else sql.SQL("''")
    statement = sql.SQL(
        "select {date}, {currency}, sum({measure}) from {view} {where} group by 1, 2\n"
        "order by 1 desc, 2 limit {limit}"
    ).format(
        date=sql.Identifier(shape.date),
        currency=currency,
        measure=sql.Identifier(shape.measure),
        view=sql.Identifier("reporting", view),
        where=_where(shape, asked),
        limit=sql.Literal(CHART_DAYS * 4),
    )
    cells = {(day, unit): value for day, unit, value in connection.execute(statement).fetchall()}
    days = sorted({day for day, _ in cells if day is not None})[-CHART_DAYS:]
    units = tuple(sorted({unit for day, unit in cells if day in days}))
    if len(days) < 2:
        return None
    points = [(day, [cells.get((day, unit)) for unit in units]) for day in days]
    return Chart(shape.measure, units, points)


def csv_of(
    ground: Ground, tenant: int | None, view: str, shape: Shape, asked: Asked
) -> Iterator[bytes]:
    """All rows that are asked for, as PostgreSQL writes CSV, in pieces.

    Nothing is kept: a piece is read when the one before it is gone. What is wrong with the
    question is raised here and not in the middle of an answer.
    """
    pieces = _pieces(ground, tenant, _copy(view, shape, asked))
    first = next(pieces, b"")
    return _after(first, pieces)


def _after(first: bytes, rest: Generator[bytes]) -> Generator[bytes]:
    with contextlib.closing(rest):
        yield first
        yield from rest


def _pieces(ground: Ground, tenant: int | None, statement: sql.Composed) -> Generator[bytes]:
    with ground.reading(tenant, only_reports=True) as connection:
        connection.execute("select set_config('statement_timeout', %s, true)", [_CSV_PATIENCE])
        gathered = bytearray()
        with connection.cursor().copy(statement) as copy:
            for piece in copy:
                gathered += piece
                # A piece is a row; an answer of a million writes would be slow.
                if len(gathered) >= 65_536:
                    yield bytes(gathered)
                    gathered.clear()
        yield bytes(gathered)


def _copy(view: str, shape: Shape, asked: Asked) -> sql.Composed:
    return sql.SQL("copy (select {} from {} {} {}) to stdout (format csv, header)").format(
        sql.SQL(", ").join(_cell(column.name, column.type) for column in shape.columns),
        sql.Identifier("reporting", view),
        _where(shape, asked),
        _order(shape, asked),
    )


def _cell(name: str, type_: str) -> sql.Composable:
    """A spreadsheet runs text that begins like a formula, and names come from outside: an
    apostrophe before it makes it text again. Numbers begin with a sign and stay as they are."""
    if type_ != "text":
        return sql.Identifier(name)
    return sql.SQL("case when {0} ~ '^[-=+@\\t\\r]' then '''' || {0} else {0} end as {0}").format(
        sql.Identifier(name)
    )


def _names(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _where(shape: Shape, asked: Asked) -> sql.Composable:
    """Values as literals, because COPY takes no parameters."""
    parts: list[sql.Composed] = []
    if shape.date is not None:
        column = sql.Identifier(shape.date)
        if asked.first is not None:
            parts.append(sql.SQL("{} >= {}").format(column, sql.Literal(asked.first)))
        if asked.last is not None:
            parts.append(
                sql.SQL("{} < {} + interval '1 day'").format(column, sql.Literal(asked.last))
            )
    for name, value in (("currency_code", asked.currency), ("channel_code", asked.channel)):
        if value:
            parts.append(sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value)))
    if asked.text:
        pattern = sql.Literal(f"%{_like(asked.text)}%")
        any_of = (sql.SQL("{} ilike {}").format(sql.Identifier(n), pattern) for n in shape.texts)
        parts.append(sql.SQL("({})").format(sql.SQL(" or ").join(any_of)))
    return sql.SQL("where {}").format(sql.SQL(" and ").join(parts)) if parts else sql.SQL("")


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _order(shape: Shape, asked: Asked) -> sql.Composable:
    """The newest first. Ties are broken, or a row could be on two pages."""
    parts: list[sql.Composed] = []
    if asked.sort:
        way = sql.SQL("desc" if asked.descending else "asc")
        parts.append(sql.SQL("{} {} nulls last").format(sql.Identifier(asked.sort), way))
    if shape.date is not None and asked.sort != shape.date:
        parts.append(sql.SQL("{} desc nulls last").format(sql.Identifier(shape.date)))
    ties = [
        name
        for name in shape.names
        if name in _TIES or (name.endswith("_id") and name != "tenant_id")
    ]
    parts += [sql.SQL("{}").format(sql.Identifier(name)) for name in ties]
    return sql.SQL("order by {}").format(sql.SQL(", ").join(parts)) if parts else sql.SQL("")
