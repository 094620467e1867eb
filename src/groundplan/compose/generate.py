"""Generated files and their twins: what is committed must be what the declarations compile to."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.modules.module import Module
from groundplan.reports import compile_code, compile_state
from groundplan.rules import row_guards

RULES_HEADER = (
    "-- Generated from rules.py. Do not edit: change the declarations and generate again.\n"
)


def generated_files(modules: Mapping[str, Module]) -> dict[tuple[str, str], str]:
    """Text of every generated file, by module and file name."""
    texts: dict[tuple[str, str], str] = {}
    for module in modules.values():
        if module.rules:
            texts[module.name, "rules.sql"] = _rules_text(module)
        if module.rollups:
            texts[module.name, "rollups.sql"] = compile_state(module.rollups)
            texts[module.name, "reports.sql"] = compile_code(module.rollups)
    return texts


def _rules_text(module: Module) -> str:
    """Row guards first, table by table; then what the rules need beside them."""
    parts = [
        f"-- Row rules of {table}\n\n{text}" for table, text in row_guards(module.rules).items()
    ]
    for rule in module.rules:
        if body := rule.compile():
            parts.append(f"-- {rule.kind}: {rule.name}\n\n{body}")
    return RULES_HEADER + "\n" + "\n".join(parts)
