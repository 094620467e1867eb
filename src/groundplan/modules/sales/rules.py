"""Rules of sales: an order adds up, keeps its terms, and gives back no more than it cost."""

from groundplan.modules.sales.derivations import (
    HISTORY,
    LEDGER,
    LINES,
    ORDER_DAY_AND_RATE,
    REFUND_DAY,
    SOLD_BEFORE_A_CHANGE,
    SOLD_BEFORE_A_CHANNEL_CHANGED,
)
from groundplan.modules.sales.placing import PLACING_CHECKS, REFUND_CHECKS
from groundplan.rules import (
    AppendOnly,
    Audited,
    Cap,
    Computed,
    Condition,
    Derived,
    FixedByUse,
    Frozen,
    FrozenChildren,
    Known,
    RestoredCheck,
    RowCheck,
    StateMachine,
    Total,
    WrittenByRules,
    tenant_scoped,
)
from groundplan.rules.declaration import attack

# A placed order of the sample data, as every attack below means it.
PLACED = "(select id from sales.orders where status = 'placed' order by number limit 1)"

# One that is still being put together, and has lines.
DRAFT = """(select o.id from sales.orders as o where o.status = 'draft'
    and exists (select from sales.order_items as item where item.order_id = o.id)
    order by o.number limit 1)"""

A_REFUND_OF_UNITS = """
insert into sales.refunds (order_id, order_item_id, quantity, merchandise_amount, reason)
select item.order_id, item.id, {units}, 0.01, 'came back'
from sales.order_items as item
join sales.orders as o on o.id = item.order_id and o.status = 'placed'
order by o.number, item.position limit 1
"""

# In the evening, where a change of the zone makes another day of it. Nothing of it is stocked.
A_SALE_OF_THE_NEIGHBOUR = (
    """
    insert into catalog.products (tenant_id, id, name, slug)
    values (2, '00000000-0000-7000-8000-00000000d0a1', 'Advice', 'advice')
    """,
    """
    insert into catalog.skus (tenant_id, id, product_id, code, name, kind, unit_price, is_stocked)
    values (2, '00000000-0000-7000-8000-00000000f0a1', '00000000-0000-7000-8000-00000000d0a1',
        'ADVICE', 'Advice', 'service', 10, false)
    """,
    """
    insert into sales.orders (tenant_id, id, number, currency_code)
    select id, '00000000-0000-7000-8000-000000005aa1', 'N-1', currency_code
    from core.tenants where id = 2
    """,
    """
    insert into sales.order_items (tenant_id, order_id, sku_id, quantity)
    values (2, '00000000-0000-7000-8000-000000005aa1', '00000000-0000-7000-8000-00000000f0a1', 1)
    """,
    """
    update sales.orders set status = 'placed', placed_at = '2024-05-05 23:30Z'
    where id = '00000000-0000-7000-8000-000000005aa1'
    """,
)

ORDER_STATUS = StateMachine(
    name="order_status_follows_its_path",
    table="sales.orders",
    sentence="An order goes from draft to placed to fulfilled to completed, or is cancelled before"
    " anything was sent.",
    hint="Take one of the allowed steps; in place of a cancelled order, place a new one.",
    begins_in=("draft",),
    moves={
        # Being put together; everything may still change.
        "draft": ("placed", "cancelled"),
        # The customer has committed to it; the sale is in the ledger.
        "placed": ("partially_fulfilled", "fulfilled", "completed", "cancelled"),
        # Something was sent; it cannot be cancelled any more, only returned.
        "partially_fulfilled": ("fulfilled", "completed"),
        # All of it was sent.
        "fulfilled": ("completed",),
        # Nothing more is expected of either side.
        "completed": (),
        # Taken back before anything was sent; the ledger holds sale and reversal.
        "cancelled": (),
    },
    classes={
        "open": ("draft",),
        "placed": ("placed", "partially_fulfilled", "fulfilled"),
        "final": ("completed", "cancelled"),
    },
    history="sales.order_status_history",
    history_key="order_id",
    publishes="sales.orders",
)

ORDER_CHECKS = (
    RowCheck(
        name="order_number_is_not_blank",
        table="sales.orders",
        holds="core.has_text(new.number)",
        sentence="The number of an order is something that people can see.",
        hint="Leave number out; the next free one is taken.",
        breach="update sales.orders set number = ' ' || chr(8203) where id = (\n"
        "    select id from sales.orders where status = 'draft' order by number limit 1)",
    ),
    RowCheck(
        name="order_is_settled_when_placed",
        table="sales.orders",
        holds="""num_nulls(new.placed_at, new.business_date, new.item_count, new.items_net_amount,
    new.items_tax_amount, new.total_amount, new.exchange_rate)
= case when new.status = 'draft' or new.status = 'cancelled' and new.placed_at is null
       then 7 else 0 end""",
        sentence="Placing an order settles its date, day, totals and exchange rate together;"
        " a draft has none of them.",
        hint="Set status to 'placed' and leave these columns to the database; an order in a foreign"
        " currency also needs its exchange_rate.",
        breach=f"update sales.orders set business_date = null where id = {PLACED}",
    ),
    RowCheck(
        name="order_is_dated_when_cancelled",
        table="sales.orders",
        holds="(new.status = 'cancelled') = (new.cancelled_at is not null)",
        sentence="An order has a date of cancellation exactly when it is cancelled.",
        hint="Set status to 'cancelled'; the date follows.",
        breach=f"update sales.orders set cancelled_at = now() where id = {PLACED}",
    ),
    RowCheck(
        name="placed_order_has_a_line",
        table="sales.orders",
        holds="new.item_count > 0",
        sentence="An order that is placed has at least one line.",
        hint="Add a line to sales.order_items first.",
        breach=f"update sales.orders set item_count = 0 where id = {PLACED}",
    ),
    RowCheck(
        name="order_amounts_are_never_negative",
        table="sales.orders",
        holds="""least(new.discount_amount, new.shipping_amount, new.shipping_tax_amount,
    new.surcharge_amount) >= 0
and greatest(new.discount_amount, new.shipping_amount, new.shipping_tax_amount,
    new.surcharge_amount) < 'NaN'""",
        sentence="Discount, shipping, its tax and surcharge of an order are numbers, zero or more.",
        hint="Write 0 where there is none.",
        breach=f"update sales.orders set surcharge_amount = 'NaN' where id = {PLACED}",
    ),
    RowCheck(
        name="order_amounts_fit_their_currency",
        table="sales.orders",
        holds="""greatest(scale(trim_scale(new.discount_amount)),
    scale(trim_scale(new.shipping_amount)), scale(trim_scale(new.shipping_tax_amount)),
    scale(trim_scale(new.surcharge_amount)))
<= case when new.currency_code is not null
        then coalesce(core.minor_units(new.currency_code), -1) end""",
        sentence="The currency of an order is known, and no amount has more decimals than it.",
        hint="Round to the decimals of the currency: see core.currencies.",
        breach=f"update sales.orders set shipping_amount = 0.005 where id = {PLACED}",
    ),
    RowCheck(
        name="order_total_is_never_negative",
        table="sales.orders",
        holds="new.total_amount >= 0",
        sentence="The discount of an order is never above what it costs.",
        hint="Give a smaller discount.",
        breach=f"update sales.orders set total_amount = -1 where id = {PLACED}",
    ),
    RowCheck(
        name="order_amount_is_below_the_limit",
        table="sales.orders",
        holds="new.total_amount < 1e15 and new.total_amount * new.exchange_rate < 1e15",
        sentence="An order comes to less than 10^15, in its currency and in the books.",
        hint="Check quantities, prices and the exchange rate, or split the order.",
        breach=f"update sales.orders set total_amount = 1e15 where id = {PLACED}",
    ),
    RowCheck(
        name="order_sums_are_numbers",
        table="sales.orders",
        holds="""greatest(new.items_net_amount, new.items_tax_amount, new.total_amount,
    new.refunded_amount) < 'NaN'""",
        sentence="What the database adds up of an order is a number.",
        hint="Leave these columns to the database.",
        breach=f"update sales.orders set items_tax_amount = 'NaN' where id = {PLACED}",
    ),
    RowCheck(
        name="order_total_is_what_the_client_expected",
        table="sales.orders",
        holds="new.expected_total = new.total_amount",
        sentence="An order is placed with the total its client expects, if the client names one.",
        detail="format('The order comes to %s; expected_total = %s was given.',\n"
        "    trim_scale(new.total_amount), trim_scale(new.expected_total))",
        hint="Leave expected_total out, or show the customer the right total.",
        breach=f"update sales.orders set expected_total = 1 where id = {PLACED}",
    ),
    RowCheck(
        name="order_expected_total_is_a_number",
        table="sales.orders",
        holds="new.expected_total >= 0 and new.expected_total < 'NaN'",
        sentence="The total that a client expects of an order is a number, zero or more.",
        hint="Leave expected_total out, or show the customer the right total.",
        breach="update sales.orders set expected_total = 'NaN' where status = 'draft'",
    ),
    RowCheck(
        name="placed_at_is_a_business_time",
        table="sales.orders",
        holds="core.is_business_time(new.placed_at)",
        restored=True,
        sentence="An order is placed from 1970 on, and at most a day ahead of the clock.",
        hint="Leave placed_at out for an order of now.",
        breach="""update sales.orders set status = 'placed', placed_at = 'infinity'
where id = (
    select o.id from sales.orders as o
    where o.status = 'draft' and exists (
        select from sales.order_items as item where item.order_id = o.id)
    order by o.number limit 1)""",
    ),
    RowCheck(
        name="cancelled_at_is_a_business_time",
        table="sales.orders",
        holds="core.is_business_time(new.cancelled_at)",
        restored=True,
        sentence="An order is cancelled from 1970 on, and at most a day ahead of the clock.",
        hint="Leave cancelled_at out for a cancellation of now.",
        breach="update sales.orders set status = 'cancelled', cancelled_at = 'infinity'"
        f" where id = {PLACED}",
    ),
    RowCheck(
        name="order_is_cancelled_after_it_was_placed",
        table="sales.orders",
        holds="new.cancelled_at >= new.placed_at",
        restored=True,
        sentence="No order is cancelled before it was placed.",
        hint="Leave cancelled_at out for a cancellation of now.",
        breach=f"""update sales.orders
set status = 'cancelled', cancelled_at = placed_at - interval '1 second' where id = {PLACED}""",
    ),
    RowCheck(
        name="cancelled_order_has_no_refund",
        table="sales.orders",
        holds="new.status <> 'cancelled' or new.refunded_amount = 0",
        sentence="An order is cancelled or refunded, never both.",
        hint="Refund what is left of it instead of cancelling it.",
        breach="update sales.orders set refunded_amount = 1 where status = 'cancelled'",
    ),
    RowCheck(
        name="order_exchange_rate_is_positive",
        table="sales.orders",
        # Cost in the books is divided by it: with less, a shipment may cost more than fits.
        holds="new.exchange_rate >= 1e-8 and new.exchange_rate < 'NaN'",
        sentence="The exchange rate of an order is a number of at least 0.00000001.",
        hint="Give the units of the tenant's currency for one unit of the order's.",
        breach=f"update sales.orders set exchange_rate = 0 where id = {PLACED}",
    ),
)

ORDER_WORDS = (
    RowCheck(
        name="order_source_says_which_program",
        table="sales.orders",
        holds="new.source ~ '^[a-z0-9][a-z0-9._-]*(:[^[:space:]].*)?$'",
        sentence="The source of an order is a program's name in lower case, or import: and what it"
        " was imported from.",
        hint="For example application, pos-2, import:online-retail.",
        breach=f"update sales.orders set source = 'A programme!' where id = {DRAFT}",
    ),
    RowCheck(
        name="order_request_hash_is_a_digest",
        table="sales.orders",
        holds="new.request_hash ~ '^[0-9a-f]{64}$'",
        sentence="The request hash of an order is a SHA-256 in hexadecimal digits.",
        hint="Leave it out; sales.place_order fills it.",
        breach=f"update sales.orders set request_hash = 'none' where id = {PLACED}",
    ),
    RowCheck(
        name="order_custom_fields_are_an_object",
        table="sales.orders",
        holds="jsonb_typeof(new.custom_fields) = 'object'",
        sentence="Custom fields of an order are a JSON object.",
        breach=f"update sales.orders set custom_fields = '[]' where id = {PLACED}",
    ),
)

ORDER_ITEM_CHECKS = (
    RowCheck(
        name="order_item_position_begins_at_one",
        table="sales.order_items",
        holds="new.position >= 1",
        sentence="The lines of an order are numbered from 1.",
        hint="Leave position out; the database counts.",
        breach="update sales.order_items set position = -position",
    ),
    RowCheck(
        name="order_item_name_is_not_blank",
        table="sales.order_items",
        holds="core.has_text(new.name)",
        sentence="A line has a name.",
        hint="Leave name out for the name of the SKU.",
        breach="update sales.order_items set name = ' '",
    ),
    RowCheck(
        name="order_item_custom_fields_are_an_object",
        table="sales.order_items",
        holds="jsonb_typeof(new.custom_fields) = 'object'",
        sentence="Custom fields of a line are a JSON object.",
        breach="update sales.order_items set custom_fields = '[]'",
    ),
    RowCheck(
        name="order_item_quantity_is_positive",
        table="sales.order_items",
        holds="new.quantity > 0 and new.quantity < 'NaN'",
        sentence="The quantity of an order line is a number above zero.",
        hint="Give a quantity above zero, or leave the line out.",
        breach="update sales.order_items set quantity = 'NaN'\n"
        "where order_id in (select id from sales.orders where status = 'draft')",
    ),
    RowCheck(
        name="order_item_price_is_never_negative",
        table="sales.order_items",
        holds="""new.unit_price >= 0 and new.unit_price < 'NaN' and new.tax_rate >= 0
and new.tax_rate < 10
and coalesce(new.expected_unit_cost, 0) >= 0 and coalesce(new.expected_unit_cost, 0) < 'NaN'""",
        sentence="Price, tax rate and cost of a line are numbers, zero or more.",
        hint="Write the tax rate as a share: 0.19 for 19 percent.",
        breach="update sales.order_items set expected_unit_cost = -1",
    ),
    RowCheck(
        name="order_item_discount_is_within_its_price",
        table="sales.order_items",
        holds="new.discount_amount >= 0 and new.net_amount between 0 and new.subtotal_amount",
        sentence="The discount of a line is never negative and never above its price.",
        hint="Give a smaller discount.",
        breach="update sales.order_items set discount_amount = -1",
    ),
    RowCheck(
        name="order_item_discount_fits_its_currency",
        table="sales.order_items",
        holds="scale(trim_scale(new.discount_amount)) <= core.minor_units(new.currency_code)",
        sentence="The discount of a line has no more decimals than its currency.",
        hint="Round it to the decimals of the currency: see core.currencies.",
        breach="update sales.order_items set discount_amount = 0.005",
    ),
    RowCheck(
        name="order_item_sums_are_numbers",
        table="sales.order_items",
        holds="""greatest(new.subtotal_amount, new.net_amount, new.tax_amount, new.gross_amount,
    new.refunded_quantity) < 1e15""",
        sentence="What the database works out of a line is a number below 10^15.",
        hint="Check quantity, price and tax rate, and leave these columns to the database.",
        breach="""insert into sales.order_items (order_id, sku_id, quantity, subtotal_amount,
    net_amount, tax_amount, gross_amount, refunded_quantity)
select item.order_id, item.sku_id, item.quantity, item.subtotal_amount,
    item.net_amount, item.tax_amount, item.gross_amount, 'NaN'
from sales.order_items as item
join sales.orders as o on o.id = item.order_id and o.status = 'draft'
order by o.number, item.position limit 1""",
    ),
)


UNIT_CHANGED_AFTER_SALE = """select sku.id,
    format('in %s, stocked: %s, when it was ordered', log.old_row ->> 'unit_code',
        log.old_row ->> 'is_stocked') as detail
from core.audit_log as log
join catalog.skus as sku on sku.id::text = log.row_id
cross join lateral (
    select coalesce((
        select later.old_row from core.audit_log as later
        where later.schema_name = 'catalog' and later.table_name = 'skus'
          and later.row_id = log.row_id and (later.changed_at, later.id) > (log.changed_at, log.id)
        order by later.changed_at, later.id
        limit 1), to_jsonb(sku)) as image
) as next
where log.schema_name = 'catalog' and log.table_name = 'skus' and log.operation = 'update'
  and log.reason is null
  and (log.old_row -> 'unit_code', log.old_row -> 'is_stocked')
      is distinct from (next.image -> 'unit_code', next.image -> 'is_stocked')
  and exists (
    select from sales.order_items as item
    join sales.orders as o on o.id = item.order_id
    where item.sku_id = sku.id and o.status not in ('draft', 'cancelled')
      and item.created_at < log.changed_at)"""

RULES = (
    ORDER_STATUS,
    *ORDER_CHECKS,
    *ORDER_WORDS,
    *ORDER_ITEM_CHECKS,
    *PLACING_CHECKS,
    FixedByUse(
        name="sold_skus_keep_their_unit_and_stock_keeping",
        table="catalog.skus",
        columns=("unit_code", "is_stocked"),
        uses="""select from sales.order_items as item
join sales.orders as o on o.id = item.order_id
where item.sku_id = old.id and item.tenant_id = old.tenant_id
  and o.status not in ('draft', 'cancelled')""",
        facts=("sales.order_items",),
        evidence=UNIT_CHANGED_AFTER_SALE,
        sentence="A SKU that was ordered keeps its unit, and whether it is stocked.",
        hint="Archive it and make a new SKU.",
        attack=(
            attack(
                "update catalog.skus set is_stocked = true, kind = 'goods'\nwhere code = 'DELIVERY'"
            ),
        ),
    ),
    *REFUND_CHECKS,
    Frozen(
        name="placed_orders_keep_their_terms",
        table="sales.orders",
        columns=(
            "tenant_id",
            "id",
            "customer_id",
            "number",
            "channel_code",
            "currency_code",
            "prices_include_tax",
            "placed_at",
            "business_date",
            "discount_amount",
            "shipping_amount",
            "shipping_tax_amount",
            "surcharge_amount",
            "expected_total",
            "exchange_rate",
            "is_test",
            "reserves_stock",
            "idempotency_key",
            "request_hash",
            "source",
            "created_at",
        ),
        when="old.status <> 'draft'",
        sentence="A placed order keeps its customer, date, currency, amounts, number and source.",
        hint="Cancel it and place a new one, or refund a part of it.",
        attack=(
            attack(
                f"update sales.orders set shipping_amount = 0.5 where id = {PLACED}",
            ),
            attack(
                f"""
                update sales.orders set placed_at = placed_at - interval '1 day'
                where id = {PLACED}
                """,
            ),
            # History may do what other orders may not.
            attack(
                f"update sales.orders set source = 'import:somewhere' where id = {PLACED}",
            ),
        ),
    ),
    Frozen(
        name="cancelled_orders_keep_their_date",
        table="sales.orders",
        columns=("cancelled_at",),
        when="old.status = 'cancelled'",
        sentence="A cancelled order keeps the date of its cancellation.",
        hint="Leave it as it is; in place of a cancelled order, place a new one.",
        attack=(
            attack(
                """
                update sales.orders set cancelled_at = cancelled_at + interval '1 hour'
                where status = 'cancelled'
                """,
            ),
        ),
    ),
    Known(
        name="order_channel_is_known",
        table="sales.orders",
        column="channel_code",
        parent="catalog.sales_channels",
        parent_match="parent.tenant_id = r.tenant_id and parent.code = r.channel_code",
        sentence="An order comes through a sales channel of its tenant.",
        hint="See catalog.sales_channels.code.",
        per_row=True,
        attack=(
            attack(
                """
                insert into sales.orders (channel_code, currency_code)
                values ('carrier-pigeon', 'EUR')
                """,
            ),
        ),
    ),
    Total(
        name="order_totals_are_the_sum_of_its_lines",
        table="sales.orders",
        children="sales.order_items",
        key="order_id",
        sums={
            "item_count": "count(*)",
            "items_net_amount": "coalesce(sum(child.net_amount), 0)",
            "items_tax_amount": "coalesce(sum(child.tax_amount), 0)",
        },
        then={
            "total_amount": "new.items_net_amount + new.items_tax_amount - new.discount_amount"
            " + new.shipping_amount\n    + new.shipping_tax_amount + new.surcharge_amount",
        },
        settled_when="old.status = 'draft' and new.status = 'placed'",
        settled="parent.placed_at is not null",
        sentence="What an order says about its lines is the sum of its lines.",
        attack=(
            attack(
                f"""
                update sales.orders set items_net_amount = items_net_amount + 0.01
                where id = {PLACED}
                """,
            ),
        ),
    ),
    Cap(
        name="refunded_is_never_above_the_order_total",
        table="sales.orders",
        children="sales.refunds",
        key="order_id",
        counter="refunded_amount",
        adds="r.amount",
        limit="new.refunded_amount between 0 and coalesce(new.total_amount, 0)",
        events=("insert",),
        sentence="All refunds of an order together are never above its total.",
        hint="See orders.total_amount - orders.refunded_amount for what is left.",
        attack=(
            attack(
                f"""
                insert into sales.refunds (order_id, currency_code, merchandise_amount, reason)
                select id, currency_code, total_amount, 'once' from sales.orders
                where id = {PLACED}
                """,
                f"""
                insert into sales.refunds (order_id, currency_code, merchandise_amount, reason)
                select id, currency_code, total_amount, 'and once more' from sales.orders
                where id = {PLACED}
                """,
            ),
            attack(
                f"update sales.orders set refunded_amount = -1 where id = {PLACED}",
            ),
            attack(
                "insert into sales.orders (currency_code, refunded_amount) values ('EUR', 1)",
            ),
        ),
    ),
    Cap(
        name="refunded_units_are_never_above_the_line",
        table="sales.order_items",
        children="sales.refunds",
        key="order_item_id",
        counter="refunded_quantity",
        adds="r.quantity",
        limit="new.refunded_quantity between 0 and new.quantity",
        events=("insert",),
        sentence="All refunds of a line together never name more units than the line has.",
        hint="See order_items.quantity - refunded_quantity for what is left; give 0 as the quantity"
        " if only money is given back.",
        attack=(
            attack(A_REFUND_OF_UNITS.format(units="item.quantity + 1")),
            attack(
                A_REFUND_OF_UNITS.format(units="item.quantity"),
                A_REFUND_OF_UNITS.format(units="1"),
            ),
        ),
    ),
    Derived(
        name="order_day_and_rate_are_worked_out",
        table="sales.orders",
        filled_by=(("sales.orders", "t25_settle_order"),),
        derivation=ORDER_DAY_AND_RATE,
        sentence="An order counts on the business day on which it was placed, and one in the"
        " currency of the books at a rate of 1.",
        attack=(
            attack(
                f"""
                update sales.orders set status = 'placed', placed_at = '2024-05-05 12:00Z',
                    business_date = '1999-01-01', exchange_rate = 1
                where id = {DRAFT}
                """,
                got_through="""select exists (
    select from sales.orders where business_date = '1999-01-01')""",
            ),
        ),
    ),
    FixedByUse(
        name="books_keep_currency_and_zone_once_sold",
        table="core.tenants",
        columns=("currency_code", "time_zone", "day_starts_at"),
        uses="""select from sales.orders as o
where o.tenant_id = old.id and o.placed_at is not null""",
        facts=("sales.orders",),
        evidence=SOLD_BEFORE_A_CHANGE,
        sentence="A tenant keeps the currency and the business day of its books once an order was"
        " placed.",
        hint="Make a new tenant with the right settings: core.create_tenant.",
        attack=(
            attack(
                *A_SALE_OF_THE_NEIGHBOUR,
                "update core.tenants set time_zone = 'Asia/Tokyo' where id = 2",
            ),
            attack(
                *A_SALE_OF_THE_NEIGHBOUR,
                "update core.tenants set currency_code = 'USD' where id = 2",
            ),
        ),
    ),
    FixedByUse(
        name="channels_keep_their_zone_once_sold",
        table="catalog.sales_channels",
        columns=("time_zone",),
        uses="""select from sales.orders as o
where o.tenant_id = old.tenant_id and o.channel_code = old.code and o.placed_at is not null""",
        facts=("sales.orders",),
        evidence=SOLD_BEFORE_A_CHANNEL_CHANGED,
        sentence="A sales channel keeps its time zone once an order was placed in it.",
        hint="Make a new channel in the right zone.",
        attack=(
            attack(
                *A_SALE_OF_THE_NEIGHBOUR,
                "update catalog.sales_channels set time_zone = 'Asia/Tokyo' where tenant_id = 2",
            ),
        ),
    ),
    Audited(
        name="order_changes_leave_a_trace",
        table="sales.orders",
        sentence="Every change of a placed order leaves the old one in the audit log.",
        derived=("status", "refunded_amount"),
        draft=("draft",),
        personal=("note",),
        sample="created_by",
    ),
    FrozenChildren(
        name="lines_of_placed_orders_are_frozen",
        table="sales.order_items",
        parent="sales.orders",
        parent_key="order_id",
        open_while="parent.status = 'draft'",
        sentence="The lines of an order are added, changed and removed only while it is a draft.",
        hint="Cancel the order and place a new one, or return and refund.",
        kept_by_rules=("refunded_quantity",),
        keys=("tenant_id", "id", "order_id", "sku_id", "quantity"),
        audit_more=LINES,
        attack=(
            attack(
                f"""
                update sales.order_items set name = name || '!'
                where order_id = {PLACED} and position = 1
                """,
            ),
            attack(
                f"""
                insert into sales.order_items (order_id, sku_id, quantity, unit_price)
                select order_id, sku_id, 1, 0 from sales.order_items
                where order_id = {PLACED} and position = 1
                """,
            ),
        ),
    ),
    Computed(
        name="line_amounts_are_computed",
        table="sales.order_items",
        reads={
            "scale": ("integer", "core.minor_units(new.currency_code)"),
            "price": ("numeric", "round(new.quantity * new.unit_price, scale)"),
        },
        columns={
            "subtotal_amount": "case when new.price_includes_tax\n"
            "    then round(price / (1 + new.tax_rate), scale) else price end",
            "net_amount": "case when new.price_includes_tax\n"
            "    then round((price - new.discount_amount) / (1 + new.tax_rate), scale)\n"
            "    else round(price - new.discount_amount, scale) end",
            "tax_amount": "case when new.price_includes_tax\n"
            "    then round(price - new.discount_amount, scale) - new.net_amount\n"
            "    else round(new.net_amount * new.tax_rate, scale) end",
            "gross_amount": "new.net_amount + new.tax_amount",
        },
        same="""r.gross_amount = r.net_amount + r.tax_amount
    and r.subtotal_amount = case when r.price_includes_tax
        then round(round(r.quantity * r.unit_price, core.minor_units(r.currency_code))
                   / (1 + r.tax_rate), core.minor_units(r.currency_code))
        else round(r.quantity * r.unit_price, core.minor_units(r.currency_code)) end
    and r.net_amount = case when r.price_includes_tax
        then round((round(r.quantity * r.unit_price, core.minor_units(r.currency_code))
                    - r.discount_amount) / (1 + r.tax_rate), core.minor_units(r.currency_code))
        else round(round(r.quantity * r.unit_price, core.minor_units(r.currency_code))
                   - r.discount_amount, core.minor_units(r.currency_code)) end
    and r.tax_amount = case when r.price_includes_tax
        then round(round(r.quantity * r.unit_price, core.minor_units(r.currency_code))
                   - r.discount_amount, core.minor_units(r.currency_code)) - r.net_amount
        else round(r.net_amount * r.tax_rate, core.minor_units(r.currency_code)) end""",
        sentence="Net, tax and gross of a line follow from quantity, price, discount and tax rate,"
        " rounded half away from zero.",
        attack=(
            attack(
                """
                insert into sales.orders (id, currency_code)
                values ('00000000-0000-7000-8000-0000000a77ac', 'EUR')
                """,
                """
                insert into sales.order_items (
                    order_id, sku_id, position, currency_code, sku_code, sku_kind,
                    name, quantity, unit_price, price_includes_tax, tax_rate, subtotal_amount,
                    net_amount, tax_amount, gross_amount)
                select '00000000-0000-7000-8000-0000000a77ac', id, 1, 'EUR', code, kind, name, 2,
                    10,
                    false, 0.1, 20, 20, 1, 21
                from catalog.skus order by code limit 1
                """,
            ),
        ),
    ),
    AppendOnly(
        name="order_history_is_append_only",
        table="sales.order_status_history",
        sentence="What the history of an order says, nobody changes or deletes.",
        harmless_column="changed_by",
    ),
    WrittenByRules(
        name="order_history_is_written_by_the_database",
        table="sales.order_status_history",
        derivation=HISTORY,
        sentence="The history of an order is written by its changes of status alone.",
        attack=(
            attack(
                f"""
                insert into sales.order_status_history (
                    tenant_id, order_id, from_status, to_status, entity_version)
                select tenant_id, id, 'placed', 'cancelled', 999 from sales.orders
                where id = {PLACED}
                """,
            ),
        ),
    ),
    AppendOnly(
        name="refunds_are_append_only",
        table="sales.refunds",
        sentence="A refund that was made is never changed or deleted.",
        hint="Money that comes back to you is a payment.",
    ),
    RestoredCheck(
        name="refunded_at_is_a_business_time",
        table="sales.refunds",
        holds="core.is_business_time(r.refunded_at)",
        sentence="A refund is made from 1970 on, and at most a day ahead of the clock.",
        hint="Leave refunded_at out for a refund of now.",
        breach=f"""insert into sales.refunds (
    order_id, currency_code, merchandise_amount, reason, refunded_at)
select id, currency_code, 0.01, 'some day', 'infinity' from sales.orders where id = {PLACED}""",
    ),
    Condition(
        name="refund_is_made_after_its_order",
        table="sales.refunds",
        column="refunded_at",
        events=("insert",),
        holds="""not exists (
    select from sales.orders as o where o.id = r.order_id and r.refunded_at < o.placed_at)""",
        because="placed orders keep their time, and refunds are append-only",
        sentence="No refund is made before its order was placed.",
        hint="Leave refunded_at out for a refund of now; see orders.placed_at.",
        attack=(
            attack(
                f"""
                insert into sales.refunds (
                    order_id, currency_code, merchandise_amount, reason, refunded_at)
                select id, currency_code, 0.01, 'too early', placed_at - interval '1 second'
                from sales.orders where id = {PLACED}
                """,
            ),
        ),
    ),
    Condition(
        name="refund_line_belongs_to_its_order",
        table="sales.refunds",
        column="order_item_id",
        events=("insert",),
        holds="""r.order_item_id is null or exists (
    select from sales.order_items as item
    where item.id = r.order_item_id and item.order_id = r.order_id
      and item.tenant_id = r.tenant_id)""",
        because="lines of placed orders are frozen, and a draft has nothing to refund",
        sentence="A refund that names a line names one of its own order.",
        hint="Pass the id of one of the order's rows in sales.order_items.",
        attack=(
            attack(
                f"""
                insert into sales.refunds (
                    order_id, order_item_id, currency_code, merchandise_amount, reason)
                select o.id, '00000000-0000-7000-8000-0000000a77ac', o.currency_code, 0.01,
                    'wrong line'
                from sales.orders as o
                where o.id = {PLACED}
                """,
            ),
        ),
    ),
    Derived(
        name="refund_counts_on_the_day_it_is_made",
        table="sales.refunds",
        filled_by=(("sales.refunds", "t15_complete_refund"),),
        derivation=REFUND_DAY,
        sentence="A refund counts on the business day on which it is made.",
        attack=(
            attack(
                f"""
                insert into sales.refunds (
                    order_id, currency_code, merchandise_amount, reason, business_date)
                select id, currency_code, 0.01, 'another day', '1999-01-01' from sales.orders
                where id = {PLACED}
                """,
                got_through="""select exists (
    select from sales.refunds where business_date = '1999-01-01')""",
            ),
        ),
    ),
    AppendOnly(
        name="ledger_is_append_only",
        table="sales.ledger_entries",
        sentence="What was posted to the sales ledger is never changed or deleted.",
        hint="A correction is a reversal: cancel the order or refund it.",
    ),
    WrittenByRules(
        name="ledger_equals_its_orders",
        table="sales.ledger_entries",
        derivation=LEDGER,
        sentence="Every entry of the ledger follows from its order, line or refund, and nothing"
        " that follows is missing.",
        hint="Place, cancel or refund the order; the ledger follows.",
        attack=(
            attack(
                f"""
                insert into sales.ledger_entries (tenant_id, order_id, kind, channel_code,
                    currency_code, business_date, order_date, posted_at, gross_sales, charged,
                    exchange_rate)
                select tenant_id, id, 'sale', channel_code, currency_code, business_date,
                    business_date, now(), 1000000, 1000000, 1
                from sales.orders where id = {PLACED}
                """,
            ),
        ),
    ),
    *tenant_scoped(
        "sales.orders",
        "sales.order_items",
        "sales.order_status_history",
        "sales.refunds",
        "sales.ledger_entries",
    ),
)
