"""An installation of the whole Plan, what it holds, and what is found after it was altered."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from groundplan.compose import Plan
from groundplan.database import OWNER
from groundplan.installation.reference import Reference
from groundplan.proof import Register
from groundplan.proof.drift import Drift, Fault, drift_from
from groundplan.proof.guarding import Guarding
from groundplan.snapshot.differences import differences
from groundplan.snapshot.inventory import Inventory, Place, read_inventory

Connection = psycopg.Connection[tuple[Any, ...]]

WEAK = "groundplan_weak"
"""A role that is given what it must not have."""


@dataclass(frozen=True)
class World:
    """An installation with every guard in force, and what it holds."""

    connection: Connection
    plan: Plan
    expected: Reference
    register: Register

    @property
    def inventory(self) -> Inventory:
        assert self.expected.inventory is not None
        return self.expected.inventory

    def places(self, kind: str) -> list[Place]:
        found = [place for place in self.inventory if place.kind == kind]
        assert found
        return found

    def aspect(self, place: Place, name: str) -> str:
        return str(self.inventory.objects[place][name])

    def faults(self, *statements: str) -> list[Fault]:
        """What is found after the statements, which are taken back."""
        return list(self.drift(*statements).faults)

    def faults_of_objects(self, schemas: set[str], *statements: str) -> list[Fault]:
        """The same of some schemas alone and without rights, which is quicker."""
        part = Inventory(
            {
                place: aspects
                for place, aspects in self.inventory.objects.items()
                if place.inside.partition(".")[0] in schemas
            },
            self.inventory.version,
        )
        with taken_back(self.connection):
            for statement in statements:
                run(self.connection, statement)
            live = read_inventory(self.connection, sorted(schemas))
        guarding = Guarding(self.register, part, live)
        return [
            Fault(each, guarding.rules_of(each))
            for each in differences(part, live)
            if not each.is_note
        ]

    def drift(self, *statements: str) -> Drift:
        """Faults and notes after the statements, which are taken back."""
        with taken_back(self.connection):
            for statement in statements:
                run(self.connection, statement)
            return drift_from(self.connection, self.plan, self.expected)


def run(connection: Connection, statement: str) -> None:
    """As the owner; where it takes more than he may, as a superuser."""
    try:
        with connection.transaction():
            connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        connection.execute("set session authorization default")
        connection.execute(statement.encode())
        connection.execute(f"set session authorization {OWNER}".encode())


@contextmanager
def taken_back(connection: Connection) -> Generator[None]:
    with connection.transaction():
        yield
        raise psycopg.Rollback


def quoted(qualified: str) -> str:
    return sql.Identifier(*qualified.split(".")).as_string()


def index_name(place: Place) -> str:
    """An index is in the schema of its table."""
    return sql.Identifier(place.inside.partition(".")[0], place.name).as_string()


def name(text: str) -> str:
    return sql.Identifier(text).as_string()


def named(faults: Iterable[Fault], what: str = "") -> set[Place]:
    return {fault.finding.place for fault in faults if what in ("", fault.finding.what)}


def assert_named(
    world: World, wanted: Iterable[Place], statements: Iterable[str], what: str = ""
) -> list[Fault]:
    """Each of the places is found, with every rule whose guard it is; nothing else is."""
    listed = list(wanted)
    faults = world.faults(*statements)
    assert named(faults, what) == {*listed}
    told = {fault.finding.place: set(fault.names) for fault in faults}
    for rule in world.register:
        for guard in rule.guards():
            kind = "column" if guard.kind == "not_null" else guard.kind
            place = Place(kind, guard.table, guard.name)
            if place in told:
                assert rule.name in told[place], f"{place} without {rule.name}"
    return faults


def role() -> str:
    return f"create role {WEAK}"
