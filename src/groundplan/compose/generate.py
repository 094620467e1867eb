"""Generated files and their twins: what is committed must be what the declarations compile to."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.modules.module import Module
from groundplan.reports import compile_code, compile_state

RULES_HEADER = (
    "-- Generated from rules.py. Do not edit: change the declarations and generate again.\n"
)


def generated_files(modules: Mapping[str, Module]) -> dict[tuple[str, str], str]:
    """Text of every generated file, by module and file name."""
    texts: dict[tuple[str, str], str] = {}
    for module in modules.values():
        if module.rules:
            bodies = [rule.compile() for rule in module.rules]
            texts[module.name, "rules.sql"] = (
                RULES_HEADER
                + "\n"
                + "\n".join(
                    f"-- {rule.kind}: {rule.name}\n\n{body}"
                    for rule, body in zip(module.rules, bodies, strict=True)
                    if body
                )
            )
        if module.rollups:
            texts[module.name, "rollups.sql"] = compile_state(module.rollups)
            texts[module.name, "reports.sql"] = compile_code(module.rollups)
    return texts
