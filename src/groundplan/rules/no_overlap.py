"""NoOverlap: periods of the same thing do not overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from groundplan.rules.declaration import Attack, Guard, Rule, require_columns


@dataclass(frozen=True, kw_only=True)
class NoOverlap(Rule):
    """At any moment at most one row per ``keys`` is valid.

    The guard is the exclusion constraint of the same name in ``tables.sql`` (it is state: built
    once, not with every release); the declaration gives it sentence, audit and attack.
    """

    kind: ClassVar[str] = "NoOverlap"
    sqlstate: ClassVar[str] = "23P01"

    keys: tuple[str, ...]
    valid_from: str = "valid_from"
    valid_to: str = "valid_to"
    copied: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        require_columns(self.keys, "keys")

    def compile(self) -> str:
        return ""

    def guards(self) -> tuple[Guard, ...]:
        return (Guard("constraint", self.table, self.name),)

    def audit(self) -> str:
        same = " and ".join(f"other.{key} = entity.{key}" for key in self.keys)
        period = f"tstzrange({{0}}.{self.valid_from}, {{0}}.{self.valid_to})"
        return (
            f"select entity.id, 'overlaps ' || other.id as detail\nfrom {self.table} as entity\n"
            f"join {self.table} as other on {same} and other.id > entity.id\n"
            f"    and {period.format('other')} && {period.format('entity')}\n"
        )

    def derived_attacks(self) -> tuple[Attack, ...]:
        columns = ", ".join((*self.keys, *self.copied, self.valid_from, self.valid_to))
        return (
            Attack(
                (
                    f"insert into {self.table} ({columns})\n"
                    f"select {columns} from {self.table} limit 1",
                )
            ),
        )
