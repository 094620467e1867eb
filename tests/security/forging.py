"""What nobody but the database may write, and the ways in which somebody might try."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from groundplan.compose import compose, load_modules
from groundplan.database import connect, scratch_database

Connection = psycopg.Connection[Any]

OWNER = f"gp_forge_owner_{os.getpid()}"
APP = f"gp_forge_app_{os.getpid()}"
SAMPLES = ("core", "catalog", "crm", "inventory", "sales", "fulfillment")

PLACED = "(select id from sales.orders where number = 'S-2')"
MOVE = """insert into inventory.inventory_movements (
    sku_id, source_location_id, destination_location_id, kind, quantity)
select sku.id, source.id, destination.id, '{kind}', 1
from catalog.skus as sku, inventory.locations as source, inventory.locations as destination
where sku.code = 'CHAIR-S' and source.tenant_id = 1 and destination.tenant_id = 1
  and source.code = '{source}' and destination.code = '{destination}'"""


@dataclass(frozen=True)
class Target:
    """A statement that would forge something, and the rules that may refuse it."""

    name: str
    statement: str
    rules: tuple[str, ...]


def _moving(kind: str, source: str, destination: str) -> Target:
    return Target(
        f"movement of kind {kind}",
        MOVE.format(kind=kind, source=source, destination=destination),
        ("movement_of_this_kind_comes_from_its_verb",),
    )


TARGETS = (
    Target(
        "on hand",
        "update inventory.stock_levels set on_hand = on_hand + 7",
        ("stock_on_hand_is_the_sum_of_its_movements",),
    ),
    Target(
        "allocated",
        "update inventory.stock_levels set allocated = 0 where allocated > 0",
        ("stock_allocated_is_the_sum_of_reservations",),
    ),
    Target(
        "a level's copy of its SKU",
        "update inventory.stock_levels set allows_backorder = not allows_backorder",
        ("stock_levels_are_made_by_the_database",),
    ),
    Target(
        "a level of its own",
        "insert into inventory.stock_levels (location_id, sku_id, on_hand)"
        " select place.id, sku.id, 5 from inventory.locations as place, catalog.skus as sku"
        " where place.code = 'TRANSIT' and place.tenant_id = 1 and sku.code = 'CHAIR-S'",
        (
            "stock_on_hand_is_the_sum_of_its_movements",
            "stock_levels_are_made_by_the_database",
        ),
    ),
    Target(
        "an empty level",
        "insert into inventory.stock_levels (location_id, sku_id, allows_backorder)"
        " select place.id, sku.id, true from inventory.locations as place, catalog.skus as sku"
        " where place.code = 'TRANSIT' and place.tenant_id = 1 and sku.code = 'CHAIR-S'",
        ("stock_levels_are_made_by_the_database",),
    ),
    Target(
        "a level that is gone",
        "delete from inventory.stock_levels",
        (
            "stock_on_hand_is_the_sum_of_its_movements",
            "stock_allocated_is_the_sum_of_reservations",
        ),
    ),
    _moving("issue", "MAIN", "CUSTOMER"),
    _moving("return", "CUSTOMER", "MAIN"),
    _moving("receipt", "SUPPLIER", "MAIN"),
    Target(
        "refunded amount",
        f"update sales.orders set refunded_amount = 1 where id = {PLACED}",
        ("refunded_is_never_above_the_order_total",),
    ),
    Target(
        "refunded amount of a new order",
        "insert into sales.orders (currency_code, refunded_amount) values ('EUR', 1)",
        ("refunded_is_never_above_the_order_total",),
    ),
    Target(
        "shipped",
        "update fulfillment.shipment_items set is_shipped = true where not is_shipped",
        ("sent_items_are_marked_by_the_database",),
    ),
    Target(
        "received",
        "update fulfillment.return_items set is_received = true where not is_received",
        ("returned_items_are_marked_by_the_database",),
    ),
    Target(
        "used of a hold",
        "update inventory.reservations set consumed_quantity = quantity, status = 'consumed'"
        " where status = 'active' and not is_promised",
        ("reservations_are_used_by_shipments_alone",),
    ),
    Target(
        "used of a promise",
        "update inventory.reservations set consumed_quantity = quantity, status = 'consumed'"
        " where status = 'active' and is_promised",
        ("reservations_are_used_by_shipments_alone", "promised_stock_waits_for_its_order"),
    ),
    Target(
        "a promise let go",
        "update inventory.reservations set status = 'released'"
        " where status = 'active' and is_promised",
        ("promised_stock_waits_for_its_order",),
    ),
    Target(
        "a promise that expires",
        "update inventory.reservations set expires_at = now()"
        " where status = 'active' and is_promised",
        ("promised_stock_waits_for_its_order",),
    ),
    Target(
        "a promise of nobody's",
        "insert into inventory.reservations (location_id, sku_id, quantity, is_promised)"
        " select location_id, sku_id, 1, true from inventory.reservations limit 1",
        ("reservations_are_used_by_shipments_alone",),
    ),
    Target(
        "order history",
        "insert into sales.order_status_history"
        " (tenant_id, order_id, from_status, to_status, entity_version)"
        f" values (1, {PLACED}, 'placed', 'completed', 99)",
        ("order_history_is_written_by_the_database",),
    ),
    Target(
        "ledger",
        "insert into sales.ledger_entries (tenant_id, order_id, kind, channel_code, currency_code,"
        " business_date, order_date, posted_at, exchange_rate)"
        " select tenant_id, id, 'sale', channel_code, currency_code, business_date, business_date,"
        f" now(), 1 from sales.orders where id = {PLACED}",
        ("ledger_equals_its_orders",),
    ),
    Target(
        "a line that is followed",
        "insert into fulfillment.order_item_fulfillments (tenant_id, id, sku_id, quantity)"
        " select item.tenant_id, item.id, item.sku_id, item.quantity from sales.order_items as item"
        " join sales.orders as o on o.id = item.order_id and o.status = 'draft'",
        ("order_lines_are_followed_by_the_database",),
    ),
    Target(
        "sent of a line",
        "update fulfillment.order_item_fulfillments set shipped_quantity = quantity",
        ("shipped_is_never_above_ordered",),
    ),
    Target(
        "come back of a line",
        "update fulfillment.order_item_fulfillments set returned_quantity = shipped_quantity"
        " where returned_quantity < shipped_quantity",
        ("returned_is_never_above_shipped",),
    ),
    Target(
        "outbox",
        "insert into core.outbox_events (topic, entity_id, entity_version, payload)"
        " values ('sales.orders.placed', core.new_id(), 2, '{\"to_status\": \"placed\"}')",
        ("events_are_written_by_what_happened",),
    ),
    Target(
        "audit log",
        "insert into core.audit_log"
        " (tenant_id, schema_name, table_name, row_id, operation, old_row)"
        " values (1, 'core', 'tenants', '1', 'update', '{}')",
        ("audit_log_is_written_by_the_database",),
    ),
    Target(
        "personal part of the audit log",
        "insert into core.audit_personal (tenant_id, audit_id, old_personal)"
        " select tenant_id, id, '{}' from core.audit_log limit 1",
        ("personal_images_are_written_by_the_database",),
    ),
)


@contextmanager
def forge(url: str) -> Generator[str]:
    """The URL of a database with rows, owned by a role that is no superuser; and an application.

    The application may do more than `groundplan grants` gives: write every row of every table, and
    make tables, temporary ones too. Whatever refuses it is not a missing privilege.
    """
    plan = compose(tuple(load_modules().values()))
    modules = {module.name: module for module in plan.modules}
    with scratch_database(url) as made:
        with connect(made, autocommit=True) as connection:
            for role in (OWNER, APP):
                connection.execute(
                    sql.SQL("create role {} login nosuperuser nocreaterole").format(
                        sql.Identifier(role)
                    )
                )
            database = sql.Identifier(connection.info.dbname)
            connection.execute(
                sql.SQL("alter database {} owner to {}").format(database, sql.Identifier(OWNER))
            )
            connection.execute(
                sql.SQL("grant temporary, create on database {} to {}").format(
                    database, sql.Identifier(APP)
                )
            )
        with connect(of(made, OWNER), autocommit=True) as owner:
            owner.execute("set client_min_messages = warning")
            owner.execute(plan.text().encode())
            for name in SAMPLES:
                owner.execute(modules[name].text("sample.sql").encode())
            for name in SAMPLES:
                owner.execute(
                    sql.SQL(
                        "grant usage on schema {schema} to {app};"
                        "grant select, insert, update, delete on all tables in schema {schema}"
                        " to {app};"
                        "grant usage on all sequences in schema {schema} to {app};"
                        "grant execute on all functions in schema {schema} to {app}"
                    ).format(schema=sql.Identifier(name), app=sql.Identifier(APP))
                )
        try:
            yield made
        finally:
            with connect(made, autocommit=True) as connection:
                for role in (OWNER, APP):
                    connection.execute(
                        sql.SQL("reassign owned by {0} to current_user; drop owned by {0}").format(
                            sql.Identifier(role)
                        )
                    )
                    connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


def of(url: str, role: str) -> str:
    """The same database for another role."""
    return make_conninfo(url, user=role)


@contextmanager
def session(url: str, role: str) -> Generator[Connection]:
    """A transaction of the role's that is rolled back, with a schema of its own."""
    with connect(of(url, role)) as connection:
        connection.execute("create schema own")
        yield connection
        connection.rollback()


def function(connection: Connection, name: str, statement: str, returns: str = "trigger") -> None:
    """A function of the session's that runs the statement whenever something calls it."""
    result = {"trigger": "case tg_op when 'DELETE' then old else new end"}.get(returns, "$1")
    argument = "" if returns == "trigger" else returns
    connection.execute(
        f"""
        create function {name}({argument}) returns {returns} language plpgsql as $body$
        begin
            if pg_trigger_depth() < 8 then
                {statement};
            end if;
            return {result};
        end
        $body$
        """.encode()
    )


def refusal(connection: Connection, act: Callable[[], object]) -> str:
    """Which rule refuses it; what else there was to say where none does. All is taken back."""
    connection.execute("savepoint attempt")
    try:
        act()
        connection.execute("set constraints all immediate")
    except psycopg.Error as error:
        connection.execute("rollback to savepoint attempt")
        told = error.diag.constraint_name
        if error.sqlstate and error.sqlstate.startswith("23") and told:
            return told
        return f"{error.sqlstate}: {error}"
    connection.execute("rollback to savepoint attempt")
    return "written"
