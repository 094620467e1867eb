"""Installed databases to trade in."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from groundplan.compose import Plan
from groundplan.database import EmbeddedServer, connect, template_database
from groundplan.installation import apply, plan_for

Connection = psycopg.Connection[Any]


@pytest.fixture(scope="session")
def plan() -> Plan:
    """Everything, for a single company."""
    return plan_for((), ["ecommerce"])


@pytest.fixture(scope="session")
def shop_template(server: EmbeddedServer, plan: Plan) -> str:
    """The name of a database in which everything is installed and nothing was sold."""

    def build(url: str) -> None:
        with connect(url, autocommit=True) as connection:
            apply(connection, plan)

    return template_database(server.url(), f"shop to trade in {plan.text()}", build)
