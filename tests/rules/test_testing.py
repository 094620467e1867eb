"""refuses() and the database fixtures: what a user's tests stand on must not lie."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import psycopg
import pytest
import sqlalchemy
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from groundplan.compose import closure, compose, load_modules
from groundplan.database import EmbeddedServer, connect
from groundplan.errors import UnknownDatabase, from_postgres
from groundplan.testing import NotRefused, database_fixture, installed, refuses

Connection = psycopg.Connection[Any]
LATER = """
    create schema yard;
    create table yard.gates (id integer primary key, width integer not null,
        constraint gate_is_wide check (width > 0),
        next_id integer,
        constraint gate_leads_somewhere foreign key (next_id) references yard.gates (id)
            deferrable initially deferred)"""


@pytest.fixture
def yard(empty_database: str) -> Iterator[Connection]:
    with connect(empty_database, autocommit=True) as connection:
        connection.execute(LATER.encode())
        yield connection


def test_the_right_rule_is_caught_and_the_connection_goes_on(yard: Connection) -> None:
    with refuses("gate_is_wide", yard) as refusal:
        yard.execute("insert into yard.gates values (1, 1)")
        yard.execute("insert into yard.gates values (2, 0)")
    assert isinstance(refusal.error, psycopg.errors.CheckViolation)
    assert yard.execute("select count(*) from yard.gates").fetchone() == (0,)


def test_nothing_refused_is_a_failure_and_is_taken_back(yard: Connection) -> None:
    with (
        pytest.raises(NotRefused, match="nothing was refused, and gate_is_wide should"),
        refuses("gate_is_wide", yard),
    ):
        yard.execute("insert into yard.gates values (1, 1)")
    assert yard.execute("select count(*) from yard.gates").fetchone() == (0,)


def test_another_rule_is_a_failure(yard: Connection) -> None:
    with (
        pytest.raises(NotRefused, match="gates_pkey should have refused it, gate_is_wide did"),
        refuses("gates_pkey", yard),
    ):
        yard.execute("insert into yard.gates values (1, 0)")


def test_deferred_constraints_speak_up(yard: Connection) -> None:
    with refuses("gate_leads_somewhere", yard):
        yard.execute("insert into yard.gates values (1, 1, 9)")
    with yard.transaction():
        yard.execute("insert into yard.gates values (1, 1)")
        with refuses("gate_leads_somewhere", yard):
            yard.execute("update yard.gates set next_id = 9")
    assert yard.execute("select next_id from yard.gates").fetchone() == (None,)


def test_a_missing_value_is_told_by_its_column(yard: Connection) -> None:
    with refuses("yard.gates.width", yard):
        yard.execute("insert into yard.gates (id) values (1)")


def test_other_errors_are_passed_on(yard: Connection) -> None:
    with pytest.raises(ZeroDivisionError), refuses("gate_is_wide", yard):
        raise ZeroDivisionError
    with (
        pytest.raises(NotRefused, match="gate_is_wide should have refused it, SQLSTATE 42P01"),
        refuses("gate_is_wide", yard),
    ):
        yard.execute("select * from yard.absent")


def test_errors_of_others_are_understood(yard: Connection) -> None:
    url = f"postgresql+psycopg:///{yard.info.dbname}?host={yard.info.host}&port={yard.info.port}"
    engine = sqlalchemy.create_engine(url, connect_args={"user": yard.info.user})
    try:
        with refuses("gate_is_wide"), engine.begin() as transaction:
            transaction.execute(sqlalchemy.text("insert into yard.gates values (1, 0)"))
    finally:
        engine.dispose()
    with refuses("gate_is_wide"):
        try:
            yard.execute("insert into yard.gates values (1, 0)")
        except psycopg.Error as error:
            raise from_postgres(error) from error


async def _of_asyncpg(info: psycopg.ConnectionInfo) -> None:
    """Refusals of asyncpg itself, and of SQLAlchemy on top of it."""
    connection = await asyncpg.connect(
        host=info.host, port=info.port, user=info.user, database=info.dbname
    )
    try:
        with refuses("gate_is_wide"):
            await connection.execute("insert into yard.gates values (1, 0)")
        with refuses("yard.gates.width"):
            await connection.execute("insert into yard.gates (id) values (1)")
        with (
            pytest.raises(NotRefused, match="gates_pkey should have refused it, gate_is_wide did"),
            refuses("gates_pkey"),
        ):
            await connection.execute("insert into yard.gates values (1, 0)")
        with pytest.raises(NotRefused, match="SQLSTATE 42P01"), refuses("gate_is_wide"):
            await connection.execute("select * from yard.absent")
        with pytest.raises(asyncpg.InterfaceError), refuses("gate_is_wide"):
            await connection.execute("select $1::integer", "one", "too many")
    finally:
        await connection.close()
    url = URL.create(
        "postgresql+asyncpg",
        username=info.user,
        database=info.dbname,
        query={"host": info.host, "port": str(info.port)},
    )
    engine = create_async_engine(url)
    try:
        with refuses("gate_is_wide"):
            async with engine.begin() as transaction:
                await transaction.execute(sqlalchemy.text("insert into yard.gates values (1, 0)"))
    finally:
        await engine.dispose()


def test_errors_of_asyncpg_are_understood(yard: Connection) -> None:
    asyncio.run(_of_asyncpg(yard.info))


SERVER: list[EmbeddedServer] = []


@pytest.fixture
def remembered(server: EmbeddedServer) -> EmbeddedServer:
    """The server, for the fixture below: it is made before there is one."""
    SERVER.append(server)
    return server


database = database_fixture("crm", url=lambda: SERVER[-1].url())


@pytest.mark.usefixtures("remembered")
class TestDatabaseFixture:
    """Each test has a database of its own."""

    @pytest.mark.parametrize("time", [1, 2])
    def test_each_test_has_its_own(
        self, remembered: EmbeddedServer, request: pytest.FixtureRequest, time: int
    ) -> None:
        with connect(request.getfixturevalue("database")) as connection:
            connection.execute("insert into crm.customers (number, display_name) values ('1', 'A')")
            connection.commit()
            found = connection.execute("select count(*) from crm.customers").fetchone()
        assert found == (1,)
        assert time in (1, 2)


def test_a_plan_of_your_own_and_rows_to_begin_with(server: EmbeddedServer) -> None:
    plan = compose(closure(["crm"], load_modules()), "multi")
    rows = "insert into crm.customers (tenant_id, display_name) values (1, 'Ada')"
    with (
        installed(plan=plan, prepare=rows, url=server.url()) as url,
        connect(url) as connection,
    ):
        connection.execute("set groundplan.tenant_id = '1'")
        assert connection.execute("select display_name from crm.customers").fetchall() == [("Ada",)]
        assert connection.execute(
            "select distinct tenancy from core.installed_modules"
        ).fetchall() == [("multi",)]
    with pytest.raises(UnknownDatabase):
        connect(url)
