"""Rights that `groundplan grants` gives nobody, and those that get somebody past a guard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from groundplan.compose import Plan
from groundplan.compose.grants import application_may
from groundplan.installation.privileges import roles_with_too_much
from groundplan.snapshot.differences import Finding
from groundplan.snapshot.inventory import PRIVATE_SCHEMA, Place
from groundplan.snapshot.rights import Right, rights_of_others

_WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES")


def findings_of_rights(connection: psycopg.Connection[Any], plan: Plan) -> Iterator[Finding]:
    """Rights that no object alone shows.

    A fault is what the application itself may not do. What it may, another role of yours may be
    given; by column it is a note, because `groundplan grants` gives nothing by column.
    """
    for each in roles_with_too_much(connection, plan.schemas):
        is_told_there = each.object.startswith("schema ") or (
            each.role == "public" and each.object.startswith("function ")
        )
        # Temporary objects alone get nobody past a guard, and everybody may make them by default.
        is_note = each.privilege == "TEMPORARY"
        if is_note or (f"{PRIVATE_SCHEMA}." in each.object and not is_told_there):
            says = f"holds {each.privilege} on {each.object}"
            yield Finding(Place("role", "", each.role), "foreign", says, is_note=is_note)
    rights = rights_of_others(connection, plan.schemas)
    whole = {(each.role, each.table, each.privilege) for each in rights if each.kind == "table"}
    for right in rights:
        is_note = _is_note(right, plan)
        # Who holds it on the whole table gains nothing by holding it on a column as well.
        is_more = right.kind != "column" or (right.role, right.table, right.privilege) not in whole
        if is_note is not None and is_more:
            yield Finding(Place("role", "", right.role), "foreign", str(right), is_note=is_note)


def _is_note(right: Right, plan: Plan) -> bool | None:
    """None: it is nothing to speak of, or another comparison tells it."""
    if right.is_given_later:
        is_reading = right.kind in ("tables", "sequences") and right.privilege in (
            "SELECT",
            "USAGE",
        )
        is_of_yours = right.schema not in (None, PRIVATE_SCHEMA) and right.role != "public"
        return right.kind == "types" or (is_reading and is_of_yours)
    may = application_may(plan.modules, right.table, is_view=right.is_view)
    if right.kind == "column":
        return right.role != "public" and right.privilege in may
    is_told_there = right.role == "public" or right.schema == PRIVATE_SCHEMA
    if is_told_there or right.privilege not in _WRITES or right.privilege in may:
        return None
    return False
