"""The file is in pounds, and so must be the books."""

from __future__ import annotations

from typing import Any

import psycopg

from groundplan.errors import GroundplanError

_CURRENCY = "GBP"
_ZONE = "Europe/London"

Connection = psycopg.Connection[tuple[Any, ...]]


def demand_pounds(connection: Connection) -> None:
    """The file is in pounds; a tenant that has nothing yet keeps its books in pounds from now on.

    Raises GroundplanError where the books are in something else.
    """
    row = connection.execute(
        """
        select tenant.id, tenant.currency_code, tenant.currency_code = %s,
            exists (select from catalog.skus as sku where sku.tenant_id = tenant.id)
            or exists (select from sales.orders as o where o.tenant_id = tenant.id)
        from core.tenants as tenant where tenant.id = core.current_tenant_id()
        """,
        [_CURRENCY],
    ).fetchone()
    assert row is not None
    tenant, currency, in_pounds, has_something = row
    if in_pounds:
        return
    if has_something:
        raise GroundplanError(
            f"The books of tenant {tenant} are in {currency}, and the file is in {_CURRENCY}.",
            hint="Import it into an empty database, or for a tenant whose books are in GBP.",
        )
    connection.execute(
        "update core.tenants set currency_code = %s, time_zone = %s"
        " where id = core.current_tenant_id()",
        [_CURRENCY, _ZONE],
    )
