"""Which columns follow from what else the database holds, and which do not, and why not.

Every column of every table is here, by its own name or by one that all tables share. A derived
column says which rules work it out again; "references" are the foreign keys from and to its table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class By:
    """The rules whose audits find another value, in the rows ``r`` for which ``where`` is true."""

    rules: tuple[str, ...]
    where: str = "true"


def by(*rules: str, where: str = "true") -> By:
    return By(rules, where)


REFERENCES = "references"
GENERATED = "worked out by PostgreSQL at every write"

# Columns that mean the same wherever they stand, unless a table says otherwise below.
SHARED: dict[str, str | By] = {
    "id": "made up with the row; what refers to it is held to it by references",
    "tenant_id": "whose row it is, says who writes it",
    "created_at": "told by the clock",
    "created_by": "told by the application",
    "version": "counts the writes of the row, which leave no other trace",
    "custom_fields": "told by the application",
    "note": "told by people",
    "name": "told by people",
    "idempotency_key": "told by the application",
    "request_hash": "digest of a request that is not kept",
}

STAMPED = "r.updated_at is not null"
ENTRY = ("ledger_equals_its_orders", "cost_of_goods_is_that_of_what_was_sent")
LEDGER_COLUMNS = (
    "tenant_id", "customer_id", "order_id", "order_item_id", "reverses_id", "sku_id", "kind",
    "channel_code", "currency_code", "business_date", "order_date", "posted_at", "order_count",
    "line_count", "quantity", "gross_sales", "discounts", "returned_quantity", "returns", "tax",
    "shipping", "surcharges", "costed_sales", "cogs", "payment_costs", "shipping_costs",
    "charged", "exchange_rate", "base_amount",
)  # fmt: skip
TOTALS = by(
    "order_totals_are_the_sum_of_its_lines",
    "order_is_settled_when_placed",
    where="r.placed_at is not null",
)
POSTED = "r.placed_at is not null and not r.is_test"
OF_A_COUNTED_ORDER = "not (select is_test from sales.orders where id = r.order_id)"
OF_A_PLACED_ORDER = "(select placed_at is not null from sales.orders where id = r.order_id)"
SENT = "r.shipped_at is not null"
RECEIVED = "r.received_at is not null"
MOVED = by("parcels_move_what_is_in_them", where="r.kind in ('issue', 'return')")
ANY_MOVE = by(
    REFERENCES,
    "stock_on_hand_is_the_sum_of_its_movements",
    "movement_fits_its_locations",
    "parcels_move_what_is_in_them",
)
OF_AN_ORDER = "exists (select from fulfillment.order_item_fulfillments where reservation_id = r.id)"
IMAGE = """r.operation = 'update' and (r.schema_name, r.table_name) in (
    ('catalog', 'skus'), ('crm', 'customers'), ('sales', 'orders'), ('core', 'tenants'))
    and r.changed_at = (select max(changed_at) from core.audit_log as other
        where other.table_name = r.table_name and other.row_id = r.row_id)"""
BY_PEOPLE = "told by people"
BY_PROGRAM = "written by `groundplan apply`, which knows what it has installed"
BY_STANDARD = "from a published standard, shipped with the kit"


def stamped(rule: str) -> dict[str, str | By]:
    """The column of the last change of an audited table."""
    return {"updated_at": by(rule, where=STAMPED)}


def dated(table: str, column: str, rule: str) -> dict[str, str | By]:
    """Since when something is so, which the images of the table tell: of a row each way."""
    one_each = f"r.ctid in (select min(ctid) from {table} group by {column} is null)"
    return {column: by(rule, where=one_each)}


def told(*columns: str, why: str = BY_PEOPLE) -> dict[str, str | By]:
    """Columns that nothing else says."""
    return dict.fromkeys(columns, why)


def same(how: By, *columns: str) -> dict[str, str | By]:
    """Columns that are worked out alike."""
    return dict.fromkeys(columns, how)


OWN_TENANT: dict[str, str | By] = {"tenant_id": by(REFERENCES)}

COLUMNS: dict[str, dict[str, str | By]] = {
    "core.installed_modules": told(
        "module",
        "version",
        "state_digest",
        "tenancy",
        "installed_at",
        "applied_at",
        why=BY_PROGRAM,
    ),
    "core.installed_objects": told("kind", "identity", "module", why=BY_PROGRAM),
    "core.installed_catalog": told(
        "kind",
        "inside",
        "aspects",
        "server_version",
        why=BY_PROGRAM,
    ),
    "core.currencies": told("code", "numeric_code", why=BY_STANDARD)
    | {"minor_units": by("currencies_are_never_deleted")},
    "core.countries": told("code", "alpha3_code", "numeric_code", why=BY_STANDARD),
    "core.units_of_measure": told("code", "dimension", "decimals", why=BY_STANDARD),
    "core.tenants": told(
        "currency_code", "time_zone", "day_starts_at", "publishes_events", "status"
    )
    | dated("core.tenants", "closed_at", "closing_of_a_tenant_is_dated")
    | stamped("tenant_changes_leave_a_trace"),
    "core.tree_versions": {"tree": "named by the change", "version": "counts changes of the tree"},
    "core.role_tenants": told("role_name", "tenant_id"),
    "core.addresses": told(
        "recipient",
        "organization",
        "line_1",
        "line_2",
        "postal_code",
        "city",
        "region",
        "country_code",
        "phone",
    )
    | stamped("address_changes_leave_a_trace"),
    "core.audit_log": same(
        by("audit_log_is_append_only", where="r.old_row is not null"), "tenant_id", "row_id"
    )
    | same(
        by("*_leave_a_trace", "audit_log_is_append_only", where=IMAGE),
        "changed_at",
        "schema_name",
        "table_name",
        "operation",
    )
    | told("actor", "session_role", "transaction_id", "reason", why="told by the session")
    | {"old_row": "the only record of what was there"},
    "core.audit_personal": {
        "tenant_id": by("audit_log_is_append_only"),
        "audit_id": "which image it belongs to, says nothing else; it leads to one by reference",
        "old_personal": "the only record of what was there",
    },
    "core.outbox_events": same(
        by("order_history_is_written_by_the_database"),
        "tenant_id",
        "topic",
        "entity_id",
        "entity_version",
        "payload",
        "created_at",
    ),
    "catalog.sales_channels": told("code", "time_zone", "is_active")
    | dated("catalog.sales_channels", "closed_at", "closing_of_a_channel_is_dated")
    | stamped("channel_changes_leave_a_trace"),
    "catalog.brands": {"name_key": by("brand_key_*")} | stamped("brand_changes_leave_a_trace"),
    "catalog.categories": told("parent_id", "slug", "position")
    | stamped("category_changes_leave_a_trace"),
    "catalog.products": told("brand_id", "slug", "description", "status")
    | dated("catalog.products", "archived_at", "archiving_of_a_product_is_dated")
    | stamped("product_changes_leave_a_trace"),
    "catalog.product_categories": OWN_TENANT | told("product_id", "category_id", "is_primary"),
    "catalog.product_options": OWN_TENANT
    | {"product_id": by(REFERENCES), "name_key": by("option_key_*"), "position": BY_PEOPLE}
    | stamped("option_changes_leave_a_trace"),
    "catalog.product_option_values": OWN_TENANT
    | {
        "product_id": by(REFERENCES),
        "option_id": by(REFERENCES),
        "name_key": by("option_value_key_*"),
    }
    | told("position")
    | stamped("option_value_changes_leave_a_trace"),
    "catalog.skus": told(
        "code",
        "kind",
        "unit_code",
        "unit_price",
        "tax_rate",
        "is_stocked",
        "allows_backorder",
        "status",
        "product_id",
    )
    | {"code_key": by("sku_key_*"), "terms_key": by("sku_terms_are_one_key")}
    | dated("catalog.skus", "archived_at", "archiving_of_a_sku_is_dated")
    | stamped("sku_changes_leave_a_trace"),
    "catalog.sku_option_values": OWN_TENANT
    | same(by(REFERENCES), "product_id", "option_id", "option_value_id")
    | told("sku_id"),
    "catalog.sku_costs": OWN_TENANT
    | told("sku_id", "unit_cost", "valid_from", "valid_to")
    | stamped("cost_changes_leave_a_trace"),
    "crm.customers": told(
        "number",
        "kind",
        "display_name",
        "given_name",
        "family_name",
        "organization",
        "email",
        "phone",
        "has_account",
        "country_code",
        "status",
    )
    | {"email_key": GENERATED}
    | dated("crm.customers", "erased_at", "erasing_of_a_customer_is_dated")
    | stamped("customer_changes_leave_a_trace"),
    "crm.contacts": OWN_TENANT
    | told("customer_id", "full_name", "job_title", "email", "phone", "is_primary")
    | {"email_key": GENERATED}
    | stamped("contact_changes_leave_a_trace"),
    "crm.customer_addresses": OWN_TENANT
    | told("customer_id", "address_id", "purpose", "is_default", "valid_from", "valid_to")
    | stamped("customer_address_changes_leave_a_trace"),
    "inventory.locations": told(
        "address_id", "parent_id", "code", "usage", "is_default", "time_zone", "status"
    )
    | dated("inventory.locations", "closed_at", "closing_of_a_location_is_dated")
    | stamped("location_changes_leave_a_trace"),
    "inventory.movement_reasons": told("code"),
    "inventory.reorder_rules": OWN_TENANT
    | told("location_id", "sku_id", "min_quantity", "max_quantity", "lead_time_days")
    | stamped("reorder_rule_changes_leave_a_trace"),
    "inventory.stock_levels": same(
        by("stock_on_hand_is_the_sum_of_its_movements", REFERENCES),
        "tenant_id",
        "location_id",
        "sku_id",
        "on_hand",
    )
    | {
        "allocated": by("stock_allocated_is_the_sum_of_reservations"),
        "allows_backorder": by("stock_level_allows_what_its_sku_allows"),
        "changed_at": "told by the clock",
    },
    "inventory.inventory_movements": same(
        ANY_MOVE,
        "tenant_id",
        "source_location_id",
        "destination_location_id",
        "sku_id",
        "kind",
        "quantity",
    )
    | {
        "business_date": by(
            "movement_counts_on_the_day_it_happens", "parcels_move_what_is_in_them"
        ),
        "moved_at": MOVED,
        "unit_cost": MOVED,
    }
    | {"reverses_id": "told by the application; that it took one back at all, nothing else says"}
    | told("reason_code"),
    "inventory.reservations": same(
        by(
            "stock_allocated_is_the_sum_of_reservations",
            "order_lines_are_followed_by_the_database",
            where=f"r.status = 'active' or {OF_AN_ORDER}",
        ),
        "tenant_id",
        "sku_id",
        "quantity",
        "consumed_quantity",
    )
    | {
        "location_id": by(
            "stock_allocated_is_the_sum_of_reservations",
            where="r.status = 'active' and r.consumed_quantity < r.quantity",
        ),
        "status": by(
            "stock_allocated_is_the_sum_of_reservations",
            "reservation_is_consumed_when_used_up",
            where="r.status in ('active', 'consumed')",
        ),
        "is_promised": by(
            "order_lines_are_followed_by_the_database", "reservations_are_used_by_shipments_alone"
        ),
        "expires_at": "told by the application",
    }
    | stamped("reservation_changes_leave_a_trace"),
    "sales.orders": told(
        "number",
        "billing_address_id",
        "shipping_address_id",
        "expected_total",
        "source",
    )
    | same(by(*ENTRY, where=POSTED), "customer_id", "channel_code", "placed_at")
    | same(
        TOTALS,
        "item_count",
        "items_net_amount",
        "items_tax_amount",
        "discount_amount",
        "shipping_amount",
        "shipping_tax_amount",
        "surcharge_amount",
        "total_amount",
    )
    | {
        "tenant_id": by(
            REFERENCES, where="exists (select from sales.order_items where order_id = r.id)"
        ),
        "currency_code": by(
            REFERENCES, where="exists (select from sales.order_items where order_id = r.id)"
        ),
        "status": by("order_status_follows_its_path"),
        "prices_include_tax": "told by the application; each line says it for itself",
        "cancelled_at": by(*ENTRY, where=f"{POSTED} and r.cancelled_at is not null"),
        "business_date": by("order_day_and_rate_are_worked_out", where="r.placed_at is not null"),
        "refunded_amount": by("refunded_is_never_above_the_order_total"),
        "exchange_rate": by("order_day_and_rate_are_worked_out", *ENTRY, where=POSTED),
        "reserves_stock": by(
            "order_lines_are_followed_by_the_database",
            where=f"{POSTED} and exists (select from sales.order_items as item"
            " join catalog.skus as sku on sku.id = item.sku_id and sku.is_stocked"
            " where item.order_id = r.id)",
        ),
        "is_test": by(*ENTRY, where="r.placed_at is not null"),
    }
    | stamped("order_changes_leave_a_trace"),
    "sales.order_items": same(by(REFERENCES), "tenant_id", "currency_code")
    | same(
        by(REFERENCES, "order_totals_are_the_sum_of_its_lines", *ENTRY, where=OF_A_PLACED_ORDER),
        "order_id",
        "sku_id",
    )
    | same(
        by("line_amounts_are_computed"),
        "quantity",
        "unit_price",
        "discount_amount",
        "subtotal_amount",
        "net_amount",
        "tax_amount",
        "gross_amount",
    )
    | {
        "price_includes_tax": by(
            "line_amounts_are_computed", where="r.tax_rate > 0 and r.net_amount > 0"
        ),
        "tax_rate": by("line_amounts_are_computed", where="r.net_amount > 0"),
        "refunded_quantity": by("refunded_units_are_never_above_the_line"),
        "sku_code": by("lines_of_placed_orders_are_frozen"),
        "sku_kind": by("lines_of_placed_orders_are_frozen"),
        "position": "told by the application; which line is the first shows in the ledger",
        "expected_unit_cost": "of its time: costs may be corrected later",
    },
    "sales.order_status_history": {
        "tenant_id": by("order_history_is_written_by_the_database"),
        "order_id": by("order_status_follows_its_path"),
        "from_status": by("order_status_follows_its_path"),
        "to_status": by("order_status_follows_its_path"),
        "entity_version": by("order_history_is_written_by_the_database"),
        "changed_at": by("order_history_is_written_by_the_database"),
        "changed_by": "told by the application",
        "reason": "told by the application",
    },
    "sales.refunds": same(
        by(REFERENCES, "refunded_is_never_above_the_order_total", *ENTRY),
        "tenant_id",
        "order_id",
        "currency_code",
        "merchandise_amount",
        "tax_amount",
        "shipping_amount",
    )
    | same(
        by("refund_line_belongs_to_its_order", *ENTRY, where=OF_A_COUNTED_ORDER),
        "order_item_id",
        "quantity",
        "refunded_at",
    )
    | {
        "business_date": by("refund_counts_on_the_day_it_is_made"),
        "reason": BY_PEOPLE,
        "amount": GENERATED,
    },
    "sales.ledger_entries": same(by(*ENTRY), *LEDGER_COLUMNS),
    "fulfillment.order_item_fulfillments": same(
        by(REFERENCES, "order_lines_are_followed_by_the_database"),
        "tenant_id",
        "id",
        "sku_id",
        "quantity",
    )
    | {
        "reservation_id": by(
            "order_lines_are_followed_by_the_database",
            "stock_allocated_is_the_sum_of_reservations",
            where="r.reservation_id is not null",
        ),
        "shipped_quantity": by("shipped_is_never_above_ordered"),
        "returned_quantity": by("returned_is_never_above_shipped"),
    },
    "fulfillment.shipments": {
        "tenant_id": by(REFERENCES),
        "currency_code": by(REFERENCES),
        "order_id": by("shipment_item_is_of_the_shipments_order", REFERENCES),
        "source_location_id": by("parcels_move_what_is_in_them", where=SENT),
        "shipped_at": by("parcels_move_what_is_in_them", where=SENT),
        "business_date": by("shipment_counts_on_the_day_it_leaves", where=SENT),
        "status": "nothing else tells shipped from delivered, or a draft from one given up;"
        " its date tells the others apart, by a check",
    }
    | told("number", "carrier", "tracking_number")
    | stamped("shipment_changes_leave_a_trace"),
    "fulfillment.shipment_items": {
        "tenant_id": by(REFERENCES),
        "movement_id": by(REFERENCES, "parcels_move_what_is_in_them"),
        "movement_kind": by(REFERENCES),
        "order_item_id": by(
            REFERENCES, "shipment_item_is_of_the_shipments_order", "shipped_is_never_above_ordered"
        ),
        "shipment_id": by(
            "shipment_item_is_of_the_shipments_order",
            "sent_items_are_marked_by_the_database",
            "parcels_move_what_is_in_them",
        ),
        "sku_id": by(REFERENCES),
        "quantity": by(REFERENCES, "shipped_is_never_above_ordered", where="r.is_shipped"),
        "is_shipped": by("sent_items_are_marked_by_the_database"),
    },
    "fulfillment.return_reasons": told("code"),
    "fulfillment.returns": {
        "tenant_id": by(REFERENCES),
        "currency_code": by(REFERENCES),
        "order_id": by("return_item_is_of_the_returns_order", REFERENCES),
        "destination_location_id": by(
            "parcels_move_what_is_in_them",
            where="exists (select from fulfillment.return_items as item"
            " where item.return_id = r.id and item.movement_id is not null"
            " and item.disposition = 'restock')",
        ),
        "received_at": by("parcels_move_what_is_in_them", *ENTRY, where=RECEIVED),
        "business_date": by("return_counts_on_the_day_it_arrives", where=RECEIVED),
        "status": "nothing else tells a draft from one given up; its date tells what was received"
        " apart, by a check",
        "reason_code": BY_PEOPLE,
    }
    | told("number")
    | stamped("return_changes_leave_a_trace"),
    "fulfillment.return_items": {
        "tenant_id": by(REFERENCES),
        "movement_id": by(REFERENCES, "parcels_move_what_is_in_them"),
        "movement_kind": by(REFERENCES),
        "order_item_id": by(
            REFERENCES, "return_item_is_of_the_returns_order", "returned_is_never_above_shipped"
        ),
        "return_id": by(
            "return_item_is_of_the_returns_order",
            "returned_items_are_marked_by_the_database",
            "parcels_move_what_is_in_them",
        ),
        "sku_id": by(REFERENCES),
        "quantity": by(REFERENCES, "returned_is_never_above_shipped", where="r.is_received"),
        "disposition": by("parcels_move_what_is_in_them", *ENTRY, where="r.is_received"),
        "is_received": by("returned_items_are_marked_by_the_database"),
    },
    "reporting.calendar": same(
        by("calendar_says_what_its_day_is"),
        "year",
        "quarter",
        "month",
        "month_start",
        "iso_year",
        "iso_week",
        "weekday",
        "weekday_name",
    )
    | {"day": "which days there are"},
    "reporting.verifications": told(
        "verified_at",
        "verified_by",
        "rules",
        "violations",
        "faults",
        "reports",
        "differences",
        why="what was found at that time",
    ),
}
