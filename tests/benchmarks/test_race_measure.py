"""What the race says about numbers."""

import pytest
from race import shop
from race.measure import Spread, shown, spread, turns, verdict

FAST, SLOW = Spread(100, 90, 110), Spread(40, 30, 50)


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
        "Orders: 2.5 times as many with ours as with theirs (100 against 40.0 orders/s)."
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


def test_overlapping_spreads_say_nothing() -> None:
    wide = Spread(60, 45, 95)
    for other in (FAST, SLOW):
        said = verdict(("ours", wide), ("theirs", other), "X", "ms", more_is_better=True)
        assert said.outcome == "level"
        assert "overlap" in said.sentence


def test_there_is_no_factor_to_nothing() -> None:
    nothing = Spread(0.0, -0.1, 0.1)
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
