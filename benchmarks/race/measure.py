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
    """Who comes out better, in one sentence; ``level`` if the rounds do not agree."""

    outcome: Literal["ahead", "behind", "level"]
    sentence: str


Rounds = tuple[str, Sequence[float]]
"""The name of a way, and what was measured in each round."""


def verdict(ours: Rounds, theirs: Rounds, what: str, unit: str, *, more_is_better: bool) -> Verdict:
    """Compare two ways of doing ``what``, round by round.

    What the machine did besides was nearly the same for both in one round, but not in all rounds:
    so it is the rounds that have to agree on who is better, not the spreads of all of them that
    have to be apart. Rates are better when there is more of them, times when there is less.
    """
    pairs = list(zip(ours[1], theirs[1], strict=True))
    our, their = spread(ours[1]).middle, spread(theirs[1]).middle
    if not (all(a > b for a, b in pairs) or all(a < b for a, b in pairs)):
        sentence = (
            f"{what}: {shown(our)} {unit} with {ours[0]}, {shown(their)} {unit} with {theirs[0]};"
            " not all rounds agree on which is more."
        )
        return Verdict("level", sentence)
    is_more = all(a > b for a, b in pairs)
    if not is_more:
        pairs = [(b, a) for a, b in pairs]
    more, less = (ours[0], theirs[0]) if is_more else (theirs[0], ours[0])
    if min(small for _, small in pairs) > 0:
        ratio = spread([large / small for large, small in pairs])
        word = "many" if unit == "orders/s" else "much"
        comparison = f"{shown(ratio.middle)} times as {word} with {more} as with {less}"
        numbers = f"{shown(ratio.least)}–{shown(ratio.most)} times; "
    else:
        comparison, numbers = f"more with {more} than with {less}", ""
    high, low = (our, their) if is_more else (their, our)
    sentence = f"{what}: {comparison} ({numbers}{shown(high)} against {shown(low)} {unit})."
    return Verdict("ahead" if is_more == more_is_better else "behind", sentence)


def turns(names: Sequence[str], number: int) -> list[str]:
    """The order of a round: everybody begins in turn, so that nobody always follows the same."""
    shift = number % len(names)
    rotated = [*names[shift:], *names[:shift]]
    return rotated[::-1] if (number // len(names)) % 2 else rotated
