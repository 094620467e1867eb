"""What the race says about numbers."""

import pytest
from race import shop
from race.measure import Spread, shown, spread, turns, verdict

FAST, SLOW = [90.0, 100.0, 110.0], [45.0, 40.0, 44.0]


def test_a_spread_is_the_median_and_the_extremes() -> None:
    assert spread([5.0, 1.0, 3.0]) == Spread(3.0, 1.0, 5.0)
    assert spread([5.0, 1.0, 3.0]).text("ms") == "3 (1–5) ms"


def test_nothing_measured_has_no_spread() -> None:
    with pytest.raises(ValueError, match="at least one"):
        spread([])


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.3844, "0.384"), (9.999, "10"), (58.34, "58.3"), (8120.4, "8,120"), (-3.25, "-3.25")],
)
def test_numbers_are_shown_with_three_digits(number: float, text: str) -> None:
    assert shown(number) == text


def test_more_orders_a_second_is_ahead() -> None:
    said = verdict(("ours", FAST), ("theirs", SLOW), "Orders", "orders/s", more_is_better=True)
    assert said.outcome == "ahead"
    assert said.sentence == (
        "Orders: 2.5 times as many with ours as with theirs"
        " (2–2.5 times; 100 against 44.0 orders/s)."
    )


def test_fewer_orders_a_second_is_behind() -> None:
    said = verdict(("ours", SLOW), ("theirs", FAST), "Orders", "orders/s", more_is_better=True)
    assert said.outcome == "behind"
    assert "2.5 times as many with theirs as with ours" in said.sentence


def test_more_time_is_behind() -> None:
    said = verdict(("ours", FAST), ("theirs", SLOW), "Reading", "ms", more_is_better=False)
    assert said.outcome == "behind"
    assert "2.5 times as much with ours as with theirs" in said.sentence


def test_less_time_is_ahead() -> None:
    said = verdict(("ours", SLOW), ("theirs", FAST), "Reading", "ms", more_is_better=False)
    assert said.outcome == "ahead"


def test_rounds_that_do_not_agree_say_nothing() -> None:
    for other in ([80.0, 101.0, 100.0], FAST):
        said = verdict(("ours", FAST), ("theirs", other), "X", "ms", more_is_better=True)
        assert said.outcome == "level"
        assert "not all rounds agree" in said.sentence


def test_spreads_may_overlap_where_all_rounds_agree() -> None:
    ours, theirs = [10.0, 100.0, 50.0], [5.0, 50.0, 25.0]
    said = verdict(("ours", ours), ("theirs", theirs), "X", "ms", more_is_better=False)
    assert said.outcome == "behind"
    assert "2 times as much with ours as with theirs (2–2 times" in said.sentence


def test_both_need_the_same_rounds() -> None:
    with pytest.raises(ValueError, match="zip"):
        verdict(("ours", FAST), ("theirs", SLOW[:2]), "X", "ms", more_is_better=True)


def test_there_is_no_factor_to_nothing() -> None:
    nothing = [0.0, -0.1, 0.1]
    said = verdict(("ours", nothing), ("theirs", SLOW), "X", "ms", more_is_better=False)
    assert said.outcome == "ahead"
    assert "more with theirs than with ours" in said.sentence


def test_everybody_begins_in_turn() -> None:
    names = ["a", "b", "c"]
    rounds = [turns(names, number) for number in range(6)]
    assert all(sorted(order) == names for order in rounds)
    assert {order[0] for order in rounds[:3]} == set(names)
    assert len({tuple(order) for order in rounds}) == 6


def test_an_order_of_a_number_is_the_same_everywhere() -> None:
    assert shop.order(7) == shop.order(7)
    assert shop.order(7) != shop.order(8)
    for number in range(200):
        placed = shop.order(number)
        assert 1 <= placed.customer <= shop.CUSTOMERS
        assert len({sku for sku, _ in placed.lines}) == 3
        assert all(1 <= sku <= shop.SKUS and 1 <= units <= 3 for sku, units in placed.lines)
    assert shop.value(shop.Order(1, 1, ((1, 2), (90, 1)))) == 2 * 6 + 5
