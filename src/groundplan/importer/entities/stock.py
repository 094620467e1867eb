"""Counts of stock: so many of one SKU lie at one place, at one moment."""

from __future__ import annotations

from groundplan.importer.entities.entity import Entity, Field

_RECORD = (
    Field("sku_code", "code", "record", "Code of the SKU; blank: by product and option values."),
    Field("product_key", "code", "record", "Handle or slug of its product, where it has no code."),
    Field("option1_value", "text", "record", "Value of an option, in any order: Large."),
    Field("option2_value", "text", "record", "Value of another."),
    Field("option3_value", "text", "record", "Value of a third."),
    Field("location_code", "code", "record", "Code or name of the place; the default one if none."),
    Field("quantity", "quantity", "record", "How many lie there, all in all.", True),
    Field("unit_cost", "price", "record", "What one of those added cost."),
    Field("counted_at", "moment", "record", "When it was counted; now if nothing is said."),
)

STOCK = Entity(
    name="stock",
    title="stock counts",
    module="inventory",
    key=(
        "sku_code",
        "product_key",
        "option1_value",
        "option2_value",
        "option3_value",
        "location_code",
    ),
    fields=_RECORD,
    measure="quantity",
    options={
        # Make places that are not there, as places of our own.
        "create_locations": False,
    },
)
