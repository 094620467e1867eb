"""The order: which modules, in which order, as one readable text of SQL."""

from groundplan.compose.grants import RoleNames, grants
from groundplan.compose.manifest import PRESETS, closure, load_modules
from groundplan.compose.plan import Part, Plan, compose
from groundplan.modules.module import Module

__all__ = [
    "PRESETS",
    "Module",
    "Part",
    "Plan",
    "RoleNames",
    "closure",
    "compose",
    "grants",
    "load_modules",
]
