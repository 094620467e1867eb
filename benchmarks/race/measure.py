"""Numbers of several rounds: median and spread, and what a comparison of two of them says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Literal


@dataclass(frozen=True)
class Spread:
    """The median of the rounds, the smallest and the largest of them."""

    middle: float
    least: float
    most: float

    def text(self, unit: str = "") -> str:
        """As in "12.3 (11–14) ms"."""
        numbers = f"{shown(self.middle)} ({shown(self.least)}–{shown(self.most)})"
        return f"{numbers} {unit}".rstrip()

    def as_json(self) -> dict[str, float]:
        """For ``--json``."""
        return asdict(self)


def spread(values: Sequence[float]) -> Spread:
    """Median, minimum and maximum; raises ValueError where nothing was measured."""
    if not values:
        raise ValueError("a spread needs at least one value")
    return Spread(median(values), min(values), max(values))


def shown(number: float) -> str:
    """Three digits at most: 0.384, 1.62, 58.3, 8,120."""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.3g}"


@dataclass(frozen=True)
class Verdict:
    """Who comes out better, in one sentence; ``level`` if the spreads overlap."""

    outcome: Literal["ahead", "behind", "level"]
    sentence: str


def verdict(
    ours: tuple[str, Spread],
    theirs: tuple[str, Spread],
    what: str,
    unit: str,
    *,
    more_is_better: bool,
) -> Verdict:
    """Compare two ways of doing ``what``, each given as (name, spread).

    Rates are better when there is more of them, times and costs when there is less. Where the
    spreads overlap, it is not said that one of the two is better.
    """
    (our_name, our), (their_name, their) = ours, theirs
    if our.least <= their.most and their.least <= our.most:
        sentence = (
            f"{what}: {shown(our.middle)} {unit} with {our_name}, {shown(their.middle)} {unit} with"
            f" {their_name}; the spreads overlap."
        )
        return Verdict("level", sentence)
    is_ahead = (our.middle > their.middle) == more_is_better
    more, less = (ours, theirs) if our.middle > their.middle else (theirs, ours)
    factor = f"{shown(more[1].middle / less[1].middle)} times as" if less[1].middle > 0 else ""
    word = "much" if unit != "orders/s" else "many"
    comparison = f"{factor} {word} with {more[0]} as with {less[0]}"
    if not factor:
        comparison = f"more with {more[0]} than with {less[0]}"
    numbers = f"{shown(more[1].middle)} against {shown(less[1].middle)} {unit}"
    return Verdict("ahead" if is_ahead else "behind", f"{what}: {comparison} ({numbers}).")


def turns(names: Sequence[str], number: int) -> list[str]:
    """The order of a round: everybody begins in turn, so that nobody always follows the same."""
    shift = number % len(names)
    rotated = [*names[shift:], *names[:shift]]
    return rotated[::-1] if (number // len(names)) % 2 else rotated
