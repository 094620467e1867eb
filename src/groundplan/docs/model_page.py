"""docs/model.md: every schema, table, column and function, from the comments in the database."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.docs.markdown import GENERATED, anchor, cell, code, one_line, table
from groundplan.modules.module import Module
from groundplan.snapshot.model import Column, Constraint, Function, Schema, Snapshot, Table

_INTRODUCTION = """\
Every schema, table, column and function, from the comments that the database itself carries
(`\\d+ sales.orders` in psql shows them too). [rules.md](rules.md) says what the tables refuse,
[reports.md](reports.md) what the views count.
"""

_UPKEEP = """\
The tables below are how the reports are counted. Nobody reads them: dashboards read the views in
[reports.md](reports.md)."""

_KEYS = ("primary_key", "unique", "foreign_key", "exclusion")


def model_page(snapshot: Snapshot, modules: Mapping[str, Module]) -> str:
    """The page; ``snapshot`` holds the schemas of ``modules``."""
    schemas = {schema.name: schema for schema in snapshot.schemas}
    # What nobody reads comes last.
    modules = dict(sorted(modules.items(), key=lambda each: each[0] == "groundplan"))
    lines = [GENERATED, "", "# The model", "", _INTRODUCTION]
    lines += ["![The tables and what they refer to](model.svg)", ""]
    for name, module in modules.items():
        count = len(schemas[name].tables)
        needs = f" Needs {', '.join(module.needs)}." if module.needs else ""
        lines.append(f"* [{name}](#{anchor(name)}), {count} tables: {module.summary}{needs}")
    for name, module in modules.items():
        lines += ["", *_schema(schemas[name], module)]
    return "\n".join(lines).rstrip() + "\n"


def _schema(schema: Schema, module: Module) -> list[str]:
    lines = [f"## {schema.name}", "", module.summary, ""]
    if schema.name == "groundplan":
        lines += [*_UPKEEP.splitlines(), ""]
    for each in schema.tables:
        lines += _table(each)
    functions = [function for function in schema.functions if function.returns != "trigger"]
    if functions:
        lines += [f"### Functions of {schema.name}", ""]
        lines += table(("function", "what it does"), (_function(each) for each in functions))
    return lines[:-1]


def _table(each: Table) -> list[str]:
    lines = [f"### {each.qualified}", "", one_line(each.comment or ""), ""]
    lines += table(
        ("column", "type", "null", "default", "what it is"),
        (_column(column) for column in each.columns),
    )
    kept = [constraint for constraint in each.constraints if constraint.kind in _KEYS]
    kept.sort(key=lambda constraint: (_KEYS.index(constraint.kind), constraint.name))
    keys = [_key(constraint) for constraint in kept]
    keys += [
        f"* unique {code(', '.join(index.keys))} where {code(index.predicate or 'true')}: "
        f"{code(index.name)}"
        for index in each.indexes
        if index.unique and index.constraint is None
    ]
    return [*lines, *keys, ""] if keys else lines


def _column(column: Column) -> tuple[str, ...]:
    default = code(column.default or "")
    if column.generated is not None:
        default = f"= {code(column.generated)}"
    elif column.identity:
        default = "identity"
    return (
        code(column.name),
        cell(column.type),
        "" if column.not_null else "null",
        default.replace("|", "\\|"),
        cell(column.comment or ""),
    )


def _key(constraint: Constraint) -> str:
    columns = code(", ".join(constraint.columns))
    match constraint.kind:
        case "primary_key":
            return f"* primary key {columns}"
        case "unique":
            return f"* unique {columns}: {code(constraint.name)}"
        case "foreign_key" if constraint.references is not None:
            place = constraint.references.qualified
            return f"* {columns} refers to [{place}](#{anchor(place)}): {code(constraint.name)}"
        case _:
            return f"* {code(constraint.definition)}: {code(constraint.name)}"


def _function(function: Function) -> tuple[str, ...]:
    signature = f"{function.schema}.{function.name}({function.arguments})"
    return (code(signature), cell(function.comment or ""))
