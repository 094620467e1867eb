"""The number of a tenant, wherever a row holds it: an export may become a tenant of another number.

It stands in the column ``tenant_id`` of every table, is the key of core.tenants, and is in the old
images that core.audit_log keeps of rows. Checksums leave it out in all of these places.
"""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from groundplan.exporter.relations import Relation

_AUDIT_LOG = "core.audit_log"

# The image of a tenant has its number as its key; all others have it in tenant_id.
_IS_TENANT = "({alias}.schema_name = 'core' and {alias}.table_name = 'tenants')"

_UNNUMBERED: dict[str, LiteralString] = {
    "row_id": f"case when {_IS_TENANT} then null else {{alias}}.row_id end",
    "old_row": (
        f"case when {_IS_TENANT} then {{alias}}.old_row - 'id'"
        " else {alias}.old_row - 'tenant_id' end"
    ),
}
_NUMBERED: dict[str, LiteralString] = {
    "row_id": f"case when {_IS_TENANT} then {{number}}::text else {{alias}}.row_id end",
    "old_row": (
        f"case when {_IS_TENANT}"
        " then jsonb_set({alias}.old_row, '{{id}}', to_jsonb({number}))"
        " when {alias}.old_row ? 'tenant_id'"
        " then jsonb_set({alias}.old_row, '{{tenant_id}}', to_jsonb({number}))"
        " else {alias}.old_row end"
    ),
}


def unnumbered(relation: Relation, name: str) -> sql.Composable | None:
    """The column of ``t`` without the tenant's number; None: it is nothing else."""
    if name == relation.tenant_column:
        return None
    if relation.qualified == _AUDIT_LOG and name in _UNNUMBERED:
        return sql.SQL(_UNNUMBERED[name]).format(alias=sql.Identifier("t"))
    return sql.Identifier("t", name)


def numbered(relation: Relation, name: str, tenant: int) -> sql.Composable | None:
    """The column of ``s`` with this number for the tenant's; None: it holds no such number."""
    if name == relation.tenant_column:
        return sql.Literal(tenant)
    if relation.qualified == _AUDIT_LOG and name in _NUMBERED:
        return sql.SQL(_NUMBERED[name]).format(
            alias=sql.Identifier("s"), number=sql.Literal(tenant)
        )
    return None
