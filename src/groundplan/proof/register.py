"""The register: every rule of a database once, declared and plain, in a fixed order."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from groundplan.errors import GroundplanError
from groundplan.proof.plain import PlainRule, plain_rules
from groundplan.proof.provable import Provable
from groundplan.rules.declaration import Guard, Rule
from groundplan.snapshot.model import Snapshot


class UnknownRule(GroundplanError):
    """There is no rule of that name, or more than one; the hint names those that could be meant."""


class Register:
    """Rules sorted by table and name. Two tables may each have a rule of the same name."""

    def __init__(self, rules: Iterable[Provable]) -> None:
        self._rules = tuple(sorted(rules, key=lambda rule: (rule.table, rule.name)))

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[Provable]:
        return iter(self._rules)

    @property
    def plain(self) -> int:
        """How many are plain constraints, read from the catalog."""
        return sum(isinstance(rule, PlainRule) for rule in self._rules)

    @property
    def declared(self) -> int:
        """How many are declared."""
        return len(self._rules) - self.plain

    @property
    def figures(self) -> str:
        """ "122 declared rules and 671 plain constraints", as counted here."""
        return (
            f"{self.declared:,} declared {'rule' if self.declared == 1 else 'rules'} and "
            f"{self.plain:,} plain {'constraint' if self.plain == 1 else 'constraints'}"
        )

    def of_table(self, table: str) -> tuple[Provable, ...]:
        """The rules on schema.table; empty when there are none."""
        return tuple(rule for rule in self._rules if rule.table == table)

    def named(self, name: str) -> Provable:
        """The rule of that name, or of schema.table.name where several tables have one.

        Raises UnknownRule.
        """
        found = [rule for rule in self._rules if name in (rule.name, f"{rule.table}.{rule.name}")]
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownRule(
                f"{len(found)} tables have a rule named {name}.",
                hint="Say which: " + ", ".join(f"{rule.table}.{rule.name}" for rule in found),
            )
        near = difflib.get_close_matches(name, [rule.name for rule in self._rules], n=3)
        raise UnknownRule(
            f"There is no rule named {name}.",
            hint=(f"Did you mean {' or '.join(near)}? " if near else "")
            + "`groundplan rules` lists them all.",
        )


def build_register(declared: Iterable[Rule], snapshot: Snapshot) -> Register:
    """Declared rules, and the plain ones that are not the guard of a declared rule."""
    rules = tuple(declared)
    spoken_for = {_place(guard) for rule in rules for guard in rule.guards()}
    plain = [rule for rule in plain_rules(snapshot) if _place(rule.guards()[0]) not in spoken_for]
    return Register([*rules, *plain])


def _place(guard: Guard) -> tuple[str, str, str]:
    """A unique constraint and its index are one thing, whichever of the two a rule names."""
    kind = "constraint" if guard.kind == "index" else guard.kind
    return (kind, guard.table, guard.name)
