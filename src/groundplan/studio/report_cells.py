"""The rows of a report as they are shown: formatted by type, names instead of ids, with links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from groundplan.studio.links import Links
from groundplan.studio.rendering import NOTHING, count, moment, share
from groundplan.studio.report_question import Asked, Shape

NUMBERS = ("numeric", "bigint", "integer", "smallint")
_SHARES = ("margin", "share", "coverage", "tax_rate")
_QUANTITIES = (
    "units",
    "quantity",
    "lines",
    "orders",
    "hand",
    "allocated",
    "available",
    "supply",
    "point",
    "maximum",
    "days",
    "received",
    "issued",
    "returned",
    "exchange_rate",
)


@dataclass(frozen=True)
class Cell:
    """``href`` leads to what the cell names."""

    text: str
    href: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Heading:
    """``sort``: the URL that sorts by it, the other way round if it is sorted by already."""

    name: str
    sort: str
    is_number: bool
    order: str = ""


@dataclass(frozen=True)
class Names:
    """What ids that stand alone are called, and the decimals of each currency."""

    of: Mapping[UUID, str]
    decimals: Mapping[str, int]


def shown(shape: Shape) -> tuple[str, ...]:
    """No tenant, which is one, and no id beside which a name stands."""
    return tuple(
        name
        for name in shape.names
        if name != "tenant_id" and not (name.endswith("_id") and _named(shape, name))
    )


def lone_ids(shape: Shape) -> tuple[str, ...]:
    """Ids without a name beside them."""
    return tuple(n for n in shape.names if n.endswith("_id") and n in shown(shape))


def headings(shape: Shape, asked: Asked, links: Links, report: str) -> list[Heading]:
    """The columns that are shown."""
    types = {column.name: column.type for column in shape.columns}
    found: list[Heading] = []
    for name in shown(shape):
        is_number = types[name].startswith(NUMBERS)
        if asked.sort == name:
            descends = not asked.descending
            order = "descending" if asked.descending else "ascending"
        else:
            # What is most, or newest, is what one looks for first.
            descends, order = is_number or name == shape.date, ""
        query = asked.query(sort=f"{'-' if descends else ''}{name}")
        sort = links.link("report", name=report, **query)
        found.append(Heading(name, sort, is_number, order))
    return found


def cells(
    shape: Shape, rows: Iterable[tuple[Any, ...]], names: Names, links: Links
) -> list[list[Cell]]:
    """The rows, without what is not shown."""
    kept = shown(shape)
    return [
        [_cell(name, row, names, links) for name in kept]
        for row in (dict(zip(shape.names, values, strict=True)) for values in rows)
    ]


def _named(shape: Shape, name: str) -> bool:
    stem = name.removesuffix("_id")
    # A line of an order is told by the order and its place.
    also = ("order_number",) if stem in ("order_item", "line", "fulfillment") else ()
    beside = (f"{stem}_name", f"{stem}_code", f"{stem}_number", *also)
    return any(each in shape.names for each in beside)


def _cell(name: str, row: Mapping[str, Any], names: Names, links: Links) -> Cell:
    value = row[name]
    if value is None:
        return Cell(NOTHING)
    if isinstance(value, UUID):
        text = names.of.get(value, str(value))
        is_sku = name == "sku_id" and value in names.of
        return Cell(text, links.link("sku", name=text) if is_sku else "")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, (int, Decimal)):
        return Cell(_number(name, value, row, names), is_number=True)
    return Cell(_text(value), _href(name, row, links))


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _href(name: str, row: Mapping[str, Any], links: Links) -> str:
    if name == "order_number":
        return links.link("order", name=row[name])
    if name == "sku_code":
        return links.link("sku", name=row[name])
    if name == "customer_name" and row.get("customer_id"):
        return links.link("customer", name=row["customer_id"])
    return ""


def _number(name: str, value: int | Decimal, row: Mapping[str, Any], names: Names) -> str:
    if isinstance(value, int) or not value.is_finite():
        return f"{value:,}"
    if any(word in name for word in _SHARES):
        return share(value)
    currency = row.get("currency_code")
    if currency is None or any(word in name for word in _QUANTITIES):
        return count(value)
    digits = names.decimals.get(str(currency), 2)
    return f"{value:,.{digits}f}"
