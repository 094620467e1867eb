"""Find the attack on a plain rule by trying, on a scratch copy that holds sample rows.

The rule is taken away first. An attempt is an attack when it then goes through, every other rule
in force, and the rule's audit sees a row that it did not see before. When another rule refuses,
the attempt is repaired and tried again. Nothing is kept: all of it happens behind a savepoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import psycopg

from groundplan.proof.attempts import Attempt, Refusal
from groundplan.proof.laboratory import DOOR, attempt, audit_rows, refusal_of, run, taken_back
from groundplan.proof.plain import PlainRule, rules_of
from groundplan.proof.repairs import repairs
from groundplan.proof.starts import stages
from groundplan.proof.verdict import speaks_for
from groundplan.rules.declaration import Attack

_BUDGET = 4000
"""How many statements are tried for one rule."""
_KEPT = 100
"""How many attempts are kept for each rule that refused, to tell which one stands in front."""
_SHADOWED = 300
"""How many statements are tried to tell whether it does."""
_STARTS = 500
"""How many of them in one stage, before the next one has its turn."""
_REPAIRS = 3
"""How many other rules an attempt may have to be brought into line with."""


@dataclass(frozen=True)
class NotFound:
    """No attack was found. ``refused_by`` is what another rule says to whatever would be one."""

    reason: str
    refused_by: Refusal | None = None


def find_attack(connection: psycopg.Connection[Any], rule: PlainRule) -> Attack | NotFound:
    """An attack on the rule, or why there is none. Runs inside the caller's transaction."""
    with taken_back(connection, "search"):
        run(connection, DOOR)
        search = _Search(connection, rule)
        found = search.find()
    if isinstance(found, Attempt):
        return Attack(found.statements, door=True)
    return found


@dataclass
class _Search:
    connection: psycopg.Connection[Any]
    rule: PlainRule
    left: int = _BUDGET
    refused: dict[Refusal, list[Attempt]] = field(default_factory=dict[Refusal, list[Attempt]])
    raised: Refusal | None = None
    seen: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])

    def find(self) -> Attempt | NotFound:
        ways = list(stages(self.connection, self.rule))
        self.before = audit_rows(self.connection, self.rule.audit())
        run(self.connection, self.rule.removal())
        refused: list[tuple[Attempt, Refusal]] = []
        for starts in ways:
            found, here = self._all(islice(starts, _STARTS))
            if found is None:
                found, there = self._all(islice(self._better(here), _STARTS))
                refused += there
            if found is not None:
                return found
            if self.raised is not None:
                return self._not_found()
        for _ in range(_REPAIRS - 1):
            found, refused = self._all(self._better(refused))
            if found is not None:
                return found
        return self._not_found()

    def _all(
        self, attempts: Iterable[Attempt]
    ) -> tuple[Attempt | None, list[tuple[Attempt, Refusal]]]:
        """Try one after the other: the one that is an attack, or those that were refused."""
        refused: list[tuple[Attempt, Refusal]] = []
        for tried in attempts:
            result = self._try(tried)
            if result is True:
                return tried, []
            if isinstance(result, Refusal):
                refused.append((tried, result))
        return None, refused

    def _better(self, refused: list[tuple[Attempt, Refusal]]) -> Iterator[Attempt]:
        for tried, refusal in refused:
            if self.left <= 0:
                return
            for changes in list(repairs(self.connection, tried, refusal)):
                yield tried.with_changes(changes)

    def _try(self, tried: Attempt) -> Refusal | bool:
        """The refusal; True when the rule was broken, False when nothing came of it."""
        if tried.statements in self.seen or self.left <= 0:
            return False
        self.seen.add(tried.statements)
        self.left -= 1
        with taken_back(self.connection, "attempt"):
            refusal = attempt(self.connection, tried.statements)
            if refusal is None:
                return self._is_seen()
        if not refusal.sqlstate.startswith("23"):
            return False  # A value the type does not hold, or a cast that fails: no rule spoke.
        kept = self.refused.setdefault(refusal, [])
        if len(kept) < _KEPT:
            kept.append(tried)
        return refusal

    def _is_seen(self) -> bool:
        """Whether the audit finds something new; a condition may raise instead of being false."""
        try:
            return bool(audit_rows(self.connection, self.rule.audit()) - self.before)
        except psycopg.Error as error:
            self.raised = refusal_of(error)
            return False

    def _not_found(self) -> NotFound:
        tried = _BUDGET - self.left
        if not tried:
            return NotFound(f"{self.rule.table} has no sample row to attack with.")
        if self.raised is not None:
            return NotFound(f"It is never false, it raises: {self.raised.message}.", self.raised)
        for refusal, attempts in list(self.refused.items()):
            if self._shadows(refusal, tuple(attempts)):
                return NotFound(
                    f"{refusal.spoken_by} refuses whatever would break it, in {tried} attempts.",
                    refusal,
                )
        refusers = ", ".join(dict.fromkeys(refusal.spoken_by for refusal in self.refused))
        by_whom = f" Refused by {refusers}." if refusers else ""
        return NotFound(f"None of {tried} attempts broke it.{by_whom}")

    def _shadows(self, refusal: Refusal, attempts: Sequence[Attempt]) -> bool:
        """Whether without the rule that refused an attempt would have broken this one too."""
        other = next(
            (rule for rule in rules_of(self.rule.source) if speaks_for(rule, refusal)), None
        )
        if other is None:
            return False
        with taken_back(self.connection, "shadow"):
            if attempt(self.connection, [other.removal().rstrip(";")]) is not None:
                return False
            self.seen.clear()
            self.left = _SHADOWED
            found, refused = self._all(attempts)
            for _ in range(_REPAIRS - 1):
                if found is None:
                    found, refused = self._all(self._better(refused))
            return found is not None
