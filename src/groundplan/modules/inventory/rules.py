"""Rules of inventory: stock is what was moved, and nothing is promised twice."""

from groundplan.modules.inventory.derivations import (
    BACKORDER,
    MOVED_BEFORE_A_CHANGE,
    MOVED_BEFORE_A_PLACE_CHANGED,
    MOVEMENT_DAY,
)
from groundplan.modules.inventory.keeping import KEEPING_CHECKS
from groundplan.rules import (
    DERIVED,
    Acyclic,
    AppendOnly,
    Audited,
    Balance,
    ColumnsWrittenByRules,
    Condition,
    Dated,
    Derived,
    FixedByUse,
    Frozen,
    Known,
    RestoredCheck,
    RowCheck,
    StateMachine,
    tenant_scoped,
)
from groundplan.rules.declaration import attack

LEVEL = "(select id from inventory.stock_levels where allocated > 0 order by id limit 1)"

SKU = "(select id from catalog.skus where is_stocked order by code limit 1)"

MOVED = """
select movement.tenant_id, place.location_id, movement.sku_id,
    case when place.location_id = movement.destination_location_id then movement.quantity
         else -movement.quantity end as delta
from {rows} as movement
cross join lateral (
    values (movement.destination_location_id), (movement.source_location_id)
) as place (location_id)
join inventory.locations as location
    on location.id = place.location_id and location.usage in ('internal', 'transit')
"""

HELD = """
select reservation.tenant_id, reservation.location_id, reservation.sku_id,
case when reservation.status = 'active'
     then reservation.quantity - reservation.consumed_quantity else 0 end as delta
from {rows} as reservation
"""

# Locked, so that nobody changes it until the new level is there to be changed with it.
ALLOWS_BACKORDER = """coalesce((
    select sku.allows_backorder from catalog.skus as sku
    where sku.id = effect.sku_id
    for key share
), false)"""

# Whoever claims stock lets go of what has expired first: nobody else would.
HAS_EXPIRED = """exists (
    select from inventory.reservations as expired
    where expired.location_id = entry.location_id and expired.sku_id = entry.sku_id
      and expired.status = 'active' and expired.expires_at <= now()
      and not expired.is_promised)"""

# Rows that somebody has locked are left to them: whoever holds a level waits for no reservation.
RELEASE_EXPIRED = """update inventory.reservations as expired
set status = 'expired'
where expired.id in (
    select due.id from inventory.reservations as due
    where due.location_id = effect.location_id and due.sku_id = effect.sku_id
      and due.status = 'active' and due.expires_at <= now()
      and not due.is_promised
    order by due.id
    for no key update skip locked);"""


def at_its_place(figures: str, *values: str) -> str:
    """SQL for the detail of a refused stock level: its SKU, its location, and some figures."""
    return (
        f"format('SKU %s at %s. {figures}',\n"
        "    (select code from catalog.skus where id = new.sku_id),\n"
        "    (select code from inventory.locations where id = new.location_id),\n    "
        + ",\n    ".join(values)
        + ")"
    )


# In the evening, where a change of the zone makes another day of it.
A_FIND_OF_THE_NEIGHBOUR = (
    """
    insert into catalog.products (tenant_id, id, name, slug)
    values (2, '00000000-0000-7000-8000-00000000d0a2', 'Cup', 'cup')
    """,
    """
    insert into catalog.skus (tenant_id, id, product_id, code, name)
    values (2, '00000000-0000-7000-8000-00000000f0a2', '00000000-0000-7000-8000-00000000d0a2',
        'CUP', 'Cup')
    """,
    """
    insert into inventory.inventory_movements (tenant_id, sku_id, source_location_id,
        destination_location_id, kind, quantity, reason_code, moved_at)
    select 2, '00000000-0000-7000-8000-00000000f0a2', source.id, destination.id, 'adjustment', 1,
        'found', '2024-05-05 23:30Z'
    from inventory.locations as source, inventory.locations as destination
    where source.tenant_id = 2 and source.code = 'ADJUSTMENT'
      and destination.tenant_id = 2 and destination.is_default
    """,
)

STOCK_CHECKS = (
    RowCheck(
        name="stock_on_hand_is_never_negative",
        table="inventory.stock_levels",
        holds="new.on_hand >= 0 and new.on_hand < 'NaN'",
        sentence="Nothing is taken from a shelf that is not there.",
        detail=at_its_place(
            "On hand: %s; taken: %s.",
            "trim_scale(coalesce(old.on_hand, 0))",
            "trim_scale(coalesce(old.on_hand, 0) - new.on_hand)",
        ),
        hint="Receive the goods or correct the stock first, or take less.",
        breach="update inventory.stock_levels set on_hand = -1, allocated = 0,"
        f" allows_backorder = true where id = {LEVEL}",
    ),
    RowCheck(
        name="stock_is_never_promised_twice",
        table="inventory.stock_levels",
        holds="""new.allocated >= 0 and new.allocated < 'NaN'
and (new.allocated <= new.on_hand or new.allows_backorder)""",
        sentence="No more of a SKU is promised than is there, unless it allows backorders.",
        detail=at_its_place(
            "Available: %s; wanted: %s.",
            "trim_scale(new.on_hand - coalesce(old.allocated, 0))",
            "trim_scale(new.allocated - coalesce(old.allocated, 0))",
        ),
        hint="Order less, wait for a receipt, or allow backorders for the SKU.",
        breach=f"update inventory.stock_levels set allocated = on_hand + 1 where id = {LEVEL}",
    ),
    RowCheck(
        name="stock_level_is_below_the_limit",
        table="inventory.stock_levels",
        holds="greatest(new.on_hand, new.allocated) < 1e12",
        sentence="Less than 10^12 units of a SKU lie at a place, and less are promised from it.",
        detail=at_its_place(
            "On hand: %s; promised: %s.", "trim_scale(new.on_hand)", "trim_scale(new.allocated)"
        ),
        hint="Check the quantity, or count the SKU in a larger unit.",
        breach="update inventory.stock_levels set on_hand = 1e12, allocated = 0"
        f" where id = {LEVEL}",
    ),
)

RESERVATION_CHECKS = (
    RowCheck(
        name="reservation_quantity_is_positive",
        table="inventory.reservations",
        holds="new.quantity > 0 and new.quantity < 'NaN'",
        sentence="The quantity of a reservation is above zero.",
        hint="Reserve a quantity above zero.",
        breach="update inventory.reservations set quantity = 'NaN' where status = 'active'",
    ),
    RowCheck(
        name="reservation_is_consumed_when_used_up",
        table="inventory.reservations",
        holds="""new.consumed_quantity between 0 and new.quantity
and (new.status = 'consumed') = (new.consumed_quantity = new.quantity)""",
        sentence="A reservation is consumed exactly when nothing of it is left.",
        hint="Ship the goods; the reservation follows.",
        breach="update inventory.reservations set consumed_quantity = quantity"
        " where status = 'active'",
    ),
    RowCheck(
        name="reservation_expires_on_the_calendar",
        table="inventory.reservations",
        holds="core.is_calendar_time(new.expires_at)",
        restored=True,
        sentence="A reservation expires from 1970 on and before the year 9999, or never.",
        hint="Leave expires_at out for a reservation without an end.",
        breach="update inventory.reservations set expires_at = 'infinity'"
        " where status = 'active' and not is_promised",
    ),
)

RULES = (
    RestoredCheck(
        name="location_time_zone_is_known",
        table="inventory.locations",
        holds="core.is_time_zone(r.time_zone)",
        sentence="The time zone of a location is one that the table of time zones has.",
        hint="Write it as pg_timezone_names has it: Europe/Berlin.",
        breach="""insert into inventory.locations (code, name, time_zone)
values ('ZONE', 'Zone', 'Foo5Bar')""",
    ),
    RestoredCheck(
        name="moved_at_is_a_business_time",
        table="inventory.inventory_movements",
        holds="core.is_business_time(r.moved_at)",
        sentence="Goods move from 1970 on, and at most a day ahead of the clock.",
        hint="Leave moved_at out for a movement of now.",
        # The verb looks at its own arguments as well.
        breach=f"""insert into inventory.inventory_movements (sku_id, source_location_id,
    destination_location_id, kind, quantity, reason_code, moved_at)
select sku.id, source.id, destination.id, 'adjustment', 5, 'found', 'infinity'
from {SKU} as sku, inventory.locations as source, inventory.locations as destination
where source.code = 'ADJUSTMENT' and destination.code = 'MAIN'
  and source.tenant_id = 1 and destination.tenant_id = 1""",
    ),
    *STOCK_CHECKS,
    *RESERVATION_CHECKS,
    *KEEPING_CHECKS,
    Dated(
        name="closing_of_a_location_is_dated",
        table="inventory.locations",
        column="closed_at",
        holds="new.status = 'closed'",
        sentence="The database writes down since when a location is closed.",
        hint="Set status; closed_at follows.",
    ),
    Acyclic(
        name="locations_are_a_tree",
        table="inventory.locations",
        sentence="No location lies within itself.",
    ),
    Frozen(
        name="locations_keep_their_code_and_usage",
        table="inventory.locations",
        columns=("tenant_id", "code", "usage"),
        sentence="A location keeps its code and usage and is never deleted: movements refer to it.",
        hint="Set its status to closed and make another one.",
        attack=(
            attack(
                "update inventory.locations set usage = 'transit' where code = 'SUPPLIER'",
            ),
        ),
    ),
    Frozen(
        name="movement_reasons_are_never_deleted",
        table="inventory.movement_reasons",
        columns=("tenant_id", "code"),
        recorded=True,
        sentence="A reason keeps its code and is never deleted: movements refer to it.",
        attack=(
            attack(
                "delete from inventory.movement_reasons where code = 'lost'",
            ),
        ),
    ),
    Balance(
        name="stock_on_hand_is_the_sum_of_its_movements",
        table="inventory.stock_levels",
        column="on_hand",
        keys=("location_id", "sku_id"),
        entries="inventory.inventory_movements",
        effects=MOVED,
        new_row=(("allows_backorder", ALLOWS_BACKORDER),),
        sentence="What lies at a location is the sum of what was moved there less what was taken.",
        hint="Receive, adjust or transfer stock; the level follows.",
        attack=(
            attack(
                f"update inventory.stock_levels set on_hand = on_hand + 100 where id = {LEVEL}",
            ),
        ),
    ),
    Balance(
        name="stock_allocated_is_the_sum_of_reservations",
        table="inventory.stock_levels",
        column="allocated",
        keys=("location_id", "sku_id"),
        entries="inventory.reservations",
        effects=HELD,
        new_row=(("allows_backorder", ALLOWS_BACKORDER),),
        release_when=HAS_EXPIRED,
        release=RELEASE_EXPIRED,
        sentence="What is promised at a location is the sum of its open reservations.",
        hint="Reserve or release stock; the level follows.",
        attack=(
            attack(
                f"update inventory.stock_levels set allocated = 0 where id = {LEVEL}",
            ),
        ),
    ),
    ColumnsWrittenByRules(
        name="stock_levels_are_made_by_the_database",
        table="inventory.stock_levels",
        columns={
            "tenant_id": "null::integer",
            "location_id": "null::uuid",
            "sku_id": "null::uuid",
            "allows_backorder": "null::boolean",
        },
        derivation=BACKORDER,
        sentence="A stock level, its place, its SKU and whether it may be promised beyond what is"
        " there follow from movements, reservations and the SKU.",
        hint="Change catalog.skus.allows_backorder, or move stock; the level follows.",
        attack=(
            attack(
                f"""
                update inventory.stock_levels set allows_backorder = not allows_backorder
                where id = {LEVEL}
                """,
            ),
        ),
    ),
    AppendOnly(
        name="movements_are_append_only",
        table="inventory.inventory_movements",
        sentence="A movement that happened is never changed or deleted.",
        hint="Post a movement back.",
        referenced=True,
    ),
    Condition(
        name="movement_fits_its_locations",
        table="inventory.inventory_movements",
        events=("insert",),
        holds="""exists (
    select from inventory.locations as source
    join inventory.locations as destination on destination.id = r.destination_location_id
    where source.id = r.source_location_id
      and source.tenant_id = r.tenant_id and destination.tenant_id = r.tenant_id
      and inventory.movement_fits(r.kind, source.usage, destination.usage))""",
        because="locations keep their usage and are never deleted",
        sentence="Receipts come from suppliers, issues go to customers, transfers stay with us,"
        " adjustments are found or lost.",
        hint="Choose locations whose usage fits the kind: see inventory.locations.usage.",
        attack=(
            attack(
                f"""
                insert into inventory.inventory_movements (sku_id, source_location_id,
                    destination_location_id, kind, quantity)
                select sku.id, source.id, destination.id, 'transfer', 5
                from {SKU} as sku,
                    inventory.locations as source, inventory.locations as destination
                where source.code = 'SUPPLIER' and destination.code = 'MAIN'
                  and source.tenant_id = 1 and destination.tenant_id = 1
                """,
            ),
        ),
    ),
    Known(
        name="movement_reason_is_known",
        table="inventory.inventory_movements",
        column="reason_code",
        parent="inventory.movement_reasons",
        parent_match="parent.tenant_id = r.tenant_id and parent.code = r.reason_code",
        events=("insert",),
        sentence="A movement that names a reason names one of its tenant.",
        hint="See inventory.movement_reasons.code.",
        attack=(
            attack(
                # The verb looks at its own arguments as well.
                f"""
                insert into inventory.inventory_movements (sku_id, source_location_id,
                    destination_location_id, kind, quantity, reason_code)
                select sku.id, source.id, destination.id, 'adjustment', 5, 'because'
                from {SKU} as sku,
                    inventory.locations as source, inventory.locations as destination
                where source.code = 'ADJUSTMENT' and destination.code = 'MAIN'
                  and source.tenant_id = 1 and destination.tenant_id = 1
                """,
            ),
        ),
    ),
    Condition(
        name="movement_of_this_kind_comes_from_its_verb",
        table="inventory.inventory_movements",
        column="kind",
        events=("insert",),
        holds=f"r.kind in ('adjustment', 'transfer') or {DERIVED}",
        because="it looks at who writes, not at other rows",
        as_caller=True,
        audit_holds="r.kind <> 'receipt' or r.request_hash is not null",
        sentence="Applications post adjustments and transfers; receipts, issues and returns come"
        " from the verbs and facts that cause them.",
        hint="Call inventory.receive_stock, fulfillment.ship_order or fulfillment.return_items.",
        attack=(
            attack(
                f"""
                insert into inventory.inventory_movements (sku_id, source_location_id,
                    destination_location_id, kind, quantity)
                select sku.id, source.id, destination.id, 'receipt', 5
                from {SKU} as sku,
                    inventory.locations as source, inventory.locations as destination
                where source.code = 'SUPPLIER' and destination.code = 'MAIN'
                  and source.tenant_id = 1 and destination.tenant_id = 1
                """,
                role="app",
            ),
        ),
    ),
    Derived(
        name="movement_counts_on_the_day_it_happens",
        table="inventory.inventory_movements",
        filled_by=(("inventory.inventory_movements", "t15_complete_movement"),),
        derivation=MOVEMENT_DAY,
        sentence="A movement counts on the business day on which it happens at our place.",
        attack=(
            attack(
                f"""
                insert into inventory.inventory_movements (sku_id, source_location_id,
                    destination_location_id, kind, quantity, reason_code, business_date)
                select sku.id, source.id, destination.id, 'adjustment', 5, 'found', '1999-01-01'
                from {SKU} as sku,
                    inventory.locations as source, inventory.locations as destination
                where source.code = 'ADJUSTMENT' and destination.code = 'MAIN'
                  and source.tenant_id = 1 and destination.tenant_id = 1
                """,
                got_through="""select exists (
    select from inventory.inventory_movements where business_date = '1999-01-01')""",
            ),
        ),
    ),
    Derived(
        name="stock_level_allows_what_its_sku_allows",
        table="inventory.stock_levels",
        filled_by=(("catalog.skus", "t90_follow_sku"),),
        derivation=BACKORDER,
        sentence="Whether a SKU may be promised beyond its stock holds at all its places alike.",
        attack=(
            attack(
                f"update catalog.skus set allows_backorder = not allows_backorder where id = {SKU}",
                got_through="""select exists (
    select from inventory.stock_levels as level join catalog.skus as sku on sku.id = level.sku_id
    where level.allows_backorder <> sku.allows_backorder)""",
            ),
        ),
    ),
    FixedByUse(
        name="books_keep_currency_and_zone_once_stocked",
        table="core.tenants",
        columns=("currency_code", "time_zone", "day_starts_at"),
        uses="""select from inventory.inventory_movements as movement
where movement.tenant_id = old.id""",
        facts=("inventory.inventory_movements",),
        evidence=MOVED_BEFORE_A_CHANGE,
        sentence="A tenant keeps the currency and the business day of its books once stock was"
        " moved.",
        hint="Make a new tenant with the right settings: core.create_tenant.",
        attack=(
            attack(
                *A_FIND_OF_THE_NEIGHBOUR,
                "update core.tenants set time_zone = 'Asia/Tokyo' where id = 2",
            ),
        ),
    ),
    FixedByUse(
        name="locations_keep_their_zone_once_used",
        table="inventory.locations",
        columns=("time_zone",),
        uses="""select from inventory.inventory_movements as movement
where old.id in (movement.source_location_id, movement.destination_location_id)""",
        facts=("inventory.inventory_movements",),
        evidence=MOVED_BEFORE_A_PLACE_CHANGED,
        sentence="A location keeps its time zone once something was moved from or to it.",
        hint="Make a new location in the right zone.",
        attack=(
            attack(
                *A_FIND_OF_THE_NEIGHBOUR,
                """
                update inventory.locations set time_zone = 'Asia/Tokyo'
                where tenant_id = 2 and is_default
                """,
            ),
        ),
    ),
    StateMachine(
        name="reservation_status_follows_its_path",
        table="inventory.reservations",
        sentence="A reservation is active until it is consumed, released or expired, and never"
        " becomes active again.",
        hint="Make a new reservation with inventory.reserve.",
        begins_in=("active",),
        moves={
            # Holds stock.
            "active": ("consumed", "released", "expired"),
            # All of it has left.
            "consumed": (),
            # Let go.
            "released": (),
            # Let go by the next claim after its time.
            "expired": (),
        },
        attack=(
            attack(
                """
                update inventory.reservations set status = 'expired'
                where id = (select id from inventory.reservations where status = 'released' limit 1)
                """,
            ),
        ),
    ),
    ColumnsWrittenByRules(
        name="reservations_are_used_by_shipments_alone",
        table="inventory.reservations",
        columns={"consumed_quantity": "0", "is_promised": "false"},
        derivation="""select held.id, 'used, but promised to no order' as detail
from inventory.reservations as held
where held.consumed_quantity <> 0 and not held.is_promised""",
        sentence="What is held is used by the shipments it was promised for, and by nothing else.",
        hint="Ship the order; or release the reservation and post the movement.",
        attack=(
            attack(
                """
                update inventory.reservations set consumed_quantity = quantity, status = 'consumed'
                where id = (select id from inventory.reservations
                    where status = 'active' and not is_promised limit 1)
                """,
            ),
        ),
    ),
    ColumnsWrittenByRules(
        name="promised_stock_waits_for_its_order",
        table="inventory.reservations",
        columns={"status": "'active'", "expires_at": "null::timestamptz"},
        when="old.is_promised",
        derivation="""select held.id, 'promised to an order, and ended by itself' as detail
from inventory.reservations as held
where held.is_promised and (held.status = 'expired' or held.expires_at is not null)""",
        sentence="What is held for a placed order stays held until the order is sent, cancelled or"
        " completed.",
        hint="Cancel the order, or complete it without what was not sent.",
        attack=(
            attack(
                "select set_config('groundplan.maintenance', 'a promise to break', true)",
                """
                insert into inventory.reservations (id, location_id, sku_id, quantity, is_promised)
                select '00000000-0000-7000-8000-000000004e1d', location_id, sku_id, 1, true
                from inventory.reservations order by id limit 1
                """,
                "select set_config('groundplan.maintenance', '', true)",
                """
                update inventory.reservations set expires_at = now() + interval '1 minute'
                where id = '00000000-0000-7000-8000-000000004e1d'
                """,
            ),
        ),
    ),
    Frozen(
        name="reservations_keep_what_they_hold",
        table="inventory.reservations",
        columns=("tenant_id", "location_id", "sku_id", "quantity"),
        sentence="A reservation keeps place, SKU and quantity, and is never deleted.",
        hint="Release it, then make a new reservation.",
        attack=(
            attack(
                """
                update inventory.reservations set quantity = quantity + 1
                where id = (select id from inventory.reservations where status = 'released' limit 1)
                """,
            ),
        ),
    ),
    Audited(
        name="reservation_changes_leave_a_trace",
        table="inventory.reservations",
        sentence="Every change of a reservation leaves the old one in the audit log.",
        watches=("status", "consumed_quantity", "expires_at", "quantity", "created_by"),
        sample="created_by",
    ),
    Audited(
        name="location_changes_leave_a_trace",
        table="inventory.locations",
        sentence="Every change of a location leaves the old one in the audit log.",
        sample="name",
    ),
    Audited(
        name="reorder_rule_changes_leave_a_trace",
        table="inventory.reorder_rules",
        sentence="Every change of a reorder rule leaves the old one in the audit log.",
        sample="created_by",
    ),
    *tenant_scoped(
        "inventory.locations",
        "inventory.movement_reasons",
        "inventory.stock_levels",
        "inventory.inventory_movements",
        "inventory.reservations",
        "inventory.reorder_rules",
    ),
)
