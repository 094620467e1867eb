"""What generated trade refuses, and that whatever fails leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest
from psycopg import sql

from groundplan.compose import load_modules
from groundplan.database import connect
from groundplan.errors import NotInstalled, PermissionDenied, StatementFailed
from groundplan.seed.trade import (
    NotEmptyForTrade,
    TradeOptions,
    WrongTenants,
    generate,
    generate_trade,
)
from groundplan.seed.trade.lists import lists
from groundplan.seed.trade.steps import Step, module_steps, plan_steps, steps_of
from tests.docs.pages import CONTRIBUTING, blocks

UNTIL = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"orders": 0}, "orders must be between 1 and"),
        ({"orders": -5}, "orders must be between 1 and"),
        ({"orders": 5, "years": -1}, "years must be between 1 and 20, not -1"),
        ({"orders": 5, "years": 21}, "years must be between 1 and 20, not 21"),
        ({"orders": 5, "tenants": 0}, "tenants must be at least 1, not 0"),
        ({"orders": 5, "tenants": 6}, "5 orders are too few for 6 tenants"),
        ({"orders": 5, "hot": 1.5}, "hot must be between 0 and 1, not 1.5"),
    ],
)
def test_options_that_make_no_sense(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        TradeOptions(**wrong)


def test_a_database_without_groundplan(empty_database: str) -> None:
    with pytest.raises(NotInstalled):
        generate_trade(empty_database, TradeOptions(5))


def test_several_tenants_of_one_company(
    clone: Callable[[str | None], str], shop_template: str
) -> None:
    with pytest.raises(WrongTenants, match="is for one company and cannot hold 7 tenants"):
        generate_trade(clone(shop_template), TradeOptions(70, tenants=7))


def test_a_database_with_products(clone: Callable[[str | None], str], shop_template: str) -> None:
    url = clone(shop_template)
    with connect(url, autocommit=True) as connection:
        connection.execute("insert into catalog.products (name, slug) values ('Chair', 'chair')")
    with pytest.raises(NotEmptyForTrade, match=r"There are rows in catalog\.products"):
        generate_trade(url, TradeOptions(5))


@pytest.mark.parametrize("days", [0, 400])
def test_days_that_are_not_over(
    clone: Callable[[str | None], str], shop_template: str, days: int
) -> None:
    with pytest.raises(ValueError, match="until must be a day that is over everywhere"):
        generate_trade(
            clone(shop_template), TradeOptions(5, until=date.today() + timedelta(days=days))
        )


def test_years_before_the_calendar(clone: Callable[[str | None], str], shop_template: str) -> None:
    with pytest.raises(ValueError, match="leave the calendar of the reports"):
        generate_trade(clone(shop_template), TradeOptions(5, years=3, until=date(2001, 5, 5)))


def test_somebody_who_is_not_the_owner(
    clone: Callable[[str | None], str], shop_template: str
) -> None:
    url = clone(shop_template)
    with connect(url, autocommit=True) as connection:
        known = connection.execute("select from pg_roles where rolname = 'visitor'").fetchone()
        if known is None:
            connection.execute("create role visitor login")
        connection.execute("grant usage on schema core to visitor")
        connection.execute("grant select on core.installed_modules to visitor")
    with connect(url) as connection:
        given = {**connection.info.get_parameters(), "user": "visitor"}
    visiting = " ".join(f"{name}='{value}'" for name, value in given.items())
    with pytest.raises(PermissionDenied, match="only the owner of the installation may"):
        generate_trade(visiting, TradeOptions(5))


def counted(url: str) -> dict[str, int]:
    """How many rows each table of Groundplan has."""
    found: dict[str, int] = {}
    with connect(url) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in tables:
            query = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
            ((count,),) = connection.execute(query).fetchall()
            found[f"{schema}.{table}"] = count
    return found


def test_a_failed_run_leaves_nothing(
    clone: Callable[[str | None], str], shop_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = clone(shop_template)
    before = counted(url)

    def broken(modules: Sequence[str]) -> list[Step]:
        return [*module_steps(modules), Step("sales", "last", "disaster", b"select 1 / 0")]

    with monkeypatch.context() as patched:
        patched.setattr(generate, "module_steps", broken)
        with pytest.raises(StatementFailed, match="zero"):
            generate_trade(url, TradeOptions(40, until=UNTIL))
    assert counted(url) == before
    generate_trade(url, TradeOptions(40, until=UNTIL))
    assert counted(url)["sales.orders"] == 40


def test_a_run_is_told_how_far_it_is(
    clone: Callable[[str | None], str], shop_template: str
) -> None:
    told: list[tuple[str, int, int | None]] = []
    generate_trade(
        clone(shop_template),
        TradeOptions(90, until=UNTIL),
        progress=lambda *said: told.append(said),
        batch=40,
    )
    phases = list(dict.fromkeys(phase for phase, _, _ in told))
    assert phases == ["planning", "preparing", "orders", "finishing", "counting reports"]
    assert [done for phase, done, _ in told if phase == "orders"] == [40, 80, 90]
    assert all(done <= (total or 0) for _, done, total in told)


def test_a_module_is_taught_as_the_recipe_says(
    clone: Callable[[str | None], str], shop_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, cards = (
        next(block.text for block in blocks(CONTRIBUTING) if begin in block.text)
        for begin in ("create table crm.loyalty_cards", "-- once: loyalty cards")
    )

    def taught(modules: Sequence[str]) -> list[Step]:
        return [*module_steps(modules), *steps_of("crm", cards)]

    monkeypatch.setattr(generate, "module_steps", taught)
    url = clone(shop_template)
    with connect(url, autocommit=True) as connection:
        connection.execute(table.encode())
    result = generate_trade(url, TradeOptions(90, until=UNTIL))
    with connect(url) as connection:
        row = connection.execute(
            "select count(*) from crm.loyalty_cards as card"
            " join crm.customers as customer on customer.id = card.customer_id"
            " where customer.has_account"
        ).fetchone()
    assert row == (result.rows["crm.loyalty_cards"],)
    assert result.rows["crm.loyalty_cards"] > 10


def test_every_statement_has_a_heading() -> None:
    """The contract of the files: one statement under each heading, and a module for each file."""
    steps = [*plan_steps(), *module_steps(list(load_modules()))]
    assert len(steps) > 40
    for step in steps:
        text = step.statement.decode()
        assert text.count(";\n") + text.endswith(";") == 1, step.what
        assert (step.when == "batch") == ("%(first)s" in text), step.what
    folder = files("groundplan.seed.trade").joinpath("modules")
    names = {file.name.removesuffix(".sql") for file in folder.iterdir()}
    assert names <= set(load_modules())


def test_promotions_never_meet() -> None:
    """Two on one day would count its orders twice."""
    days = sorted((each["first"], each["last"]) for each in lists()["promotions"])
    assert all(first <= last for first, last in days)
    assert all(one[1] < other[0] for one, other in pairwise(days))


def test_everybody_has_a_name_and_a_place() -> None:
    markets = lists()["markets"]
    assert len({market["country_code"] for market in markets}) == len(markets) >= 8
    for market in markets:
        assert all(
            name.isascii() and name for name in market["given_plain"] + market["family_plain"]
        )
        assert len(market["cities"]) == len(market["postal_codes"]) > 0
    starts = [market["starts"] for market in markets]
    assert starts[0] == 0
    assert starts == sorted(starts)
    assert starts[-1] < 1
