"""The list of rules: chosen by words, module, table and kind, grouped by module and table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from groundplan.proof import PlainRule, Provable, Register
from groundplan.rules import Rule
from groundplan.studio.guards import Standing
from groundplan.studio.verifying import Checked

AT_ONCE = 250
"""How many plain rules a page lists; beyond them a table's are behind a link."""

_PLAIN_KINDS = {
    "NotNull": "never null",
    "Check": "checks",
    "PrimaryKey": "primary keys",
    "Unique": "unique keys",
    "ForeignKey": "references",
    "Exclusion": "exclusions",
}
_SINGULAR = {
    "Check": "check",
    "PrimaryKey": "primary key",
    "Unique": "unique key",
    "ForeignKey": "reference",
    "Exclusion": "exclusion",
}


@dataclass(frozen=True)
class Choice:
    """What is asked for; empty texts ask for nothing."""

    words: str = ""
    module: str = ""
    table: str = ""
    kind: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether plain rules are among what is asked for, and are shown unasked."""
        return bool(self.words or self.table or self.kind)

    def fits(self, rule: Provable) -> bool:
        """Whether the rule is one of those. Every word must occur somewhere."""
        if self.kind and rule.kind != self.kind:
            return False
        if self.table and rule.table != self.table:
            return False
        if self.module and not rule.table.startswith(f"{self.module}."):
            return False
        if not self.words:
            return True
        text = " ".join(
            (rule.name, rule.name.replace("_", " "), rule.table, rule.kind, rule.sqlstate)
        )
        text = f"{text} {rule.sentence}".casefold()
        return all(word in text for word in self.words.casefold().split())

    @property
    def query(self) -> dict[str, str]:
        """For the URL: what is not empty."""
        asked = {
            "words": self.words,
            "module": self.module,
            "table": self.table,
            "kind": self.kind,
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Row:
    """A rule as the list shows it; ``name`` is what its page is called."""

    rule: Provable
    name: str
    standing: Standing
    checked: Checked | None


@dataclass(frozen=True)
class TableRules:
    """``plain`` is empty where the plain rules are behind a link; ``in_words`` counts them."""

    table: str
    declared: tuple[Row, ...]
    plain: tuple[Row, ...]
    plain_count: int
    in_words: str


@dataclass(frozen=True)
class ModuleRules:
    """The tables of a module that have rules of those asked for."""

    module: str
    tables: tuple[TableRules, ...]
    count: int


@lru_cache(maxsize=2)
def page_names(register: Register) -> Mapping[tuple[str, str], str]:
    """The name by which `Register.named` finds each rule, by its table and name."""
    often = Counter(rule.name for rule in register)
    return {
        (rule.table, rule.name): rule.name if often[rule.name] == 1 else f"{rule.table}.{rule.name}"
        for rule in register
    }


def grouped(
    rows: Iterable[Row], choice: Choice, *, modules: Iterable[str], shows_all: bool = False
) -> list[ModuleRules]:
    """Rows of the choice, modules in the given order. ``shows_all``: nothing is behind a link."""
    places = {name: place for place, name in enumerate(modules)}
    by_table: dict[str, list[Row]] = {}
    for row in rows:
        by_table.setdefault(row.rule.table, []).append(row)
    left = AT_ONCE if choice.is_narrow else 0
    found: dict[str, list[TableRules]] = {}
    for table in sorted(by_table, key=lambda name: (places.get(name.split(".")[0], 99), name)):
        declared = [row for row in by_table[table] if not isinstance(row.rule, PlainRule)]
        plain = [row for row in by_table[table] if isinstance(row.rule, PlainRule)]
        is_open = shows_all or choice.table != "" or 0 < len(plain) <= left
        left -= len(plain) if is_open else 0
        listed = tuple(plain) if is_open else ()
        words = in_words(row.rule for row in plain)
        group = TableRules(table, tuple(declared), listed, len(plain), words)
        found.setdefault(table.split(".")[0], []).append(group)
    return [
        ModuleRules(
            name, tuple(tables), sum(len(each.declared) + each.plain_count for each in tables)
        )
        for name, tables in found.items()
    ]


def in_words(plain: Iterable[Provable]) -> str:
    """12 never null, 3 checks, 1 primary key"""
    counts = Counter(rule.kind for rule in plain)
    return ", ".join(
        f"{counts[kind]} {_SINGULAR.get(kind, many) if counts[kind] == 1 else many}"
        for kind, many in _PLAIN_KINDS.items()
        if counts[kind]
    )


def kinds_of(register: Register) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Declared kinds and plain ones, with how many rules each has, most first."""
    declared = Counter(rule.kind for rule in register if isinstance(rule, Rule))
    plain = Counter(rule.kind for rule in register if isinstance(rule, PlainRule))
    return (
        sorted(declared.items(), key=lambda pair: (-pair[1], pair[0])),
        sorted(plain.items(), key=lambda pair: (-pair[1], pair[0])),
    )
