"""Rules of catalog: codes stay, trees stay trees, costs have one value at a time."""

from groundplan.rules import (
    Acyclic,
    Audited,
    Computed,
    Dated,
    Frozen,
    NoOverlap,
    RestoredCheck,
    tenant_scoped,
)
from groundplan.rules.declaration import attack


def spelling_key(name: str, table: str, thing: str, forged: str, column: str = "name") -> Computed:
    """The normalised spelling of a column, next to it: a generated one would lock like a key."""
    return Computed(
        name=name,
        table=table,
        columns={f"{column}_key": f"core.key_of(new.{column})"},
        same=f"r.{column}_key = core.key_of(r.{column})",
        sentence=f"The key of {thing} is its normalised spelling, worked out by the database.",
        attack=(
            attack(forged),
            attack(
                f"update {table} set {column}_key = 'forged'\n"
                f"where id = (select id from {table} order by id limit 1)"
            ),
        ),
    )


PRODUCT = "(select id, tenant_id from catalog.products order by slug limit 1)"
OPTION = "(select id, product_id, tenant_id from catalog.product_options order by id limit 1)"


def terms_of(row: str) -> str:
    """What may not change about a SKU under an order that is being placed: active each stocked."""
    return (
        f"{row}.status || ' ' || {row}.unit_code\n"
        f"    || case when {row}.is_stocked then ' stocked' else '' end\n"
        f"    || case when {row}.allows_backorder then ' backorder' else '' end"
    )


KEYS = (
    spelling_key(
        "brand_key_is_its_normalised_name",
        "catalog.brands",
        "a brand",
        "insert into catalog.brands (name, name_key) values ('Forged', 'another')",
    ),
    spelling_key(
        "option_key_is_its_normalised_name",
        "catalog.product_options",
        "a product option",
        f"""
        insert into catalog.product_options (tenant_id, product_id, name, name_key)
        select tenant_id, id, 'Forged', 'another' from {PRODUCT} as product
        """,
    ),
    spelling_key(
        "option_value_key_is_its_normalised_name",
        "catalog.product_option_values",
        "an option value",
        f"""
        insert into catalog.product_option_values (
            tenant_id, option_id, product_id, name, name_key)
        select tenant_id, id, product_id, 'Forged', 'another' from {OPTION} as option
        """,
    ),
    spelling_key(
        "sku_key_is_its_normalised_code",
        "catalog.skus",
        "a SKU",
        f"""
        insert into catalog.skus (tenant_id, product_id, code, code_key, name)
        select tenant_id, id, 'FORGED', 'another', 'Forged' from {PRODUCT} as product
        """,
        column="code",
    ),
    Computed(
        name="sku_terms_are_one_key",
        table="catalog.skus",
        columns={"terms_key": terms_of("new")},
        same=f"r.terms_key = {terms_of('r')}",
        sentence="Status, unit, stock keeping and backorders of a SKU are one key, worked out by"
        " the database: orders hold it still while they are placed.",
        attack=(attack("update catalog.skus set terms_key = 'forged'"),),
    ),
)

RULES = (
    RestoredCheck(
        name="sales_channel_time_zone_is_known",
        table="catalog.sales_channels",
        holds="core.is_time_zone(r.time_zone)",
        sentence="The time zone of a sales channel is one that the table of time zones has.",
        hint="Write it as pg_timezone_names has it: Europe/Berlin.",
        breach="""insert into catalog.sales_channels (code, name, time_zone)
values ('zone', 'Zone', 'Foo5Bar')""",
    ),
    RestoredCheck(
        name="sku_cost_period_is_on_the_calendar",
        table="catalog.sku_costs",
        holds="""core.is_calendar_time(r.valid_from) is not false
and core.is_calendar_time(r.valid_to) is not false""",
        sentence="A cost begins from 1970 on, and ends before the year 9999 or never.",
        hint="Leave valid_to out for what has no end.",
        breach="update catalog.sku_costs set valid_to = 'infinity' where valid_to is null",
    ),
    *KEYS,
    Frozen(
        name="sales_channels_are_never_deleted",
        table="catalog.sales_channels",
        columns=("code", "tenant_id"),
        sentence="A sales channel keeps its code and is never deleted: orders carry the code.",
        hint="Set is_active to false.",
        attack=(
            attack(
                """
                update catalog.sales_channels set code = 'renamed'
                where id = (select id from catalog.sales_channels order by code limit 1)
                """,
            ),
        ),
    ),
    Dated(
        name="closing_of_a_channel_is_dated",
        table="catalog.sales_channels",
        column="closed_at",
        holds="not new.is_active",
        sentence="The database writes down since when a sales channel takes no orders.",
        hint="Set is_active; closed_at follows.",
    ),
    Dated(
        name="archiving_of_a_product_is_dated",
        table="catalog.products",
        column="archived_at",
        holds="new.status = 'archived'",
        sentence="The database writes down since when a product is archived.",
        hint="Set status; archived_at follows.",
    ),
    Dated(
        name="archiving_of_a_sku_is_dated",
        table="catalog.skus",
        column="archived_at",
        holds="new.status = 'archived'",
        sentence="The database writes down since when a SKU is archived.",
        hint="Set status; archived_at follows.",
    ),
    Acyclic(
        name="categories_are_a_tree",
        table="catalog.categories",
        sentence="No category lies below itself.",
    ),
    NoOverlap(
        name="sku_cost_periods_never_overlap",
        table="catalog.sku_costs",
        keys=("sku_id",),
        copied=("unit_cost",),
        sentence="At any moment a SKU has one standard cost.",
        hint="End the running period first, or shift both in one transaction with deferred checks.",
    ),
    Audited(
        name="channel_changes_leave_a_trace",
        table="catalog.sales_channels",
        sentence="Every change of a sales channel leaves the old one in the audit log.",
        sample="name",
    ),
    Audited(
        name="brand_changes_leave_a_trace",
        table="catalog.brands",
        sentence="Every change of a brand leaves the old one in the audit log.",
        derived=("name_key",),
        sample="name",
    ),
    Audited(
        name="category_changes_leave_a_trace",
        table="catalog.categories",
        sentence="Every change of a category leaves the old one in the audit log.",
        sample="name",
    ),
    Audited(
        name="product_changes_leave_a_trace",
        table="catalog.products",
        sentence="Every change of a product leaves the old one in the audit log.",
        sample="name",
    ),
    Audited(
        name="option_changes_leave_a_trace",
        table="catalog.product_options",
        sentence="Every change of a product option leaves the old one in the audit log.",
        derived=("name_key",),
        sample="name",
    ),
    Audited(
        name="option_value_changes_leave_a_trace",
        table="catalog.product_option_values",
        sentence="Every change of an option value leaves the old one in the audit log.",
        derived=("name_key",),
        sample="name",
    ),
    Audited(
        name="sku_changes_leave_a_trace",
        table="catalog.skus",
        sentence="Every change of a SKU leaves the old one in the audit log.",
        derived=("code_key", "terms_key"),
        sample="name",
    ),
    Audited(
        name="cost_changes_leave_a_trace",
        table="catalog.sku_costs",
        sentence="Every change of a standard cost leaves the old one in the audit log.",
        sample="created_by",
    ),
    *tenant_scoped(
        "catalog.sales_channels",
        "catalog.brands",
        "catalog.categories",
        "catalog.products",
        "catalog.product_categories",
        "catalog.product_options",
        "catalog.product_option_values",
        "catalog.skus",
        "catalog.sku_option_values",
        "catalog.sku_costs",
    ),
)
