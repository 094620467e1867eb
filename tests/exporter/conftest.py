"""Databases to export, empty ones to restore into, and what is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from groundplan.compose import closure, load_modules
from groundplan.compose.plan import Tenancy
from groundplan.database import EmbeddedServer, connect
from groundplan.testing import installed
from tests.exporter.naughty import make_naughty

Connection = psycopg.Connection[Any]
Make = Callable[[Tenancy], str]

MODULES = closure(["ecommerce"], load_modules())
_ORDER = ("core", "catalog", "crm", "inventory", "sales", "fulfillment")
SAMPLE = "set groundplan.tenant_id = '1';" + "".join(
    module.text("sample.sql") for name in _ORDER for module in MODULES if module.name == name
)
"""A row at least in every table, for tenant 1."""

ALONE = "set groundplan.maintenance = 'tests'; delete from core.tenants where id <> 1;"
"""The sample makes a second tenant, which a database of a single company does not have."""


@pytest.fixture
def full(server: EmbeddedServer) -> Iterator[Make]:
    """Call it with a tenancy for a database with rows in every table, naughty ones among them."""
    yield from _maker(server, SAMPLE, fill=True)


@pytest.fixture
def blank(server: EmbeddedServer) -> Iterator[Make]:
    """Call it with a tenancy for a database in which everything is installed and nothing else."""
    yield from _maker(server, "", fill=False)


@pytest.fixture
def shop(full: Make) -> str:
    """A filled database of a single company."""
    return full("single")


@pytest.fixture
def fresh(blank: Make) -> str:
    """An empty one."""
    return blank("single")


def _maker(server: EmbeddedServer, prepare: str, *, fill: bool) -> Iterator[Make]:
    import contextlib

    with contextlib.ExitStack() as stack:

        def make(tenancy: Tenancy) -> str:
            url = stack.enter_context(
                installed("ecommerce", tenancy=tenancy, prepare=prepare, url=server.url())
            )
            if fill:
                with connect(url, autocommit=True) as connection:
                    make_naughty(connection)
            return url

        yield make
