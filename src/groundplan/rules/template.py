"""SQL templates: ``{{ name }}`` is replaced, everything else is SQL as it stands."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from groundplan.rules.mark import PLACEHOLDERS

_PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")


@cache
def _template(package: str, name: str) -> str:
    return files(package).joinpath("templates", f"{name}.sql").read_text(encoding="utf-8")


def render(name: str, values: dict[str, str], package: str = "groundplan.rules") -> str:
    """The template with every placeholder filled in.

    A value of several lines keeps the indentation of its placeholder; a line whose placeholders are
    all empty is left out. Raises KeyError for a
    placeholder without a value.
    """
    known = {**PLACEHOLDERS, **values}

    def fill(line: str) -> str:
        indent = line[: len(line) - len(line.lstrip())]
        return _PLACEHOLDER.sub(
            lambda match: known[match.group(1)].strip("\n").replace("\n", "\n" + indent), line
        )

    lines: list[str] = []
    for line in _template(package, name).splitlines():
        filled = fill(line).rstrip()
        if filled or not line.strip():
            lines.append(filled)
    return "\n".join(line.rstrip() for text in lines for line in text.split("\n")) + "\n"
