"""Draws are the same on every machine, evenly spread, and identifiers are UUIDs of version 7."""

from __future__ import annotations

from groundplan.seed.chance import Chance, Weighted, apportioned


def test_a_draw_depends_on_seed_and_words_only() -> None:
    assert Chance(1).share("order", 7) == Chance(1).share("order", 7)
    assert Chance(1).share("order", 7) != Chance(2).share("order", 7)
    assert Chance(1).share("order", 7) != Chance(1).share("order", 8)
    assert Chance(1).share(1, 23) != Chance(1).share(12, 3)


def test_draws_are_what_they_were() -> None:
    """Whoever changes this changes every seeded database."""
    assert [Chance(1).whole(1, 1000, "fixed", n) for n in range(5)] == FIXED


FIXED = [679, 924, 692, 51, 437]


def test_draws_are_even() -> None:
    chance = Chance(3)
    counts = [0] * 4
    for n in range(4000):
        counts[chance.whole(0, 3, n)] += 1
    assert min(counts) > 900


def test_weights_are_followed() -> None:
    weighted = Weighted([1, 0, 3])
    assert [weighted.place(share) for share in (0, 0.24, 0.25, 0.99)] == [0, 0, 2, 2]


def test_parts_add_up() -> None:
    assert apportioned(10, [1, 1, 1]) == [4, 3, 3]
    assert apportioned(0, [1, 2]) == [0, 0]
    assert sum(apportioned(20_000, [0.3 + n % 7 for n in range(365)])) == 20_000


def test_identifiers_carry_their_time() -> None:
    found = Chance(1).identifier(1_700_000_000_000, "customer", 4)
    assert found.version == 7
    assert found.int >> 80 == 1_700_000_000_000
    assert found == Chance(1).identifier(1_700_000_000_000, "customer", 4)
    assert found != Chance(1).identifier(1_700_000_000_000, "customer", 5)
