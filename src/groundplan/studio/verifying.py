"""Runs of verify, one at a time, each in a thread of its own that any page can watch.

Nothing is recorded in the database: `groundplan verify` does that. What was found about each rule
is kept until the studio ends.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import psycopg

from groundplan.errors import GroundplanError
from groundplan.proof import Drift, Provable, Violation, drift_of, settle, verify_rules
from groundplan.reports import Difference, report_count, verify
from groundplan.studio.ground import Connection, Ground
from groundplan.studio.knowledge import Knowledge

logger = logging.getLogger(__name__)

_DEFECT = "Something went wrong that should not. The terminal of the studio shows where."


@dataclass(frozen=True)
class Checked:
    """What the last audit of a rule came to; ``violation`` is None when every row keeps it."""

    at: datetime
    violation: Violation | None


@dataclass(frozen=True)
class Run:
    """A run as it is now. ``doing`` says in words what it is busy with; ``error`` why it ended."""

    started_at: datetime
    rules: int
    reports: int
    figures: str = ""
    rules_done: int = 0
    reports_done: int = 0
    doing: str = ""
    ended_at: datetime | None = None
    violations: tuple[Violation, ...] = ()
    differences: tuple[Difference, ...] = ()
    drift: Drift | None = None
    error: GroundplanError | None = None

    @property
    def seconds(self) -> float:
        """How long it took, or has taken so far."""
        return ((self.ended_at or datetime.now(UTC)) - self.started_at).total_seconds()

    @property
    def is_clean(self) -> bool:
        """Whether it came to its end and found nothing."""
        if self.ended_at is None or self.error or self.violations or self.differences:
            return False
        return self.drift is not None and self.drift.is_clean


class Verifier:
    """Keeps the run under way or the last one, and what is known of each rule."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._lock = threading.Lock()
        self._run: Run | None = None
        self._checked: dict[tuple[str, str], Checked] = {}
        self._connection: Connection | None = None

    @property
    def run(self) -> Run | None:
        """The run under way, else the last one."""
        return self._run

    def checked(self, rule: Provable) -> Checked | None:
        """The last audit of the rule; None if there was none since the studio began."""
        return self._checked.get((rule.table, rule.name))

    def start(self, knowledge: Knowledge) -> None:
        """Begin a run, unless one is under way."""
        with self._lock:
            if self._run is not None and self._run.ended_at is None:
                return
            self._run = Run(
                datetime.now(UTC),
                rules=len(knowledge.register),
                reports=report_count(knowledge.plan.rollups),
                figures=knowledge.register.figures,
                doing="Comparing every guard with what was installed",
            )
        threading.Thread(target=self._verify, args=(knowledge,), daemon=True).start()

    def audit(self, rule: Provable) -> Checked:
        """Audit one rule now. Raises the errors of groundplan.errors."""
        with self._ground.verifying() as connection:
            violations = verify_rules(connection, [rule])
        self._keep([rule], violations)
        return self._checked[rule.table, rule.name]

    def close(self) -> None:
        """End a run that is under way."""
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                connection.cancel_safe(timeout=1)

    def _verify(self, knowledge: Knowledge) -> None:
        error: GroundplanError | None = None
        try:
            with self._ground.verifying() as connection:
                self._connection = connection
                settle(connection)
                self._change(drift=drift_of(connection, knowledge.plan))
                self._change(doing="Reading every table")
                self._rules(connection, knowledge)
                self._reports(connection, knowledge)
        except GroundplanError as problem:
            error = problem
        except Exception:
            logger.exception("verify failed")
            error = GroundplanError(_DEFECT)
        finally:
            self._connection = None
            self._change(ended_at=datetime.now(UTC), doing="", error=error)

    def _rules(self, connection: Connection, knowledge: Knowledge) -> None:
        done = 0

        def progress(rule: Provable) -> None:
            nonlocal done
            done += 1
            self._change(rules_done=done, doing=f"Rules of {rule.table}")

        violations = verify_rules(connection, knowledge.register, progress)
        self._keep(knowledge.register, violations)
        self._change(violations=tuple(violations))

    def _reports(self, connection: Connection, knowledge: Knowledge) -> None:
        done = 0
        self._change(doing="Counting the reports again")

        def progress(report: str) -> None:
            nonlocal done
            done += 1
            self._change(reports_done=done, doing=f"Counted again: {report}")

        found = verify(connection, knowledge.plan.rollups, progress=progress)
        self._change(differences=tuple(found))

    def _keep(self, rules: Iterable[Provable], violations: list[Violation]) -> None:
        now = datetime.now(UTC)
        broken = {(each.rule.table, each.rule.name): each for each in violations}
        with self._lock:
            for rule in rules:
                place = (rule.table, rule.name)
                self._checked[place] = Checked(now, broken.get(place))

    def _change(self, **values: object) -> None:
        with self._lock:
            assert self._run is not None
            self._run = replace(self._run, **values)  # pyright: ignore[reportArgumentType]
