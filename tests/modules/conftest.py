"""One database per worker that the tests share: each makes SKUs and orders of its own."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from groundplan.compose import closure, load_modules
from groundplan.database import EmbeddedServer, connect
from groundplan.testing import installed
from tests.conftest import as_owner
from tests.modules.shop import Shop

# The mixed load is a program of the checkout, too, and not a part of the package.
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))


@pytest.fixture(scope="session")
def server(server: EmbeddedServer) -> EmbeddedServer:
    """Everything here is done by an owner without special rights."""
    return as_owner(server)


@pytest.fixture(scope="session")
def shop_url(server: EmbeddedServer) -> Iterator[str]:
    """The whole model, for one company."""
    with installed("ecommerce", url=server.url()) as url:
        yield url


@pytest.fixture(scope="session")
def sales_url(server: EmbeddedServer) -> Iterator[str]:
    """Sales alone: nothing is stocked or shipped."""
    with installed("sales", url=server.url()) as url:
        yield url


@pytest.fixture(params=["verb", "plain"])
def shop(shop_url: str, request: pytest.FixtureRequest) -> Iterator[Shop]:
    """The shop twice: through the verbs, and through the statements an ORM sends."""
    with connect(shop_url, autocommit=True) as connection:
        yield Shop(connection, request.param)


@pytest.fixture
def plain_shop(shop_url: str) -> Iterator[Shop]:
    """The shop, where the way makes no difference."""
    with connect(shop_url, autocommit=True) as connection:
        yield Shop(connection)


@pytest.fixture
def trial(shop_url: str) -> Iterator[Shop]:
    """The shop inside one transaction that is taken back: for tests that change its settings."""
    with connect(shop_url) as connection:
        yield Shop(connection)
        connection.rollback()


@pytest.fixture(scope="session")
def weak_url(server: EmbeddedServer) -> Generator[str]:
    """A database of its own for the controls."""
    with installed("ecommerce", url=server.url()) as url:
        yield url


@pytest.fixture
def weak(weak_url: str) -> Generator[Shop]:
    """A shop whose guards a control takes apart; they are whole again afterwards."""
    code = [
        module.text(name)
        for module in closure(["ecommerce"], load_modules())
        for name in ("functions.sql", "rules.sql")
    ]
    with connect(weak_url, autocommit=True) as connection:
        yield Shop(connection)
        connection.execute("begin; " + "".join(code) + "; commit")  # type: ignore[arg-type]
