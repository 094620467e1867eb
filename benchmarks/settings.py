"""What a run is to measure, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

PARTS = ("orders", "orm", "hot", "reports", "barriers", "import")


@dataclass(frozen=True)
class Settings:
    """``seconds`` is the length of one round of one side, ``calls`` how many one of CPU time has.

    ``histories`` are numbers of orders that reports are read on, ``reads`` the rounds of reading,
    ``lines`` how many lines of a file are imported, ``imports`` how often.
    """

    parts: tuple[str, ...]
    rounds: int
    seconds: float
    calls: int
    histories: tuple[int, ...]
    reads: int
    lines: int
    imports: int

    def wants(self, part: str) -> bool:
        """Whether this part is to be measured."""
        return part in self.parts


def whole(parts: tuple[str, ...]) -> Settings:
    """The run that is published: about a quarter of an hour at most."""
    return Settings(parts, 5, 4, 200, (10_000, 200_000), 9, 20_000, 1)


def quick(parts: tuple[str, ...]) -> Settings:
    """About two minutes: to see whether something has changed a lot."""
    return Settings(parts, 3, 1, 60, (10_000,), 5, 2_000, 1)
