"""The Plan: the ordered SQL of an installation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from groundplan.compose.standard import (
    private_functions,
    standard_comments,
    tenancy_functions,
    tenancy_switch,
)
from groundplan.modules.module import Module
from groundplan.reports import Rollup
from groundplan.rules import Argument, Rule

Tenancy = Literal["single", "multi"]

# File and phase, in the order in which a module is installed. State is made once; helpers, data
# and code are run again with every apply, and replace or complete what is there.
PARTS: tuple[tuple[str, Literal["helpers", "state", "data", "code"]], ...] = (
    ("helpers.sql", "helpers"),
    ("minor_units.sql", "helpers"),
    ("tables.sql", "state"),
    ("rollups.sql", "state"),
    ("arguments.sql", "code"),
    ("functions.sql", "code"),
    ("rules.sql", "code"),
    ("reports.sql", "code"),
    ("reference_data.sql", "data"),
    ("data.sql", "data"),
    ("views.sql", "code"),
)


@dataclass(frozen=True)
class Part:
    """One file of the Plan, in its place."""

    module: str
    name: str
    phase: Literal["helpers", "state", "data", "code"]
    sql: str


@dataclass(frozen=True)
class Plan:
    """What an installation consists of; ``parts`` are in the order in which they run."""

    modules: tuple[Module, ...]
    tenancy: Tenancy
    parts: tuple[Part, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All declared rules of its modules."""
        return tuple(rule for module in self.modules for rule in module.rules)

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """All that the verbs of its modules ask of their arguments."""
        return tuple(argument for module in self.modules for argument in module.arguments)

    @property
    def rollups(self) -> tuple[Rollup, ...]:
        """All declared rollups of its modules."""
        return tuple(rollup for module in self.modules for rollup in module.rollups)

    @property
    def schemas(self) -> tuple[str, ...]:
        """The schemas it owns."""
        return tuple(module.name for module in self.modules)

    def state_digest(self, module: str) -> str:
        """SHA-256 over the module's tables, as hexadecimal."""
        text = "".join(
            part.sql for part in self.parts if part.module == module and part.phase == "state"
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def text(self) -> str:
        """The whole Plan as one file that ``psql -f`` runs in an empty database."""
        return "\n".join(_script(self))


def schema_statement(module: Module) -> str:
    """Makes the schema of a module, marked as ours."""
    return (
        f"create schema {module.name};\n"
        f"comment on schema {module.name} is 'Groundplan: {module.summary}';\n"
    )


def compose(modules: Sequence[Module], tenancy: Tenancy = "single") -> Plan:
    """The Plan for these modules, which must be closed under their needs and in order."""
    parts: list[Part] = []
    names = [module.name for module in modules]
    for module in modules:
        for file_name, phase in PARTS:
            if sql := module.text(file_name):
                parts.append(Part(module.name, file_name, phase, sql))
            if (module.name, file_name) == ("core", "helpers.sql"):
                parts.append(Part("core", "tenancy", "helpers", tenancy_functions(tenancy)))
        parts.append(Part(module.name, "row security", "code", tenancy_switch(module, tenancy)))
        parts.append(Part(module.name, "privileges", "code", private_functions(names)))
    parts.append(Part("core", "comments", "code", standard_comments(names)))
    return Plan(tuple(modules), tenancy, tuple(parts))


def _script(plan: Plan) -> Iterator[str]:
    yield (
        "-- Groundplan: the whole Plan, for an empty database.\n"
        f"-- Modules: {', '.join(plan.schemas)}. Tenancy: {plan.tenancy}.\n"
        "-- Run it as the owner of the database: psql -v ON_ERROR_STOP=1 -f this-file\n\n"
        "begin;\n\n"
        "create extension if not exists btree_gist;\n"
    )
    for module in plan.modules:
        yield schema_statement(module)
    for part in plan.parts:
        yield f"-- ==== {part.module}: {part.name} {'=' * 60}"[:100] + "\n\n" + part.sql
    yield manifest_statement(plan)
    yield "commit;\n"


def manifest_statement(plan: Plan, version: str = "") -> str:
    """Writes which modules the database holds. Every value comes from our own declarations."""
    from groundplan import __version__

    rows = ",\n    ".join(
        f"('{module.name}', '{version or __version__}', '{plan.state_digest(module.name)}',"
        f" '{plan.tenancy}')"
        for module in plan.modules
    )
    return (
        "insert into core.installed_modules (module, version, state_digest, tenancy)\n"
        f"values\n    {rows}\n"
        "on conflict (module) do update\n"
        "set version = excluded.version, tenancy = excluded.tenancy, applied_at = now();\n"
    )
