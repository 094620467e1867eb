"""Module: a folder of SQL and declarations that owns one schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from typing import TypeVar

from groundplan.reports import Rollup
from groundplan.rules import Argument, Rule, assembled
from groundplan.rules.declaration import require

Declared = TypeVar("Declared")


@dataclass(frozen=True)
class Module:
    """``needs`` names the modules whose tables this one may refer to; ``package`` holds its files.

    A module of your own is a package like ours: module.py, tables.sql, rules.py and so on.
    """

    name: str
    needs: tuple[str, ...]
    summary: str
    package: str = ""

    @property
    def files_package(self) -> str:
        """The Python package whose files these are."""
        return self.package or f"groundplan.modules.{self.name}"

    def text(self, file_name: str) -> str:
        """The text of one of its files; empty if it has none of that name."""
        path = files(self.files_package).joinpath(file_name)
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules it declares in rules.py."""
        declared = self._declared("rules", "RULES", Rule)
        for rule in declared:
            require(
                rule.schema == self.name or not rule.blocks(),
                f"{rule.name} stands in the row guard of {rule.table}, which another module owns:"
                " use a Gate or a Condition",
            )
        return assembled(declared)

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """What its verbs ask of their arguments, declared in arguments.py."""
        return self._declared("arguments", "ARGUMENTS", Argument)

    @cached_property
    def rollups(self) -> tuple[Rollup, ...]:
        """The rollups it declares in reports.py."""
        return self._declared("reports", "ROLLUPS", Rollup)

    def _declared(
        self, file_name: str, variable: str, kind: type[Declared]
    ) -> tuple[Declared, ...]:
        qualified = f"{self.files_package}.{file_name}"
        if find_spec(qualified) is None:
            return ()
        declared: Sequence[Declared] = getattr(import_module(qualified), variable)
        for declaration in declared:
            require(isinstance(declaration, kind), f"{qualified}: {declaration!r} is no {kind}")
        return tuple(declared)
