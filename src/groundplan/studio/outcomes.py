"""What came of an attack, in a word and a sentence. Nothing unproven sounds like a success."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from groundplan.proof import PlainRule, Verdict
from groundplan.studio.rendering import plural

Side = Literal["guarded", "unguarded"]


@dataclass(frozen=True)
class Told:
    """``tone``: good, bad, warn or plain."""

    word: str
    sentence: str
    tone: str


def told(verdict: Verdict, side: Side) -> Told:
    """The outcome of one side of the attack."""
    if verdict.outcome == "not_in_force":
        return Told(
            "Not in force",
            "This rule belongs to installations with several tenants; here it guards nothing, and "
            "nothing was attacked.",
            "plain",
        )
    if verdict.outcome == "unproven":
        return Told("Unproven", "Nothing can be said: the attack could not be made.", "warn")
    if verdict.outcome == "met_no_row":
        return Told("Met no row", "There was no row to attack: nothing is proven.", "warn")
    if verdict.outcome == "guard_off":
        return Told(
            "Guard off",
            "Not attacked: in this database a guard of the rule is missing or altered, and the "
            "scratch copy has it.",
            "bad",
        )
    return _guarded(verdict) if side == "guarded" else _unguarded(verdict)


def _guarded(verdict: Verdict) -> Told:
    match verdict.outcome:
        case "refused":
            by = "The database refused it, and named this rule."
            if verdict.constraint and verdict.constraint != verdict.rule.name:
                by = "The database refused it, by a guard of this rule."
            return Told("Refused", f"{by}{_all_of(verdict)}", "good")
        case "recorded":
            return Told(
                "Held",
                "The statements ran and did not reach their aim: this rule hides or records "
                f"instead of refusing.{_all_of(verdict)}",
                "good",
            )
        case "got_through":
            return Told("Got through", "The guard did not hold. This is a defect.", "bad")
        case _:
            return Told(
                "Refused by another",
                "Something else refused it before this rule could speak: nothing is proven about "
                "this one.",
                "warn",
            )


def _unguarded(verdict: Verdict) -> Told:
    match verdict.outcome:
        case "got_through" if verdict.audit_rows:
            rows = plural(verdict.audit_rows, "row")
            return Told(
                "Got through",
                f"Nothing else stands in the way. Only the audit sees it: it finds {rows}.",
                "bad",
            )
        case "got_through":
            return Told(
                "Got through, unseen",
                "Nothing else stands in the way, and the audit does not see it: the audit is not "
                "proven.",
                "warn",
            )
        case "recorded":
            return Told(
                "Nothing changed",
                "Without its guard the statements did not reach their aim either: nothing is "
                "proven about the guard.",
                "warn",
            )
        case _:
            return Told(
                "Refused by another",
                "The guard is gone, and something else refuses it: nothing is proven about the "
                "guard.",
                "warn",
            )


def _all_of(verdict: Verdict) -> str:
    """A verdict that holds speaks for all attacks of the rule."""
    if isinstance(verdict.rule, PlainRule):
        return ""
    count = len(verdict.rule.attacks())
    if count == 1:
        return ""
    return f" {'Both' if count == 2 else f'All {count}'} attacks ended so; this is the first."
