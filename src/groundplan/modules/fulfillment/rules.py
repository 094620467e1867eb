"""Rules of fulfillment: nothing is sent twice, nothing comes back that was not sent."""

from groundplan.modules.fulfillment.derivations import (
    COST_OF_GOODS,
    FOLLOWED,
    HELD,
    MOVEMENTS,
    RETURN_DAY,
    SENT_BEFORE_A_PLACE_CHANGED,
    SHIPMENT_DAY,
)
from groundplan.modules.fulfillment.parcels import PARCEL_CHECKS
from groundplan.rules import (
    Audited,
    Cap,
    ColumnsWrittenByRules,
    Condition,
    Derived,
    FixedByUse,
    Frozen,
    FrozenChildren,
    Gate,
    Known,
    RowCheck,
    StateMachine,
    WrittenByRules,
    tenant_scoped,
)
from groundplan.rules.declaration import attack

PLACED = "(select id from sales.orders where status = 'placed' order by number limit 1)"
PLACED_SERVICE = """(
    select o.id from sales.orders as o
    join sales.order_items as item on item.order_id = o.id and item.sku_kind = 'service'
    where o.status = 'placed' order by o.number limit 1)"""
MAIN = "(select id from inventory.locations where is_default and tenant_id = 1)"
TRANSIT = "(select id from inventory.locations where code = 'TRANSIT' and tenant_id = 1)"
SHIPPED = "(select id from fulfillment.shipments where status = 'shipped' order by number limit 1)"
RECEIVED = "(select id from fulfillment.returns where status = 'received' order by number limit 1)"
PACKED = "(select id from fulfillment.shipments where status = 'draft' order by number limit 1)"
ANNOUNCED = "(select id from fulfillment.returns where status = 'draft' order by number limit 1)"
SERVICE = """(select item.id from sales.order_items as item
    join sales.orders as o on o.id = item.order_id and o.status = 'placed'
    join catalog.skus as sku on sku.id = item.sku_id and not sku.is_stocked
    order by o.number limit 1)"""
# A zone in which it is another day than in UTC, at every hour.
ANOTHER_DAY = """case when extract(hour from now() at time zone 'UTC') < 11 then 'Etc/GMT+12'
    else 'Pacific/Kiritimati' end"""
WHOLLY_SENT = (
    "(select o.id from sales.orders as o where o.status = 'fulfilled' order by o.number limit 1)"
)

SHIP_MORE = attack(
    f"""
        insert into fulfillment.shipments (id, order_id, source_location_id)
        select '00000000-0000-7000-8000-000000005419', id,
            {MAIN}
        from sales.orders where id = {PLACED}
        """,
    f"""
        insert into fulfillment.shipment_items (shipment_id, order_item_id, quantity)
        select '00000000-0000-7000-8000-000000005419', id, quantity + 1 from sales.order_items
        where order_id = {PLACED} and position = 1
        """,
    """
        update fulfillment.shipments set status = 'shipped'
        where id = '00000000-0000-7000-8000-000000005419'
        """,
)

# Whether something that was sent or came back left the stock as it was.
NOT_MOVED = """select exists (
    select from {item} as item
    join {parcel} as parcel on parcel.id = item.{key}
    join catalog.skus as sku on sku.id = item.sku_id
    where parcel.status = '{done}' and sku.is_stocked and item.movement_id is null)"""


def sent_as_its_status_says(order: str) -> str:
    """SQL over a row of sales.orders: true if its lines have come as far as its status says."""
    return f"""(
    select case {order}.status
        when 'fulfilled' then bool_and(progress.shipped_quantity = progress.quantity)
        else bool_or(progress.shipped_quantity > 0) end
    from sales.order_items as item
    join fulfillment.order_item_fulfillments as progress on progress.id = item.id
    where item.order_id = {order}.id)"""


# What came back up to a moment was sent by then: that of the return, and those of all later ones.
# More than was ever sent is refused by returned_is_never_above_shipped.
CAME_BACK_AFTER_IT_WAS_SENT = """new.received_at is null or not exists (
    select from fulfillment.return_items as item
    cross join lateral (
        select new.received_at as moment
        union all
        select later.received_at
        from fulfillment.return_items as came
        join fulfillment.returns as later on later.id = came.return_id
        where came.order_item_id = item.order_item_id and later.received_at > new.received_at
    ) as at
    cross join lateral (
        select coalesce(sum(sent.quantity), 0) as ever,
            coalesce(sum(sent.quantity) filter (where shipment.shipped_at <= at.moment), 0) as then
        from fulfillment.shipment_items as sent
        join fulfillment.shipments as shipment on shipment.id = sent.shipment_id
        where sent.order_item_id = item.order_item_id and shipment.shipped_at is not null
    ) as sent
    cross join lateral (
        select coalesce(sum(came.quantity), 0) as ever,
            coalesce(sum(came.quantity) filter (where other.received_at <= at.moment), 0) as then
        from fulfillment.return_items as came
        join fulfillment.returns as other on other.id = came.return_id
        where came.order_item_id = item.order_item_id and other.received_at is not null
    ) as back
    where item.return_id = new.id
      and back.then + item.quantity > sent.then and back.ever + item.quantity <= sent.ever)"""

CAME_BACK_BEFORE_IT_WAS_SENT = """exists (
    select from fulfillment.return_items as item
    where item.return_id = r.id
      and (
          select sum(came.quantity)
          from fulfillment.return_items as came
          join fulfillment.returns as other on other.id = came.return_id
          where came.order_item_id = item.order_item_id and other.received_at <= r.received_at)
        > (
          select coalesce(sum(sent.quantity), 0)
          from fulfillment.shipment_items as sent
          join fulfillment.shipments as shipment on shipment.id = sent.shipment_id
          where sent.order_item_id = item.order_item_id
            and shipment.shipped_at <= r.received_at))"""

TIMES = (
    RowCheck(
        name="shipped_at_is_a_business_time",
        table="fulfillment.shipments",
        holds="core.is_business_time(new.shipped_at)",
        restored=True,
        sentence="A shipment leaves from 1970 on, and at most a day ahead of the clock.",
        hint="Leave shipped_at out for a shipment of now.",
        breach="update fulfillment.shipments set shipped_at = 'infinity' where status = 'shipped'",
        attack=(
            # A line of a service: the time of a movement is looked at, too.
            attack(
                f"""
                insert into fulfillment.shipments (id, order_id, source_location_id)
                select '00000000-0000-7000-8000-000000005419', {PLACED_SERVICE}, {MAIN}
                """,
                f"""
                insert into fulfillment.shipment_items (shipment_id, order_item_id, quantity)
                select '00000000-0000-7000-8000-000000005419', id, 1 from sales.order_items
                where order_id = {PLACED_SERVICE} and sku_kind = 'service'
                """,
                """
                update fulfillment.shipments set status = 'shipped', shipped_at = 'infinity'
                where id = '00000000-0000-7000-8000-000000005419'
                """,
            ),
        ),
    ),
    Gate(
        name="nothing_is_sent_before_it_is_ordered",
        table="fulfillment.shipments",
        entering=("shipped", "delivered"),
        holds="""not exists (
    select from sales.orders as o where o.id = new.order_id and new.shipped_at < o.placed_at)""",
        still="""not exists (
    select from sales.orders as o where o.id = r.order_id and r.shipped_at < o.placed_at)""",
        sentence="No shipment leaves before its order was placed.",
        hint="Leave shipped_at out for a shipment of now; see orders.placed_at.",
        attack=(
            attack(
                """
                update fulfillment.shipments as shipment
                set status = 'shipped', shipped_at = o.placed_at - interval '1 second'
                from sales.orders as o
                where o.id = shipment.order_id and shipment.status = 'draft'
                """,
            ),
        ),
    ),
    Frozen(
        name="sent_shipments_keep_their_date",
        table="fulfillment.shipments",
        columns=("shipped_at", "business_date"),
        when="old.status in ('shipped', 'delivered')",
        sentence="A shipment that has left keeps its time and its day.",
        attack=(
            attack(
                f"""
                update fulfillment.shipments set business_date = business_date - 1
                where id = {SHIPPED}
                """,
            ),
        ),
    ),
    RowCheck(
        name="received_at_is_a_business_time",
        table="fulfillment.returns",
        holds="core.is_business_time(new.received_at)",
        restored=True,
        sentence="A return arrives from 1970 on, and at most a day ahead of the clock.",
        hint="Leave received_at out for a return of now.",
        breach="update fulfillment.returns set received_at = 'infinity' where status = 'received'",
        attack=(
            attack(
                f"""
                insert into fulfillment.returns (id, order_id, destination_location_id)
                select '00000000-0000-7000-8000-0000000e7041', id, {MAIN}
                from sales.orders where id = {WHOLLY_SENT}
                """,
                f"""
                insert into fulfillment.return_items (return_id, order_item_id, quantity)
                select '00000000-0000-7000-8000-0000000e7041', id, 1 from sales.order_items
                where order_id = {WHOLLY_SENT} and sku_kind = 'service'
                """,
                """
                update fulfillment.returns set status = 'received', received_at = 'infinity'
                where id = '00000000-0000-7000-8000-0000000e7041'
                """,
            ),
        ),
    ),
    Gate(
        name="nothing_comes_back_before_it_was_sent",
        table="fulfillment.returns",
        entering=("received",),
        holds=CAME_BACK_AFTER_IT_WAS_SENT,
        still=f"not {CAME_BACK_BEFORE_IT_WAS_SENT}",
        sentence="What comes back was sent before.",
        hint="Leave received_at out for a return of now; see shipments.shipped_at.",
        attack=(
            attack(
                """
                update fulfillment.returns as back
                set status = 'received', received_at = (
                    select min(shipment.shipped_at) - interval '1 second'
                    from fulfillment.shipments as shipment
                    where shipment.order_id = back.order_id)
                where back.status = 'draft'
                """,
            ),
        ),
    ),
    Frozen(
        name="received_returns_keep_their_date",
        table="fulfillment.returns",
        columns=("received_at", "business_date"),
        when="old.status = 'received'",
        sentence="A return that has arrived keeps its time and its day.",
        attack=(
            attack(
                f"""
                update fulfillment.returns set business_date = business_date - 1
                where id = {RECEIVED}
                """,
            ),
        ),
    ),
)

RULES = (
    *TIMES,
    *PARCEL_CHECKS,
    WrittenByRules(
        name="order_lines_are_followed_by_the_database",
        table="fulfillment.order_item_fulfillments",
        derivation=FOLLOWED,
        sentence="Every line of a placed order is followed, with what is held for it, and no"
        " other.",
        attack=(
            attack(
                """
                insert into fulfillment.order_item_fulfillments (tenant_id, id, sku_id, quantity)
                select item.tenant_id, item.id, item.sku_id, item.quantity
                from sales.order_items as item
                join sales.orders as o on o.id = item.order_id and o.status = 'draft'
                limit 1
                """,
            ),
        ),
    ),
    Frozen(
        name="followed_lines_keep_what_they_follow",
        table="fulfillment.order_item_fulfillments",
        columns=("tenant_id", "id", "reservation_id", "sku_id", "quantity"),
        recorded=True,
        sentence="What is promised for an order line stays promised until it is sent or cancelled.",
        attack=(
            attack(
                """
                update fulfillment.order_item_fulfillments set reservation_id = null
                where id = (select id from fulfillment.order_item_fulfillments
                    where reservation_id is not null limit 1)
                """,
            ),
        ),
    ),
    Cap(
        name="shipped_is_never_above_ordered",
        table="fulfillment.order_item_fulfillments",
        children="fulfillment.shipment_items",
        key="order_item_id",
        counter="shipped_quantity",
        adds="case when r.is_shipped then r.quantity else 0 end",
        limit="new.shipped_quantity between 0 and new.quantity",
        sentence="All shipments of an order line together never send more than was ordered.",
        hint="See order_item_fulfillments.quantity - shipped_quantity for what is open.",
        attack=(SHIP_MORE,),
    ),
    Cap(
        name="returned_is_never_above_shipped",
        table="fulfillment.order_item_fulfillments",
        children="fulfillment.return_items",
        key="order_item_id",
        counter="returned_quantity",
        adds="case when r.is_received then r.quantity else 0 end",
        limit="new.returned_quantity between 0 and new.shipped_quantity",
        sentence="All returns of an order line together never bring back more than was sent.",
        hint="See order_item_fulfillments.shipped_quantity - returned_quantity for what is out.",
        attack=(
            attack(
                f"""
                insert into fulfillment.returns (id, order_id, destination_location_id)
                select '00000000-0000-7000-8000-0000000e7041', id,
                    {MAIN}
                from sales.orders where id = {WHOLLY_SENT}
                """,
                f"""
                insert into fulfillment.return_items (return_id, order_item_id, quantity)
                select '00000000-0000-7000-8000-0000000e7041', id, quantity + 1
                from sales.order_items where order_id = {WHOLLY_SENT} and position = 1
                """,
                """
                update fulfillment.returns set status = 'received'
                where id = '00000000-0000-7000-8000-0000000e7041'
                """,
            ),
        ),
    ),
    StateMachine(
        name="shipment_status_follows_its_path",
        table="fulfillment.shipments",
        sentence="A shipment goes from draft to shipped to delivered, or is cancelled before it is"
        " shipped.",
        begins_in=("draft",),
        moves={
            # Being packed.
            "draft": ("shipped", "cancelled"),
            # Has left the house; stock and cost are posted.
            "shipped": ("delivered",),
            # Has arrived.
            "delivered": (),
            # Was never sent.
            "cancelled": (),
        },
        classes={"open": ("draft",), "sent": ("shipped", "delivered"), "final": ("cancelled",)},
        attack=(
            attack(
                f"update fulfillment.shipments set status = 'delivered' where id = {SHIPPED}",
                "update fulfillment.shipments set status = 'shipped' where status = 'delivered'",
            ),
        ),
    ),
    Frozen(
        name="shipments_keep_their_order",
        table="fulfillment.shipments",
        columns=("tenant_id", "order_id", "source_location_id", "currency_code"),
        sentence="A shipment keeps its order and its place, and is never deleted.",
        hint="Cancel it and make another one.",
        attack=(
            attack(
                f"""
                update fulfillment.shipments set source_location_id =
                    {TRANSIT}
                where id = {SHIPPED}
                """,
            ),
        ),
    ),
    Audited(
        name="shipment_changes_leave_a_trace",
        table="fulfillment.shipments",
        sentence="Every change of a shipment leaves the old one in the audit log.",
        sample="carrier",
    ),
    FrozenChildren(
        name="items_of_sent_shipments_are_frozen",
        table="fulfillment.shipment_items",
        parent="fulfillment.shipments",
        parent_key="shipment_id",
        open_while="parent.status = 'draft'",
        kept_by_rules=("is_shipped", "movement_id"),
        keys=("tenant_id", "order_item_id", "shipment_id", "sku_id", "quantity"),
        columns=(
            "tenant_id",
            "movement_kind",
            "order_item_id",
            "shipment_id",
            "sku_id",
            "quantity",
            "created_at",
            "created_by",
        ),
        sentence="What is in a shipment changes only while it is being packed.",
        hint="Send the rest in another shipment, or return what was sent wrongly.",
        attack=(
            attack(
                f"""
                update fulfillment.shipment_items set created_by = 'somebody else'
                where shipment_id = {SHIPPED}
                """,
            ),
        ),
    ),
    ColumnsWrittenByRules(
        name="sent_items_are_marked_by_the_database",
        table="fulfillment.shipment_items",
        columns={"is_shipped": "false", "movement_id": "null::uuid"},
        derivation="""select item.id, 'sent, but its shipment is ' || shipment.status as detail
from fulfillment.shipment_items as item
join fulfillment.shipments as shipment on shipment.id = item.shipment_id
where item.is_shipped <> (shipment.status in ('shipped', 'delivered'))""",
        sentence="An item counts as sent exactly when its shipment has left.",
        hint="Set the shipment's status to shipped.",
        attack=(
            attack(
                """
                update fulfillment.shipment_items set is_shipped = true
                where shipment_id = (select id from fulfillment.shipments
                    where status = 'draft' order by number limit 1)
                """,
            ),
        ),
    ),
    Condition(
        name="shipment_item_is_of_the_shipments_order",
        table="fulfillment.shipment_items",
        column="order_item_id",
        events=("insert",),
        holds="""exists (
    select from fulfillment.shipments as shipment
    join sales.order_items as item on item.order_id = shipment.order_id
    where shipment.id = r.shipment_id and item.id = r.order_item_id)""",
        because="shipments keep their order, and lines of placed orders are frozen",
        sentence="A shipment carries lines of its own order only.",
        hint="Send the line in a shipment of its own order.",
        attack=(
            attack(
                f"""
                insert into fulfillment.shipments (id, order_id, source_location_id)
                select '00000000-0000-7000-8000-000000005419', id,
                    {MAIN}
                from sales.orders where id = {PLACED}
                """,
                f"""
                insert into fulfillment.shipment_items (shipment_id, order_item_id, quantity)
                select '00000000-0000-7000-8000-000000005419', id, 1 from sales.order_items
                where order_id = {WHOLLY_SENT} and position = 1
                """,
            ),
        ),
    ),
    Gate(
        name="shipment_that_leaves_has_an_item",
        table="fulfillment.shipments",
        entering=("shipped",),
        holds="""exists (
    select from fulfillment.shipment_items as item where item.shipment_id = new.id)""",
        still="""exists (
    select from fulfillment.shipment_items as item where item.shipment_id = r.id)""",
        sentence="A shipment that is sent has at least one item.",
        hint="Add a row to fulfillment.shipment_items first.",
        attack=(
            attack(
                f"""
                insert into fulfillment.shipments (id, order_id, source_location_id)
                select '00000000-0000-7000-8000-000000005419', id,
                    {MAIN}
                from sales.orders where id = {PLACED}
                """,
                """
                update fulfillment.shipments set status = 'shipped'
                where id = '00000000-0000-7000-8000-000000005419'
                """,
            ),
        ),
    ),
    Gate(
        name="fulfilled_order_has_been_sent",
        table="sales.orders",
        entering=("partially_fulfilled", "fulfilled"),
        holds=sent_as_its_status_says("new"),
        still=sent_as_its_status_says("r"),
        sentence="An order is fulfilled when every line of it was sent, partially fulfilled when"
        " something of it was.",
        hint="Ship what is open; the order follows.",
        attack=(
            attack(
                f"update sales.orders set status = 'fulfilled' where id = {PLACED}",
            ),
            attack(
                f"update sales.orders set status = 'partially_fulfilled' where id = {PLACED}",
            ),
        ),
    ),
    Gate(
        name="order_of_stocked_goods_has_a_place_for_them",
        table="sales.orders",
        entering=("placed",),
        holds="""not new.reserves_stock or new.is_test
or exists (
    select from inventory.locations as place
    where place.tenant_id = new.tenant_id and place.usage = 'internal' and place.is_default)
or not exists (
    select from sales.order_items as item
    join catalog.skus as sku on sku.id = item.sku_id and sku.is_stocked
    where item.order_id = new.id)""",
        still=HELD,
        sentence="An order of stocked goods is placed where a default location can hold them.",
        hint="Set is_default of an internal location, or reserves_stock of the order to false.",
        attack=(
            attack(
                "update inventory.locations set is_default = false where is_default",
                """
                insert into sales.orders (id, currency_code)
                values ('00000000-0000-7000-8000-0000000a77ad', 'EUR')
                """,
                """
                insert into sales.order_items (order_id, sku_id, quantity, unit_price)
                select '00000000-0000-7000-8000-0000000a77ad', id, 1, 10
                from catalog.skus where is_stocked order by code limit 1
                """,
                """
                update sales.orders set status = 'placed'
                where id = '00000000-0000-7000-8000-0000000a77ad'
                """,
            ),
        ),
    ),
    Gate(
        name="received_return_has_an_item",
        table="fulfillment.returns",
        entering=("received",),
        holds="""exists (
    select from fulfillment.return_items as item where item.return_id = new.id)""",
        still="""exists (
    select from fulfillment.return_items as item where item.return_id = r.id)""",
        sentence="A return that is received has at least one item.",
        hint="Add a row to fulfillment.return_items first.",
        attack=(
            attack(
                f"""
                insert into fulfillment.returns (id, order_id, destination_location_id)
                select '00000000-0000-7000-8000-0000000e7041', id, {MAIN}
                from sales.orders where id = {WHOLLY_SENT}
                """,
                """
                update fulfillment.returns set status = 'received'
                where id = '00000000-0000-7000-8000-0000000e7041'
                """,
            ),
        ),
    ),
    Frozen(
        name="return_reasons_are_never_deleted",
        table="fulfillment.return_reasons",
        columns=("tenant_id", "code"),
        recorded=True,
        sentence="A return reason keeps its code and is never deleted: returns refer to it.",
        attack=(
            attack(
                "delete from fulfillment.return_reasons where code = 'damaged'",
            ),
        ),
    ),
    Known(
        name="return_reason_is_known",
        table="fulfillment.returns",
        column="reason_code",
        parent="fulfillment.return_reasons",
        parent_match="parent.tenant_id = r.tenant_id and parent.code = r.reason_code",
        sentence="A return names a reason of its tenant.",
        hint="See fulfillment.return_reasons.code.",
        per_row=True,
        attack=(
            attack(
                f"""
                insert into fulfillment.returns (order_id, destination_location_id, reason_code)
                select id, {MAIN}, 'because'
                from sales.orders where id = {WHOLLY_SENT}
                """,
            ),
        ),
    ),
    StateMachine(
        name="return_status_follows_its_path",
        table="fulfillment.returns",
        sentence="A return is a draft until it is received or cancelled, and then stays so.",
        begins_in=("draft",),
        moves={
            # Announced.
            "draft": ("received", "cancelled"),
            # The goods are here; stock and cost are posted.
            "received": (),
            # The goods never came.
            "cancelled": (),
        },
        attack=(
            attack(
                "update fulfillment.returns set status = 'cancelled' where status = 'draft'",
                "update fulfillment.returns set status = 'draft' where status = 'cancelled'",
            ),
        ),
    ),
    Frozen(
        name="returns_keep_their_order",
        table="fulfillment.returns",
        columns=("tenant_id", "order_id", "destination_location_id", "currency_code"),
        sentence="A return keeps its order and its place, and is never deleted.",
        hint="Cancel it and make another one.",
        attack=(
            attack(
                f"""
                update fulfillment.returns set destination_location_id =
                    {TRANSIT}
                where id = {RECEIVED}
                """,
            ),
        ),
    ),
    Audited(
        name="return_changes_leave_a_trace",
        table="fulfillment.returns",
        sentence="Every change of a return leaves the old one in the audit log.",
        sample="created_by",
    ),
    FrozenChildren(
        name="items_of_received_returns_are_frozen",
        table="fulfillment.return_items",
        parent="fulfillment.returns",
        parent_key="return_id",
        open_while="parent.status = 'draft'",
        kept_by_rules=("is_received", "movement_id"),
        keys=("tenant_id", "order_item_id", "return_id", "sku_id", "quantity"),
        columns=(
            "tenant_id",
            "movement_kind",
            "order_item_id",
            "return_id",
            "sku_id",
            "quantity",
            "created_at",
            "created_by",
            "disposition",
        ),
        sentence="What came back changes only until it is received.",
        hint="Adjust the stock, or make another return.",
        attack=(
            attack(
                f"""
                update fulfillment.return_items set created_by = 'somebody else'
                where return_id = {RECEIVED}
                """,
            ),
        ),
    ),
    ColumnsWrittenByRules(
        name="returned_items_are_marked_by_the_database",
        table="fulfillment.return_items",
        columns={"is_received": "false", "movement_id": "null::uuid"},
        derivation="""select item.id, 'marked as received, its return is ' || back.status as detail
from fulfillment.return_items as item
join fulfillment.returns as back on back.id = item.return_id
where item.is_received <> (back.status = 'received')""",
        sentence="An item counts as come back exactly when its return was received.",
        hint="Set the return's status to received.",
        attack=(
            attack(
                """
                update fulfillment.return_items set is_received = true
                where return_id = (select id from fulfillment.returns
                    where status = 'draft' order by number limit 1)
                """,
            ),
        ),
    ),
    Condition(
        name="return_item_is_of_the_returns_order",
        table="fulfillment.return_items",
        column="order_item_id",
        events=("insert",),
        holds="""exists (
    select from fulfillment.returns as back
    join sales.order_items as item on item.order_id = back.order_id
    where back.id = r.return_id and item.id = r.order_item_id)""",
        because="returns keep their order, and lines of placed orders are frozen",
        sentence="A return brings back lines of its own order only.",
        hint="Take the line back in a return of its own order.",
        attack=(
            attack(
                f"""
                insert into fulfillment.returns (id, order_id, destination_location_id)
                select '00000000-0000-7000-8000-0000000e7041', id,
                    {MAIN}
                from sales.orders where id = {PLACED}
                """,
                f"""
                insert into fulfillment.return_items (return_id, order_item_id, quantity)
                select '00000000-0000-7000-8000-0000000e7041', id, 1
                from sales.order_items where order_id = {WHOLLY_SENT} and position = 1
                """,
            ),
        ),
    ),
    Derived(
        name="shipment_counts_on_the_day_it_leaves",
        table="fulfillment.shipments",
        filled_by=(("fulfillment.shipments", "t25_complete_shipment"),),
        derivation=SHIPMENT_DAY,
        sentence="A shipment counts on the business day on which it leaves its place.",
        attack=(
            attack(
                f"""
                update fulfillment.shipments set status = 'shipped',
                    shipped_at = coalesce(shipped_at, now()), business_date = '1999-01-01'
                where id = {PACKED}
                """,
                got_through="""select exists (
    select from fulfillment.shipments where business_date = '1999-01-01')""",
            ),
        ),
    ),
    Derived(
        name="return_counts_on_the_day_it_arrives",
        table="fulfillment.returns",
        filled_by=(("fulfillment.returns", "t25_complete_return"),),
        derivation=RETURN_DAY,
        sentence="A return counts on the business day on which it arrives.",
        attack=(
            attack(
                f"""
                update fulfillment.returns set status = 'received',
                    received_at = coalesce(received_at, now()), business_date = '1999-01-01'
                where id = {ANNOUNCED}
                """,
                got_through="""select exists (
    select from fulfillment.returns where business_date = '1999-01-01')""",
            ),
        ),
    ),
    FixedByUse(
        name="locations_keep_their_zone_once_sent_from",
        table="inventory.locations",
        columns=("time_zone",),
        uses="""select from fulfillment.shipments as shipment
where shipment.source_location_id = old.id and shipment.shipped_at is not null
union all
select from fulfillment.returns as back
where back.destination_location_id = old.id and back.received_at is not null""",
        facts=("fulfillment.shipments", "fulfillment.returns"),
        evidence=SENT_BEFORE_A_PLACE_CHANGED,
        sentence="A location keeps its time zone once something was sent from it or came back to"
        " it.",
        hint="Make a new location in the right zone.",
        attack=(
            attack(
                """
                insert into inventory.locations (id, code, name)
                values ('00000000-0000-7000-8000-00000000a0a1', 'DESK', 'Help desk')
                """,
                f"""
                insert into fulfillment.shipments (id, order_id, source_location_id)
                select '00000000-0000-7000-8000-000000005419', order_id,
                    '00000000-0000-7000-8000-00000000a0a1'
                from sales.order_items where id = {SERVICE}
                """,
                f"""
                insert into fulfillment.shipment_items (shipment_id, order_item_id, quantity)
                values ('00000000-0000-7000-8000-000000005419', {SERVICE}, 1)
                """,
                """
                update fulfillment.shipments set status = 'shipped'
                where id = '00000000-0000-7000-8000-000000005419'
                """,
                f"""
                update inventory.locations set time_zone = {ANOTHER_DAY}
                where id = '00000000-0000-7000-8000-00000000a0a1'
                """,
            ),
        ),
    ),
    Derived(
        name="parcels_move_what_is_in_them",
        table="inventory.inventory_movements",
        filled_by=(
            ("fulfillment.shipments", "t50_follow_shipments"),
            ("fulfillment.returns", "t50_follow_return"),
        ),
        derivation=MOVEMENTS,
        sentence="What is sent is moved once from its place to the customer, what is received back"
        " from there, at the cost that is known for it.",
        attack=(
            attack(
                f"update fulfillment.shipments set status = 'shipped' where id = {PACKED}",
                got_through=NOT_MOVED.format(
                    parcel="fulfillment.shipments",
                    item="fulfillment.shipment_items",
                    key="shipment_id",
                    done="shipped",
                ),
            ),
            attack(
                f"update fulfillment.returns set status = 'received' where id = {ANNOUNCED}",
                got_through=NOT_MOVED.format(
                    parcel="fulfillment.returns",
                    item="fulfillment.return_items",
                    key="return_id",
                    done="received",
                ),
            ),
        ),
    ),
    Derived(
        name="cost_of_goods_is_that_of_what_was_sent",
        table="sales.ledger_entries",
        filled_by=(
            ("fulfillment.shipments", "t50_follow_shipments"),
            ("fulfillment.returns", "t50_follow_return"),
        ),
        derivation=COST_OF_GOODS,
        sentence="The ledger has the cost of everything that was sent, and takes back that of what"
        " was restocked.",
        attack=(
            attack(
                f"update fulfillment.shipments set status = 'shipped' where id = {PACKED}",
                got_through="""select exists (
    select from fulfillment.shipment_items as item
    join fulfillment.shipments as shipment on shipment.id = item.shipment_id
    join sales.order_items as ordered on ordered.id = item.order_item_id
    where shipment.status = 'shipped' and ordered.expected_unit_cost is not null
      and not exists (
        select from sales.ledger_entries as entry
        where entry.order_id = ordered.order_id and entry.order_item_id = ordered.id
          and entry.kind = 'cogs' and entry.posted_at = shipment.shipped_at))""",
            ),
        ),
    ),
    *tenant_scoped(
        "fulfillment.order_item_fulfillments",
        "fulfillment.shipments",
        "fulfillment.shipment_items",
        "fulfillment.return_reasons",
        "fulfillment.returns",
        "fulfillment.return_items",
    ),
)
