"""The plan as the JSON documents that the procedures of the seed take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from groundplan.seed.chance import Chance
from groundplan.seed.people import Customer
from groundplan.seed.plan import Fate, Order, Range, Stock, Year
from groundplan.seed.shop import Product, Shop

Document = dict[str, Any]

_EPOCH = datetime(1970, 1, 1)


class Costs:
    """What a unit of each SKU costs: some became dearer, or cheaper, during the year."""

    def __init__(self, chance: Chance, year: Year, range_: Range) -> None:
        self._range = range_
        self._from = datetime.combine(year.days[0], time()) - timedelta(days=30)
        self._changes: dict[int, tuple[datetime, float]] = {}
        for place, sku in enumerate(range_.skus):
            if chance.happens(0.3, "cost changes", place):
                day = chance.one_of(year.days, "cost from", place)
                factor = chance.between(0.95, 1.09, "cost by", place)
                self._changes[place] = (
                    datetime.combine(day, time()),
                    round(sku.cost * factor, 2),
                )

    def at(self, place: int, moment: datetime) -> float:
        """The cost of one unit at a moment."""
        change = self._changes.get(place)
        if change is not None and moment >= change[0]:
            return change[1]
        return self._range.skus[place].cost

    def rows(self) -> Iterator[Document]:
        """One row for each SKU and period."""
        for place, sku in enumerate(self._range.skus):
            change = self._changes.get(place)
            until = change[0] if change is not None else None
            yield _cost(sku.code, sku.cost, self._from, until)
            if change is not None:
                yield _cost(sku.code, change[1], change[0], None)


def catalog_document(shop: Shop, stock: Stock, costs: Costs) -> Document:
    """Everything about what is sold."""
    skus = shop.skus
    above = {slug: parent for slug, _, parent in shop.categories}
    return {
        "brands": shop.brands,
        "categories": [
            {"slug": slug, "name": name, "above": parent, "position": position}
            for position, (slug, name, parent) in enumerate(shop.categories, 1)
        ],
        "products": [
            {
                "slug": product.slug,
                "name": product.name,
                "brand": product.brand,
                "category": product.category,
                "above": above[product.category],
            }
            for product in shop.products
        ],
        "options": [row for product in shop.products for row in _options(product)],
        "option_values": [row for product in shop.products for row in _option_values(product)],
        "skus": [
            {
                "slug": product.slug,
                "code": sku.code,
                "name": sku.name,
                "price": f"{sku.price:.2f}",
                "tax_rate": str(sku.tax_rate),
            }
            for product in shop.products
            for sku in product.skus
        ],
        "sku_values": [
            {"sku": sku.code, "option": option, "name": value}
            for sku in skus
            for option, value in sku.values.items()
        ],
        "costs": list(costs.rows()),
        "reorder_rules": [
            {"sku": skus[rule.sku].code, "least": rule.least, "most": rule.most}
            for rule in stock.rules
        ],
    }


def supply_documents(range_: Range, stock: Stock, costs: Costs) -> list[Document]:
    """Receipts, then adjustments."""
    receipts: list[Document] = [
        {
            "sku": range_.skus[receipt.sku].code,
            "quantity": receipt.quantity,
            "unit_cost": f"{costs.at(receipt.sku, receipt.received_at):.2f}",
            "at": receipt.received_at.isoformat(),
            "note": receipt.note,
        }
        for receipt in stock.receipts
    ]
    return receipts + [
        {
            "sku": range_.skus[adjustment.sku].code,
            "quantity": adjustment.quantity,
            "reason": adjustment.reason,
            "at": adjustment.adjusted_at.isoformat(),
        }
        for adjustment in stock.adjustments
    ]


class People:
    """The customers' rows; their identifiers follow from seed and number."""

    def __init__(
        self, chance: Chance, year: Year, people: Sequence[Customer], orders: Sequence[Order]
    ) -> None:
        self._chance = chance
        self._since: dict[int, datetime] = {}
        for order in orders:
            if order.customer is not None:
                self._since.setdefault(order.customer, order.placed_at)
        begin = datetime.combine(year.days[0], time())
        self._people = people
        self._begin = begin

    def documents(self) -> list[Document]:
        """One for each customer. Who never bought has been there from the beginning."""
        return [
            {
                "id": str(self.customer_id(person.number)),
                "address": str(self.address_id(person.number)),
                "number": f"C-{person.number:05}",
                "name": person.display_name,
                "given_name": person.given_name or None,
                "family_name": person.family_name or None,
                "organization": person.organization or None,
                "email": person.email,
                "has_account": person.has_account,
                "line_1": person.line_1,
                "postal_code": person.postal_code,
                "city": person.city,
                "country_code": person.country_code,
                "since": self._when(person.number).isoformat(),
            }
            for person in self._people
        ]

    def customer_id(self, number: int) -> UUID:
        """The identifier of a customer."""
        return self._identifier("customer", number)

    def address_id(self, number: int) -> UUID:
        """The identifier of the customer's address."""
        return self._identifier("address", number)

    def _when(self, number: int) -> datetime:
        return self._since.get(number, self._begin)

    def _identifier(self, what: str, number: int) -> UUID:
        passed = self._when(number) - _EPOCH
        return self._chance.identifier(passed // timedelta(milliseconds=1), what, number)


def order_document(range_: Range, people: People, order: Order) -> Document:
    """An order with everything that becomes of it."""
    document: Document = {
        "channel": order.channel,
        "placed_at": order.placed_at.isoformat(),
        "lines": [
            {
                "sku": range_.skus[line.sku].code,
                "quantity": line.quantity,
                "discount_amount": _amount(line.discount),
            }
            for line in order.lines
        ],
        "discount": _amount(order.discount),
        "shipping": _amount(order.shipping),
        "shipping_tax": _amount(order.shipping_tax),
        "surcharge": _amount(order.surcharge),
    }
    if order.customer is not None:
        document["customer"] = str(people.customer_id(order.customer))
        document["address"] = str(people.address_id(order.customer))
    return document | _fate(order.fate)


def _fate(fate: Fate) -> Document:
    document: Document = {
        "parcels": [
            {
                "at": parcel.sent_at.isoformat(),
                "lines": [
                    {"position": position, "quantity": quantity}
                    for position, quantity in parcel.lines
                ],
                "carrier": parcel.carrier,
                "tracking_number": parcel.tracking_number or None,
            }
            for parcel in fate.parcels
        ],
        "is_completed": fate.is_completed,
    }
    if fate.returned is not None:
        document["returned"] = {
            "at": fate.returned.received_at.isoformat(),
            "reason": fate.returned.reason,
            "lines": [
                {"position": position, "quantity": quantity, "disposition": disposition}
                for position, quantity, disposition in fate.returned.lines
            ],
        }
    if fate.goodwill is not None:
        document["goodwill"] = {
            "at": fate.goodwill.refunded_at.isoformat(),
            "share": str(fate.goodwill.share),
            "reason": fate.goodwill.reason,
        }
    if fate.cancelled:
        document["cancelled"] = fate.cancelled
    return document


def _options(product: Product) -> Iterator[Document]:
    for position, name in enumerate(product.options, 1):
        yield {"slug": product.slug, "name": name, "position": position}


def _option_values(product: Product) -> Iterator[Document]:
    for option, values in product.options.items():
        for position, name in enumerate(values, 1):
            yield {"slug": product.slug, "option": option, "name": name, "position": position}


def _cost(sku: str, cost: float, begin: datetime, end: datetime | None) -> Document:
    return {
        "sku": sku,
        "unit_cost": f"{cost:.2f}",
        "valid_from": begin.isoformat(),
        "valid_to": end.isoformat() if end is not None else None,
    }


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
