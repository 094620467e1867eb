"""What an import says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is (None: unknown)."""


@dataclass(frozen=True)
class Amounts:
    """What the files add up to in one currency; always
    ``source == loaded + rejected + duplicates + rounding``.

    ``loaded`` is what the database says of the loaded records; ``rounding`` are digits of the files
    below the smallest unit of the currency.
    """

    source: Decimal
    loaded: Decimal
    rejected: Decimal
    duplicates: Decimal
    rounding: Decimal


@dataclass(frozen=True)
class Rejected:
    """One refused row: where it stands and why."""

    file: str
    line: int
    column: str | None
    reason: str
    detail: str


@dataclass(frozen=True)
class ImportReport:
    """Rows and money of one import. Always ``read == loaded + rejected + duplicates``.

    ``records``, ``changed`` count what was loaded: new records, and known ones that were updated.
    ``amounts`` is by currency, or by ``units`` for stock. ``reasons`` counts the rejected rows by
    reason; ``first_rejects`` are the first of them. ``notes`` are sentences about what was decided.
    """

    title: str
    entity: str
    read: int
    loaded: int
    rejected: int
    duplicates: int
    records: int
    changed: int
    amounts: Mapping[str, Amounts]
    reasons: Mapping[str, int]
    first_rejects: Sequence[Rejected]
    notes: Sequence[str]
    is_dry_run: bool
    seconds: Mapping[str, float]

    def as_json(self) -> dict[str, object]:
        """For ``--json``: amounts as exact decimal strings without trailing zeros."""
        return {
            "title": self.title,
            "entity": self.entity,
            "dry_run": self.is_dry_run,
            "read": self.read,
            "loaded": self.loaded,
            "rejected": self.rejected,
            "duplicates": self.duplicates,
            "records": self.records,
            "changed": self.changed,
            "amounts": {
                unit: {
                    "source": exact(found.source),
                    "loaded": exact(found.loaded),
                    "rejected": exact(found.rejected),
                    "duplicates": exact(found.duplicates),
                    "rounding": exact(found.rounding),
                }
                for unit, found in self.amounts.items()
            },
            "reasons": dict(self.reasons),
            "first_rejects": [
                {
                    "file": row.file,
                    "line": row.line,
                    "column": row.column,
                    "reason": row.reason,
                    "detail": row.detail,
                }
                for row in self.first_rejects
            ],
            "notes": list(self.notes),
            "seconds": {phase: round(spent, 2) for phase, spent in self.seconds.items()},
        }


def exact(amount: Decimal) -> str:
    """All digits and no more: 9747747.934, 12, 0."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
