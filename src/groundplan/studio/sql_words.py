"""SQL in pieces that a page can colour. A wrong guess colours a word wrongly, nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RESERVED = (
    "add after all alter and any array as asc before begin between by cascade case check "
    "column comment commit constraint create cross current declare default deferrable "
    "deferred delete desc disable distinct drop each else elsif enable end errcode except "
    "exception exclude execute exists false fetch filter for foreign from full function group "
    "having if immediate in index initially inner insert instead into is join key language "
    "lateral left level like limit local loop materialized merge not null nulls of offset on "
    "only or order over overriding partition perform policy primary procedure raise range "
    "references referencing replace restrict restrictive return returning returns reset "
    "revoke right row rows savepoint security select session set statement system table "
    "temporary then to trigger true truncate union unique until update using validate value "
    "values view volatile when where while window with "
)
_WORDS = frozenset(_RESERVED.split())

_PIECE = re.compile(
    r"""
    (?P<comment>--[^\n]*|/\*.*?\*/)
    | (?P<string>'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")*")
    | (?P<word>[A-Za-z_][A-Za-z0-9_$]*)
    | (?P<number>(?<![\w$])\d+(?:\.\d+)?)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Sql:
    """A text with its pieces."""

    text: str

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """(class, text) in order: sql-word, sql-string, sql-comment, sql-number, or none."""
        found: list[tuple[str, str]] = []
        end = 0
        plain = ""
        for piece in _PIECE.finditer(self.text):
            plain += self.text[end : piece.start()]
            end = piece.end()
            kind = piece.lastgroup
            if kind == "name" or (kind == "word" and piece[0].lower() not in _WORDS):
                plain += piece[0]
                continue
            if plain:
                found.append(("", plain))
                plain = ""
            # PostgreSQL writes the words of a definition in capitals.
            text = piece[0].lower() if kind == "word" else piece[0]
            found.append((f"sql-{kind}", text))
        plain += self.text[end:]
        if plain:
            found.append(("", plain))
        return found
