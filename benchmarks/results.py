"""What a measurement says: paired ratios, their median and spread; as a line, JSON and a page."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Result:
    """One line of the table.

    ``ratio`` is how fast the kit is as a multiple of what it is compared with (above 1: faster),
    the median over the rounds; ``least`` and ``most`` are the smallest and largest of them.
    ``kit`` and ``other`` are medians in ``unit``.
    """

    part: str
    what: str
    ratio: float
    least: float
    most: float
    kit: float
    other: float
    unit: str

    def line(self) -> str:
        """One line for a terminal."""
        spread = f"{shown(self.least)}–{shown(self.most)}"
        numbers = f"{shown(self.kit)} : {shown(self.other)} {self.unit}"
        return f"{self.what:<62} {shown(self.ratio):>7}  {spread:<15} {numbers}"

    def row(self) -> str:
        """One row of a Markdown table."""
        return (
            f"| {self.what} | **{shown(self.ratio)}** | {shown(self.least)}–{shown(self.most)} |"
            f" {shown(self.kit)} {self.unit} | {shown(self.other)} {self.unit} |"
        )

    def as_json(self) -> dict[str, object]:
        """For ``--json``."""
        return asdict(self)


def shown(number: float) -> str:
    """Three digits: 0.384, 1.62, 58.3, 8,120."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}" if number < 10 else f"{number:.1f}"


def compared(
    part: str,
    what: str,
    pairs: Sequence[tuple[float, float]],
    unit: str,
    *,
    is_time: bool = False,
) -> Result:
    """The result of rounds of (kit, other). Times are turned round: less time is faster."""
    ratios = [other / kit if is_time else kit / other for kit, other in pairs]
    return Result(
        part,
        what,
        median(ratios),
        min(ratios),
        max(ratios),
        median(kit for kit, _ in pairs),
        median(other for _, other in pairs),
        unit,
    )


def interleaved(
    rounds: int,
    kit: Callable[[], float],
    other: Callable[[], float],
    *,
    seconds: float = float("inf"),
) -> list[tuple[float, float]]:
    """Rounds of (kit, other), each measured right after the other; who is first alternates.

    After so many seconds no round is begun, once there are three.
    """
    pairs: list[tuple[float, float]] = []
    end = time.monotonic() + seconds
    for number in range(rounds):
        if number >= 3 and time.monotonic() > end:
            break
        if number % 2:
            first = kit()
            pairs.append((first, other()))
        else:
            second = other()
            pairs.append((kit(), second))
    return pairs
