"""What is found does not depend on how a session likes times, numbers and money to be written."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from psycopg.types.json import Jsonb

from groundplan.compose import Plan
from groundplan.database import EmbeddedServer, connect, template_database
from groundplan.installation import add_sample_rows, apply, plan_for
from groundplan.proof import build_register, drift_of, verify_rules
from groundplan.reports import verify
from groundplan.snapshot import read_snapshot
from tests.proof.conftest import Connection

SETTINGS = (
    {
        "timezone": "Asia/Kathmandu",
        "datestyle": "German",
        "intervalstyle": "sql_standard",
        "extra_float_digits": "-15",
        "bytea_output": "escape",
        "transform_null_equals": "on",
        "quote_all_identifiers": "on",
        "search_path": "public",
        "lc_time": "C",
    },
    {
        "timezone": "America/St_Johns",
        "datestyle": "SQL, DMY",
        "intervalstyle": "iso_8601",
        "extra_float_digits": "3",
        "groundplan.maintenance": "a look around",
    },
    {"timezone": "UTC", "datestyle": "Postgres", "search_path": ""},
)


def set_all(connection: Connection, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        connection.execute("select set_config(%s, %s, false)", [name, value])


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_for((), ["ecommerce"])


@pytest.fixture(scope="module")
def written_elsewhere(server: EmbeddedServer, plan: Plan) -> str:
    """A shop whose images were written in the time zones of three continents."""

    def build(url: str) -> None:
        with connect(url, autocommit=True) as connection:
            apply(connection, plan)
            set_all(connection, SETTINGS[0])
            add_sample_rows(connection, plan.modules)
        for settings in SETTINGS:
            with connect(url, autocommit=True) as connection:
                set_all(connection, {**settings, "groundplan.maintenance": ""})
                connection.execute("update crm.customers set display_name = display_name || '.'")
                connection.execute("update core.tenants set name = name || '.'")
                # An image of an order holds all its times, those that are frozen among them.
                connection.execute(
                    "update sales.orders set custom_fields = custom_fields || %s\n"
                    "where status <> 'draft'",
                    [Jsonb({settings["timezone"]: 1})],
                )

    return template_database(server.url(), f"written elsewhere {plan.text()}", build)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda each: each["timezone"])
def test_an_intact_database_is_intact_under_all_settings(
    clone: Callable[[str | None], str],
    plan: Plan,
    written_elsewhere: str,
    settings: dict[str, str],
) -> None:
    with connect(clone(written_elsewhere), autocommit=True) as connection:
        set_all(connection, settings)
        register = build_register(plan.rules, read_snapshot(connection, plan.schemas))
        assert [
            (each.rule.name, each.count, each.problem)
            for each in verify_rules(connection, register)
        ] == []
        assert verify(connection, plan.rollups) == []
        drift = drift_of(connection, plan)
        assert (drift.faults, drift.notes) == ((), ())


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda each: each["timezone"])
def test_the_audits_themselves_do_not_depend_on_the_session(
    clone: Callable[[str | None], str],
    plan: Plan,
    written_elsewhere: str,
    settings: dict[str, str],
) -> None:
    """As somebody runs them in psql."""
    with connect(clone(written_elsewhere), autocommit=True) as connection:
        set_all(connection, {name: value for name, value in settings.items() if "null" not in name})
        found: list[str] = []
        for rule in plan.rules:
            try:
                rows = connection.execute(rule.audit().encode()).fetchall()
            except psycopg.Error as error:
                found.append(f"{rule.name}: {error}")
            else:
                found += [f"{rule.name}: {row}" for row in rows[:1]]
        assert found == []
