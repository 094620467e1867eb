"""The counting house: what is counted, declared once, compiled to SQL, verified at any time."""

from groundplan.reports.compiler import compile_code, compile_state
from groundplan.reports.declaration import Distinct, Key, Level, Measure, Rollup, Top
from groundplan.reports.upkeep import (
    Difference,
    fold,
    pending,
    rebuild,
    repair,
    report_count,
    verify,
)

__all__ = [
    "Difference",
    "Distinct",
    "Key",
    "Level",
    "Measure",
    "Rollup",
    "Top",
    "compile_code",
    "compile_state",
    "fold",
    "pending",
    "rebuild",
    "repair",
    "report_count",
    "verify",
]
