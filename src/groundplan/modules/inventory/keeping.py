"""What may be moved, promised and reordered: stocked SKUs, whole units, at places that are open."""

from __future__ import annotations

from groundplan.modules.catalog.quantities import FITS_ITS_UNIT, FITTED_ITS_UNIT
from groundplan.rules import FixedByUse, Look, LookCheck
from groundplan.rules.declaration import attack

# Closed long ago: dated through the maintenance door, which is shut again.
SHELF_IS_CLOSED = (
    "set local groundplan.maintenance = 'closed long ago'",
    """
    update inventory.locations set status = 'closed', closed_at = '2020-01-01Z'
    where code = 'MAIN-A1'
    """,
    "set local groundplan.maintenance = ''",
)

SERVICE = "(select id from catalog.skus where code = 'DELIVERY')"
STOCKED = "(select id from catalog.skus where code = 'CHAIR-S')"
MAIN = "(select id from inventory.locations where is_default and tenant_id = 1)"
SHELF = "(select id from inventory.locations where code = 'MAIN-A1')"
LOST = "(select id from inventory.locations where code = 'ADJUSTMENT' and tenant_id = 1)"

SKU_AND_PLACE = """
left join lateral (
    select code, is_stocked from catalog.skus where id = r.sku_id offset 0
) as sku on true
left join lateral (
    select code, usage, status, closed_at from inventory.locations where id = r.{place} offset 0
) as place on true"""

WAS_STOCKED = """sku.is_stocked or exists (
    select from core.audit_log as log
    where log.schema_name = 'catalog' and log.table_name = 'skus'
      and log.row_id = r.sku_id::text and log.old_row ->> 'is_stocked' = 'true')"""

# Closing waits for nobody who is writing at the same moment: the audit gives it a minute.
CLOSED_LATER = "place.closed_at + interval '1 minute' >= r.created_at"

NOT_STOCKED = "format('SKU %s is not stocked.', sku.code)"
AT_A_PLACE = "format('%s is %s, %s.', place.code, place.usage, place.status)"
TOO_FINE = (
    "format('The quantity is %s, the unit of the SKU has %s decimals.',"
    " trim_scale(r.quantity), catalog.unit_decimals(r.sku_id))"
)
UNIT_HINT = "See core.units_of_measure.decimals, and catalog.skus.unit_code."


def look(name: str, table: str, events: tuple[str, ...], place: str) -> Look:
    """One look at the rows a statement writes, their SKUs and one of their places."""
    joined = SKU_AND_PLACE.format(place=place)
    return Look(
        name=name,
        table=table,
        events=events,
        phase="t10",
        rows="new_rows as r" + joined,
        audited=f"{table} as r" + joined,
    )


HOLDING = look("look_at_reservations", "inventory.reservations", ("insert",), "location_id")
MOVING = look(
    "look_at_movements", "inventory.inventory_movements", ("insert",), "destination_location_id"
)
REORDERING = look(
    "look_at_reorder_rules", "inventory.reorder_rules", ("insert", "update"), "location_id"
)


def reserving(sku: str, place: str, quantity: str) -> str:
    """The statement that reserves."""
    return f"""
    insert into inventory.reservations (location_id, sku_id, quantity)
    values ({place}, {sku}, {quantity})
    """


def finding(sku: str, place: str, quantity: str) -> str:
    """The statement that finds stock."""
    return f"""
    insert into inventory.inventory_movements (
        sku_id, source_location_id, destination_location_id, kind, quantity, reason_code)
    values ({sku}, {LOST}, {place}, 'adjustment', {quantity}, 'found')
    """


def reordering(sku: str, place: str, quantity: str) -> str:
    """The statement that makes a reorder rule."""
    return f"""
    insert into inventory.reorder_rules (location_id, sku_id, min_quantity, max_quantity)
    values ({place}, {sku}, {quantity}, 9)
    """


# Many, so that there is enough of any SKU to take more of it back.
A_FIND = f"""
    insert into inventory.inventory_movements (id,
        sku_id, source_location_id, destination_location_id, kind, quantity, reason_code)
    select case when sku.id = {STOCKED} then '00000000-0000-7000-8000-0000000a0f1d'::uuid
                else core.new_id() end,
        sku.id, {LOST}, {MAIN}, 'adjustment', 5, 'found'
    from catalog.skus as sku
    where sku.is_stocked and sku.tenant_id = 1
    """


def taking_back(
    *,
    sku: str = "taken_back.sku_id",
    quantity: str = "taken_back.quantity",
    named: str = "taken_back.id",
    swapped: bool = True,
) -> str:
    """The statement that takes the find back, or says that it does."""
    places = ["taken_back.destination_location_id", "taken_back.source_location_id"]
    source, destination = places if swapped else reversed(places)
    return f"""
    insert into inventory.inventory_movements (
        sku_id, source_location_id, destination_location_id, kind, quantity, reason_code,
        reverses_id)
    select {sku}, {source}, {destination}, 'adjustment', {quantity}, 'found', {named}
    from inventory.inventory_movements as taken_back
    where taken_back.id = '00000000-0000-7000-8000-0000000a0f1d'
    """


RESERVATIONS = (
    LookCheck(
        name="reservation_is_of_a_stocked_sku",
        table="inventory.reservations",
        look=HOLDING,
        column="inventory.reservations.sku_id",
        subject="r.id",
        holds="sku.is_stocked",
        still="sku.is_stocked or r.status <> 'active'",
        given=NOT_STOCKED,
        sentence="Only SKUs that are stocked are reserved.",
        hint="See catalog.skus.is_stocked: nothing needs to be held of a service.",
        attack=(
            attack(
                "update catalog.skus set allows_backorder = true where code = 'DELIVERY'",
                reserving(SERVICE, MAIN, "1"),
            ),
        ),
    ),
    LookCheck(
        name="reservation_is_at_an_open_place_of_ours",
        table="inventory.reservations",
        look=HOLDING,
        column="inventory.reservations.location_id",
        subject="r.id",
        holds="place.usage in ('internal', 'transit') and place.status = 'active'",
        still="place.usage in ('internal', 'transit')\n"
        f"and (place.status = 'active' or r.status <> 'active' or {CLOSED_LATER})",
        given=AT_A_PLACE,
        sentence="Stock is reserved at an open location of ours.",
        hint="See inventory.locations.usage and status.",
        attack=(
            attack(
                "update catalog.skus set allows_backorder = true where code = 'CHAIR-S'",
                reserving(
                    STOCKED,
                    "(select id from inventory.locations\n"
                    "        where code = 'CUSTOMER' and tenant_id = 1)",
                    "1",
                ),
            ),
            attack(
                "update catalog.skus set allows_backorder = true where code = 'CHAIR-S'",
                *SHELF_IS_CLOSED,
                reserving(STOCKED, SHELF, "1"),
            ),
        ),
    ),
    LookCheck(
        name="reservation_fits_the_unit_of_its_sku",
        table="inventory.reservations",
        look=HOLDING,
        column="inventory.reservations.quantity",
        subject="r.id",
        holds=FITS_ITS_UNIT.format(r="r"),
        still=FITTED_ITS_UNIT.format(r="r"),
        given=TOO_FINE,
        sentence="A reserved quantity has no more decimals than the unit of its SKU.",
        hint=UNIT_HINT,
        attack=(attack(reserving(STOCKED, MAIN, "0.5")),),
    ),
)

MOVEMENTS = (
    LookCheck(
        name="movement_is_of_a_stocked_sku",
        table="inventory.inventory_movements",
        look=MOVING,
        column="inventory.inventory_movements.sku_id",
        subject="r.id",
        holds="sku.is_stocked",
        still=WAS_STOCKED,
        given=NOT_STOCKED,
        sentence="Only SKUs that are stocked are moved.",
        hint="See catalog.skus.is_stocked: a service lies on no shelf.",
        attack=(attack(finding(SERVICE, MAIN, "1")),),
    ),
    LookCheck(
        name="closed_location_takes_nothing_in",
        table="inventory.inventory_movements",
        look=MOVING,
        column="inventory.inventory_movements.destination_location_id",
        subject="r.id",
        holds="place.status = 'active'",
        still=f"place.status = 'active' or {CLOSED_LATER}",
        given=AT_A_PLACE,
        sentence="Nothing is moved to a location that is closed; what lies there may leave.",
        hint="Use another location, or set inventory.locations.status to active.",
        attack=(attack(*SHELF_IS_CLOSED, finding(STOCKED, SHELF, "1")),),
    ),
    LookCheck(
        name="movement_fits_the_unit_of_its_sku",
        table="inventory.inventory_movements",
        look=MOVING,
        column="inventory.inventory_movements.quantity",
        subject="r.id",
        holds=FITS_ITS_UNIT.format(r="r"),
        still=FITTED_ITS_UNIT.format(r="r"),
        given=TOO_FINE,
        sentence="A moved quantity has no more decimals than the unit of its SKU.",
        hint=UNIT_HINT,
        attack=(attack(finding(STOCKED, MAIN, "0.5")),),
    ),
    LookCheck(
        name="reversal_takes_back_the_movement_it_names",
        table="inventory.inventory_movements",
        look=MOVING,
        column="inventory.inventory_movements.reverses_id",
        subject="r.id",
        holds="""r.reverses_id is null or exists (
    select from inventory.inventory_movements as taken_back
    where taken_back.id = r.reverses_id
      and taken_back.tenant_id = r.tenant_id
      and taken_back.sku_id = r.sku_id
      and taken_back.quantity = r.quantity
      and taken_back.source_location_id = r.destination_location_id
      and taken_back.destination_location_id = r.source_location_id)""",
        given="""coalesce((
    select format('%s of SKU %s went from %s to %s.', trim_scale(named.quantity), goods.code,
        origin.code, target.code)
    from inventory.inventory_movements as named
    join catalog.skus as goods on goods.id = named.sku_id
    join inventory.locations as origin on origin.id = named.source_location_id
    join inventory.locations as target on target.id = named.destination_location_id
    where named.id = r.reverses_id and named.tenant_id = r.tenant_id),
    'There is no movement ' || r.reverses_id || '.')""",
        sentence="A reversal moves the same units of the same SKU back to where they came from.",
        hint="Swap source and destination of the movement, or leave reverses_id out.",
        attack=(
            attack(A_FIND, taking_back(quantity="taken_back.quantity + 1")),
            attack(A_FIND, taking_back(sku="(select id from catalog.skus where code = 'CHAIR-L')")),
            attack(A_FIND, taking_back(swapped=False)),
            attack(A_FIND, taking_back(named="core.new_id()")),
        ),
    ),
)

_LEAST = FITS_ITS_UNIT.format(r="r").replace("r.quantity", "r.min_quantity")
_MOST = FITS_ITS_UNIT.format(r="r").replace("r.quantity", "r.max_quantity")

REORDER_RULES = (
    LookCheck(
        name="reorder_rule_is_of_a_stocked_sku",
        table="inventory.reorder_rules",
        look=REORDERING,
        column="inventory.reorder_rules.sku_id",
        subject="r.id",
        holds="sku.is_stocked",
        still=WAS_STOCKED,
        given=NOT_STOCKED,
        sentence="Only SKUs that are stocked are reordered.",
        hint="See catalog.skus.is_stocked.",
        attack=(attack(reordering(SERVICE, MAIN, "1")),),
    ),
    LookCheck(
        name="reorder_rule_is_for_a_location_of_ours",
        table="inventory.reorder_rules",
        look=REORDERING,
        column="inventory.reorder_rules.location_id",
        subject="r.id",
        holds="place.usage = 'internal'",
        given=AT_A_PLACE,
        sentence="A reorder rule is for an internal location: nobody refills the world outside.",
        hint="See inventory.locations.usage.",
        attack=(attack(reordering(STOCKED, LOST, "1")),),
    ),
    LookCheck(
        name="reorder_rule_fits_the_unit_of_its_sku",
        table="inventory.reorder_rules",
        look=REORDERING,
        column="inventory.reorder_rules.min_quantity",
        subject="r.id",
        holds=f"({_LEAST})\nand ({_MOST})",
        given="format('From %s up to %s; the unit of the SKU has %s decimals.',"
        " trim_scale(r.min_quantity), trim_scale(r.max_quantity),"
        " catalog.unit_decimals(r.sku_id))",
        sentence="The quantities of a reorder rule have no more decimals than the unit of its SKU.",
        hint=UNIT_HINT,
        attack=(attack(reordering(STOCKED, SHELF, "0.5")),),
    ),
)

# What lay on the shelves when an image was superseded, of SKUs whose unit it changed.
UNIT_CHANGED_IN_USE = """select sku.id, 'not stocked, but there is stock of it' as detail
from catalog.skus as sku
where not sku.is_stocked and exists (
    select from inventory.stock_levels as level
    where level.sku_id = sku.id and (level.on_hand <> 0 or level.allocated <> 0))
union all
select sku.id, format('its unit was %s, when there was stock of it', log.old_row ->> 'unit_code')
from core.audit_log as log
join catalog.skus as sku on sku.id::text = log.row_id
where log.schema_name = 'catalog' and log.table_name = 'skus' and log.operation = 'update'
  and log.reason is null and log.old_row ->> 'unit_code' <> coalesce((
    select later.old_row ->> 'unit_code' from core.audit_log as later
    where later.schema_name = 'catalog' and later.table_name = 'skus'
      and later.row_id = log.row_id and (later.changed_at, later.id) > (log.changed_at, log.id)
    order by later.changed_at, later.id limit 1), sku.unit_code)
  and (
    select sum(case when destination.usage in ('internal', 'transit') then movement.quantity
                    else 0 end
               - case when source.usage in ('internal', 'transit') then movement.quantity
                      else 0 end)
    from inventory.inventory_movements as movement
    join inventory.locations as source on source.id = movement.source_location_id
    join inventory.locations as destination on destination.id = movement.destination_location_id
    where movement.sku_id = sku.id and movement.created_at < log.changed_at) <> 0"""

# A SKU that nobody has ordered, and one of it on the shelf.
FOUND = (
    """
    insert into catalog.skus (product_id, code, name)
    select product_id, 'FOUND', 'Found' from catalog.skus where code = 'CHAIR-S'
    """,
    """
    insert into inventory.inventory_movements (
        destination_location_id, sku_id, source_location_id, kind, quantity, reason_code,
        created_at)
    select main.id, sku.id, found.id, 'adjustment', 1, 'found', now() - interval '1 minute'
    from catalog.skus as sku, inventory.locations as main, inventory.locations as found
    where sku.code = 'FOUND' and main.is_default and found.usage = 'adjustment'
      and main.tenant_id = sku.tenant_id and found.tenant_id = sku.tenant_id
    """,
)

KEEPING_CHECKS = (
    *RESERVATIONS,
    *MOVEMENTS,
    *REORDER_RULES,
    FixedByUse(
        name="skus_keep_their_unit_while_there_is_stock",
        table="catalog.skus",
        columns=("unit_code", "is_stocked"),
        uses="""select from inventory.stock_levels as level
where level.sku_id = old.id and (level.on_hand <> 0 or level.allocated <> 0)""",
        facts=("inventory.stock_levels",),
        evidence=UNIT_CHANGED_IN_USE,
        sentence="A SKU keeps its unit, and whether it is stocked, while there is stock of it or"
        " some of it is promised.",
        hint="Empty its shelves and release what is held, or make a new SKU.",
        attack=(
            attack(*FOUND, "update catalog.skus set unit_code = 'kg' where code = 'FOUND'"),
            attack(*FOUND, "update catalog.skus set is_stocked = false where code = 'FOUND'"),
        ),
    ),
)
