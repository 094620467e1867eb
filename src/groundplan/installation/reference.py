"""What a database should hold: a second installation of its Plan, else what apply recorded."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from typing import Any, Literal

import psycopg

from groundplan.compose import Plan
from groundplan.database import connect, scratch_database
from groundplan.errors import GroundplanError, from_postgres
from groundplan.installation.apply import apply
from groundplan.installation.record import recorded_inventory
from groundplan.snapshot import Snapshot, read_snapshot
from groundplan.snapshot.inventory import Inventory, read_inventory

Connection = psycopg.Connection[Any]

Source = Literal["installation", "record", "nothing"]


@dataclass(frozen=True)
class Reference:
    """``source``: a second installation on the same server; the record of apply, and ``reason``
    says why it is not an installation; or nothing. Only an installation has a ``snapshot``."""

    source: Source
    inventory: Inventory | None = None
    snapshot: Snapshot | None = None
    reason: str = ""


def reference(connection: Connection, plan: Plan, url: str | None) -> Reference:
    """What a database with this Plan should hold.

    ``url`` is that of the database: next to it the Plan is installed once more, read, and dropped;
    with None, or where the role may not create databases, it is what apply recorded. Within one
    process the result of an installation is kept.
    """
    reason = ""
    if url is not None:
        key = _key(connection, plan)
        if key not in _known:
            try:
                _known[key] = _installed(url, plan)
            except GroundplanError as error:
                reason = error.message
            except psycopg.Error as error:
                reason = from_postgres(error).message
        if key in _known:
            return _known[key]
    try:
        with connection.transaction():
            recorded = recorded_inventory(connection)
    except psycopg.Error as error:
        return Reference("nothing", reason=from_postgres(error).message)
    if recorded is None:
        return Reference("nothing", reason=reason or "`groundplan apply` has recorded nothing.")
    return Reference("record", recorded, reason=reason)


def reference_of_copy(connection: Connection, plan: Plan) -> Reference:
    """The same from a database in which the Plan was just installed."""
    return Reference(
        "installation",
        read_inventory(connection, plan.schemas),
        read_snapshot(connection, plan.schemas),
    )


_known: dict[tuple[object, ...], Reference] = {}


def _key(connection: Connection, plan: Plan) -> tuple[object, ...]:
    info = connection.info
    digest = hashlib.sha256(plan.text().encode()).hexdigest()
    return (info.host, info.port, info.user, info.server_version, plan.tenancy, digest)


def _installed(url: str, plan: Plan) -> Reference:
    with (
        scratch_database(url, prefix="groundplan_expected") as scratch,
        contextlib.closing(connect(scratch, autocommit=True)) as connection,
    ):
        apply(connection, plan)
        return reference_of_copy(connection, plan)
