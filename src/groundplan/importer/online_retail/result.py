"""What an import says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is (None: unknown)."""


@dataclass(frozen=True)
class Rejects:
    """The lines that one reason kept out; ``amount`` is their quantity x price."""

    lines: int
    amount: Decimal


@dataclass(frozen=True)
class ImportResult:
    """Lines and money of one import; everything but the file's own sums is counted in the database.

    Always ``read == loaded + rejected + duplicates``, and the same for the amounts. ``orders`` to
    ``openings`` count what this import has made. ``seconds`` maps each phase to its duration.
    """

    read: int
    loaded: int
    rejected: int
    duplicates: int
    source_amount: Decimal
    loaded_amount: Decimal
    rejected_amount: Decimal
    duplicate_amount: Decimal
    orders: int
    customers: int
    skus: int
    returns: int
    adjustments: int
    openings: int
    rejects: Mapping[str, Rejects]
    seconds: Mapping[str, float]

    def as_json(self) -> dict[str, object]:
        """For ``--json``: amounts as exact decimal strings without trailing zeros."""
        return {
            "read": self.read,
            "loaded": self.loaded,
            "rejected": self.rejected,
            "duplicates": self.duplicates,
            "source_amount": exact(self.source_amount),
            "loaded_amount": exact(self.loaded_amount),
            "rejected_amount": exact(self.rejected_amount),
            "duplicate_amount": exact(self.duplicate_amount),
            "orders": self.orders,
            "customers": self.customers,
            "skus": self.skus,
            "returns": self.returns,
            "adjustments": self.adjustments,
            "openings": self.openings,
            "rejects": {
                reason: {"lines": found.lines, "amount": exact(found.amount)}
                for reason, found in self.rejects.items()
            },
            "seconds": {phase: round(spent, 2) for phase, spent in self.seconds.items()},
        }


def exact(amount: Decimal) -> str:
    """All digits and no more: 9747747.934, 12, 0."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
