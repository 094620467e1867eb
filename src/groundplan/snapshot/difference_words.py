"""Differences of two inventories in words, to be read after the name of the object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from groundplan.snapshot.inventory import Aspects, Place

_FIRES = {
    "O": "fires in ordinary sessions",
    "A": "fires always, also while a dump is restored",
    "R": "fires on replicas only",
    "D": "is switched off",
}
_LONG = 160
_NAMED = 5

_PERSISTENCE = {
    "p": "is logged",
    "u": "is not logged, so that a crash empties it",
    "t": "is temporary",
}
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}


def words_of(place: Place, aspect: str, expected: Any, live: Any) -> str:
    """What is different in one aspect."""
    match aspect:
        case "owner":
            return f"belongs to {live}"
        case "persistence":
            return _PERSISTENCE.get(live, "is kept in another way")
        case "row_security":
            return f"has row-level security {_on(live)}"
        case "forced_row_security":
            return f"has row-level security for its owner {_on(live)}"
        case "not_null":
            return "may be null" if expected else "may not be null"
        case "validated":
            return "has not been checked on every row"
        case "enforced":
            return "is not enforced"
        case "usable":
            return "is not valid"
        case "unique":
            return "is unique" if live else "is not unique"
        case "fires":
            return _FIRES.get(live, "fires at other times")
        case "definer":
            return f"runs with the rights of {'its owner' if live else 'whoever calls it'}"
        case "volatility":
            return (
                f"is {_VOLATILITY.get(live, live)} instead of {_VOLATILITY.get(expected, expected)}"
            )
        case "body" | "statement":
            return "has another body"
        case "permissive":
            return f"is {'permissive' if live else 'restrictive'}"
        case _:
            return _rights(aspect, expected, live) or _text(place, aspect, expected, live)


def _rights(aspect: str, expected: Any, live: Any) -> str:
    """Who holds too much."""
    if not isinstance(live, list):
        return ""
    too_much = ", ".join(
        "everybody" if each == "public" else str(each)
        for each in cast("list[object]", live)
        if each not in (expected or ())
    )
    match aspect:
        case "trigger_granted_to":
            return f"lets {too_much} put triggers on it"
        case "granted_to_public":
            return f"lets everybody {too_much}"
        case "inherited_by":
            return f"is inherited by {too_much}, whose rows no rule has seen"
        case "inherits":
            return f"is a part of {too_much}, where other rights and policies hold"
        case "lacks":
            return f"lacks {_few(too_much.split(', '))}"
        case "execute_granted_to":
            return f"may be executed by {too_much}"
        case "create_granted_to":
            return f"lets {too_much} create objects in it"
        case "usage_granted_to":
            return f"may be used by {too_much}"
        case _:
            return ""


def _text(place: Place, aspect: str, expected: Any, live: Any) -> str:
    name = aspect.replace("_", " ")
    before, now = str(expected), str(live)
    if live is None:
        return (
            f"has no {name} any more"
            if len(before) > _LONG
            else f"has no {name} instead of {before}"
        )
    if expected is None:
        return f"has a {name}" if len(now) > _LONG else f"has the {name} {now}"
    if place.kind in ("function", "view") or len(before) + len(now) > _LONG:
        return f"has another {name}"
    return f"has the {name} {now or 'nothing'} instead of {before or 'nothing'}"


def _few(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def foreign_words(place: Place, aspects: Aspects, is_wrong: bool, calls: Sequence[str] = ()) -> str:
    """What somebody else's object is or does. ``calls``: functions that it runs."""
    if is_wrong and calls:
        return f"is not ours, and runs {', '.join(calls)} inside our writes"
    match place.kind:
        case "trigger" if is_wrong:
            return "is not ours, and can alter what our rules write"
        case "rule" if is_wrong:
            return "is not ours, and rewrites what is written"
        case "constraint" if is_wrong:
            return "is not ours, and alters our rows when those it refers to are deleted or altered"
        case "policy" if is_wrong:
            return "is not ours, and lets rows through"
        case "function" if is_wrong:
            return "is not ours, and has the name of a function that is"
        case "setting":
            return f"begins every session with {aspects['value']}, which switches guards off"
        case _:
            return "is not ours"


def _on(value: Any) -> str:
    return "on" if value else "off"
