"""Which rules an object of the database serves: as their guard, or as a part of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from groundplan.proof.plain import PlainRule
from groundplan.proof.provable import Provable
from groundplan.proof.register import Register
from groundplan.rules.declaration import row_guard_name
from groundplan.snapshot.differences import Finding
from groundplan.snapshot.inventory import ROWS, Aspects, Inventory, Place
from groundplan.snapshot.model import Column

_CALLED = re.compile(r"\b([a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*)\s*\(")
_TRIGGER = re.compile(
    r"create (?:or replace )?(?:constraint )?trigger (\w+)\s+(?:before|after)\b[^;]*?\bon ([\w.]+)"
)
_POLICY = re.compile(r"create policy (\w+) on ([\w.]+)")
_HEADING = re.compile(r" {4}-- ([a-z_][a-z0-9_]*)")
_TEXTS = ("body", "statement", "definition", "default", "generated", "using", "check")
_OF_TABLE = ("row_security", "forced_row_security")


class Guarding:
    """From objects to rules. A function serves the rules of all that calls it, at any remove."""

    def __init__(self, register: Register, expected: Inventory, live: Inventory) -> None:
        self._register = register
        self._expected = expected
        self._live = live
        self._direct = _direct(register)
        self._users: dict[str, set[Place]] = defaultdict(set)
        for inventory in (expected, live):
            for place, aspects in inventory.objects.items():
                for called in _called(place, aspects):
                    self._users[called].add(place)

    def rules_of(self, finding: Finding) -> tuple[Provable, ...]:
        """The rules concerned by a finding, in the order of the register."""
        place = finding.place
        narrowed = self._rules_of_blocks(place) if "body" in finding.aspects else ()
        if narrowed:
            return narrowed
        if finding.what == "foreign":
            found = set(self._around(place))
        else:
            found = self._reached(place)
            if place.kind in ROWS:
                found |= {
                    id(rule)
                    for rule in self._register
                    if rule.table == place.table and not isinstance(rule, PlainRule)
                }
            if place.kind in ("table", "view") and self._is_whole(finding):
                found |= {id(rule) for rule in self._register if rule.table == place.table}
        return tuple(rule for rule in self._register if id(rule) in found)

    def _is_whole(self, finding: Finding) -> bool:
        return finding.what == "missing" or not {*finding.aspects} <= {
            *_OF_TABLE,
            "granted_to_public",
        }

    def _around(self, place: Place) -> Iterator[int]:
        """What somebody else's object on a table of ours can get past."""
        if place.kind in ("trigger", "rule", "column", "constraint", "index"):
            yield from (id(rule) for rule in self._register if rule.table == place.table)
        elif place.kind == "policy":
            yield from (
                id(rule)
                for rule in self._register
                if any(
                    guard.kind == "policy" and guard.table == place.table for guard in rule.guards()
                )
            )
        elif place.kind == "function":
            name = place.name.partition("(")[0]
            for each in self._expected.objects:
                if each.kind == "function" and each.name.partition("(")[0] == name:
                    yield from self._reached(each)

    def _reached(self, start: Place) -> set[int]:
        seen = {start}
        waiting = [start]
        found: set[int] = set()
        while waiting:
            place = waiting.pop()
            found |= {id(rule) for rule in self._direct.get(place, ())}
            for user in self._used_by(place):
                if user not in seen:
                    seen.add(user)
                    waiting.append(user)
        return found

    def _used_by(self, place: Place) -> Iterator[Place]:
        if place.kind == "function":
            yield from self._users.get(place.name.partition("(")[0], ())
        elif place.kind == "column":
            word = re.compile(rf"\b{re.escape(place.name)}\b")
            for inventory in (self._expected, self._live):
                for each, aspects in inventory.objects.items():
                    if (
                        each.inside == place.inside
                        and each.kind in ("constraint", "index")
                        and word.search(str(aspects.get("definition", "")))
                    ):
                        yield each
        elif place.kind == "table":
            yield from (
                each
                for each in self._direct
                if each.kind == "policy" and each.inside == place.table
            )

    def _rules_of_blocks(self, place: Place) -> tuple[Provable, ...]:
        """The row rules of a table stand in one function, each under its name."""
        before = _blocks(self._expected.objects.get(place, {}))
        now = _blocks(self._live.objects.get(place, {}))
        if not before:
            return ()
        changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
        return tuple(
            rule
            for rule in self._register
            if rule.name in changed
            and place.name.startswith(f"{rule.table.partition('.')[0]}.")
            and any(guard.name == row_guard_name(rule.table) for guard in rule.guards())
        )


def _direct(register: Register) -> dict[Place, list[Provable]]:
    """The objects that rules name themselves. Worked out once, because every rule is compiled."""
    if register not in _known:
        found: dict[Place, list[Provable]] = defaultdict(list)
        for rule in register:
            for place in _places(rule):
                found[place].append(rule)
        _known[register] = dict(found)
    return _known[register]


_known: WeakKeyDictionary[Register, dict[Place, list[Provable]]] = WeakKeyDictionary()


def _places(rule: Provable) -> Iterator[Place]:
    for guard in rule.guards():
        if guard.kind == "not_null":
            yield Place("column", guard.table, guard.name)
        elif guard.kind in ("constraint", "index"):
            # A unique constraint and its index are one thing, whichever of the two a rule names.
            yield Place("constraint", guard.table, guard.name)
            yield Place("index", guard.table, guard.name)
        else:
            yield Place(guard.kind, guard.table, guard.name)
    if isinstance(rule, PlainRule):
        if isinstance(rule.subject, Column):
            yield Place("column", rule.table, rule.subject.name)
        return
    if rule.blocks():
        yield Place("trigger", rule.table, row_guard_name(rule.table))
    compiled = rule.compile()
    for trigger, table in _TRIGGER.findall(compiled):
        yield Place("trigger", table, trigger)
    for policy, table in _POLICY.findall(compiled):
        yield Place("policy", table, policy)


def _called(place: Place, aspects: Aspects) -> Iterator[str]:
    if place.kind == "trigger":
        yield str(aspects.get("function", "")).partition("(")[0]
    own = place.name.partition("(")[0] if place.kind == "function" else ""
    for name in _TEXTS:
        for called in _CALLED.findall(str(aspects.get(name) or "")):
            if called != own:
                yield called


def _blocks(aspects: Aspects) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in str(aspects.get("body") or "").split("\n"):
        heading = _HEADING.fullmatch(line)
        if heading:
            name = heading[1]
        elif re.match(r" {4}return\b", line):
            name = ""
        if name:
            found.setdefault(name, []).append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}
