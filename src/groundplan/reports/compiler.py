"""From the rollups of a module to its two generated files."""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.reports.counting import compile_self_fold, compile_triggers
from groundplan.reports.declaration import Rollup
from groundplan.reports.folding import compile_fold, compile_rebuild
from groundplan.reports.reading import compile_views
from groundplan.reports.source import sources_of
from groundplan.reports.state import compile_state
from groundplan.reports.text import HEADER


def compile_code(rollups: Iterable[Rollup]) -> str:
    """The text of ``reports.sql``: maps, triggers, folds and views of the rollups of a module.

    Every statement can be run again; a changed list of columns needs the old function or view to
    be dropped first. Needs groundplan.fold_at_commit() and the tables of ``compile_state``.
    """
    parts = [HEADER]
    for source in sources_of(rollups):
        parts += [
            compile_triggers(source),
            compile_fold(source),
            compile_self_fold(source),
            compile_rebuild(source),
            compile_views(source),
        ]
    return "\n".join(parts)


__all__ = ["compile_code", "compile_state"]
