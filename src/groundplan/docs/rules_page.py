"""docs/rules.md: every declared rule with its four faces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from groundplan.docs.markdown import GENERATED, anchor, cell, code, one_line, sql_block, table
from groundplan.modules.module import Module
from groundplan.rules import Rule
from groundplan.rules.declaration import Attack

_INTRODUCTION = """\
What the database refuses, module by module. Each rule has one name and four faces: the
**sentence** is what it promises, the **guard** is what refuses, the **audit** is a query whose rows
break the rule, and the **attack** tries to break it and must be refused.

These are the declared rules. Checks, keys, references and NOT NULLs of the tables are rules too;
`groundplan rules --database …` lists all of them, `groundplan attack NAME` runs an attack on a
scratch copy, and `groundplan attack NAME --without-guard` shows what happens when the guard is
gone.
"""


def rules_page(modules: Mapping[str, Module]) -> str:
    """The page."""
    rules = [rule for module in modules.values() for rule in module.rules]
    kinds = Counter(rule.kind for rule in rules)
    counts = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    lines = [GENERATED, "", "# The rules", "", _INTRODUCTION]
    lines += [f"{len(rules)} rules: {counts}.", ""]
    for name, module in modules.items():
        if module.rules or module.arguments:
            lines += _module(name, module)
    return "\n".join(lines).rstrip() + "\n"


def _module(name: str, module: Module) -> list[str]:
    lines = [f"## {name}", "", module.summary, ""]
    lines += table(
        ("table", "rule", "what it promises"),
        (
            (code(rule.table), f"[{rule.name}](#{anchor(rule.name)})", cell(rule.sentence))
            for rule in module.rules
        ),
    )
    for rule in module.rules:
        lines += _rule(rule)
    return lines + _arguments(module)


def _arguments(module: Module) -> list[str]:
    """What its functions ask of their arguments: refused by them, and by nothing that is stored."""
    if not module.arguments:
        return []
    lines = [f"### What the functions of {module.name} ask of their arguments", ""]
    lines += table(
        ("rule", "SQLSTATE", "what is asked", "asked by"),
        (
            (
                code(asked.name),
                code(asked.sqlstate),
                cell(asked.sentence),
                ", ".join(map(code, asked.verbs)),
            )
            for asked in module.arguments
        ),
    )
    return lines


def _rule(rule: Rule) -> list[str]:
    lines = [f"### {rule.name}", "", one_line(rule.sentence), ""]
    # What only records refuses nothing, and has no SQLSTATE.
    refuses = f", SQLSTATE {code(rule.sqlstate)}" if rule.sqlstate else ""
    lines.append(f"{rule.kind} on {code(rule.table)}{refuses}.")
    if rule.hint:
        lines.append(f"Hint: {one_line(rule.hint)}")
    lines += ["", "<details><summary>guard, audit and attack</summary>", "", "Guard:", ""]
    lines += [
        f"* {guard.kind} {code(guard.name)} on {code(guard.table)}" for guard in rule.guards()
    ]
    lines += ["", "Audit, whose rows break the rule:", "", *sql_block(rule.audit())]
    lines += ["Attack, refused by this rule:", ""]
    for attack in rule.attacks():
        lines += _attack(attack)
    return [*lines, "</details>", ""]


def _attack(attack: Attack) -> list[str]:
    setting: list[str] = []
    if attack.role == "app":
        setting.append("-- as the application's role")
    if attack.door:
        setting.append("-- with the maintenance door open: nothing else is in the way")
    text = "\n".join([*setting, *(f"{each.strip()};" for each in attack.statements)])
    if attack.got_through is not None:
        text += f"\n-- and whether it got through:\n{attack.got_through.strip()};"
    return sql_block(text)
