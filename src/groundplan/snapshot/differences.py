"""What an inventory has less, more or otherwise than the one it should equal."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from groundplan.snapshot.difference_words import foreign_words, words_of
from groundplan.snapshot.inventory import ROWS, Aspects, Inventory, Place

DEPARSED = frozenset({"definition", "default", "generated", "using", "check", "statement"})
"""Texts that PostgreSQL writes from what it has parsed: another version writes them otherwise."""

RIGHTS = frozenset(
    {
        "trigger_granted_to",
        "granted_to_public",
        "inherited_by",
        "execute_granted_to",
        "create_granted_to",
        "usage_granted_to",
        "inherits",
        "lacks",
    }
)
"""Lists of which only what is too much counts."""

_DERIVED = ("definition",)
"""Said only where nothing more exact differs."""

_CALLING = ("column", "constraint", "index", "policy", "trigger")

_SILENT = frozenset({"function", "before_row", "trigger_function", "alters_rows"})
_OURS_ALONE = ("event trigger", "setting")
_EXTENSION = "btree_gist"

_RUNS_TEXT = re.compile(
    r"\b(set_config|(?:query|table|cursor|schema|database)_to_xml\w*|ts_stat|ts_rewrite)\("
)
"""Functions of PostgreSQL that run a text, or could set the mark of our own code."""


@dataclass(frozen=True)
class Finding:
    """One object that is missing, different, or somebody else's.

    ``says`` tells what is wrong, to be read after the object's name. ``aspects`` are those that
    differ. With ``is_note`` nothing is wrong: it is there and none of ours.
    """

    place: Place
    what: Literal["missing", "different", "foreign"]
    says: str
    aspects: tuple[str, ...] = ()
    is_note: bool = False

    def __str__(self) -> str:
        return f"{self.place} {self.says}"


def differences(expected: Inventory, live: Inventory) -> list[Finding]:
    """What is wrong with the live one, and notes on what is there besides, each sorted by place.

    Texts are compared if both were written by the same version of PostgreSQL. ``expected`` may hold
    digests of long texts, as `digested` makes them.
    """
    wanted = {
        place: aspects
        for place, aspects in expected.objects.items()
        if place.kind not in _OURS_ALONE
        and (place.kind != "extension" or place.name == _EXTENSION)
        and not (place.kind in ROWS and place.inside in live.unread)
    }
    gone = {place.table for place in wanted if place.table and place not in live.objects}
    gone &= {place.table for place in wanted if place.kind in ("table", "view")} - {
        place.table for place in live.objects if place.kind in ("table", "view")
    }
    ignored: frozenset[str] = frozenset() if expected.major == live.major else DEPARSED
    found: list[Finding] = []
    for place in sorted({*wanted, *live.objects}):
        if place not in live.objects:
            if place.kind in ("table", "view") or place.table not in gone:
                found.append(Finding(place, "missing", "is missing"))
        elif place in wanted:
            found += _different(place, wanted[place], live.objects[place], ignored)
        else:
            calls = _calls(place, live, wanted)
            found += _foreign(place, live.objects[place], wanted, calls)
    return found


def digested(place: Place, aspects: Aspects) -> Aspects:
    """The aspects with the texts of code as digests: what is enough to compare them."""
    if place.kind not in ("function", "view"):
        return aspects
    return {
        name: _digest(value) if name in ("body", "statement", "definition") else value
        for name, value in aspects.items()
    }


def _digest(text: Any) -> str:
    return f"md5 {hashlib.md5(str(text).encode(), usedforsecurity=False).hexdigest()}"


def _is_same(expected: Any, live: Any) -> bool:
    if isinstance(expected, str) and expected.startswith("md5 ") and isinstance(live, str):
        return live == expected or _digest(live) == expected
    return expected == live


def _different(
    place: Place, expected: Aspects, live: Aspects, ignored: Collection[str]
) -> Iterator[Finding]:
    names: list[str] = []
    for name in sorted({*expected, *live} - _SILENT - {*ignored}):
        if name in RIGHTS:
            if {*live.get(name, ())} - {*expected.get(name, ())}:
                names.append(name)
        elif not _is_same(expected.get(name), live.get(name)):
            names.append(name)
    exact = [name for name in names if name not in _DERIVED] or names
    # What makes the difference is told first: a function of another body has another definition.
    if exact:
        words = (words_of(place, name, expected.get(name), live.get(name)) for name in exact)
        yield Finding(place, "different", "; ".join(dict.fromkeys(words)), tuple(exact))


def _calls(place: Place, live: Inventory, wanted: dict[Place, Aspects]) -> list[str]:
    """What an object of somebody else's makes run inside our writes, but for our own functions."""
    ours = {each.name for each in wanted if each.kind == "function"}
    calls = [each for each in live.calls.get(place, ()) if each not in ours]
    for name in ("definition", "default", "generated", "using", "check"):
        calls += _RUNS_TEXT.findall(str(live.objects[place].get(name) or ""))
    return calls if place.kind in _CALLING else []


def _foreign(
    place: Place, aspects: Aspects, wanted: dict[Place, Aspects], calls: list[str]
) -> Iterator[Finding]:
    if place.kind in ("extension", "schema", *ROWS):
        return
    table = next((each for each in _as_table(place) if each in wanted), None)
    if place.table and place.kind not in ("table", "view") and table is None:
        return  # What belongs to a table of somebody else's is told with the table.
    is_wrong = bool(calls)
    match place.kind:
        case "trigger":
            is_wrong = (aspects["before_row"] or is_wrong) and aspects["fires"] != "D"
        case "rule":
            is_wrong = aspects["fires"] != "D"
        case "constraint":
            is_wrong = (aspects["alters_rows"] or is_wrong) and aspects["enforced"]
        case "policy":
            is_wrong = bool(table and wanted[table].get("row_security")) and (
                aspects["permissive"] or is_wrong
            )
        case "function":
            name = place.name.partition("(")[0]
            is_wrong = any(
                each.kind == "function" and each.name.partition("(")[0] == name for each in wanted
            )
        case "setting":
            is_wrong = True
        case _:
            pass
    yield Finding(
        place, "foreign", foreign_words(place, aspects, is_wrong, calls), (), not is_wrong
    )


def _as_table(place: Place) -> Iterator[Place]:
    """The table or view that it belongs to."""
    inside, _, name = place.table.partition(".")
    yield from (Place(kind, inside, name) for kind in ("table", "view"))
