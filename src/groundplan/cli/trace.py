"""groundplan trace."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click
import rich_click

from groundplan.cli.options import database_option, json_option, tenant_option

if TYPE_CHECKING:
    from groundplan.cli.session import Connection


class What(click.ParamType[str]):
    """What can be traced; a number alone may be that of an order."""

    name = "what"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value == "order":
            return str(value)
        number = value if any(sign.isdigit() for sign in str(value)) else "NUMBER"
        return self.fail(f"write `groundplan trace order {number}`", param, ctx)


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan trace order 1001")
@click.argument("what", type=What(), metavar="order")
@click.argument("number", metavar="NUMBER")
@tenant_option
@database_option
@json_option
def command(
    what: str, number: str, tenant: int | None, database: str | None, as_json: bool
) -> None:
    """Tell everything that happened to an order, in order of time, and by whom: its statuses,
    ledger entries, reservations, shipments, movements, refunds, returns and changes.
    """
    from groundplan.cli.output import print_json, print_table
    from groundplan.cli.session import demand_tenant, opened
    from groundplan.installation import require_installed

    with opened(database, tenant) as connection:
        plan = require_installed(connection)
        demand_tenant(plan.tenancy, tenant)
        events = _events(connection, plan.schemas, number)
    if as_json:
        names = ("at", "what", "detail", "by")
        print_json([dict(zip(names, event, strict=True)) for event in events])
    else:
        print_table(("at", "what", "detail", "by"), events)


def _events(connection: Connection, modules: tuple[str, ...], number: str) -> list[tuple[Any, ...]]:
    from groundplan.errors import GroundplanError

    if "sales" not in modules:
        raise GroundplanError(
            "This database has no module sales, so there are no orders.",
            hint="Type `groundplan apply --module sales` to add it.",
        )
    row = connection.execute(
        "select id from sales.orders\nwhere number = %s and tenant_id = core.current_tenant_id()",
        [number],
    ).fetchone()
    if row is None:
        raise GroundplanError(
            f"There is no order {number}.", hint="sales.orders.number holds the numbers."
        )
    events = _asked(connection, "trace_sales", row[0])
    if "fulfillment" in modules:
        # Sorting is stable: what happened in one moment stays as the modules tell it.
        events += _asked(connection, "trace_fulfillment", row[0])
    return sorted(events, key=lambda event: event[0])


def _asked(connection: Connection, query: str, order_id: UUID) -> list[tuple[Any, ...]]:
    import psycopg

    text = files("groundplan.cli").joinpath("queries", f"{query}.sql").read_bytes()
    return psycopg.RawCursor(connection).execute(text, [order_id]).fetchall()
