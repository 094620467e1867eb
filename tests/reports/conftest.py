"""A database with sales and inventory for each test, and connections that pass the guards.

These tests write the ledger by hand, which only the maintenance door allows: what they are about
is counting, not who may write.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from groundplan.database import EmbeddedServer
from groundplan.testing import installed
from tests.reports.ledger import CATALOG, Ledger


@pytest.fixture
def ledger_url(server: EmbeddedServer) -> Iterator[str]:
    """A new database with a few SKUs and an empty ledger."""
    with installed("sales", "inventory", prepare=CATALOG, url=server.url()) as url:
        yield url


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """The sales ledger over a connection in autocommit, through the maintenance door."""
    with Ledger.opened(ledger_url) as ledger:
        yield ledger
