"""Installing, completing and renewing: all or nothing, and again without harm."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from groundplan.compose import Part, Plan
from groundplan.database import OWNER, SUPERUSER, EmbeddedServer, connect, find_binaries, url_as
from groundplan.errors import GroundplanError
from groundplan.installation import (
    add_sample_rows,
    apply,
    installed_modules,
    plan_for,
    require_installed,
)
from tests.conftest import by_superuser
from tests.installation.conftest import Connection, fingerprint


def one(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def our_schemas(connection: Connection) -> set[str]:
    rows = connection.execute(
        "select nspname from pg_namespace where nspname !~ '^pg_'\n"
        "and nspname not in ('public', 'information_schema')"
    )
    return {row[0] for row in rows}


@pytest.fixture
def ordinary_role(server: EmbeddedServer, empty: Connection) -> Callable[[], str]:
    """The URL of the empty database for an ordinary role that owns it."""
    name = f"owner_of_{empty.info.dbname}"
    role, database = sql.Identifier(name), sql.Identifier(empty.info.dbname)
    by_superuser(
        empty,
        sql.SQL("create role {} login nosuperuser nocreaterole").format(role).as_string(),
        sql.SQL("alter database {} owner to {}").format(database, role).as_string(),
        # So that it can be dropped at the end.
        sql.SQL("grant {} to {}").format(role, sql.Identifier(OWNER)).as_string(),
    )
    url = server.url(empty.info.dbname, name)
    return lambda: url


def test_an_ordinary_owner_installs_everything_and_owns_it(
    ordinary_role: Callable[[], str], plan: Plan
) -> None:
    with connect(ordinary_role(), autocommit=True) as connection:
        applied = apply(connection, plan)
        assert applied.installed == plan.schemas
        assert one(connection, "select current_setting('is_superuser')") == "off"
        foreign = connection.execute(
            "select oid::regclass from pg_class where relnamespace::regnamespace::text = any(%s)\n"
            "and relowner <> current_user::regrole",
            [list(plan.schemas)],
        ).fetchall()
        assert foreign == []
        again = apply(connection, plan)
        assert (again.created, again.dropped) == ((), ())
        add_sample_rows(connection, plan.modules)
        assert one(connection, "select count(*) from sales.orders") > 0


def test_a_superuser_completes_it_for_its_owner(
    ordinary_role: Callable[[], str], empty: Connection
) -> None:
    with connect(ordinary_role(), autocommit=True) as connection:
        apply(connection, plan_for((), ["crm"]))
    with connect(url_as(empty.info.dsn, SUPERUSER), autocommit=True) as superuser:
        applied = apply(superuser, plan_for(installed_modules(superuser), ["inventory"]))
    assert applied.installed == ("catalog", "inventory")
    owners = empty.execute(
        "select distinct nspowner::regrole::text from pg_namespace where nspname = any(%s)",
        [list(applied.modules)],
    ).fetchall()
    assert owners == [(f"owner_of_{empty.info.dbname}",)]


def test_again_changes_nothing(installed: Connection, plan: Plan) -> None:
    before = fingerprint(installed, plan.schemas)
    manifest = installed.execute(
        "select module, state_digest, installed_at from core.installed_modules order by 1"
    ).fetchall()
    recorded = one(installed, "select count(*) from core.installed_objects")
    applied = apply(installed, plan)
    assert (applied.installed, applied.created, applied.dropped, applied.kept) == ((), (), (), ())
    assert fingerprint(installed, plan.schemas) == before
    assert (
        manifest
        == installed.execute(
            "select module, state_digest, installed_at from core.installed_modules order by 1"
        ).fetchall()
    )
    assert one(installed, "select count(*) from core.installed_objects") == recorded
    assert recorded == applied.written > 400


def test_the_manifest_lists_every_piece_of_code_with_its_module(
    installed: Connection, plan: Plan
) -> None:
    unlisted = installed.execute(
        "select tgname from pg_trigger where not tgisinternal and not exists (\n"
        "    select from core.installed_objects where kind = 'trigger'\n"
        "    and identity = tgname || ' on ' || tgrelid::regclass)"
    ).fetchall()
    assert unlisted == []
    assert (
        one(
            installed,
            "select module from core.installed_objects where identity = 'reporting.metrics_daily'",
        )
        == "sales"
    )
    modules = {row[0] for row in installed.execute("select module from core.installed_objects")}
    assert modules == set(plan.schemas) - {"groundplan"}


def test_tables_come_without_code(plan: Plan, empty: Connection) -> None:
    """Or else it would look like code that is not made any more when only code is renewed."""
    apply(empty, plan, on_step=lambda part: _code_is_unchanged_by_tables(empty, part))


_seen: dict[str, Any] = {}


def _code_is_unchanged_by_tables(connection: Connection, part: Part) -> None:
    count = one(
        connection,
        "select (select count(*) from pg_proc) + (select count(*) from pg_policy)\n"
        "+ (select count(*) from pg_trigger where not tgisinternal)\n"
        "+ (select count(*) from pg_class where relkind = 'v')",
    )
    if _seen.get("phase") == "state":
        assert count == _seen["count"], f"before {part.module}/{part.name}"
    _seen.update(phase=part.phase, count=count)


def test_a_dropped_trigger_comes_back(installed: Connection, plan: Plan) -> None:
    before = fingerprint(installed, plan.schemas)
    trigger = one(
        installed,
        "select tgname from pg_trigger\n"
        "where tgrelid = 'sales.orders'::regclass and not tgisinternal order by 1 limit 1",
    )
    installed.execute(f"drop trigger {trigger} on sales.orders".encode())
    installed.execute("alter table inventory.inventory_movements disable trigger user")
    assert fingerprint(installed, plan.schemas) != before
    applied = apply(installed, plan)
    assert [str(each) for each in applied.created] == [f"trigger {trigger} on sales.orders"]
    assert fingerprint(installed, plan.schemas) == before


def test_what_is_yours_survives(installed: Connection, plan: Plan) -> None:
    installed.execute(
        """
        create table public.mine (id uuid references sales.orders (id), note text);
        create view public.my_orders as select number, total_amount from sales.orders;
        create view public.my_metrics as select * from reporting.metrics_daily;
        alter table sales.orders add column x_color text default 'red';
        create index x_orders_color on sales.orders (x_color);
        create function public.x() returns trigger language plpgsql as 'begin return new; end';
        create trigger x_mine before insert on sales.orders
            for each row execute function public.x();
        create function sales.x_mine() returns integer return 1;
        create view reporting.x_mine as select 1 as one
        """
    )
    before = fingerprint(installed, (*plan.schemas, "public"))
    applied = apply(installed, plan)
    assert applied.dropped == ()
    assert fingerprint(installed, (*plan.schemas, "public")) == before


def test_whoever_is_killed_in_the_middle_leaves_nothing(empty: Connection, plan: Plan) -> None:
    with connect(database_url_of(empty), autocommit=True) as victim:
        pid = victim.info.backend_pid

        def kill(part: Part) -> None:
            if (part.module, part.name) == ("sales", "rules.sql"):
                empty.execute("select pg_terminate_backend(%s)", [pid])

        with pytest.raises(GroundplanError):
            apply(victim, plan, on_step=kill)
    assert our_schemas(empty) == set()
    assert one(empty, "select count(*) from pg_extension where extname = 'btree_gist'") == 0
    assert apply(empty, plan).installed == plan.schemas


def database_url_of(connection: Connection) -> str:
    info = connection.info
    return f"host={info.host} port={info.port} user={info.user} dbname={info.dbname}"


def test_two_at_once_wait_for_each_other(empty: Connection, plan: Plan) -> None:
    def work(_: int) -> tuple[str, ...]:
        with connect(database_url_of(empty), autocommit=True) as connection:
            return apply(connection, plan).installed

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(work, range(2)))
    assert results == [(), plan.schemas]


def test_modules_are_added_later(empty: Connection, plan: Plan, installed: Connection) -> None:
    first = apply(empty, plan_for((), ["inventory"]))
    assert first.installed == ("groundplan", "core", "reporting", "catalog", "inventory")
    second = apply(empty, plan_for(installed_modules(empty), ["ecommerce"]))
    assert second.installed == ("crm", "sales", "fulfillment")
    assert second.dropped == ()
    assert fingerprint(empty, plan.schemas) == fingerprint(installed, plan.schemas)


def test_a_smaller_plan_takes_nothing_away(installed: Connection, plan: Plan) -> None:
    applied = apply(installed, plan_for((), ["crm"]))
    assert (applied.modules, applied.dropped) == (plan.schemas, ())


def test_a_dry_run_leaves_nothing(empty: Connection, plan: Plan) -> None:
    applied = apply(empty, plan, dry_run=True)
    assert applied.dry_run
    assert applied.installed == plan.schemas
    assert our_schemas(empty) == set()


def test_the_plan_as_text_makes_the_same(
    empty: Connection, installed: Connection, plan: Plan, tmp_path: Path
) -> None:
    file = tmp_path / "plan.sql"
    file.write_text(plan.text(), encoding="utf-8")
    command = [find_binaries() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    answer = subprocess.run(
        [*command, "-d", database_url_of(empty), "-f", file],
        capture_output=True,
        text=True,
        env={**os.environ, "PGOPTIONS": "-c client_min_messages=warning"},
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert fingerprint(empty, plan.schemas) == fingerprint(installed, plan.schemas)
    applied = apply(empty, plan)
    assert (applied.created, applied.dropped) == ((), ())
    assert require_installed(empty).schemas == plan.schemas


def test_several_tenants_are_kept_apart(empty: Connection) -> None:
    applied = apply(empty, plan_for((), ["ecommerce"], tenancy="multi"))
    assert applied.tenancy == "multi"
    assert one(empty, "select relrowsecurity from pg_class where oid = 'sales.orders'::regclass")
    with pytest.raises(psycopg.Error):
        empty.execute("insert into crm.customers (display_name) values ('Nobody''s')")
    assert plan_for(installed_modules(empty)).tenancy == "multi"


def test_a_transaction_in_progress_is_not_joined(empty: Connection, plan: Plan) -> None:
    with empty.transaction(), pytest.raises(RuntimeError, match="no transaction in progress"):
        apply(empty, plan)
