"""Installed databases to alter, cloned from a template; and a fingerprint of a catalog."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from typing import Any

import psycopg
import pytest

from groundplan.compose import Plan
from groundplan.database import EmbeddedServer, connect, template_database
from groundplan.installation import apply, plan_for
from tests.conftest import as_owner

Connection = psycopg.Connection[tuple[Any, ...]]

_FINGERPRINT = """
    select 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid), p.proacl::text,
        obj_description(p.oid, 'pg_proc')
    from pg_proc as p where p.pronamespace::regnamespace::text = any(%(schemas)s)
        and p.prokind = 'f'
    union all
    select 'relation', c.oid::regclass::text, c.relkind::text || c.relrowsecurity::text
        || coalesce(case when c.relkind = 'v' then pg_get_viewdef(c.oid) end, ''),
        c.relacl::text, obj_description(c.oid, 'pg_class')
    from pg_class as c where c.relnamespace::regnamespace::text = any(%(schemas)s)
    union all
    select 'column', a.attrelid::regclass || '.' || a.attname,
        format_type(a.atttypid, a.atttypmod) || a.attnotnull::text
        || coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
        a.attacl::text, col_description(a.attrelid, a.attnum)
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'v')
    left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relnamespace::regnamespace::text = any(%(schemas)s) and a.attnum > 0
    union all
    select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid), '',
        obj_description(oid, 'pg_constraint')
    from pg_constraint where connamespace::regnamespace::text = any(%(schemas)s)
    union all
    select 'trigger', tgrelid::regclass || '.' || tgname,
        pg_get_triggerdef(oid) || tgenabled::text, '',
        obj_description(oid, 'pg_trigger')
    from pg_trigger where not tgisinternal
    union all
    select 'policy', polrelid::regclass || '.' || polname, pg_get_expr(polqual, polrelid), '',
        obj_description(oid, 'pg_policy')
    from pg_policy
    union all
    select 'schema', nspname, nspowner::regrole::text, nspacl::text,
        obj_description(oid, 'pg_namespace')
    from pg_namespace where nspname = any(%(schemas)s)
    order by 1, 2
"""


def fingerprint(connection: Connection, schemas: tuple[str, ...]) -> dict[tuple[str, str], str]:
    """A digest for every object of these schemas: what differs is told by name."""
    with connection.transaction():
        connection.execute("set local search_path = ''")
        rows = connection.execute(_FINGERPRINT.encode(), {"schemas": list(schemas)}).fetchall()
    assert len(rows) > 100
    return {(row[0], row[1]): hashlib.sha256(repr(row).encode()).hexdigest() for row in rows}


@pytest.fixture(scope="session")
def server(server: EmbeddedServer) -> EmbeddedServer:
    """Everything here is done by an owner without special rights."""
    return as_owner(server)


@pytest.fixture(scope="session")
def plan() -> Plan:
    """Everything, for a single company."""
    return plan_for((), ["ecommerce"])


@pytest.fixture(scope="session")
def installed_template(server: EmbeddedServer, plan: Plan) -> str:
    """The name of a database in which everything is installed."""

    def build(url: str) -> None:
        with connect(url, autocommit=True) as connection:
            apply(connection, plan)

    return template_database(server.url(), f"installed {plan.text()}", build)


@pytest.fixture
def installed(clone: Callable[[str | None], str], installed_template: str) -> Generator[Connection]:
    """A connection, in autocommit, to a database of the test's own with everything installed."""
    with connect(clone(installed_template), autocommit=True) as connection:
        yield connection


@pytest.fixture
def empty(empty_database: str) -> Generator[Connection]:
    """A connection, in autocommit, to an empty database."""
    with connect(empty_database, autocommit=True) as connection:
        yield connection
