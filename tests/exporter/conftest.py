"""Databases to export, empty ones to restore into, and what is compared."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from groundplan.compose import closure, compose, load_modules
from groundplan.compose.plan import Tenancy
from groundplan.database import EmbeddedServer, connect, template_database
from groundplan.testing import installed
from tests.exporter.naughty import NAUGHTY, make_naughty

Connection = psycopg.Connection[Any]
Make = Callable[[Tenancy], str]

MODULES = closure(["ecommerce"], load_modules())
_ORDER = ("core", "catalog", "crm", "inventory", "sales", "fulfillment")
SAMPLE = "set groundplan.tenant_id = '1';" + "".join(
    module.text("sample.sql") for name in _ORDER for module in MODULES if module.name == name
)
"""A row at least in every table, for tenant 1."""

_NEIGHBOURS = """
    set groundplan.maintenance = 'restore';
    delete from core.addresses where tenant_id <> 1;
    delete from catalog.sales_channels where tenant_id <> 1;
    delete from inventory.movement_reasons where tenant_id <> 1;
    delete from inventory.locations where tenant_id <> 1;
    delete from fulfillment.return_reasons where tenant_id <> 1;
    delete from core.tenants where id <> 1;
    reset groundplan.maintenance;
"""


def without_neighbours(url: str) -> None:
    """Take away the other tenants of the sample, which a single company would not have."""
    with connect(url, autocommit=True) as connection:
        connection.execute(_NEIGHBOURS.encode())


@pytest.fixture
def full(server: EmbeddedServer, clone: Callable[[str | None], str]) -> Make:
    """Call it with a tenancy for a database with rows in every table, naughty ones among them."""

    def make(tenancy: Tenancy) -> str:
        plan = compose(MODULES, tenancy)

        def build(url: str) -> None:
            with connect(url, autocommit=True) as connection:
                connection.execute("set client_min_messages = warning")
                connection.execute(plan.text().encode())
                connection.execute(SAMPLE.encode())
                make_naughty(connection)

        key = f"to export {plan.text()} {SAMPLE} {NAUGHTY}"
        return clone(template_database(server.url(), key, build))

    return make


@pytest.fixture
def blank(server: EmbeddedServer) -> Iterator[Make]:
    """Call it with a tenancy for a database in which everything is installed and nothing else."""
    with contextlib.ExitStack() as stack:
        yield lambda tenancy: stack.enter_context(
            installed("ecommerce", tenancy=tenancy, url=server.url())
        )


@pytest.fixture
def shop(full: Make) -> str:
    """A filled database of a single company."""
    return full("single")


@pytest.fixture
def fresh(blank: Make) -> str:
    """An empty one."""
    return blank("single")
