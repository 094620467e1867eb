"""Which rules are not kept by what they should be kept by: the catalog against the Plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from groundplan.compose import Plan
from groundplan.installation.reference import Reference, Source, reference
from groundplan.proof.guarding import Guarding
from groundplan.proof.provable import Provable
from groundplan.proof.register import Register, build_register
from groundplan.proof.rights import findings_of_rights
from groundplan.snapshot import read_snapshot
from groundplan.snapshot.differences import Finding, differences
from groundplan.snapshot.inventory import read_inventory


@dataclass(frozen=True)
class Fault:
    """A finding with the rules it concerns; empty for what serves no rule, such as a report."""

    finding: Finding
    rules: tuple[Provable, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the rules. A constraint is a rule by itself, also where only the record of
        apply tells that it should be there."""
        if self.rules:
            return tuple(rule.name for rule in self.rules)
        place = self.finding.place
        if place.kind == "constraint":
            return (place.name,)
        if place.kind == "column" and "not_null" in self.finding.aspects:
            return (f"{place.inside.partition('.')[2]}.{place.name} is never null",)
        return ()

    def __str__(self) -> str:
        return str(self.finding)


@dataclass(frozen=True)
class Drift:
    """``faults`` is what is not as the Plan says, ``notes`` are objects of yours beside ours.

    ``source`` tells what was compared with, ``reason`` why that is not a second installation.
    ``register`` has the rules that should be there, as far as the source can tell them.
    """

    source: Source
    register: Register
    faults: tuple[Fault, ...] = ()
    notes: tuple[Finding, ...] = ()
    reason: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether it was compared, and everything is as it should be."""
        return self.source != "nothing" and not self.faults

    def of_rule(self, rule: Provable) -> tuple[Finding, ...]:
        """What is wrong with the guards of one rule."""
        wanted = (rule.table, rule.name)
        return tuple(
            fault.finding
            for fault in self.faults
            if any((each.table, each.name) == wanted for each in fault.rules)
        )


def drift_of(connection: psycopg.Connection[Any], plan: Plan, url: str | None = None) -> Drift:
    """Compare a database with its Plan; read-only for it.

    With its ``url`` the comparison is with a second installation on the server, made and dropped
    again, where the role may create databases; else with what apply recorded. The connection must
    have no transaction in progress.
    """
    return drift_from(connection, plan, reference(connection, plan, url))


def drift_from(connection: psycopg.Connection[Any], plan: Plan, expected: Reference) -> Drift:
    """Compare a database with a reference that is known."""
    with connection.transaction():
        snapshot = expected.snapshot or read_snapshot(connection, plan.schemas)
        live = read_inventory(connection, plan.schemas)
    register = build_register(plan.rules, snapshot)
    if expected.inventory is None:
        return Drift("nothing", register, reason=expected.reason)
    found = [*differences(expected.inventory, live), *findings_of_rights(connection, plan)]
    guarding = Guarding(register, expected.inventory, live)
    return Drift(
        expected.source,
        register,
        faults=tuple(Fault(each, guarding.rules_of(each)) for each in found if not each.is_note),
        notes=tuple(each for each in found if each.is_note),
        reason=expected.reason,
    )
