"""Draws that depend on nothing but a seed and what they are for: the same on every machine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import TypeVar
from uuid import UUID

Item = TypeVar("Item")

_SPAN = 2.0**64


class Chance:
    """A source of draws. The same words give the same draw, whatever was drawn before."""

    def __init__(self, seed: int) -> None:
        self._key = str(seed).encode()

    def share(self, *words: object) -> float:
        """A number from 0 up to, but not including, 1."""
        return int.from_bytes(self._digest(words, 8)) / _SPAN

    def whole(self, low: int, high: int, *words: object) -> int:
        """A whole number between two others, both included."""
        return low + int(self.share(*words) * (high - low + 1))

    def between(self, low: float, high: float, *words: object) -> float:
        """A number between two others."""
        return low + self.share(*words) * (high - low)

    def happens(self, share: float, *words: object) -> bool:
        """True in this share of cases."""
        return self.share(*words) < share

    def one_of(self, items: Sequence[Item], *words: object) -> Item:
        """One of the items, each as likely as the others."""
        return items[int(self.share(*words) * len(items))]

    def identifier(self, milliseconds: int, *words: object) -> UUID:
        """A UUID of version 7 with this time since 1970 in front and a digest behind it."""
        value = (milliseconds & (2**48 - 1)) << 80 | int.from_bytes(self._digest(words, 10))
        value = value & ~(0xF << 76) | 7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        return UUID(int=value)

    def _digest(self, words: tuple[object, ...], size: int) -> bytes:
        text = "\x1f".join(map(str, words))
        return blake2b(text.encode(), digest_size=size, key=self._key).digest()


class Weighted:
    """Places of a list, drawn by weight."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._sums = list(accumulate(weights))

    def place(self, share: float) -> int:
        """The place that a number from 0 up to 1 falls on."""
        return min(bisect_right(self._sums, share * self._sums[-1]), len(self._sums) - 1)


def apportioned(total: int, weights: Sequence[float]) -> list[int]:
    """Whole parts of ``total`` in proportion to the weights, by largest remainder."""
    all_weights = sum(weights)
    exact = [total * weight / all_weights for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts
