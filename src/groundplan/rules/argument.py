"""Argument: what a verb asks of its arguments, before it writes anything.

No row can break such a rule, so it has no audit; what is stored is held by the rules of the tables.
The verb refuses by itself, with the sentence and the name that are declared here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import RULE_NAME_LIMIT, require


@dataclass(frozen=True, kw_only=True)
class Argument:
    """``verbs`` are the functions that refuse by it; ``call`` is a statement that is refused."""

    sqlstate: ClassVar[str] = "23R14"

    name: str
    verbs: tuple[str, ...]
    sentence: str
    call: str

    def __post_init__(self) -> None:
        require(
            len(self.name.encode()) <= RULE_NAME_LIMIT,
            f"name {self.name!r} has {len(self.name)} bytes, the limit is {RULE_NAME_LIMIT}",
        )
        require(self.sentence.endswith("."), f"sentence of {self.name} must end with a full stop")
        require(bool(self.verbs), f"{self.name}: verbs must name at least one function")


@dataclass(frozen=True, kw_only=True)
class Named(Argument):
    """An argument that names a row which must exist."""

    sqlstate: ClassVar[str] = "23R09"
