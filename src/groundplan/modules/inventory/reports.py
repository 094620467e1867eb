"""What is counted from stock movements.

A movement counts at the location it leaves and at the one it enters, with opposite signs, so that
a movement back takes back exactly what it reverses, and at every location
received - issued + returned + adjusted_in - adjusted_out + transferred_in - transferred_out
is what stock on hand has changed by. The places outside (supplier, customer, adjustment) have their
groups too, which nobody needs to read.
"""

from collections.abc import Mapping

from groundplan.reports import Key, Level, Measure, Rollup


def _when(kind: str, sign: str = "") -> str:
    return f"case when r.kind = '{kind}' then {sign}r.quantity else 0 end"


LEAVES: Mapping[str, str] = {
    "location_id": "r.source_location_id",
    "received": _when("receipt", "-"),
    "issued": _when("issue"),
    "returned": _when("return", "-"),
    "adjusted_in": "0",
    "adjusted_out": _when("adjustment"),
    "transferred_in": "0",
    "transferred_out": _when("transfer"),
}
ENTERS: Mapping[str, str] = {
    "location_id": "r.destination_location_id",
    "received": _when("receipt"),
    "issued": _when("issue", "-"),
    "returned": _when("return"),
    "adjusted_in": _when("adjustment"),
    "adjusted_out": "0",
    "transferred_in": _when("transfer"),
    "transferred_out": "0",
}

ROLLUPS = (
    Rollup(
        name="stock_moved_daily",
        source="inventory.inventory_movements",
        sentence="Units moved by business day, location and SKU.",
        keys=(
            Key("tenant_id", "integer", "The tenant."),
            Key("business_date", "date", "The business day."),
            Key("location_id", "uuid", "The location."),
            Key("sku_id", "uuid", "The SKU."),
        ),
        period="business_date",
        sides=(LEAVES, ENTERS),
        measures=(
            Measure("received", "Units received from suppliers, less those sent back."),
            Measure("issued", "Units issued to customers, less issues taken back."),
            Measure("returned", "Units returned by customers, less returns taken back."),
            Measure("adjusted_in", "Units found: adjustments into the location."),
            Measure("adjusted_out", "Units lost: adjustments out of the location."),
            Measure("transferred_in", "Units that came from another of our locations."),
            Measure("transferred_out", "Units that went to another of our locations."),
        ),
        coarser=(Level("month", "stock_moved_monthly"),),
    ),
)
