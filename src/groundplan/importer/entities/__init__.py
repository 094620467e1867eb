"""What can be imported: orders, products, customers, stock."""

from groundplan.importer.entities.entity import Entity, Field

__all__ = ["Entity", "Field"]
