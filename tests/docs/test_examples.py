"""The README's SQL runs in order in psql, and prints what the README says it prints."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import pairwise

import psycopg
import pytest
import sqlalchemy
import sqlalchemy.exc

from groundplan.database import EmbeddedServer, find_binaries
from groundplan.testing import installed
from tests.docs.pages import README, Block, blocks


@pytest.fixture
def shop(server: EmbeddedServer) -> Iterator[str]:
    """The URL of a database as `groundplan apply` leaves it."""
    with installed("ecommerce", url=server.url()) as url:
        yield url


def test_the_sql_does_what_it_says(shop: str) -> None:
    found = [*blocks(README), Block("", "")]
    compared = 0
    for block, following in pairwise(found):
        if block.language != "sql":
            continue
        said = _psql(shop, block.text)
        told = following.text if following.language == "text" else ""
        compared += bool(told)
        assert _lines_missing(told, said) == [], f"{block.text}\nsays\n{said}"
        assert ("ERROR:" in said) == ("ERROR:" in told), f"{block.text}\nsays\n{said}"
    assert compared >= 6


def test_sqlalchemy_tells_who_acts(shop: str) -> None:
    engine = sqlalchemy.create_engine(shop.replace("postgresql://", "postgresql+psycopg://", 1))
    (snippet,) = [block.text for block in blocks(README) if "sqlalchemy" in block.text]
    exec(snippet, {"engine": engine, "current_user": lambda: "ada@example.com"})
    with engine.begin() as connection:
        told = connection.execute(sqlalchemy.text("select core.actor()")).scalar_one()
        assert told == "ada@example.com"
    with engine.begin() as connection, pytest.raises(sqlalchemy.exc.IntegrityError) as refused:
        connection.execute(sqlalchemy.text("select sales.place_order('[]')"))
    cause = refused.value.orig
    assert isinstance(cause, psycopg.IntegrityError)
    assert cause.diag.constraint_name == "placed_order_has_a_line"
    engine.dispose()


def _psql(url: str, text: str) -> str:
    """What psql prints, errors included, as if typed in one session."""
    return subprocess.run(
        [find_binaries() / "psql", "-X", f"--dbname={url}"],
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    ).stdout


def _lines_missing(told: str, said: str) -> list[str]:
    """The lines that are not printed in this order; the README leaves out some of the others."""
    printed = iter([line.rstrip() for line in said.splitlines()])
    return [line for line in told.splitlines() if line.rstrip() not in printed]
