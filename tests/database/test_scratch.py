"""Scratch and template databases."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql

from groundplan.database import (
    EmbeddedServer,
    connect,
    create_database,
    drop_database,
    drop_leftovers,
    scratch_database,
    template_database,
)
from groundplan.errors import PermissionDenied, StatementFailed


def databases(server: EmbeddedServer, prefix: str) -> set[str]:
    with connect(server.url()) as connection:
        rows = connection.execute(
            "select datname from pg_database where starts_with(datname, %s)", [prefix]
        )
        return {row[0] for row in rows}


def test_a_scratch_database_lives_as_long_as_its_block(server: EmbeddedServer) -> None:
    with scratch_database(server.url(), prefix="gp_a") as url:
        connection = connect(url)
        connection.execute("create table t ()")
        assert len(databases(server, "gp_a_")) == 1
        # Left open on purpose: the drop disconnects it.
    assert databases(server, "gp_a_") == set()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_it_is_dropped_when_the_block_fails(
    server: EmbeddedServer, error: type[BaseException]
) -> None:
    with pytest.raises(error), scratch_database(server.url(), prefix="gp_b"):  # noqa: PT012
        assert len(databases(server, "gp_b_")) == 1
        raise error
    assert databases(server, "gp_b_") == set()


def test_names_are_quoted(server: EmbeddedServer) -> None:
    name = 'Ünter"; drop database postgres; --'
    url = create_database(server.url(), name)
    with connect(url) as connection:
        assert connection.execute("select current_database()").fetchone() == (name,)
    with pytest.raises(StatementFailed) as caught:
        create_database(server.url(), name)
    assert caught.value.sqlstate == "42P04"
    drop_database(server.url(), name)
    drop_database(server.url(), name)


def test_a_role_that_may_not_create_databases_is_told_what_it_needs(
    server: EmbeddedServer,
) -> None:
    with connect(server.url(), autocommit=True) as connection:
        connection.execute("drop role if exists gp_clerk")
        connection.execute("create role gp_clerk login")
    url = server.url().replace("postgres@", "gp_clerk@")
    expected = pytest.raises(PermissionDenied, match="alter role gp_clerk createdb")
    with expected, scratch_database(url):
        pass


def comment_on(connection: psycopg.Connection, name: str, comment: str) -> None:
    connection.execute(
        sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(comment))
    )


def test_old_leftovers_of_ours_are_dropped(server: EmbeddedServer) -> None:
    old = int(time.time() - timedelta(days=2).total_seconds())
    comments = {
        "gp_l_old": f"groundplan scratch database, made at {old}",
        "gp_l_used": f"groundplan scratch database, made at {old}",
        "gp_l_new": f"groundplan scratch database, made at {int(time.time())}",
        "gp_l_other": "the shop",
    }
    with connect(server.url(), autocommit=True) as connection:
        for name, comment in comments.items():
            create_database(server.url(), name)
            if name != "gp_l_used":
                comment_on(connection, name, comment)
        with connect(server.url("gp_l_used")):
            comment_on(connection, "gp_l_used", comments["gp_l_used"])
            drop_leftovers(server.url())  # Another worker's scratch_database may have been first.
            assert databases(server, "gp_l_") == {"gp_l_used", "gp_l_new", "gp_l_other"}
        for name in comments:
            drop_database(server.url(), name)


BUILDER = """
import sys
from groundplan.database import connect, template_database
def build(url):
    with connect(url) as connection:
        connection.execute("create table built (n int)")
        connection.execute("select pg_sleep(0.3)")
    print("built", flush=True)
print(template_database(sys.argv[1], "three processes", build))
"""


def test_a_template_is_built_once_by_whoever_comes_first(
    server: EmbeddedServer, clone: Callable[[str], str]
) -> None:
    command = [sys.executable, "-c", BUILDER, server.url()]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate()[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sum(words.count("built") for words in said) == 1
    assert len({words[-1] for words in said}) == 1
    first, second = clone(said[0][-1]), clone(said[0][-1])
    with connect(first) as one, connect(second) as two:
        one.execute("insert into built values (1)")
        assert two.execute("select count(*) from built").fetchone() == (0,)


def test_a_failed_build_leaves_nothing(server: EmbeddedServer) -> None:
    before = databases(server, "groundplan_template")

    def fail(url: str) -> None:
        raise ValueError(url)

    with pytest.raises(ValueError, match="unfinished"):
        template_database(server.url(), "fails", fail)
    assert databases(server, "groundplan_template") <= before


def test_a_template_in_use_is_told(server: EmbeddedServer, empty_database: str) -> None:
    with connect(empty_database) as connection:
        name = connection.info.dbname
        with pytest.raises(StatementFailed, match=f"{name} is in use"):
            create_database(server.url(), "gp_never", name)
