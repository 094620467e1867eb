"""The entities there are, in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.importer.entities.entity import Entity
from groundplan.importer.entities.orders import ORDERS

ENTITIES: Mapping[str, Entity] = {entity.name: entity for entity in (ORDERS,)}
