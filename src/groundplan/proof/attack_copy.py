"""The database that attacks run on: the same modules, some sample rows, nobody's data.

It lies on the server of the database when the role there may do what attacks do, else on the
embedded server.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import Any

import psycopg
from psycopg import sql

from groundplan.compose import Plan, RoleNames, grants
from groundplan.database import (
    OWNER,
    EmbeddedServer,
    connect,
    scratch_database,
    superuser_url,
    template_database,
)
from groundplan.database.connection import EMBEDDED_DIRECTORY
from groundplan.installation import add_sample_rows, apply
from groundplan.proof.attack import Grants

Connection = psycopg.Connection[Any]


def may_attack(connection: Connection) -> bool:
    """Whether the role is a superuser or has one at hand: attacks become other roles."""
    given = connection.info
    if given.user == OWNER and given.host.startswith("/"):
        return True
    row = connection.execute(
        "select rolsuper from pg_roles where rolname = current_user"
    ).fetchone()
    return row is not None and bool(row[0])


def embedded_server_url() -> str:
    """The server in ./.groundplan, which is started. Raises ServerStartFailed."""
    server = EmbeddedServer(EMBEDDED_DIRECTORY)
    server.start()
    return server.url()


def open_copy(url: str) -> Connection:
    """A connection to the copy, in autocommit, as its owner.

    On the kit's own server it was opened by the superuser, so that attacks can become an ordinary
    role, ``session_user`` included; until they do, it is the owner's in everything.
    """
    higher = superuser_url(url)
    connection = connect(higher or url, autocommit=True)
    if higher is not None:
        connection.execute(sql.SQL("set session authorization {}").format(sql.Identifier(OWNER)))
    return connection


@contextlib.contextmanager
def attack_copy(
    server_url: str, plan: Plan, *, data_of: str | None = None, keeps_template: bool = False
) -> Generator[str]:
    """The URL of a new database with the modules of the Plan and rows in every table.

    ``data_of`` names a database with this Plan that is copied with its data. With
    ``keeps_template`` the server keeps an empty one of these for the next time, which saves
    seconds: for the kit's own server only. The copy itself is dropped at the end.
    """
    template = data_of
    if data_of is None and keeps_template:
        template = template_database(server_url, _key(plan), lambda url: _fill(url, plan))
    with scratch_database(server_url, template=template) as url:
        if template is None:
            _fill(url, plan)
        elif data_of is not None:
            with contextlib.closing(connect(url, autocommit=True)) as connection:
                add_sample_rows(connection, plan.modules, beside_others=True)
        yield url


def application_grants(plan: Plan) -> Grants:
    """What an application's role may do, for attacks that are carried out as one."""

    def granted(role: str) -> str:
        return grants(plan.modules, RoleNames(app=role))

    return granted


def _key(plan: Plan) -> str:
    """Whatever the template depends on."""
    samples = (module.text("sample.sql") for module in plan.modules)
    return "\n".join(("attacks", plan.tenancy, plan.text(), *samples))


def _fill(url: str, plan: Plan) -> None:
    with contextlib.closing(connect(url, autocommit=True)) as connection:
        apply(connection, plan)
        add_sample_rows(connection, plan.modules)
