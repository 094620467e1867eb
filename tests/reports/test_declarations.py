"""Declarations are refused where they are made, in a sentence that names the field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groundplan.modules.inventory.reports import ROLLUPS as OF_INVENTORY
from groundplan.modules.sales.reports import CUSTOMERS, DAY, ROLLUPS, TENANT, UNITS
from groundplan.reports import Key, Level, Measure, Rollup, Top, compile_code, compile_state
from groundplan.rules.declaration import DeclarationError

SENTENCE = "A number."


@pytest.mark.parametrize(
    "expression",
    [
        "(select 1)",
        "r.quantity + (select max(x) from y)",
        "r.quantity::float8",
        "r.quantity::double precision",
        "sum(r.quantity)",
        "random() * r.quantity",
        "case when r.posted_at > now() then 1 end",
        "quantity",
        "o.quantity",
        "r.quantity; drop table x",
        "r.quantity -- more",
        'r."Quantity"',
        "1 + 1 is null",
        "r.a.b",
    ],
)
def test_an_expression_that_would_drift_is_refused(expression: str) -> None:
    with pytest.raises(DeclarationError, match="measure drifting"):
        Measure("drifting", SENTENCE, expression)


@pytest.mark.parametrize(
    "expression",
    [
        "r.quantity",
        "-r.quantity * 2.5",
        "case when r.kind = 'select' then r.quantity else 0 end",
        "coalesce(r.quantity, 0)",
        "0",
    ],
)
def test_an_expression_over_one_row_is_not(expression: str) -> None:
    assert Measure("steady", SENTENCE, expression).sql == expression


def _rollup(**changes: object) -> Rollup:
    given = {
        "name": "things_daily",
        "source": "sales.ledger_entries",
        "sentence": SENTENCE,
        "keys": (TENANT, DAY),
        "measures": (UNITS,),
        "period": "business_date",
    }
    return Rollup(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "Things"}, "lower-case words"),
        ({"name": "t" * 51}, "has 51 bytes, the limit is 50"),
        ({"source": "ledger_entries"}, "must be written schema.table"),
        ({"sentence": "A number"}, "full stop"),
        ({"keys": (DAY, TENANT)}, "must begin with tenant_id"),
        ({"measures": ()}, "at least one measure"),
        ({"measures": (UNITS, UNITS)}, "two columns named 'units'"),
        ({"period": "tenant_id"}, "must be one of its date keys"),
        ({"coarser": (Level("day", "things_again"),)}, "coarser than a day"),
        ({"distinct": (CUSTOMERS,)}, "weight 'orders' of customers must be a measure"),
        ({"top": (Top("best", "units", SENTENCE),)}, "top_key '' "),
        ({"where": "exists (select 1)"}, "where of rollup things_daily"),
        ({"sides": ({"weather": "r.quantity"},)}, "names 'weather', no column of it"),
    ],
)
def test_a_rollup_that_cannot_be_counted_is_refused(changes: dict[str, object], told: str) -> None:
    with pytest.raises(DeclarationError, match=told):
        _rollup(**changes)


def test_a_level_has_a_known_period() -> None:
    with pytest.raises(DeclarationError, match="must be day, month or year, not 'week'"):
        Level("week", "things_weekly")  # type: ignore[arg-type]


def test_a_measure_of_a_floating_type_is_refused() -> None:
    with pytest.raises(DeclarationError, match="bigint or numeric, not 'real'"):
        Measure("units", SENTENCE, type="real")


def test_a_key_has_a_known_type() -> None:
    with pytest.raises(DeclarationError, match="must be one of"):
        Key("weight", "numeric", SENTENCE)


def test_one_name_means_one_thing_within_a_source() -> None:
    other = replace(UNITS, expression="r.returned_quantity")
    both = (_rollup(), _rollup(name="others_daily", measures=(other,)))
    with pytest.raises(DeclarationError, match="mean different things by units"):
        compile_state(both)


def test_two_reports_of_one_name_are_refused() -> None:
    with pytest.raises(DeclarationError, match="two reports are named 'things_daily'"):
        compile_state((_rollup(), _rollup()))


def test_compiling_twice_gives_the_same_text() -> None:
    for rollups in (ROLLUPS, OF_INVENTORY):
        assert compile_state(rollups) == compile_state(rollups)
        assert compile_code(rollups) == compile_code(rollups)


def test_generated_lines_are_short() -> None:
    # Deep indentation may add some to the hundred of hand-written files.
    for rollups in (ROLLUPS, OF_INVENTORY):
        lines = (compile_state(rollups) + compile_code(rollups)).splitlines()
        assert [line for line in lines if len(line) > 115] == []
