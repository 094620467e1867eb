"""Rules of catalog: codes stay, trees stay trees, costs have one value at a time."""

from groundplan.rules import Acyclic, Audited, Frozen, NoOverlap, tenant_scoped
from groundplan.rules.declaration import attack

RULES = (
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
        derived=("code_key",),
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
