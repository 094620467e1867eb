"""The Plan: order, closure, freshness, and what the catalog says after it has run."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
import pytest

from groundplan.compose import PRESETS, RoleNames, closure, compose, grants, load_modules
from groundplan.compose.generate import generated_files
from groundplan.compose.manifest import in_order
from groundplan.database import EmbeddedServer, connect, find_binaries
from groundplan.modules.module import Module
from groundplan.rules import DeclarationError
from groundplan.testing import installed

MODULES = load_modules()
ALL = tuple(MODULES)
SAMPLE_ORDER = ("core", "catalog", "crm", "inventory", "sales", "fulfillment")
CLOSED = sorted(
    {
        closure(wanted, MODULES)
        for size in range(len(ALL) + 1)
        for wanted in itertools.combinations(ALL, size)
    },
    key=lambda modules: (len(modules), [module.name for module in modules]),
)


def names(modules: tuple[Module, ...]) -> str:
    return "+".join(module.name for module in modules)


@pytest.fixture(scope="module")
def catalog(server: EmbeddedServer) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the whole model."""
    with installed("ecommerce", url=server.url()) as url, connect(url, autocommit=True) as found:
        yield found


def column(connection: psycopg.Connection[Any], query: str) -> list[Any]:
    return [row[0] for row in connection.execute(query.encode()).fetchall()]


OURS = "(" + ", ".join(f"'{name}'" for name in ALL) + ")"


def test_modules_come_after_what_they_need() -> None:
    seen: set[str] = set()
    for module in MODULES.values():
        assert set(module.needs) <= seen
        seen.add(module.name)
    assert next(iter(MODULES)) == "groundplan"


def test_closure_brings_what_is_needed_and_no_more() -> None:
    assert names(closure(["crm"], MODULES)) == "groundplan+core+reporting+crm"
    assert {module.name for module in closure(["sales"], MODULES)} == {
        "groundplan", "core", "reporting", "catalog", "crm", "sales",
    }  # fmt: skip
    assert {module.name for module in closure(["ecommerce"], MODULES)} == set(ALL)
    assert names(closure([], MODULES)) == "groundplan+core"


def test_every_preset_is_closed() -> None:
    for preset in PRESETS:
        found = {module.name for module in closure([preset], MODULES)}
        for name in found:
            assert set(MODULES[name].needs) <= found


def test_an_unknown_module_is_told_with_those_there_are() -> None:
    with pytest.raises(DeclarationError, match=r"no module 'wholesale'.*core.*presets.*ecommerce"):
        closure(["wholesale"], MODULES)


def test_a_module_that_needs_a_stranger_is_told() -> None:
    with pytest.raises(DeclarationError, match="module a needs b, which does not exist"):
        in_order({"a": Module("a", ("b",), "A.")})


def test_a_circle_of_needs_is_refused() -> None:
    modules = {"a": Module("a", ("b",), "A."), "b": Module("b", ("a",), "B.")}
    with pytest.raises(ValueError, match=r"cycle|circle"):
        in_order(modules)


@pytest.mark.parametrize("name", ["rules.sql", "rollups.sql", "reports.sql"])
def test_generated_files_are_fresh(name: str) -> None:
    generated = {key: text for key, text in generated_files(MODULES).items() if key[1] == name}
    assert generated
    for (module, file_name), text in generated.items():
        committed = files(MODULES[module].files_package).joinpath(file_name)
        assert committed.read_text(encoding="utf-8") == text, f"{module}/{file_name} is stale"


@pytest.mark.parametrize("modules", CLOSED, ids=names)
def test_every_closed_subset_installs(empty_database: str, modules: tuple[Module, ...]) -> None:
    plan = compose(modules)
    with connect(empty_database, autocommit=True) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute(plan.text().encode())
        assert set(column(connection, "select module from core.installed_modules")) == {
            module.name for module in modules
        }
        connection.execute("set groundplan.tenant_id = '1'")
        for name in SAMPLE_ORDER:
            if name in plan.schemas:
                connection.execute(MODULES[name].text("sample.sql").encode())
        for rule in plan.rules:
            assert connection.execute(rule.audit().encode()).fetchall() == [], rule.name
        if "sales" in plan.schemas:
            made = connection.execute("select sum(orders) from reporting.metrics_daily").fetchone()
            placed = connection.execute(
                "select count(*) from sales.orders where status not in ('draft', 'cancelled')"
            ).fetchone()
            assert made == placed


def test_the_plan_runs_with_psql(empty_database: str, open_directory: Path) -> None:
    file = open_directory / "plan.sql"
    file.write_text(compose(closure(["ecommerce"], MODULES), "multi").text(), encoding="utf-8")
    assert psql(empty_database, file) == (0, "")
    with connect(empty_database) as connection:
        assert len(column(connection, "select module from core.installed_modules")) == len(ALL)
    code, said = psql(empty_database, file)
    assert code != 0
    assert "already exists" in said


def psql(url: str, file: Path) -> tuple[int, str]:
    """Run a file as its head says; exit code and what was said but for notices."""
    ran = subprocess.run(
        [find_binaries() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, url],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PGOPTIONS": "-c client_min_messages=warning"},
    )
    return ran.returncode, ran.stderr


def test_the_plan_grants_nothing_and_makes_no_role() -> None:
    for tenancy in ("single", "multi"):
        text = compose(closure(["ecommerce"], MODULES), tenancy).text()
        code = re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", text)
        assert re.findall(r"(?i)\b(?:grant|create\s+role|create\s+user|revoke)\b", code) == []


def test_grants_can_be_made_again_and_quote_names(catalog: psycopg.Connection[Any]) -> None:
    odd = 'compose "app" o\'clock'
    text = grants(tuple(MODULES.values()), RoleNames(app=odd, report=odd, auditor=odd))
    with catalog.transaction(force_rollback=True):
        catalog.execute(b'create role "compose ""app"" o\'clock"')
        catalog.execute(text.encode())
        catalog.execute(text.encode())
        found = catalog.execute(
            "select has_table_privilege(%s, 'sales.orders', 'insert'),"
            " has_table_privilege(%s, 'sales.ledger_entries', 'insert')",
            [odd, odd],
        ).fetchone()
        assert found == (True, False)


@pytest.mark.parametrize("name", ["ü" * 32, "x" * 64, "nul\x00"])
def test_impossible_role_names_are_refused(name: str) -> None:
    with pytest.raises(DeclarationError, match="1 to 63 bytes"):
        grants(tuple(MODULES.values()), RoleNames(app=name))


def test_foreign_keys_point_along_needs_only(catalog: psycopg.Connection[Any]) -> None:
    edges = catalog.execute(
        "select distinct child.relnamespace::regnamespace::text,"
        " parent.relnamespace::regnamespace::text"
        " from pg_constraint join pg_class as child on child.oid = conrelid"
        " join pg_class as parent on parent.oid = confrelid where contype = 'f'"
    ).fetchall()
    assert ("fulfillment", "sales") in edges
    for child, parent in edges:
        allowed = {module.name for module in closure([child], MODULES)}
        assert parent in allowed, f"{child} refers to {parent}"


def test_foreign_keys_between_tenants_tables_carry_the_tenant(
    catalog: psycopg.Connection[Any],
) -> None:
    without = column(
        catalog,
        "select conname from pg_constraint where contype = 'f' and"
        " exists (select from pg_attribute where attrelid = conrelid and attname = 'tenant_id')"
        " and exists (select from pg_attribute where attrelid = confrelid"
        "  and attname = 'tenant_id')"
        " and not exists (select from unnest(conkey, confkey) as pair (own, other)"
        "  join pg_attribute as mine on mine.attrelid = conrelid and mine.attnum = own"
        "  join pg_attribute as theirs on theirs.attrelid = confrelid and theirs.attnum = other"
        "  where mine.attname = 'tenant_id' and theirs.attname = 'tenant_id')",
    )
    # The two halves of one audit entry: written by one statement of the database itself.
    assert without == ["audit_personal_audit_id_fkey"]


def test_tables_and_columns_are_commented(catalog: psycopg.Connection[Any]) -> None:
    silent = column(
        catalog,
        "select class.oid::regclass || coalesce('.' || attribute.attname, '')"
        " from pg_class as class left join pg_attribute as attribute"
        "  on attribute.attrelid = class.oid and attribute.attnum > 0 and not attisdropped"
        f" where class.relnamespace::regnamespace::text in {OURS}"
        " and class.relkind in ('r', 'p', 'v')"
        " and (col_description(class.oid, attribute.attnum) is null"
        "  or obj_description(class.oid, 'pg_class') is null)",
    )
    assert silent == []


def test_functions_triggers_and_policies_are_commented(catalog: psycopg.Connection[Any]) -> None:
    silent = column(
        catalog,
        "select oid::regprocedure::text from pg_proc"
        f" where pronamespace::regnamespace::text in {OURS}"
        " and obj_description(oid, 'pg_proc') is null",
    )
    assert silent == []
    policies = column(
        catalog,
        "select polname from pg_policy where obj_description(oid, 'pg_policy') is null",
    )
    assert policies == []


def test_functions_cannot_be_led_astray(catalog: psycopg.Connection[Any]) -> None:
    """Whatever runs with other rights, or in a trigger, has a search path of its own."""
    open_ones = column(
        catalog,
        "select function.oid::regprocedure::text from pg_proc as function"
        " join pg_language as language on language.oid = prolang"
        f" where pronamespace::regnamespace::text in {OURS}"
        " and (lanname = 'plpgsql' or prosecdef or prorettype = 'trigger'::regtype)"
        " and not coalesce('search_path=pg_catalog, pg_temp' = any (proconfig), false)",
    )
    assert open_ones == []
    bodies = column(
        catalog,
        "select function.oid::regprocedure::text from pg_proc as function"
        " join pg_language as language on language.oid = prolang"
        f" where pronamespace::regnamespace::text in {OURS}"
        " and lanname = 'sql' and prosqlbody is null"
        " and not coalesce('search_path=pg_catalog, pg_temp' = any (proconfig), false)",
    )
    assert bodies == []


def test_inlinable_functions_stay_inlinable(catalog: psycopg.Connection[Any]) -> None:
    for function in ("core.current_tenant_id()", "core.new_id()", "core.key_of(text)"):
        row = catalog.execute(
            "select proconfig, prosecdef, proparallel from pg_proc where oid = %s::regprocedure",
            [function],
        ).fetchone()
        assert row == (None, False, "s"), function


def test_names_fit_and_are_unique(catalog: psycopg.Connection[Any]) -> None:
    plan = compose(closure(["ecommerce"], MODULES))
    for rule in plan.rules:
        assert len(rule.name.encode()) <= 50
    assert len({rule.name for rule in plan.rules}) == len(plan.rules)
    truncated = column(
        catalog,
        "select name from (select relname::text as name from pg_class"
        f" where relnamespace::regnamespace::text in {OURS}"
        " union all select conname::text from pg_constraint union all select tgname::text"
        " from pg_trigger where not tgisinternal union all select proname::text from pg_proc"
        f" where pronamespace::regnamespace::text in {OURS}) as named"
        " where octet_length(name) > 62",
    )
    assert truncated == []
    twice = column(
        catalog,
        "select conname from pg_constraint"
        f" where connamespace::regnamespace::text in {OURS} and contype <> 'n' and contype <> 't'"
        " group by connamespace, conname having count(*) > 1",
    )
    assert twice == []
    tables = column(
        catalog,
        "select relname from pg_class where relkind in ('r', 'p')"
        f" and relnamespace::regnamespace::text in {OURS} group by relname having count(*) > 1",
    )
    assert tables == []


def test_every_declared_guard_exists(catalog: psycopg.Connection[Any]) -> None:
    found = {
        (str(table), str(name))
        for table, name in catalog.execute(
            "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal"
            " union all select conrelid::regclass::text, conname from pg_constraint"
            " union all select polrelid::regclass::text, polname from pg_policy"
        ).fetchall()
    }
    plan = compose(closure(["ecommerce"], MODULES))
    missing = [
        (rule.name, guard.name)
        for rule in plan.rules
        for guard in rule.guards()
        if guard.kind in ("trigger", "constraint", "policy")
        and (guard.table, guard.name) not in found
    ]
    assert missing == []


def test_columns_have_names_that_tools_understand(catalog: psycopg.Connection[Any]) -> None:
    bad = column(
        catalog,
        "select attrelid::regclass || '.' || attname from pg_attribute"
        " join pg_class on pg_class.oid = attrelid"
        f" where relnamespace::regnamespace::text in {OURS} and relkind in ('r', 'p', 'v')"
        " and attnum > 0 and (attname in ('type', 'from', 'to', 'metadata', 'attributes', 'hash')"
        " or attname !~ '^[a-z][a-z0-9_]*$')",
    )
    assert bad == []
    first = column(
        catalog,
        "select attrelid::regclass::text from pg_attribute join pg_class on pg_class.oid = attrelid"
        f" where relnamespace::regnamespace::text in {OURS} and relkind = 'r'"
        " and attname = 'tenant_id' and attnum <> 1 and relnamespace <> 'groundplan'::regnamespace"
        " and relname <> 'role_tenants'",
    )
    assert first == []


def test_the_digest_of_a_module_is_that_of_its_tables() -> None:
    plan = compose(closure(["ecommerce"], MODULES))
    digests = {module.name: plan.state_digest(module.name) for module in plan.modules}
    assert len(set(digests.values())) == len(digests)
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests.values())
    other = compose(closure(["ecommerce"], MODULES), "multi")
    assert {name: other.state_digest(name) for name in digests} == digests
