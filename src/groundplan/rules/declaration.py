"""What every rule has: a name, a sentence, guards, an audit and attacks.

A rule is data. It is validated when it is made, compiled to SQL text by its kind, and never
touches a connection.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from textwrap import dedent, fill
from typing import ClassVar, Literal

RULE_NAME_LIMIT = 50
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")
_QUALIFIED = re.compile(r"[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*")


class DeclarationError(ValueError):
    """A declaration that cannot be compiled; the message names the field and the bound."""


@dataclass(frozen=True)
class Guard:
    """One database object that refuses: a trigger, a constraint, a unique index or a policy."""

    kind: Literal["trigger", "constraint", "index", "not_null", "policy", "function"]
    table: str
    name: str


@dataclass(frozen=True)
class Attack:
    """Statements that try to break a rule, run in order on a scratch copy, in one transaction.

    Without ``got_through`` the last statement must raise the rule's error. With it, the statements
    may succeed, and the boolean query ``got_through`` tells whether the attack reached its aim:
    for rules that record or hide instead of refusing.

    ``role`` "app" runs the statements as an ordinary application role instead of the owner.
    ``door`` opens the maintenance door first, so that only plain constraints stand in the way.
    """

    statements: tuple[str, ...]
    got_through: str | None = None
    role: Literal["owner", "app"] = "owner"
    door: bool = False


@dataclass(frozen=True)
class Block:
    """A piece of the row guard of a table: plpgsql that raises or falls through.

    All blocks of a table are compiled into one BEFORE ROW trigger, in the order of their phases:
    calling a function costs more than most rules do. ``declares`` are variables it needs.
    """

    phase: Literal["refuse", "compute", "settle", "check"]
    events: tuple[Literal["insert", "update"], ...]
    text: str
    declares: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """A promise the database keeps. Subclasses are the kinds.

    ``name`` is a true sentence in snake case, at most 50 bytes. ``table`` is schema-qualified.
    ``sentence`` is the promise in words, ``hint`` what to do instead of breaking it.
    ``attack`` replaces the attacks the kind derives by itself. ``neighbours`` are all rules of the
    module that share its row guard, itself included; groundplan.rules.row_guard fills them in.
    """

    kind: ClassVar[str]
    sqlstate: ClassVar[str]

    name: str
    table: str
    sentence: str
    hint: str = ""
    attack: tuple[Attack, ...] = field(default=())
    neighbours: tuple[Rule, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        require(
            _IDENTIFIER.fullmatch(self.name) is not None,
            f"name {self.name!r} must be lower-case words joined by underscores",
        )
        require(
            len(self.name.encode()) <= RULE_NAME_LIMIT,
            f"name {self.name!r} has {len(self.name)} bytes, the limit is {RULE_NAME_LIMIT}",
        )
        require_table(self.table, "table")
        require(
            self.sentence.strip().endswith("."),
            f"sentence of {self.name} must end with a full stop",
        )

    @property
    def schema(self) -> str:
        """Schema of the table the rule stands on."""
        return self.table.split(".")[0]

    @property
    def table_name(self) -> str:
        """Name of that table without its schema."""
        return self.table.split(".")[1]

    @abstractmethod
    def compile(self) -> str:
        """The guard as SQL text for ``rules.sql``, without its blocks of the row guard."""

    def blocks(self) -> tuple[Block, ...]:
        """What it adds to the row guard of its table."""
        return ()

    @abstractmethod
    def guards(self) -> tuple[Guard, ...]:
        """The objects that refuse; the rule is the set of them."""

    @abstractmethod
    def audit(self) -> str:
        """A query whose rows break the rule; empty means it holds. First column: the row's id."""

    @abstractmethod
    def derived_attacks(self) -> tuple[Attack, ...]:
        """Attacks the kind can make up by itself from the declaration and the sample rows."""

    def attacks(self) -> tuple[Attack, ...]:
        """The attacks to run: the declared ones, else the derived ones."""
        return self.attack or self.derived_attacks()

    def removal(self) -> str:
        """SQL that takes the guards away, for showing what would happen without the rule."""
        shared = row_guard_name(self.table)
        statements = [removal_of(guard) for guard in self.guards() if guard.name != shared]
        if self.blocks():
            from groundplan.rules.row_guard import row_guard

            statements.append(
                row_guard(self.table, [rule for rule in self.neighbours if rule.name != self.name])
            )
        return "\n".join(statements)

    def row_guard(self) -> Guard:
        """The trigger of its table that all its blocks stand in."""
        return Guard("trigger", self.table, row_guard_name(self.table))


def row_guard_name(table: str) -> str:
    """Name of the trigger in which the row rules of a table stand."""
    return f"t30_guard_{table.split('.')[1]}"


def removal_of(guard: Guard) -> str:
    """The statement that removes one guard. Names were validated as plain identifiers."""
    match guard.kind:
        case "trigger":
            return f"drop trigger {guard.name} on {guard.table};"
        case "constraint":
            return f"alter table {guard.table} drop constraint {guard.name} cascade;"
        case "index":
            return f"drop index {guard.table.split('.')[0]}.{guard.name};"
        case "not_null":
            return f"alter table {guard.table} alter column {guard.name} drop not null;"
        case "policy":
            return f"alter table {guard.table} disable row level security;"
        case "function":
            return f"drop function {guard.name} cascade;"


def require(condition: bool, message: str) -> None:
    """Raise DeclarationError with the message unless the condition holds."""
    if not condition:
        raise DeclarationError(message)


def require_table(name: str, field_name: str) -> None:
    """A schema-qualified, lower-case table name."""
    require(
        _QUALIFIED.fullmatch(name) is not None,
        f"{field_name} {name!r} must be written schema.table, in lower case",
    )


def require_columns(names: Iterable[str], field_name: str) -> None:
    """One or more lower-case column names."""
    listed = tuple(names)
    require(len(listed) > 0, f"{field_name} must name at least one column")
    for name in listed:
        require(
            _IDENTIFIER.fullmatch(name) is not None,
            f"{field_name} {name!r} must be a lower-case column name",
        )


def literal(text: str) -> str:
    """A text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def array(columns: Iterable[str]) -> str:
    """Column names as a literal of type text[], in lines of a bearable length."""
    return "'{" + fill(", ".join(columns), 76) + "}'"


def mentioned(sql: str, row: str) -> str:
    """The columns of the record ``row`` that a piece of SQL looks at, as a literal of text[].

    Without the tenant, unless it looks at nothing else: it says nothing about what went wrong.
    """
    names = dict.fromkeys(re.findall(rf"\b{row}\.([a-z_][a-z0-9_]*)", sql))
    return array([name for name in names if name != "tenant_id"] or names)


def attack(
    *statements: str,
    got_through: str | None = None,
    role: Literal["owner", "app"] = "owner",
    door: bool = False,
) -> Attack:
    """An attack whose statements are written as indented blocks of SQL."""
    return Attack(
        tuple(dedent(statement).strip() for statement in statements), got_through, role, door
    )
