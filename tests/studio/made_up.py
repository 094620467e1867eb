"""Snapshots that no database holds: many tables, and names that are hard to draw."""

from __future__ import annotations

from random import Random

from groundplan.modules.module import Module
from groundplan.snapshot import Snapshot
from groundplan.snapshot.model import Column, Constraint, Index, Reference, Schema, Table

MANY = 150
GROUP = 12


def module(name: str, *needs: str) -> Module:
    """A module without files."""
    return Module(name=name, needs=needs, summary=f"What {name} is for.")


def table(
    qualified: str,
    *columns: str,
    refers_to: dict[str, str] | None = None,
    unique: tuple[tuple[str, ...], ...] = (),
    indexes: tuple[Index, ...] = (),
    partition: bool = False,
) -> Table:
    """With tenant_id and id. A column that ends in ? may be null; ``refers_to`` maps columns to
    the tables whose (id, tenant_id) they refer to."""
    schema, name = _halves(qualified)
    named = [Column("tenant_id", "integer", 1, not_null=True), Column("id", "uuid", 2, True)]
    named += [
        Column(
            each.removesuffix("?"),
            "uuid" if each.rstrip("?").endswith("_id") else "text",
            n,
            not_null=not each.endswith("?"),
            comment=f"What {each} means.",
        )
        for n, each in enumerate(columns, 3)
    ]
    constraints = [Constraint(f"{name}_pkey", "primary_key", ("id",), "")]
    constraints += [Constraint(f"{name}_{n}", "unique", key, "") for n, key in enumerate(unique)]
    for column, parent in (refers_to or {}).items():
        target = Reference(*_halves(parent), ("id", "tenant_id"), "no action", "no action")
        constraints.append(
            Constraint(f"{name}_{column}", "foreign_key", (column, "tenant_id"), "", None, target)
        )
    return Table(
        schema,
        name,
        tuple(named),
        tuple(constraints),
        indexes,
        is_partition=partition,
        comment=f"Holds {name}. More about it.",
    )


def _halves(qualified: str) -> tuple[str, str]:
    schema, name = qualified.split(".", 1)
    return schema, name


def snapshot(*tables: Table) -> Snapshot:
    """Of these tables, in their schemas."""
    names = sorted({each.schema for each in tables})
    return Snapshot(
        tuple(
            Schema(name, tables=tuple(each for each in tables if each.schema == name))
            for name in names
        )
    )


def many_tables() -> Snapshot:
    """150 tables of one module with some 250 references among them."""
    draw = Random(7)
    names = [f"made.part_{number:03}" for number in range(MANY)]
    tables: list[Table] = []
    for number, name in enumerate(names):
        # As in life: groups that hang together, and a few tables that everything refers to.
        first = number - number % GROUP
        near = {first + int((number - first) * draw.random() ** 1.5)} if number > first else set()
        far = {int(number * draw.random() ** 3)} if number and draw.random() < 0.75 else set()
        places = {*near, *far}
        parents = {f"to_{place:03}_id": names[place] for place in sorted(places)}
        columns = (*parents, *(f"field_{n}" for n in range(draw.randrange(3, 14))), "note?")
        tables.append(table(name, *columns, refers_to=parents))
    return snapshot(*tables)


LONG = "w" * 63
ODD_NAMES = (
    LONG,
    "\u0637\u0644\u0628\u0627\u062a_\u0627\u0644\u0639\u0645\u0644\u0627\u0621",
    "\N{PACKAGE}" * 15,
    "</script><img src=x onerror=alert(1)>",
    'with space and "quotes"',
)


def odd_names() -> Snapshot:
    """Names that PostgreSQL allows, each of at most 63 bytes, as tables, columns and references."""
    first = f"made.{ODD_NAMES[0]}"
    tables = [table(first, *(f"{name}?" for name in ODD_NAMES))]
    for name in ODD_NAMES[1:]:
        column = f"{name[:20]}_id"
        tables.append(table(f"made.{name}", column, refers_to={column: first}))
    return snapshot(*tables)
