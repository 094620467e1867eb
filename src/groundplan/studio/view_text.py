"""What a view computes each of its columns from, read from the text PostgreSQL keeps of it.

Only as much of SQL as that text uses: lists after SELECT, names after FROM and JOIN, parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\w+(?:\.\w+)*|::|[(),]|\s+|.", re.DOTALL)
_RELATION = re.compile(
    r"\b(?:from|join)\s+\(*\s*(\w+\.\w+)(?:\s+(?!(?:join|left|right|full|cross|inner|on|where|group"
    r"|order|limit|union|using|window|having)\b)(\w+))?",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![\w.'])([a-z_]\w*)(?:\.([a-z_]\w*))?(?![\w.(])")
_NAMED = re.compile(r"(.*) AS (\"?[\w?]+\"?)", re.DOTALL)
_ENDS = ("from", "where", "union", ",", ")", ";")
_STRING = re.compile(r"'(?:[^']|'')*'")
_QUOTED = re.compile(r'"([a-z_]\w*)"')
_CAST = re.compile(r"::[a-z]\w*(?:\s+(?:without|with)\s+time\s+zone)?")


@dataclass(frozen=True)
class Output:
    """A column of some SELECT in the text. ``depth`` 0 is the view itself."""

    name: str
    expression: str
    depth: int
    position: int


def outputs(definition: str) -> tuple[Output, ...]:
    """The columns of all SELECT lists, those of inner queries too."""
    return tuple(_outputs(_TOKEN.findall(definition)))


def relations(definition: str) -> dict[str, str]:
    """The tables and views that are read, by the name they have in the text."""
    found: dict[str, str] = {}
    for relation, alias in _RELATION.findall(definition):
        found[alias or relation.split(".")[1]] = relation
    return found


def mentions(expression: str) -> Iterator[tuple[str, str]]:
    """The columns an expression names, each with what qualifies it or an empty text."""
    bare = _QUOTED.sub(r"\1", _CAST.sub("", _STRING.sub("''", expression)))
    for first, second in _NAME.findall(bare):
        yield (first, second) if second else ("", first)


def _outputs(tokens: list[str]) -> Iterator[Output]:
    """One list can be open at each depth; FROM, or the end of its parenthesis, closes it."""
    open_lists: dict[int, list[list[str]]] = {}
    depth = 0
    for token in tokens:
        word = token.lower()
        for level in open_lists:
            # An inner query belongs to the expression it stands in.
            if level < depth or word not in _ENDS:
                open_lists[level][-1].append(token)
        if token == "(":
            depth += 1
        elif word == "select":
            open_lists[depth] = [[]]
        elif depth in open_lists and word == ",":
            open_lists[depth].append([])
        elif depth in open_lists and word in _ENDS:
            yield from _closed(open_lists.pop(depth), depth)
        if token == ")":
            depth -= 1
    for level, items in open_lists.items():
        yield from _closed(items, level)


def _closed(items: list[list[str]], depth: int) -> Iterator[Output]:
    for position, item in enumerate(items):
        text = " ".join("".join(item).split()).rstrip("; ")
        named = _NAMED.fullmatch(text)
        expression, name = named.groups() if named else (text, text.rpartition(".")[2])
        yield Output(name.strip('"'), expression, depth, position)
