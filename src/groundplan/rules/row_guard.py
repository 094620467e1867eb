"""The row guard of a table: all its row rules in one function.

PostgreSQL calls a trigger function in some twelve microseconds, most of it for the call and for
setting search_path; most rules need less than one. So the rules of a table that look at one row
are compiled into one function, each in a block of its own with its name above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from groundplan.rules.declaration import Block, Rule, literal, row_guard_name
from groundplan.rules.look import with_neighbours
from groundplan.rules.template import render

PHASES = ("refuse", "compute", "settle", "check")


def assembled(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules of a module, each told which others share the row guard of its table."""
    sharing: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.blocks():
            sharing.setdefault(rule.table, []).append(rule)
    return with_neighbours(
        tuple(
            replace(rule, neighbours=tuple(sharing[rule.table])) if rule.blocks() else rule
            for rule in rules
        )
    )


def row_guards(rules: Sequence[Rule]) -> dict[str, str]:
    """SQL text of the row guard of each table that has one."""
    return {rule.table: row_guard(rule.table, rule.neighbours) for rule in rules if rule.blocks()}


def row_guard(table: str, rules: Sequence[Rule]) -> str:
    """The row guard of a table with these rules; with none, the statement that drops it."""
    schema, table_name = table.split(".")
    blocks = [(rule, block) for rule in rules for block in rule.blocks()]
    if not blocks:
        return f"drop trigger if exists {row_guard_name(table)} on {table};\n"
    ordered = sorted(blocks, key=lambda pair: PHASES.index(pair[1].phase))
    events = [event for event in ("insert", "update") if any(event in b.events for _, b in blocks)]
    return render(
        "row_guard",
        {
            "schema": schema,
            "table": table,
            "table_name": table_name,
            "trigger": row_guard_name(table),
            "events": " or ".join(events),
            "declares": _declarations(ordered),
            "body": "\n\n".join(_placed(rule, block, events) for rule, block in ordered),
            "comment": literal(
                "\n".join(dict.fromkeys(f"{rule.name}: {rule.sentence}" for rule in rules))
            ),
        },
    )


def _declarations(blocks: Sequence[tuple[Rule, Block]]) -> str:
    declared = dict.fromkeys(block.declares for _, block in blocks if block.declares)
    return "declare\n" + "\n".join(f"    {text}" for text in declared) if declared else ""


def _placed(rule: Rule, block: Block, events: Sequence[str]) -> str:
    """A block below its name, run for its events only."""
    text = block.text.strip("\n")
    if list(block.events) != list(events):
        inner = text.replace("\n", "\n    ")
        text = f"if tg_op = '{block.events[0].upper()}' then\n    {inner}\nend if;"
    return f"-- {rule.name}\n{text}"
