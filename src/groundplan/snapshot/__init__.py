"""The survey: what a database holds, read once from pg_catalog into immutable values."""

from groundplan.snapshot.model import (
    Column,
    Constraint,
    Function,
    Index,
    Policy,
    Reference,
    Schema,
    Sequence,
    Snapshot,
    Table,
    Trigger,
    View,
)
from groundplan.snapshot.read import read_snapshot

__all__ = [
    "Column",
    "Constraint",
    "Function",
    "Index",
    "Policy",
    "Reference",
    "Schema",
    "Sequence",
    "Snapshot",
    "Table",
    "Trigger",
    "View",
    "read_snapshot",
]
