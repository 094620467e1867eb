"""What the studio knows of a database that does not change with its rows."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.compose import Plan
from groundplan.proof import Register, build_register
from groundplan.snapshot import Snapshot


@dataclass(frozen=True)
class Knowledge:
    """``plan``: the installed modules with their declarations. ``snapshot``: what the catalog of
    the database says. ``register``: every rule, declared and plain."""

    plan: Plan
    snapshot: Snapshot
    register: Register

    @classmethod
    def of(cls, plan: Plan, snapshot: Snapshot) -> Knowledge:
        """From what is installed."""
        return cls(plan, snapshot, build_register(plan.rules, snapshot))
