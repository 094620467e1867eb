"""A shop of our own with every kind of constraint, and the whole model with its sample rows."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from groundplan.database import EmbeddedServer, connect, scratch_database
from groundplan.installation import apply, plan_for
from groundplan.installation.reference import reference_of_copy
from groundplan.proof import build_register
from groundplan.proof.attack_copy import open_copy
from tests.conftest import as_owner
from tests.proof.world import Connection, World

__all__ = ["Connection"]

SHOP = Path(__file__).with_name("shop.sql")


@pytest.fixture(scope="session")
def server(server: EmbeddedServer) -> EmbeddedServer:
    """Everything here is done by an owner without special rights."""
    return as_owner(server)


@pytest.fixture(scope="session")
def shop_url(server: EmbeddedServer) -> Iterator[str]:
    """One database for all tests: attacks leave nothing behind, and tests roll back."""
    with scratch_database(server.url()) as url:
        with connect(url, autocommit=True) as connection:
            connection.execute(SHOP.read_bytes())
        yield url


@pytest.fixture
def shop(shop_url: str) -> Generator[Connection]:
    """A connection to the shop, not inside a transaction."""
    with open_copy(shop_url) as connection:
        yield connection


@pytest.fixture
def altered_shop(empty_database: str) -> Generator[Connection]:
    """A shop of the test's own, to alter."""
    with open_copy(empty_database) as connection:
        connection.execute(SHOP.read_bytes())
        yield connection


@pytest.fixture(scope="session")
def world(server: EmbeddedServer) -> Generator[World]:
    """With several tenants: there policies are guards, too. Tests take back what they do."""
    plan = plan_for((), ["ecommerce"], tenancy="multi")
    with (
        scratch_database(server.url()) as url,
        closing(open_copy(url)) as connection,
    ):
        apply(connection, plan)
        expected = reference_of_copy(connection, plan)
        assert expected.snapshot is not None
        yield World(connection, plan, expected, build_register(plan.rules, expected.snapshot))
