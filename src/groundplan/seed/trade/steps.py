"""Steps: the statements of a file, each under a heading that says when and what.

``-- once: brands`` runs once, before the orders. ``-- batch: order lines`` runs for every batch of
orders, with the parameters ``%(first)s`` and ``%(last)s``: the numbers of its first and last order.
``-- last: stock levels`` runs once, after all orders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

When = Literal["once", "batch", "last"]

_TRADE = files("groundplan.seed.trade")
_HEADING = re.compile(r"^-- (once|batch|last): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One statement: ``what`` it makes of which part (a module, or the plan)."""

    part: str
    when: When
    what: str
    statement: bytes


def plan_steps() -> list[Step]:
    """The steps that think up the trade, in order."""
    names = sorted(
        file.name for file in _TRADE.joinpath("plan").iterdir() if file.name.endswith(".sql")
    )
    return [step for name in names for step in steps_of("plan", _text("plan", name))]


def module_steps(modules: Sequence[str]) -> list[Step]:
    """The steps that write it down, for modules in their order; a module may have no file."""
    texts = [(module, _text("modules", f"{module}.sql")) for module in modules]
    return [step for module, text in texts for step in steps_of(module, text)]


def _text(folder: str, name: str) -> str:
    file = _TRADE.joinpath(folder, name)
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def steps_of(part: str, text: str) -> Iterator[Step]:
    """The steps of the text of a file. What stands above the first heading is left out."""
    headings = list(_HEADING.finditer(text))
    ends = [*(heading.start() for heading in headings), len(text)][1:]
    for heading, end in zip(headings, ends, strict=True):
        when: When = "once" if heading[1] == "once" else "batch"
        if heading[1] == "last":
            when = "last"
        yield Step(part, when, heading[2], text[heading.end() : end].strip().encode())
