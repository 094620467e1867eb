"""Every outcome of an attack, in words."""

from __future__ import annotations

from typing import Any

import pytest

from groundplan.compose import Plan
from groundplan.proof import Verdict
from groundplan.studio.outcomes import told

_OUTCOMES = (
    ("refused", 0, "good", "Refused", "warn"),
    ("recorded", 0, "good", "Held", "warn"),
    ("got_through", 0, "bad", "Got through", "warn"),
    ("got_through", 1, "bad", "Got through", "bad"),
    ("refused_by_another", 0, "warn", "Refused by another", "warn"),
    ("unproven", 0, "warn", "Unproven", "warn"),
    ("not_in_force", 0, "plain", "Not in force", "plain"),
)


@pytest.mark.parametrize(("outcome", "rows", "tone", "word", "without"), _OUTCOMES)
def test_nothing_unproven_looks_like_a_success(
    shop_plan: Plan, outcome: Any, rows: int, tone: str, word: str, without: str
) -> None:
    verdict = Verdict(shop_plan.rules[0], outcome, audit_rows=rows)
    guarded, unguarded = told(verdict, "guarded"), told(verdict, "unguarded")
    assert (guarded.tone, guarded.word) == (tone, word)
    assert unguarded.tone == without
    assert guarded.sentence.endswith(".")
    assert unguarded.sentence.endswith(".")
