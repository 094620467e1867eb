"""Policies of row security: whom they are for, and in words what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from groundplan.snapshot.model import Policy, Table
from groundplan.studio.diagram import TENANT_COLUMN

_OF_TENANT = f"({TENANT_COLUMN} = core.current_tenant_id())"


@dataclass(frozen=True)
class PolicyFact:
    """``words``: what using and check come to."""

    name: str
    command: str
    roles: str
    using: str
    check: str
    words: tuple[str, ...]
    restrictive: bool


def policies(table: Table) -> list[PolicyFact]:
    """Who sees and writes which rows, where row security is on."""
    return [
        PolicyFact(
            each.name,
            each.command,
            ", ".join("everybody" if role == "public" else role for role in each.roles),
            bare(each.using or ""),
            bare(each.check or ""),
            tuple(_policy_words(each)),
            not each.permissive,
        )
        for each in table.policies
    ]


def bare(expression: str) -> str:
    """Without the parentheses that PostgreSQL puts around all of it."""
    text = expression.strip()
    while text.startswith("(") and _closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str) -> int:
    """Where the parenthesis closes that the text begins with; those in quotes do not count."""
    depth, quote = 0, ""
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if depth == 0:
                return place
    return -1


def _policy_words(policy: Policy) -> Iterator[str]:
    everywhere = policy.command == "all"
    if policy.using == _OF_TENANT and policy.check in (None, _OF_TENANT) and everywhere:
        yield "Rows of the tenant of the session are seen, changed and deleted; no others."
        yield "A row cannot be written for another tenant."
        return
    verbs = {
        "all": "seen, changed and deleted",
        "select": "seen",
        "update": "changed",
        "delete": "deleted",
    }
    if policy.using is not None and policy.command in verbs:
        yield f"Rows for which this holds can be {verbs[policy.command]}: {bare(policy.using)}."
    written = policy.check or (policy.using if policy.command in ("all", "update") else None)
    if written is not None:
        yield f"A row that is written must meet: {bare(written)}."
