"""Where parcels leave from and come back to, and in which quantities."""

from __future__ import annotations

from groundplan.modules.catalog.quantities import FITS_ITS_UNIT, FITTED_ITS_UNIT
from groundplan.rules import Look, LookCheck
from groundplan.rules.declaration import attack

SENT_WHOLLY = (
    "(select o.id from sales.orders as o where o.status = 'fulfilled' order by o.number limit 1)"
)
PLACED = "(select id from sales.orders where status = 'placed' order by number limit 1)"

# Closing waits for nobody who is writing at the same moment: the audit gives it a minute.
CLOSED_LATER = "place.closed_at + interval '1 minute' >= r.created_at"
AT_A_PLACE = "format('%s is %s, %s.', place.code, place.usage, place.status)"
TOO_FINE = (
    "format('The quantity is %s, the unit of the SKU has %s decimals.',"
    " trim_scale(r.quantity), catalog.unit_decimals(r.sku_id))"
)
UNIT_HINT = "See core.units_of_measure.decimals, and catalog.skus.unit_code."

PLACE = """
left join lateral (
    select code, usage, status, closed_at from inventory.locations where id = r.{column} offset 0
) as place on true"""


def look(name: str, table: str, events: tuple[str, ...], joined: str = "") -> Look:
    """One look at the rows a statement writes."""
    return Look(
        name=name,
        table=table,
        events=events,
        phase="t10",
        rows="new_rows as r" + joined,
        audited=f"{table} as r" + joined,
    )


def fits_its_unit(name: str, function: str, table: str, sentence: str, *before: str) -> LookCheck:
    """The quantity of an item has no more decimals than the unit of its SKU."""
    return LookCheck(
        name=name,
        table=table,
        look=look(function, table, ("insert", "update")),
        column=f"{table}.quantity",
        subject="r.id",
        holds=FITS_ITS_UNIT.format(r="r"),
        still=FITTED_ITS_UNIT.format(r="r"),
        given=TOO_FINE,
        sentence=sentence,
        hint=UNIT_HINT,
        attack=(attack(*before),),
    )


PARCEL_CHECKS = (
    LookCheck(
        name="shipment_leaves_from_a_location_of_ours",
        table="fulfillment.shipments",
        look=look(
            "look_at_shipments",
            "fulfillment.shipments",
            ("insert",),
            PLACE.format(column="source_location_id"),
        ),
        column="fulfillment.shipments.source_location_id",
        subject="r.id",
        holds="place.usage = 'internal'",
        given=AT_A_PLACE,
        sentence="A shipment leaves from an internal location.",
        hint="See inventory.locations.usage.",
        attack=(
            attack(
                f"""
                insert into fulfillment.shipments (order_id, source_location_id)
                select {PLACED}, id
                from inventory.locations where code = 'SUPPLIER' and tenant_id = 1
                """
            ),
        ),
    ),
    LookCheck(
        name="return_arrives_at_an_open_location_of_ours",
        table="fulfillment.returns",
        look=look(
            "look_at_returns",
            "fulfillment.returns",
            ("insert",),
            PLACE.format(column="destination_location_id"),
        ),
        column="fulfillment.returns.destination_location_id",
        subject="r.id",
        holds="place.usage = 'internal' and place.status = 'active'",
        still=f"place.usage = 'internal' and (place.status = 'active' or {CLOSED_LATER})",
        given=AT_A_PLACE,
        sentence="A return arrives at an internal location that is open.",
        hint="See inventory.locations.usage and status.",
        attack=(
            attack(
                f"""
                insert into fulfillment.returns (order_id, destination_location_id)
                select {SENT_WHOLLY}, id
                from inventory.locations where code = 'SUPPLIER' and tenant_id = 1
                """
            ),
            attack(
                "set local groundplan.maintenance = 'closed long ago'",
                """
                update inventory.locations set status = 'closed', closed_at = '2020-01-01Z'
                where code = 'MAIN-A1'
                """,
                "set local groundplan.maintenance = ''",
                f"""
                insert into fulfillment.returns (order_id, destination_location_id)
                select {SENT_WHOLLY}, id
                from inventory.locations where code = 'MAIN-A1'
                """,
            ),
        ),
    ),
    fits_its_unit(
        "shipment_item_fits_the_unit_of_its_sku",
        "look_at_shipment_items",
        "fulfillment.shipment_items",
        "A sent quantity has no more decimals than the unit of its SKU.",
        """
        update fulfillment.shipment_items set quantity = 0.5
        where shipment_id = '00000000-0000-7000-8000-000000005b01'
        """,
    ),
    fits_its_unit(
        "return_item_fits_the_unit_of_its_sku",
        "look_at_return_items",
        "fulfillment.return_items",
        "A quantity that comes back has no more decimals than the unit of its SKU.",
        """
        update fulfillment.return_items set quantity = 0.5
        where return_id = '00000000-0000-7000-8000-000000005c01'
        """,
    ),
)
