"""The entities there are, in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.importer.entities.customers import CUSTOMERS
from groundplan.importer.entities.entity import Entity
from groundplan.importer.entities.orders import ORDERS
from groundplan.importer.entities.products import PRODUCTS
from groundplan.importer.entities.stock import STOCK

ENTITIES: Mapping[str, Entity] = {
    entity.name: entity for entity in (PRODUCTS, CUSTOMERS, STOCK, ORDERS)
}
