"""Which modules a database holds, and the Plan that completes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from groundplan.compose import Module, Plan, closure, compose, load_modules
from groundplan.compose.manifest import in_order
from groundplan.compose.plan import Tenancy
from groundplan.errors import from_postgres
from groundplan.installation.refusals import OtherVersion


@dataclass(frozen=True)
class InstalledModule:
    """A row of core.installed_modules."""

    name: str
    version: str
    state_digest: str
    tenancy: Tenancy
    installed_at: datetime
    applied_at: datetime


def installed_modules(connection: psycopg.Connection[Any]) -> tuple[InstalledModule, ...]:
    """The modules of the database, by name; empty when Groundplan is not installed."""
    try:
        with connection.transaction():
            found = connection.execute(
                "select pg_catalog.to_regclass('core.installed_modules') is not null"
            ).fetchone()
            if found is None or not found[0]:
                return ()
            rows = connection.execute(
                "select module, version, state_digest, tenancy, installed_at, applied_at\n"
                "from core.installed_modules order by module"
            ).fetchall()
    except psycopg.Error as error:
        raise from_postgres(error) from error
    return tuple(InstalledModule(*row) for row in rows)


def plan_for(
    installed: Iterable[InstalledModule],
    wanted: Iterable[str] = (),
    *,
    tenancy: Tenancy | None = None,
) -> Plan:
    """The Plan of what is installed and what is wanted besides (modules or presets).

    ``tenancy`` None: that of the installation, or single. Raises DeclarationError for a name that
    does not exist, OtherVersion for an installed module that this Groundplan does not know.
    """
    listed = tuple(installed)
    modules = load_modules()
    names = known([module.name for module in listed], modules)
    mode: Tenancy = tenancy or (listed[0].tenancy if listed else "single")
    return compose(closure([*names, *wanted], modules), mode)


def completed(plan: Plan, installed: Iterable[InstalledModule]) -> Plan:
    """The Plan with everything that is installed already: code is always replaced as a whole."""
    modules: dict[str, Module] = {**load_modules(), **{each.name: each for each in plan.modules}}
    modules = {name: modules[name] for name in in_order(modules)}
    names = known([module.name for module in installed], modules)
    wanted = closure([*plan.schemas, *names], modules)
    return plan if wanted == plan.modules else compose(wanted, plan.tenancy)


def known(names: list[str], modules: dict[str, Module]) -> list[str]:
    """The names, all of which must be modules; raises OtherVersion."""
    for name in names:
        if name not in modules:
            raise OtherVersion(
                f"The database holds the module {name}, which this Groundplan does not know.",
                hint="Use the version of Groundplan that installed it.",
            )
    return names
