"""What is counted from stock movements.

A movement counts at the location it leaves and at the one it enters. Goods come from suppliers and
go to customers, which have no stock to report: that side is left out. At every place of ours,
received - issued + returned + adjusted_in - adjusted_out + transferred_in - transferred_out
is what stock on hand has changed by.
"""

from collections.abc import Mapping

from groundplan.reports import Key, Level, Measure, Rollup


def _when(kind: str) -> str:
    return f"case when r.kind = '{kind}' then r.quantity else 0 end"


LEAVES: Mapping[str, str] = {
    "location_id": "case when r.kind not in ('receipt', 'return') then r.source_location_id end",
    "received": "0",
    "issued": _when("issue"),
    "returned": "0",
    "adjusted_in": "0",
    "adjusted_out": _when("adjustment"),
    "transferred_in": "0",
    "transferred_out": _when("transfer"),
}
ENTERS: Mapping[str, str] = {
    "location_id": "case when r.kind <> 'issue' then r.destination_location_id end",
    "received": _when("receipt"),
    "issued": "0",
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
            Measure("received", "Units received from suppliers."),
            Measure("issued", "Units issued to customers."),
            Measure("returned", "Units returned by customers."),
            Measure("adjusted_in", "Units found: adjustments into the location."),
            Measure("adjusted_out", "Units lost: adjustments out of the location."),
            Measure("transferred_in", "Units that came from another of our locations."),
            Measure("transferred_out", "Units that went to another of our locations."),
        ),
        coarser=(Level("month", "stock_moved_monthly"),),
    ),
)
