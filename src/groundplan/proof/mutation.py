"""Rule mutation: with its guards a rule refuses its attack; without them it is broken, and seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import psycopg

from groundplan.proof.attack import Grants, all_with, all_without, attacks_on, thrown_away
from groundplan.proof.provable import Provable
from groundplan.proof.verdict import Verdict


def mutate(
    connection: psycopg.Connection[Any],
    rules: Iterable[Provable],
    *,
    app_grants: Grants | None = None,
    progress: Callable[[Verdict], None] | None = None,
) -> list[Verdict]:
    """A verdict for each rule, in the order given; on a scratch copy with rows in every table.

    A verdict holds when the attacks were refused with the guards, got through without them, were
    found by the audit, and were refused again when the guards were put back. ``audit_rows`` is
    what the audit found. Each rule has a transaction of its own, which is rolled back.
    """
    verdicts: list[Verdict] = []
    for rule in rules:
        verdict = _mutate(connection, rule, app_grants)
        if progress is not None:
            progress(verdict)
        verdicts.append(verdict)
    return verdicts


def _mutate(connection: psycopg.Connection[Any], rule: Provable, grants: Grants | None) -> Verdict:
    with thrown_away(connection):
        attacks = attacks_on(connection, rule)
        if isinstance(attacks, Verdict):
            return attacks
        guarded = all_with(connection, rule, attacks, grants)
        if not guarded.holds:
            return guarded
        bare = all_without(connection, rule, attacks, grants)
        if bare.outcome == "recorded":
            return replace(
                bare, outcome="unproven", message="Without its guards nothing changes either."
            )
        if bare.outcome != "got_through":
            return replace(bare, message=f"Without its guards: {bare.message}")
        if not bare.audit_rows:
            return replace(bare, outcome="unproven", message="The audit does not see it.")
        restored = all_with(connection, rule, attacks, grants)
        if not restored.holds:
            return replace(restored, message=f"After the guards were put back: {restored.message}")
        return replace(guarded, audit_rows=bare.audit_rows)
