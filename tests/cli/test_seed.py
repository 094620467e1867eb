"""groundplan seed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groundplan.database import connect
from tests.cli.conftest import Type, assert_narrow


@pytest.fixture
def bare(
    clone: Callable[[str | None], str], installed_template: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The URL of an installed database without rows; commands find it by themselves."""
    url = clone(installed_template)
    monkeypatch.setenv("GROUNDPLAN_DATABASE_URL", url)
    return url


def test_trade_that_verify_finds_clean(bare: str, type_in: Type) -> None:
    answer = type_in("seed", "--orders", "60", "--years", "1", "--until", "2026-03-15")
    assert (answer.code, answer.err) == (0, "")
    assert_narrow(answer.out)
    assert "sales.orders" in answer.out
    assert "of 1 tenant, 2025-03-16 to 2026-03-15" in answer.out
    assert type_in("verify").code == 0
    again = type_in("seed", "--orders", "60")
    assert again.code == 1
    assert "There are rows in catalog.products" in again.err


def test_as_json(bare: str, type_in: Type) -> None:
    answer = type_in("seed", "--orders", "30", "--until", "2026-03-15", "--hot-sku", "90", "--json")
    assert answer.code == 0
    told = answer.json
    assert (told["first_day"], told["last_day"], told["tenants"]) == ("2024-03-16", "2026-03-15", 1)
    with connect(bare) as connection:
        row = connection.execute(
            "select (select count(*) from sales.orders), (select count(*) from sales.order_items)"
        ).fetchone()
    assert row == (30, told["rows"]["sales.order_items"])
    assert told["rows"]["sales.orders"] == 30
    assert told["seconds"]["sales: orders"] >= 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing option '--orders'"),
        (["--orders", "0"], "0 is not in the range x>=1"),
        (["--orders", "9", "--years", "-1"], "-1 is not in the range 1<=x<=20"),
        (["--orders", "9", "--hot-sku", "101"], "101 is not in the range 0<=x<=100"),
        (["--orders", "9", "--until", "soon"], "is not a date"),
        (["--orders", "9", "--until", "2999-01-01"], "until must be a day that is over everywhere"),
        (["--orders", "9", "--skew", "odd"], "is not one of 'even', 'giant'"),
    ],
)
def test_what_makes_no_sense_is_refused(
    bare: str, type_in: Type, arguments: list[str], said: str
) -> None:
    answer = type_in("seed", *arguments)
    assert answer.code == 2
    assert said in " ".join(answer.err.split())


def test_several_tenants_of_one_company(bare: str, type_in: Type) -> None:
    answer = type_in("seed", "--orders", "9", "--tenants", "3")
    assert answer.code == 1
    assert "is for one company and cannot hold 3 tenants" in " ".join(answer.err.split())


def test_a_database_without_groundplan(nothing: str, type_in: Type) -> None:
    answer = type_in("seed", "--orders", "9")
    assert answer.code == 1
    assert "There is no Groundplan in the database" in " ".join(answer.err.split())
