"""What is looked at when an order is placed: whose it is, and what its lines say."""

from __future__ import annotations

from typing import TypedDict

from groundplan.modules.catalog.quantities import FITS_ITS_UNIT, FITTED_ITS_UNIT
from groundplan.rules import Attack, Early, Look, LookCheck
from groundplan.rules.declaration import attack

# What is looked at when an order is placed: whose it is, and its lines. The SKUs are locked as by
# a foreign key: who archives one at this moment waits for the order, or the order for them.
# "offset 0" keeps each of them a look-up by key, whatever a plan made without figures would be.
PARTIES = """
cross join lateral (
    select status, closed_at from core.tenants where id = {o}.tenant_id offset 0
) as tenant
left join lateral (
    select is_active, closed_at from catalog.sales_channels
    where tenant_id = {o}.tenant_id and code = {o}.channel_code
    offset 0
) as channel on true
left join lateral (
    select status, erased_at from crm.customers where id = {o}.customer_id offset 0
) as customer on true"""

LINES = """
cross join lateral (
    select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
    from catalog.skus as s where s.id = item.sku_id
    {lock}
) as sku
cross join lateral (
    select status, archived_at, created_at, updated_at
    from catalog.products where id = sku.product_id offset 0
) as product
left join lateral (
    select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
    where standard.sku_id = item.sku_id and standard.valid_from <= {o}.placed_at
    order by standard.valid_from desc
    limit 1
) as cost on true"""

PLACING = Look(
    name="look_at_placed_order",
    table="sales.orders",
    events=("update of status",),
    when="old.status = 'draft' and new.status = 'placed'",
    rows="(select * from sales.order_items where order_id = new.id) as item"
    + PARTIES.format(o="new")
    + LINES.format(o="new", lock="for key share"),
    audited="sales.order_items as item\n"
    "join sales.orders as o on o.id = item.order_id and o.placed_at is not null"
    + PARTIES.format(o="o")
    + LINES.format(o="o", lock="offset 0"),
    early=Early(
        name="sales.refuse_line",
        parameter="line sales.order_items",
        rows="(select (line).*) as item\ncross join lateral (\n"
        "    select o.source, o.prices_include_tax, now() as placed_at\n"
        "    from sales.orders as o where o.id = item.order_id\n) as new"
        + LINES.format(o="new", lock="offset 0"),
        sentence="Refuses a line of a draft that could not be placed, as far as the line itself"
        " tells.",
    ),
)

# An order that another system has placed before something came to be so here.
HISTORY = "{o}.source like 'import:%' and {o}.placed_at < {since}"

# What ends while an order is being placed is dated before the order, or after it, by chance.
GRACE = " + interval '1 minute'"

# When the order was placed here. The audit compares with it: the world has moved on since.
PLACED_HERE = """(
    select max(step.changed_at) from sales.order_status_history as step
    where step.order_id = o.id and step.to_status = 'placed')"""

# An image of the SKU as it was before, for what has changed since a line copied it.
SKU_WAS = """exists (
    select from core.audit_log as log
    where log.table_name = 'skus' and log.schema_name = 'catalog'
      and log.row_id = item.sku_id::text and {so})"""

HAD_THE_CODE = "log.old_row ->> 'code' = item.sku_code and log.changed_at >= item.created_at"

STANDARD_COST = """case when cost.valid_to is null or cost.valid_to > {o}.placed_at
    then cost.unit_cost end"""

COST_HAS_CHANGED = f"""exists (
    select from catalog.sku_costs as known
    where known.sku_id = item.sku_id
      and coalesce(known.updated_at, known.created_at) >= {PLACED_HERE})
or exists (
    select from core.audit_log as log
    where log.schema_name = 'catalog' and log.table_name = 'sku_costs'
      and log.old_row ->> 'sku_id' = item.sku_id::text and log.changed_at >= {PLACED_HERE})"""


class Ends(TypedDict):
    """What a LookCheck holds when an order is placed, and later."""

    holds: str
    still: str


def unless_before(condition: str, since: str) -> Ends:
    """``holds`` and ``still`` of what an order meets, unless it was placed before it ended."""
    return {
        "holds": f"{condition}\nor {HISTORY.format(o='new', since=since)}",
        "still": f"{condition}\nor {since}{GRACE} >= {PLACED_HERE}\n"
        f"or {HISTORY.format(o='o', since=since)}",
    }


def attack_on_placing(*before: str) -> Attack:
    """A draft with one line, something done to it or around it, and its placing."""
    return attack(
        """
        insert into sales.orders (id, currency_code, customer_id)
        values ('00000000-0000-7000-8000-0000000a77ac', 'EUR',
            '00000000-0000-7000-8000-00000000c402')
        """,
        """
        insert into sales.order_items (order_id, sku_id, quantity, unit_price)
        select '00000000-0000-7000-8000-0000000a77ac', id, 1, 10
        from catalog.skus where code = 'DELIVERY'
        """,
        *before,
        """
        update sales.orders set status = 'placed'
        where id = '00000000-0000-7000-8000-0000000a77ac'
        """,
    )


# What was closed long ago: dated through the maintenance door, which is shut again.
DOOR = "set local groundplan.maintenance = 'closed long ago'"
DOOR_CLOSED = "set local groundplan.maintenance = ''"

UNCHECKED = "set local groundplan.lines_checked_when_placed = 'on'"

PLACING_CHECKS = (
    LookCheck(
        name="closed_tenant_takes_no_order",
        table="sales.orders",
        look=PLACING,
        column="sales.orders.tenant_id",
        subject="o.id",
        **unless_before("tenant.status = 'active'", "tenant.closed_at"),
        given="format('The tenant is %s since %s.', tenant.status, tenant.closed_at)",
        sentence="A closed tenant takes no new orders.",
        hint="Set core.tenants.status to active, or place the order for another tenant.",
        attack=(
            attack_on_placing(
                DOOR,
                """
                update core.tenants set status = 'closed', closed_at = '2020-01-01Z' where id = 1
                """,
                DOOR_CLOSED,
            ),
        ),
    ),
    LookCheck(
        name="closed_channel_takes_no_order",
        table="sales.orders",
        look=PLACING,
        column="sales.orders.channel_code",
        subject="o.id",
        **unless_before("channel.is_active", "channel.closed_at"),
        given="format('The channel is not active since %s.', channel.closed_at)",
        sentence="A sales channel that is not active takes no new orders.",
        hint="Set catalog.sales_channels.is_active, or use another channel.",
        attack=(
            attack_on_placing(
                DOOR,
                """
                update catalog.sales_channels set is_active = false, closed_at = '2020-01-01Z'
                where code = 'web'
                """,
                DOOR_CLOSED,
            ),
        ),
    ),
    LookCheck(
        name="erased_customer_places_no_order",
        table="sales.orders",
        look=PLACING,
        column="sales.orders.customer_id",
        subject="o.id",
        **unless_before(
            "(customer.status is null or customer.status <> 'erased')",
            "customer.erased_at",
        ),
        given="format('The customer was erased at %s.', customer.erased_at)",
        sentence="A customer whose data was erased places no new orders.",
        hint="Leave customer_id out, or make a new customer.",
        attack=(
            attack_on_placing(
                DOOR,
                """
                update crm.customers set status = 'erased', display_name = 'erased', email = null,
                    erased_at = '2020-01-01Z'
                where number = 'C-2'
                """,
                DOOR_CLOSED,
            ),
        ),
    ),
    LookCheck(
        name="archived_sku_is_not_for_new_orders",
        table="sales.order_items",
        early=True,
        look=PLACING,
        column="sales.order_items.sku_id",
        subject="item.id",
        **unless_before("sku.status = 'active'", "sku.archived_at"),
        given="format('SKU %s is archived since %s.', sku.code, sku.archived_at)",
        sentence="An archived SKU is not for new orders.",
        hint="Take the line out, or set catalog.skus.status to active.",
        attack=(
            attack_on_placing(
                DOOR,
                """
                update catalog.skus set status = 'archived', archived_at = '2020-01-01Z'
                where code = 'DELIVERY'
                """,
                DOOR_CLOSED,
            ),
        ),
    ),
    LookCheck(
        name="only_active_products_are_for_new_orders",
        table="sales.order_items",
        early=True,
        look=PLACING,
        column="sales.order_items.sku_id",
        subject="item.id",
        **unless_before(
            "product.status = 'active'",
            "coalesce(product.archived_at, product.updated_at, product.created_at)",
        ),
        given="format('The product of SKU %s is %s.', sku.code, product.status)",
        sentence="Only SKUs of active products are for new orders.",
        hint="Take the line out, or set catalog.products.status to active.",
        attack=(
            attack_on_placing(
                DOOR,
                """
                update catalog.products set status = 'archived', archived_at = '2020-01-01Z'
                where slug = 'delivery'
                """,
                DOOR_CLOSED,
            ),
        ),
    ),
    LookCheck(
        name="line_bears_code_and_kind_of_its_sku",
        table="sales.order_items",
        early=True,
        look=PLACING,
        column="sales.order_items.sku_code",
        subject="item.id",
        holds=f"""item.sku_kind = sku.kind
and (item.sku_code = sku.code
     or {HISTORY.format(o="new", since="coalesce(sku.updated_at, sku.created_at)")}
     or {SKU_WAS.format(so=HAD_THE_CODE)})""",
        still=f"""(item.sku_kind = sku.kind
    or {SKU_WAS.format(so="log.old_row ->> 'kind' = item.sku_kind")})
and (item.sku_code = sku.code
     or {HISTORY.format(o="o", since="coalesce(sku.updated_at, sku.created_at)")}
     or {SKU_WAS.format(so="log.old_row ->> 'code' = item.sku_code")})""",
        given="format('The line says %s, %s; the SKU is %s, %s.', item.sku_code, item.sku_kind,"
        " sku.code, sku.kind)",
        sentence="A line bears the kind of its SKU, and a code that the SKU has had since the line"
        " was written.",
        hint="Leave sku_code and sku_kind out; the database fills them.",
        attack=(
            attack_on_placing(
                UNCHECKED,
                "update sales.order_items set sku_kind = 'gift_card'\n"
                "where order_id = '00000000-0000-7000-8000-0000000a77ac'",
            ),
            attack_on_placing(
                UNCHECKED,
                "update sales.order_items set sku_code = 'CHAIR-S'\n"
                "where order_id = '00000000-0000-7000-8000-0000000a77ac'",
            ),
        ),
    ),
    LookCheck(
        name="line_prices_contain_tax_as_its_order_says",
        table="sales.order_items",
        early=True,
        look=PLACING,
        column="sales.order_items.price_includes_tax",
        subject="item.id",
        holds="item.price_includes_tax = new.prices_include_tax",
        still="item.price_includes_tax = o.prices_include_tax",
        given="format('price_includes_tax of line %s is %s.', item.position,"
        " item.price_includes_tax)",
        sentence="The prices of all lines contain tax, or none does, as their order says.",
        hint="Set price_includes_tax of the lines to prices_include_tax of the order.",
        attack=(
            attack_on_placing(
                "update sales.orders set prices_include_tax = true\n"
                "where id = '00000000-0000-7000-8000-0000000a77ac'",
            ),
        ),
    ),
    LookCheck(
        name="line_expects_the_standard_cost_of_its_sku",
        table="sales.order_items",
        # A draft does not know yet when it will have been placed.
        early="""item.expected_unit_cost is null or exists (
    select from catalog.sku_costs as standard
    where standard.sku_id = item.sku_id and standard.unit_cost = item.expected_unit_cost)""",
        look=PLACING,
        column="sales.order_items.expected_unit_cost",
        subject="item.id",
        holds=f"""item.expected_unit_cost is not distinct from {STANDARD_COST.format(o="new")}
or item.expected_unit_cost is not distinct from catalog.unit_cost(item.sku_id, item.created_at)
or item.expected_unit_cost is null and new.source like 'import:%'""",
        still=f"""item.expected_unit_cost is not distinct from {STANDARD_COST.format(o="o")}
or item.expected_unit_cost is not distinct from catalog.unit_cost(item.sku_id, item.created_at)
or item.expected_unit_cost is null and o.source like 'import:%'
or {COST_HAS_CHANGED}""",
        given="format('The line says %s.', coalesce(trim_scale(item.expected_unit_cost)::text,"
        " 'nothing'))",
        sentence="A line expects the cost that its SKU had when it was ordered.",
        hint="Set expected_unit_cost to null; the database fills it. See catalog.sku_costs.",
        attack=(
            attack_on_placing(
                UNCHECKED,
                "update sales.order_items set expected_unit_cost = 0.01\n"
                "where order_id = '00000000-0000-7000-8000-0000000a77ac'",
            ),
        ),
    ),
    LookCheck(
        name="line_quantity_fits_the_unit_of_its_sku",
        table="sales.order_items",
        early=True,
        look=PLACING,
        column="sales.order_items.quantity",
        subject="item.id",
        holds=FITS_ITS_UNIT.format(r="item"),
        still=FITTED_ITS_UNIT.format(r="item"),
        given="format('The quantity is %s, the unit of the SKU has %s decimals.',"
        " trim_scale(item.quantity), catalog.unit_decimals(item.sku_id))",
        sentence="The quantity of a line has no more decimals than the unit of its SKU.",
        hint="See core.units_of_measure.decimals, and catalog.skus.unit_code.",
        attack=(
            attack_on_placing(
                UNCHECKED,
                "update sales.order_items set quantity = 0.5\n"
                "where order_id = '00000000-0000-7000-8000-0000000a77ac'",
            ),
        ),
    ),
)

# Units that come back with money: of the line they were sold by, and in its unit.
LINE_OF_A_REFUND = """
left join lateral (
    select sku_id from sales.order_items where id = r.order_item_id offset 0
) as item on true"""

REFUNDING = Look(
    name="look_at_refunds",
    table="sales.refunds",
    events=("insert",),
    phase="t10",
    rows="new_rows as r" + LINE_OF_A_REFUND,
    audited="sales.refunds as r" + LINE_OF_A_REFUND,
)

REFUND_CHECKS = (
    LookCheck(
        name="refund_quantity_fits_the_unit_of_its_sku",
        table="sales.refunds",
        look=REFUNDING,
        column="sales.refunds.quantity",
        subject="r.id",
        holds="""r.quantity = trunc(r.quantity)
or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(item.sku_id)""",
        still="""r.quantity = trunc(r.quantity)
or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(item.sku_id)
or exists (
    select from core.audit_log as log
    join catalog.skus as changed on changed.id::text = log.row_id
    where log.schema_name = 'catalog' and log.table_name = 'skus'
      and log.row_id = item.sku_id::text and log.old_row ->> 'unit_code' <> changed.unit_code)""",
        given="format('The quantity is %s, the unit of the SKU has %s decimals.',"
        " trim_scale(r.quantity), catalog.unit_decimals(item.sku_id))",
        sentence="A refunded quantity has no more decimals than the unit of its SKU.",
        hint="See core.units_of_measure.decimals, and catalog.skus.unit_code.",
        attack=(
            attack(
                """
                insert into sales.refunds (
                    order_id, order_item_id, quantity, merchandise_amount, reason)
                select item.order_id, item.id, 0.5, 1, 'half of it'
                from sales.order_items as item
                join sales.orders as o on o.id = item.order_id and o.status = 'placed'
                order by item.id limit 1
                """
            ),
        ),
    ),
)
