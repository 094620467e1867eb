"""What the page of a table tells, from the catalog and the declarations alone."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundplan.proof import PlainRule, Provable, Register
from groundplan.proof.sentences import of_constraint, of_index
from groundplan.rules import Audited, StateMachine
from groundplan.snapshot import Snapshot
from groundplan.snapshot.model import Column, Constraint, Function, Table, Trigger
from groundplan.studio.diagram import TECHNICAL, TENANT_COLUMN, Reference
from groundplan.studio.policy_words import bare
from groundplan.studio.rule_list import page_names

_SYNONYMS = re.compile(r"\s*\(synonyms?:\s*([^)]*)\)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_UNIT = re.compile(
    r"\b(?:in|of) (milliseconds|seconds|minutes|hours|days|grams|kilograms|millimetres|"
    r"centimetres|metres|litres|bytes|percent)\b"
)
_MONEY = ("_amount", "_price", "_cost", "_total", "_fee")
_TIMING = re.compile(
    r"\b(BEFORE|AFTER|INSTEAD OF) (.+?) ON .*?\bFOR EACH (ROW|STATEMENT)", re.DOTALL
)
_RULES_OF_GUARD = re.compile(r"\n(?=[a-z0-9_]+: )")
"""A row guard tells each of its rules in a line that begins with the name."""
_KINDS = {
    "primary_key": "primary key",
    "unique": "unique",
    "foreign_key": "reference",
    "check": "check",
    "exclusion": "exclusion",
}
PERSONAL_LOG = "core.audit_personal"
"""Holds the personal values of other tables, whatever its own columns are called."""


@dataclass(frozen=True)
class Description:
    """A comment: its first sentence, what follows, and other names for the same thing."""

    lead: str
    rest: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnFact:
    """``marks``: PK, FK, UQ. ``target``: the table that it refers to."""

    name: str
    type: str
    meaning: str
    unit: str
    default: str
    generated: str
    is_null: bool
    marks: tuple[str, ...]
    target: str | None
    is_personal: bool
    is_technical: bool


@dataclass(frozen=True)
class ConstraintFact:
    """``rule``: its name in the register; None for what a partition inherits."""

    name: str
    kind: str
    sentence: str
    definition: str
    rule: str | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleFact:
    """``rule``: its name in the register. ``guards``: kind and name of what refuses here."""

    name: str
    rule: str
    kind: str
    sentence: str
    hint: str
    sqlstate: str
    guards: tuple[tuple[str, str], ...]
    attacks: int
    elsewhere: str | None


@dataclass(frozen=True)
class TriggerFact:
    """``moment``: before each row, for insert or update. ``meaning``: one for each rule in it."""

    name: str
    moment: str
    function: str
    meaning: tuple[str, ...]
    definition: str
    enabled: bool


@dataclass(frozen=True)
class IndexFact:
    """``keys`` as SQL writes them; ``constraint``: what it stands behind."""

    name: str
    keys: str
    unique: bool
    method: str
    predicate: str
    definition: str
    constraint: str | None
    valid: bool


def described(comment: str | None) -> Description:
    """The parts of a comment."""
    text = " ".join((comment or "").split())
    synonyms = tuple(each.strip() for group in _SYNONYMS.findall(text) for each in group.split(","))
    parts = _SENTENCE.split(_SYNONYMS.sub("", text), maxsplit=1)
    return Description(parts[0], parts[1] if len(parts) > 1 else "", synonyms)


def near_names(snapshot: Snapshot, asked: str) -> list[str]:
    """Tables whose names are like it, with their schema or without."""
    names = [table.qualified for table in snapshot.tables()]
    found = difflib.get_close_matches(asked, names, n=3, cutoff=0.6)
    short = asked.rpartition(".")[2]
    bare: dict[str, list[str]] = {}
    for name in names:
        bare.setdefault(name.rpartition(".")[2], []).append(name)
    for each in difflib.get_close_matches(short, bare, n=3, cutoff=0.7):
        found += bare[each]
    return list(dict.fromkeys(found))[:4]


def personal_columns(rules: Iterable[object], table: Table) -> frozenset[str]:
    """Columns that are declared to hold what is about a person."""
    if table.qualified == PERSONAL_LOG:
        return frozenset(column.name for column in table.columns if column.type == "jsonb")
    return frozenset(
        name
        for rule in rules
        if isinstance(rule, Audited) and rule.table == table.qualified
        for name in rule.personal
    )


def columns(table: Table, lines: Sequence[Reference], personal: frozenset[str]) -> list[ColumnFact]:
    """``lines``: the references that leave the table."""
    targets = {column: line.parent for line in reversed(lines) for column in line.columns}
    keyed = {column for line in lines if not line.implied for column in line.columns}
    primary = set(table.primary_key)
    unique = _single_unique(table)
    money = next(
        (name for name in ("currency_code", "currency") if _has(table, name)),
        "",
    )
    return [
        ColumnFact(
            column.name,
            column.type,
            " ".join((column.comment or "").split()),
            _unit(column, money),
            "identity" if column.identity else column.default or "",
            column.generated or "",
            not column.not_null,
            tuple(
                mark
                for mark, holds in (
                    ("PK", column.name in primary),
                    ("FK", column.name in keyed),
                    ("UQ", column.name in unique and column.name not in primary),
                )
                if holds
            ),
            targets.get(column.name),
            column.name in personal,
            column.name in TECHNICAL or column.name == TENANT_COLUMN,
        )
        for column in table.columns
    ]


def constraints(table: Table, register: Register) -> list[ConstraintFact]:
    """Keys, references, checks, exclusions and unique indexes, each as a sentence."""
    known = _by_guard(register, table.qualified)
    order = list(_KINDS)
    facts = [
        ConstraintFact(
            each.name,
            _KINDS[each.kind],
            of_constraint(table, each),
            each.definition,
            known.get(each.name),
            tuple(_notes(each)),
        )
        for each in sorted(table.constraints, key=lambda each: order.index(each.kind))
    ]
    for index in table.indexes:
        if index.unique and index.constraint is None:
            where = f" where {index.predicate}" if index.predicate else ""
            definition = f"unique ({', '.join(index.keys)}){where}"
            sentence = of_index(table, index)
            facts.append(
                ConstraintFact(index.name, "unique", sentence, definition, known.get(index.name))
            )
    return facts


def rules(table: Table, register: Register) -> list[RuleFact]:
    """Declared rules of the table, then those of other tables that guard it too."""
    found = [each for each in register if not isinstance(each, PlainRule)]
    own = [each for each in found if each.table == table.qualified]
    others = [
        each
        for each in found
        if each.table != table.qualified
        and any(guard.table == table.qualified for guard in each.guards())
    ]
    names = page_names(register)
    return [_rule(each, table.qualified, names[each.table, each.name]) for each in (*own, *others)]


def machines(rules: Iterable[object], table: str) -> list[StateMachine]:
    """The state machines of the table."""
    return [each for each in rules if isinstance(each, StateMachine) and each.table == table]


def triggers(table: Table, functions: Iterable[Function]) -> list[TriggerFact]:
    """In the order in which they fire: by name, before those that come after."""
    comments = {f"{each.schema}.{each.name}": each.comment for each in functions}
    return [_trigger(each, comments) for each in table.triggers]


def indexes(table: Table) -> list[IndexFact]:
    """All of them, those behind constraints too."""
    return [
        IndexFact(
            each.name,
            ", ".join(each.keys),
            each.unique,
            each.method,
            bare(each.predicate or ""),
            each.definition,
            each.constraint,
            each.valid,
        )
        for each in table.indexes
    ]


def _has(table: Table, name: str) -> bool:
    return any(column.name == name for column in table.columns)


def _unit(column: Column, money: str) -> str:
    found = _UNIT.search(column.comment or "")
    if found:
        return found[1]
    if money and column.name.endswith(_MONEY) and column.type.startswith("numeric"):
        return f"in {money}"
    return ""


def _single_unique(table: Table) -> set[str]:
    """Columns that alone are never twice the same for a tenant."""
    keys: list[tuple[str, ...]] = [
        each.columns for each in table.constraints if each.kind == "unique"
    ]
    names = {column.name for column in table.columns}
    keys += [
        each.keys
        for each in table.indexes
        if each.unique and each.constraint is None and names.issuperset(each.keys)
    ]
    without = [tuple(name for name in key if name != TENANT_COLUMN) for key in keys]
    return {key[0] for key in without if len(key) == 1}


def _notes(constraint: Constraint) -> Iterator[str]:
    reference = constraint.references
    if reference is not None and reference.on_delete != "no action":
        yield f"when the other row is deleted: {reference.on_delete}"
    if reference is not None and reference.on_update != "no action":
        yield f"when its key changes: {reference.on_update}"
    if constraint.deferrable:
        yield "checked at commit" if constraint.initially_deferred else "can wait until commit"
    if not constraint.validated:
        yield "not validated for older rows"


def _by_guard(register: Register, table: str) -> dict[str, str]:
    """Names of constraints and indexes, and the rules that stand behind them."""
    names = page_names(register)
    return {
        guard.name: names[rule.table, rule.name]
        for rule in register
        for guard in rule.guards()
        if guard.table == table and guard.kind in ("constraint", "index")
    }


def _rule(rule: Provable, table: str, page: str) -> RuleFact:
    return RuleFact(
        rule.name,
        page,
        rule.kind,
        rule.sentence,
        rule.hint,
        rule.sqlstate,
        tuple((each.kind, each.name) for each in rule.guards() if each.table == table),
        0 if isinstance(rule, PlainRule) else len(rule.attacks()),
        rule.table if rule.table != table else None,
    )


def _trigger(trigger: Trigger, comments: Mapping[str, str | None]) -> TriggerFact:
    found = _TIMING.search(trigger.definition)
    moment = ""
    if found:
        each = "each row" if found[3] == "ROW" else "each statement"
        moment = f"{found[1].lower()} {each}: {found[2].lower()}"
    function = trigger.function.partition("(")[0]
    comment = trigger.comment or comments.get(function) or ""
    return TriggerFact(
        trigger.name,
        moment,
        function,
        tuple(" ".join(each.split()) for each in _RULES_OF_GUARD.split(comment) if each.strip()),
        trigger.definition,
        trigger.enabled,
    )
