"""Laying out generated SQL: templates, lists and comments."""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.rules.declaration import literal
from groundplan.rules.template import render

HEADER = "-- Generated from reports.py. Do not edit: change the declarations and generate again.\n"


def filled(template: str, values: dict[str, str]) -> str:
    """A template of this package with its placeholders filled in."""
    return render(template, values, "groundplan.reports")


def lines_of(names: Iterable[str], separator: str = ", ", width: int = 72) -> str:
    """A list in lines of at most about ``width`` columns."""
    listed = list(names)
    lines: list[str] = [""]
    for index, name in enumerate(listed):
        item = name if index == len(listed) - 1 else name + separator
        if lines[-1] and len(lines[-1]) + len(item) > width:
            lines.append("")
        lines[-1] += item
    return "\n".join(line.rstrip() for line in lines)


def indented(text: str, depth: int = 1) -> str:
    """A text of several lines, all but the first moved to the right."""
    return text.replace("\n", "\n" + "    " * depth)


def comment(kind: str, name: str, sentence: str) -> str:
    """A COMMENT statement, on one line or, where that is too long, two."""
    text = literal(" ".join(sentence.split()))
    line = f"comment on {kind} {name} is {text};"
    if len(line) <= 100:
        return line + "\n"
    return f"comment on {kind} {name} is\n    {wrap(text)};\n"


def wrap(text: str) -> str:
    """A string literal with its line breaks where a line of 100 columns ends."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) > 93:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return "\n".join(lines)
