"""One database with two tenants per worker; tests take back what they do in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from groundplan.database import EmbeddedServer, connect
from groundplan.testing import installed
from tests.tenancy.world import ROLES, furnish, make_roles, url_of

Connection = psycopg.Connection[Any]
Enter = Callable[..., Connection]


@pytest.fixture(scope="session")
def multi_url(server: EmbeddedServer) -> Iterator[str]:
    """Tenants 1 and 2, furnished by the application's role, each through its own verbs."""
    with installed("ecommerce", tenancy="multi", url=server.url()) as url:
        with connect(url, autocommit=True) as owner:
            owner.execute("select core.create_tenant('The neighbour')")
        make_roles(url)
        with connect(url_of(url, ROLES.app), autocommit=True) as app:
            for tenant in (1, 2):
                furnish(app, tenant)
        yield url


@pytest.fixture(scope="session")
def single_url(server: EmbeddedServer) -> Iterator[str]:
    """One company, with roles and nothing in it."""
    with installed("ecommerce", url=server.url()) as url:
        make_roles(url)
        yield url


@pytest.fixture
def enter(multi_url: str) -> Iterator[Enter]:
    """Call it with a role (None: the owner) and a tenant for a session, inside a transaction."""
    opened: list[Connection] = []

    def make(role: str | None = None, tenant: int | None = None) -> Connection:
        connection = connect(url_of(multi_url, role) if role else multi_url)
        opened.append(connection)
        if tenant is not None:
            connection.execute(f"set groundplan.tenant_id = '{tenant}'".encode())
            connection.commit()
        return connection

    yield make
    for connection in opened:
        connection.rollback()
        connection.close()
